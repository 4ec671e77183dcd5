//! Random schedules. The next action is chosen with the world in view, so that most of them
//! do something.

use crate::script::{Action, Grant, Say, Setting};
use crate::words::{Door, Exchange, Fate, Life, LoginPrompt, Method, Module, Origin, Passing, Want, Who};
use crate::world::World;
use fastrand::Rng;

pub fn setting(rng: &mut Rng) -> Setting {
    let exchange = match rng.u8(..8) {
        0 => Exchange::Cloud,
        1..=2 => Exchange::None,
        _ => Exchange::Code,
    };
    let login_prompt = match exchange {
        Exchange::None => pick(rng, &[LoginPrompt::Bare, LoginPrompt::Post, LoginPrompt::Call]),
        _ if rng.bool() => LoginPrompt::None,
        _ => pick(rng, &[LoginPrompt::Bare, LoginPrompt::Post, LoginPrompt::Call]),
    };
    let renews = rng.bool();
    Setting {
        seed: rng.u32(..1_000),
        exchange,
        login_prompt,
        renews,
        ahead: if renews && rng.bool() { pick(rng, &[600_000, 1_700_000]) } else { 0 },
        retries: rng.u32(..3),
        // The long one lets codes grow too old.
        login_timeout: if rng.u8(..6) == 0 { 400_000 } else { 15_000 },
        lends: rng.bool(),
        late: rng.u8(..3) == 0,
        browse: rng.u8(..24) == 0,
    }
}

pub fn action(rng: &mut Rng, world: &World) -> Action {
    if world.is_loading() && rng.u8(..6) == 0 {
        let module = if rng.u8(..4) == 0 { Module::Fails } else { Module::Comes };
        return Action::Module(module);
    }
    match rng.u8(..100) {
        0..=17 => call(rng),
        18..=69 => answer(rng, world).unwrap_or_else(|| call(rng)),
        70..=73 => late_answer(rng, world).unwrap_or_else(|| call(rng)),
        74..=86 => pass(rng, world),
        87..=89 => Action::Abort(rng.u32(..8)),
        90..=92 => provide(rng),
        93 => Action::Deny(want(rng)),
        94 => Action::Logout,
        95..=96 => Action::SetSession(grant(rng, true)),
        97 => Action::Jump(jump(rng)),
        98 => Action::Storage(pick(rng, Fate::ALL)),
        _ => rare(rng),
    }
}

fn rare(rng: &mut Rng) -> Action {
    if rng.bool() { Action::Restart } else { Action::Peek }
}

fn pick<T: Copy>(rng: &mut Rng, among: &[T]) -> T {
    among[rng.usize(..among.len())]
}

fn want(rng: &mut Rng) -> Want {
    pick(rng, Want::ALL)
}

fn wants(rng: &mut Rng, most: usize) -> Vec<Want> {
    let count = rng.usize(..=most);
    (0..count).map(|_| want(rng)).collect()
}

fn call(rng: &mut Rng) -> Action {
    match rng.u8(..16) {
        0..=10 => Action::Request {
            origin: match rng.u8(..10) {
                0 => Origin::Foreign,
                1 => Origin::Anonymous,
                2 => Origin::Passive,
                _ => Origin::Trusted,
            },
            method: pick(rng, Method::ALL),
            timeout: pick(rng, &[0, 0, 8_000, 8_000, u32::MAX]),
            wants: if rng.bool() { Vec::new() } else { wants(rng, 3) },
        },
        11..=12 => Action::Ensure(wants(rng, 3)),
        13 => Action::Login { force: true, prompt: rng.u8(..4) > 0 },
        _ => Action::Login { force: false, prompt: rng.u8(..4) > 0 },
    }
}

/// Someone who is waited for answers.
fn answer(rng: &mut Rng, world: &World) -> Option<Action> {
    let pending = rng.choice(&world.open)?;
    let nth = world
        .open
        .iter()
        .filter(|open| open.door == pending.door)
        .position(|open| open.number == pending.number)?;
    Some(Action::Answer { late: false, door: pending.door, nth: nth as u32, say: say(rng, pending.door) })
}

/// Someone answers once more.
fn late_answer(rng: &mut Rng, world: &World) -> Option<Action> {
    let door = rng.choice(&world.answered)?.door;
    Some(Action::Answer { late: true, door, nth: rng.u32(..4), say: say(rng, door) })
}

