//! The outside of one client: time, storage, and everyone who owes it an answer. Acts a
//! script out on the real machine, and lets the laws and the reference look at every step.

use crate::answer::{Pending, detail, needs};
use crate::laws::Laws;
use crate::reference::Reference;
use crate::script::{Action, Setting};
use crate::words::{Door, Fate, Method, Origin, Passing};
use std::rc::Rc;
use wxlogin::clock::Millis;
use wxlogin::effect::Outcome;
use wxlogin::event::{Attempt, Ticket, Traits};
use wxlogin::keeper::{self, Lease};
use wxlogin::need::Need;
use wxlogin::session::Saved;
use wxlogin::{Effect, Event, Machine};

/// What went wrong: the law, and how it was broken.
pub type Violation = String;

/// A moment as one event sees it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// What the clock on the wall shows.
    pub wall: Millis,
    /// How much time has passed for the client: what limits are counted in. Somebody who sets
    /// the clock back takes nothing away from it, and a timer that fires adds what it stood for.
    pub felt: Millis,
}

/// One step, as those who watch see it.
pub struct Step<'a> {
    pub event: &'a Event,
    pub effects: &'a [Effect],
    pub at: Moment,
    /// The machine knows nothing of it.
    pub lent: bool,
}

/// More timers than this, one after the other with nothing happening in between, is a loop.
const MOST_TIMERS: usize = 400;
/// How long a request that was sent by the lease is kept from the machine. ms.
const LENT_FOR: Millis = 1_000.0;
/// Attempts above this one are sent by the lease.
const FIRST_LENT: Attempt = 1 << 31;
/// How many answered calls may be answered again, late.
const LATE_ANSWERS: usize = 12;

/// A request that was sent by the lease.
#[derive(Clone, Copy)]
struct Lent {
    ticket: Ticket,
    traits: Traits,
    attempt: Attempt,
    moment: keeper::Moment,
    attached: bool,
}

pub struct World {
    setting: Setting,
    machine: Machine,
    laws: Laws,
    reference: Reference,
    /// Time that nobody can set.
    steady: Millis,
    wall: Millis,
    moment: Moment,
    /// When the timer fires, in steady time.
    timer: Option<Millis>,
    /// The deadline that it is set for, on the wall.
    armed: Option<Millis>,
    pub open: Vec<Pending>,
    pub answered: Vec<Pending>,
    /// The calls under way, oldest first.
    pub calls: Vec<Ticket>,
    lease: Lease,
    lent: Vec<Lent>,
    last_lent: Attempt,
    /// When those that are lent then are handed over, in steady time.
    sweep: Option<Millis>,
    stored: Option<Rc<Saved>>,
    storage_full: bool,
    codes: u32,
    /// Keeps a line for each step, for people.
    pub diary: Option<Vec<String>>,
}

/// One that tells its steps, some of which nothing else shows.
fn machine(setting: Setting, seed: u64) -> Machine {
    let mut machine = Machine::new(setting.config(), seed);
    machine.set_tracing(true);
    machine
}

impl World {
    pub fn new(setting: Setting) -> Self {
        let wall = 1.7e12;
        World {
            setting,
            machine: machine(setting, u64::from(setting.seed)),
            laws: Laws::new(setting),
            reference: Reference::new(setting),
            steady: 0.0,
            wall,
            moment: Moment { wall, felt: 0.0 },
            timer: None,
            armed: None,
            open: Vec::new(),
            answered: Vec::new(),
            calls: Vec::new(),
            lease: FIRST_LEASE,
            lent: Vec::new(),
            last_lent: FIRST_LENT,
            sweep: None,
            stored: None,
            storage_full: false,
            codes: 0,
            diary: None,
        }
    }

    /// How long until the timer fires.
    pub fn patience(&self) -> Option<Millis> {
        self.next_timer().map(|timer| (timer - self.steady).max(0.0))
    }

