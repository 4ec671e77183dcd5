//! Random schedules. The next action is chosen with the world in view, so that most of them
//! do something.

use crate::script::{Action, Say, Setting};
use crate::words::{Door, Fate, Life, Method, Origin, Passing, Want};
use crate::world::World;
use fastrand::Rng;

pub fn setting(rng: &mut Rng) -> Setting {
    Setting {
        seed: rng.u32(..1_000),
        cloud: rng.u8(..8) == 0,
        retries: rng.u32(..3),
        // The long one lets codes grow too old.
        login_timeout: if rng.u8(..6) == 0 { 400_000 } else { 15_000 },
        lends: rng.bool(),
    }
}

pub fn action(rng: &mut Rng, world: &World) -> Action {
    match rng.u8(..100) {
        0..=19 => call(rng),
        20..=71 => answer(rng, world).unwrap_or_else(|| call(rng)),
        72..=75 => late_answer(rng, world).unwrap_or_else(|| call(rng)),
        76..=89 => pass(rng, world),
        90..=92 => Action::Abort(rng.u32(..8)),
        93..=94 => Action::Provide(want(rng), detail(rng)),
        95 => Action::Deny(want(rng)),
        96 => Action::Logout,
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
            origin: match rng.u8(..8) {
                0 => Origin::Foreign,
                1 => Origin::Anonymous,
                _ => Origin::Trusted,
            },
            method: pick(rng, Method::ALL),
            timeout: pick(rng, &[0, 0, 8_000, 8_000, u32::MAX]),
            wants: if rng.bool() { Vec::new() } else { wants(rng, 3) },
        },
        11..=12 => Action::Ensure(wants(rng, 3)),
        13 => Action::Login { force: true },
        _ => Action::Login { force: false },
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
        Door::Send => match rng.u8(..10) {
            0..=3 => Say::Needs(wants(rng, 2)),
            4 => Say::Invalid(pick(rng, &[200, 401, 404, 503])),
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
        Door::Login if usual => Say::Yes,
        Door::Login => {
            pick_say(rng, &[Say::No, Say::Failed, Say::NotAgreed, Say::NotDeclared, Say::Lacked, Say::Denied])
        }
        Door::Exchange if usual => session(rng),
        Door::Exchange => match rng.u8(..8) {
            0..=2 => Say::Errcode(pick(rng, &[40029, 40163, 40029])),
            3 => Say::Errcode(pick(rng, &[-1, 45009, 45011, 40226, 40013])),
            4 => Say::Status(pick(rng, &[400, 401, 404, 429, 500, 503])),
            5 => Say::SlowDown(pick(rng, &[1, 90, 600])),
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
        Door::Prompt if usual => Say::Yes,
        Door::Prompt if rng.bool() => pick_say(rng, &[Say::Threw, Say::Threw, Say::NotDeclared]),
        Door::Prompt => detail(rng),
        Door::Submit if usual => pick_say(rng, &[Say::Yes, Say::Status(200)]),
        Door::Submit => match rng.u8(..4) {
            0 => session(rng),
            1 => Say::Status(pick(rng, &[400, 401, 500])),
            _ => pick_say(rng, &[Say::Failed, Say::TimedOut, Say::Threw, Say::Denied]),
        },
    }
}

fn pick_say(rng: &mut Rng, among: &[Say]) -> Say {
    among[rng.usize(..among.len())].clone()
}

fn session(rng: &mut Rng) -> Say {
    let life = match rng.u8(..8) {
        0..=1 => Life::Stillborn,
        2 => Life::Unnamed,
        _ => Life::Long,
    };
    let granted = if rng.u8(..5) == 0 { vec![pick(rng, &[Want::Phone, Want::Profile])] } else { Vec::new() };
    Say::Session(life, granted)
}

fn detail(rng: &mut Rng) -> Say {
    if rng.bool() {
        Say::Yes
    } else {
        pick_say(rng, &[Say::Denied, Say::QuotaUsed, Say::Failed, Say::NotAgreed])
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