fn say(rng: &mut Rng, door: Door) -> Say {
    let usual = rng.u8(..10) < 6;
    match door {
        Door::Send if usual => pick_say(rng, &[Say::Status(200), Say::Status(401), Say::Status(401)]),
        Door::Send => match rng.u8(..12) {
            0..=3 => Say::Needs(pick(rng, &[200, 200, 401]), wants(rng, 2)),
            4 => Say::Invalid(pick(rng, &[200, 401, 404, 503])),
            5 => Say::Refused(pick(rng, &[200, 401])),
            _ => pick_say(
                rng,
                &[
                    Say::Failed,
                    Say::Failed,
                    Say::TimedOut,
                    Say::Aborted,
                    Say::NotAgreed,
                    Say::NotDeclared,
                    Say::Threw,
                    Say::Status(503),
                ],
            ),
        },
        Door::Code if usual => Say::Yes,
        Door::Code => {
            pick_say(rng, &[Say::No, Say::Failed, Say::NotAgreed, Say::NotDeclared, Say::Lacked, Say::Denied])
        }
        Door::Exchange | Door::Renewal if usual => Say::Session(grant(rng, false)),
        Door::Renewal if rng.bool() => pick_say(
            rng,
            &[Say::Null, Say::Status(401), Say::Status(400), Say::Refused(200), Say::Rejects(401)],
        ),
        Door::Exchange | Door::Renewal => match rng.u8(..10) {
            0..=1 => Say::Errcode(pick(rng, &[40029, 40163, 40029])),
            2 => Say::Errcode(pick(rng, &[-1, 45009, 45011, 40226, 40013])),
            3 => Say::Status(pick(rng, &[400, 401, 404, 429, 500, 503])),
            4 => Say::SlowDown(pick(rng, &[1, 90, 600])),
            5 => Say::Rejects(pick(rng, &[400, 401, 403, 429, 500])),
            6 => pick_say(rng, &[Say::Refused(200), Say::Refused(400), Say::Invalid(200), Say::PassedOn]),
            7 => Say::Null,
            _ => pick_say(
                rng,
                &[Say::Failed, Say::Misfit, Say::Threw, Say::Lacked, Say::NotAgreed, Say::NotDeclared],
            ),
        },
        Door::Key => pick_say(rng, &[Say::Yes, Say::No, Say::No, Say::Failed, Say::Lacked]),
        Door::Privacy => pick_say(rng, &[Say::Yes, Say::No, Say::No, Say::Failed, Say::Lacked]),
        Door::Consent => pick_say(rng, &[Say::Yes, Say::Denied, Say::Failed, Say::Lacked]),
        Door::Setting => pick_say(rng, &[Say::Yes, Say::No, Say::Never, Say::Failed, Say::Lacked]),
        Door::Authorize => pick_say(rng, &[Say::Yes, Say::Denied, Say::Failed]),
        Door::Prompt if rng.u8(..5) == 0 => {
            pick_say(rng, &[Say::No, Say::Threw, Say::NotDeclared, Say::PassedOn])
        }
        Door::Prompt => detail(rng),
        Door::Submit if usual => match rng.u8(..4) {
            0 => Say::Yes,
            1 => Say::Status(200),
            _ => Say::Session(grant(rng, false)),
        },
        Door::Submit => match rng.u8(..4) {
            0..=1 => Say::Status(pick(rng, &[400, 401, 401, 401, 500])),
            2 => pick_say(
                rng,
                &[Say::Refused(200), Say::Needs(200, vec![Want::Privacy]), Say::Null, Say::Misfit],
            ),
            _ => pick_say(rng, &[Say::Failed, Say::TimedOut, Say::Threw, Say::Denied, Say::PassedOn]),
        },
    }
}

fn provide(rng: &mut Rng) -> Action {
    let want = if rng.u8(..3) == 0 { Want::Login } else { want(rng) };
    Action::Provide(want, detail(rng))
}

fn pick_say(rng: &mut Rng, among: &[Say]) -> Say {
    among[rng.usize(..among.len())].clone()
}

/// `adds`: it may also be one that adds to another.
fn grant(rng: &mut Rng, adds: bool) -> Grant {
    let life = match rng.u8(..10) {
        0..=1 => Life::Short,
        2..=3 => Life::Unnamed,
        4 if rng.bool() => Life::Past,
        _ => Life::Long,
    };
    let who = match rng.u8(..16) {
        0..=5 => Who::Anna,
        6..=7 => Who::Ben,
        8..=10 => Who::Unnamed,
        11 => Who::BareAnna,
        12 => Who::Una,
        13 => Who::AnnaUna,
        _ if adds || rng.u8(..4) == 0 => Who::Nobody,
        _ => Who::Anna,
    };
    let granted = match rng.u8(..10) {
        0..=1 => Some(vec![pick(rng, &[Want::Phone, Want::Profile])]),
        2 => Some(Vec::new()),
        _ => None,
    };
    Grant { life, who, refresh: rng.bool(), granted }
}

fn detail(rng: &mut Rng) -> Say {
    match rng.u8(..8) {
        0..=1 => Say::Yes,
        2..=3 => Say::Encrypted,
        4..=5 => Say::Session(grant(rng, false)),
        _ => pick_say(rng, &[Say::Denied, Say::QuotaUsed, Say::Failed, Say::NotAgreed]),
    }
}

fn pass(rng: &mut Rng, world: &World) -> Action {
    let passing = match rng.u8(..10) {
        0 => Passing::Frozen,
        1..=2 => Passing::Asleep,
        _ => Passing::Awake,
    };
    let ms = match world.patience() {
        Some(patience) if rng.bool() => patience as u32 + rng.u32(..3),
        _ => pick(rng, &[0, 700, 1_000, 5_000, 16_000, 61_000, 181_000, 272_000, 1_740_000, 7_200_000]),
    };
    Action::Pass(passing, ms)
}

fn jump(rng: &mut Rng) -> i64 {
    let ms = pick(rng, &[500, 59_000, 61_000, 600_000, 3_600_000]);
    if rng.bool() { ms } else { -ms }
}