    pub fn act(&mut self, action: &Action) -> Result<(), Violation> {
        match action {
            Action::Request { origin, method, timeout, wants } => {
                let traits = Traits {
                    trusted: *origin != Origin::Foreign,
                    anonymous: *origin == Origin::Anonymous,
                    repeatable: *method == Method::Get,
                    timeout: f64::from(*timeout),
                };
                let ticket = self.begin_call();
                self.happen(Event::Requested { ticket, traits, needs: needs(wants) })
            }
            Action::Ensure(wants) => {
                let ticket = self.begin_call();
                self.happen(Event::EnsureWanted { ticket, needs: needs(wants) })
            }
            Action::Login { force } => {
                let ticket = self.begin_call();
                self.happen(Event::LoginWanted { ticket, force: *force })
            }
            Action::Peek => {
                let ticket = self.begin_call();
                self.happen(Event::SessionPeeked { ticket })
            }
            Action::Logout => {
                let ticket = self.begin_call();
                self.happen(Event::LogoutWanted { ticket })
            }
            Action::Provide(want, say) => {
                let Some(detail) = detail(say) else { return Ok(()) };
                let ticket = self.begin_call();
                self.happen(Event::DetailProvided { ticket, need: Need::named(want.as_str()), detail })
            }
            Action::Deny(want) => {
                self.happen(Event::NeedDenied { need: Need::named(want.as_str()), reason: None })
            }
            Action::Abort(nth) => match self.calls.get(wrap(*nth, self.calls.len())) {
                Some(ticket) => self.happen(Event::Aborted { ticket: *ticket }),
                None => Ok(()),
            },
            Action::Answer { late, door, nth, say } => {
                let pending = if *late { &self.answered } else { &self.open };
                let count = pending.iter().filter(|pending| pending.door == *door).count();
                let mut there = pending.iter().filter(|pending| pending.door == *door);
                let Some(pending) = there.nth(wrap(*nth, count)).copied() else { return Ok(()) };
                let Some(event) = pending.answer(say, self.codes + 1) else { return Ok(()) };
                self.codes += 1;
                self.close(|open| open.door == pending.door && open.number == pending.number);
                self.happen(event)
            }
            Action::Pass(passing, ms) => self.pass(*passing, f64::from(*ms)),
            Action::Jump(ms) => {
                self.wall += *ms as f64;
                Ok(())
            }
            Action::Restart => self.restart(),
            Action::Storage(fate) => {
                match fate {
                    Fate::Full => self.storage_full = true,
                    Fate::Mended => self.storage_full = false,
                    Fate::Garbled => self.stored = None,
                }
                Ok(())
            }
        }
    }

    /// Nobody answers any more: time alone has to end everything.
    pub fn run_out(&mut self) -> Result<(), Violation> {
        for _ in 0..MOST_TIMERS {
            let Some(timer) = self.next_timer() else {
                if let Some(ticket) = self.calls.first() {
                    return Err(format!("R6: call {ticket} waits, and no timer is set"));
                }
                return Ok(());
            };
            self.elapse(Passing::Awake, (timer - self.steady).max(0.0));
            self.fire()?;
        }
        Err(format!("X4: {MOST_TIMERS} timers fired, and there is still another one"))
    }

    /// The lowest ticket that is free: they are used again.
    fn begin_call(&mut self) -> Ticket {
        let ticket = (0..).find(|ticket| !self.calls.contains(ticket)).unwrap_or_default();
        self.calls.push(ticket);
        ticket
    }

    fn pass(&mut self, passing: Passing, ms: Millis) -> Result<(), Violation> {
        let until = self.steady + ms;
        for _ in 0..MOST_TIMERS {
            match self.next_timer() {
                Some(timer) if timer <= until && passing != Passing::Asleep => {
                    self.elapse(passing, (timer - self.steady).max(0.0));
                    self.fire()?;
                }
                _ => {
                    self.elapse(passing, until - self.steady);
                    return Ok(());
                }
            }
        }
        Err(format!("X4: {MOST_TIMERS} timers fired within {ms} ms"))
    }

    fn next_timer(&self) -> Option<Millis> {
        match (self.timer, self.sweep) {
            (Some(timer), Some(sweep)) => Some(timer.min(sweep)),
            (timer, sweep) => timer.or(sweep),
        }
    }

    fn fire(&mut self) -> Result<(), Violation> {
        if self.next_timer() != self.sweep {
            return self.happen(Event::TimerFired);
        }
        self.sweep = None;
        while let Some(lent) = self.lent.first() {
            self.hand_over(lent.ticket)?;
        }
        Ok(())
    }

    fn elapse(&mut self, passing: Passing, ms: Millis) {
        self.steady += ms;
        if passing != Passing::Frozen {
            self.wall += ms;
        }
    }

    fn restart(&mut self) -> Result<(), Violation> {
        let seed = u64::from(self.setting.seed) + self.moment.felt as u64;
        self.machine = machine(self.setting, seed);
        self.laws = Laws::new(self.setting);
        self.reference = Reference::new(self.setting);
        self.open.clear();
        self.answered.clear();
        self.calls.clear();
        self.lent.clear();
        (self.lease, self.sweep) = (FIRST_LEASE, None);
        (self.timer, self.armed) = (None, None);
        self.moment = Moment { wall: self.wall, felt: 0.0 };
        if let Some(saved) = self.stored.clone() {
            let effects: Vec<Effect> = self.machine.restore(Saved::clone(&saved)).into_iter().collect();
            self.laws.restored(&saved, &effects)?;
            self.reference.restored(&saved);
            effects.iter().for_each(|effect| self.perform(effect));
        }
        Ok(())
    }

    fn happen(&mut self, event: Event) -> Result<(), Violation> {
        if let Some(effect) = self.lend(&event) {
            let at = Moment { wall: self.wall, ..self.moment }; // the machine felt no time pass
            return self.watch(&Step { event: &event, effects: &[effect], at, lent: true });
        }
        if let Some(ticket) = ticket_of(&event) {
            self.hand_over(ticket)?;
        }
        self.moment = self.feel(&event);
        let effects: Vec<Effect> = self.machine.handle(event.clone(), self.wall).into_iter().collect();
        self.watch(&Step { event: &event, effects: &effects, at: self.moment, lent: false })?;
        if let Event::TimerFired = event {
            (self.timer, self.armed) = (None, None);
        }
        self.set_timer()
    }

    fn watch(&mut self, step: &Step) -> Result<(), Violation> {
        if let Some(diary) = &mut self.diary {
            diary.push(describe(step));
        }
        self.laws.watch(step)?;
        self.reference.compare(step)?;
        step.effects.iter().for_each(|effect| self.perform(effect));
        Ok(())
    }

    /// What is done by the lease, without the machine: a plain request, and a reply to it that
    /// is plainly good.
    fn lend(&mut self, event: &Event) -> Option<Effect> {
        match event {
            Event::Requested { ticket, traits, needs } => {
                let holds = self.wall >= self.lease.from && self.wall < self.lease.until;
                if !self.setting.lends || !needs.is_empty() || !holds {
                    return None;
                }
                self.last_lent += 1;
                let (ticket, traits, attempt) = (*ticket, *traits, self.last_lent);
                let attached = traits.trusted && !traits.anonymous && self.lease.saved.is_some();
                self.lent.push(Lent { ticket, traits, attempt, moment: self.lease.moment, attached });
                self.sweep.get_or_insert(self.steady + LENT_FOR);
                Some(Effect::Send { ticket, attempt, attach: attached })
            }
            Event::Replied { ticket, attempt, status: ..400, asks: None, valid: true } => {
                let place = self.lent.iter().position(|lent| lent.attempt == *attempt)?;
                self.lent.remove(place);
                Some(Effect::Settle { ticket: *ticket, outcome: Outcome::Reply })
            }
            _ => None,
        }
    }

    fn hand_over(&mut self, ticket: Ticket) -> Result<(), Violation> {
        let Some(place) = self.lent.iter().position(|lent| lent.ticket == ticket) else { return Ok(()) };
        let Lent { ticket, traits, attempt, moment, attached } = self.lent.remove(place);
        self.happen(Event::Adopted { ticket, traits, attempt, moment, attached })
    }

    fn feel(&self, event: &Event) -> Moment {
        let mut felt = self.moment.felt + (self.wall - self.moment.wall).max(0.0);
        if let (Event::TimerFired, Some(deadline)) = (event, self.machine.next_deadline()) {
            felt = felt.max(self.moment.felt + deadline - self.moment.wall);
        }
        Moment { wall: self.wall, felt }
    }

    fn set_timer(&mut self) -> Result<(), Violation> {
        let under_way = self.machine.calls_under_way() + self.lent.len();
        if under_way != self.calls.len() {
            return Err(format!("X4: {} calls wait, the machine knows {under_way}", self.calls.len()));
        }
        let deadline = self.machine.next_deadline();
        if deadline.is_some_and(|deadline| !deadline.is_finite()) {
            return Err("R6: the next deadline is not finite".into());
        }
        if self.next_timer().is_none() && deadline.is_none() && under_way > 0 {
            return Err(format!("R6: {under_way} calls wait, and there is no deadline"));
        }
        if deadline != self.armed {
            self.armed = deadline;
            self.timer = deadline.map(|deadline| self.steady + (deadline - self.wall).max(0.0));
        }
        Ok(())
    }

    fn close(&mut self, is_over: impl Fn(&Pending) -> bool) {
        while let Some(index) = self.open.iter().position(&is_over) {
            let pending = self.open.remove(index);
            if self.answered.len() == LATE_ANSWERS {
                self.answered.remove(0);
            }
            self.answered.push(pending);
        }
    }

    fn perform(&mut self, effect: &Effect) {
        let (door, number, ticket) = match effect {
            Effect::Send { ticket, attempt, .. } => (Door::Send, *attempt, *ticket),
            Effect::Cancel { ticket } => {
                return self.close(|open| open.door == Door::Send && open.ticket == *ticket);
            }
            Effect::CancelFlight { flight } => {
                let cancels = |door| matches!(door, Door::Exchange | Door::Submit);
                return self.close(|open| cancels(open.door) && open.number == *flight);
            }
            Effect::Settle { ticket, .. } | Effect::Fail { ticket, .. } => {
                return self.calls.retain(|call| call != ticket);
            }
            Effect::Store(saved) => {
                if !self.storage_full {
                    self.stored = saved.clone();
                }
                return;
            }
            Effect::Publish(lease) => {
                self.lease = lease.clone();
                return;
            }
            Effect::Changed(_) | Effect::Trace(_) => return,
            Effect::CallLogin { flight } => (Door::Login, *flight, 0),
            Effect::Exchange { flight, .. } => (Door::Exchange, *flight, 0),
            Effect::CheckKey { flight } => (Door::Key, *flight, 0),
            Effect::ReadPrivacy { flight } => (Door::Privacy, *flight, 0),
            Effect::AskPrivacy { flight } => (Door::Consent, *flight, 0),
            Effect::ReadSetting { flight, .. } => (Door::Setting, *flight, 0),
            Effect::Authorize { flight, .. } => (Door::Authorize, *flight, 0),
            Effect::Ask { flight, .. } => (Door::Prompt, *flight, 0),
            Effect::Submit { flight, .. } => (Door::Submit, *flight, 0),
        };
        self.open.push(Pending { door, number, ticket });
    }
}

/// Until the machine publishes one: there is no session.
const FIRST_LEASE: Lease =
    Lease { saved: None, moment: 0, from: Millis::NEG_INFINITY, until: Millis::INFINITY };

/// Whose request the event is about, where that may have been sent by the lease.
const fn ticket_of(event: &Event) -> Option<Ticket> {
    match event {
        Event::Aborted { ticket }
        | Event::Replied { ticket, .. }
        | Event::SendFailed { ticket, .. }
        | Event::CallbackFailed { ticket, .. } => Some(*ticket),
        _ => None,
    }
}

fn wrap(nth: u32, count: usize) -> usize {
    (nth as usize).checked_rem(count).unwrap_or_default()
}

fn describe(step: &Step) -> String {
    let effects: Vec<String> = step
        .effects
        .iter()
        .map(|effect| match effect {
            Effect::Fail { ticket, failure } => format!("Fail {ticket} {}", failure.code.as_str()),
            Effect::Publish(lease) => format!("Publish {}", lease.saved.is_some()),
            Effect::Trace(step) => format!("({})", step.step),
            Effect::Store(saved) => format!("Store {}", saved.is_some()),
            effect => format!("{effect:?}"),
        })
        .collect();
    format!("{:>10.0} ms  {}", step.at.felt, effects.join(", "))
}
