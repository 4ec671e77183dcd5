//! The machine: what happened goes in, what is to be done comes out.
//!
//! It calls nothing and knows no clock, so nothing can call back into it half-way: an event is
//! taken in whole, and the state is sound again before its first effect is performed.

use crate::authorization::Gate;
use crate::backoff::Backoff;
use crate::clock::{Clock, Millis};
use crate::config::{Config, Submission};
use crate::effect::{Effect, Effects, Outcome};
use crate::error::Failure;
use crate::event::{Attempt, Event, Flight, Ticket};
use crate::keeper::{Keeper, Lease};
use crate::login::Login;
use crate::need::Need;
use crate::request::{Calls, Purpose, Serial};
use crate::session::Saved;
use fastrand::Rng;
use std::rc::Rc;

/// Who waits for a login or a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiter {
    Call(Ticket, Serial),
    Gate(Flight),
}

/// Where a need stands for whoever wants it.
pub(crate) enum Standing {
    Held,
    Waiting,
    Failed(Rc<Failure>),
}

/// All that one client knows and decides.
#[derive(Debug)]
pub struct Machine {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    /// The wall clock at the last event: what sessions end by.
    pub(crate) wall: Millis,
    pub(crate) rng: Rng,
    pub(crate) keeper: Keeper,
    pub(crate) calls: Calls,
    pub(crate) login: Login,
    pub(crate) login_waiters: Vec<Waiter>,
    pub(crate) backoff: Backoff,
    pub(crate) gates: Vec<Gate>,
    pub(crate) effects: Effects,
    last_flight: Flight,
    last_attempt: Attempt,
    pub(crate) tracing: bool,
}

impl Machine {
    /// A client without a session. `seed` is for the jitter of the waits.
    pub fn new(config: Config, seed: u64) -> Self {
        let keeper = Keeper::new(config.expiry_margin);
        Machine {
            config,
            clock: Clock::default(),
            wall: 0.0,
            rng: Rng::with_seed(seed),
            keeper,
            calls: Calls::default(),
            login: Login::default(),
            login_waiters: Vec::new(),
            backoff: Backoff::default(),
            gates: Vec::new(),
            effects: Effects::default(),
            last_flight: 0,
            last_attempt: 0,
            tracing: false,
        }
    }

    /// Takes over what storage held. To be called before any event.
    pub fn restore(&mut self, saved: Saved) -> Effects {
        self.keeper.restore(saved, &mut self.effects);
        self.trace("session-restored");
        std::mem::take(&mut self.effects)
    }

    /// Turns [`Effect::Trace`] on and off.
    pub fn set_tracing(&mut self, tracing: bool) {
        self.tracing = tracing;
    }

    /// How many calls are not settled yet.
    pub fn calls_under_way(&self) -> usize {
        self.calls.len()
    }

    /// Takes in what happened at `now` on the wall clock, and says what is to be done.
    pub fn handle(&mut self, event: Event, now: Millis) -> Effects {
        // A clock that shows no time at all stands still.
        let now = if now.is_finite() { now } else { self.wall };
        self.wall = now;
        self.clock.advance(now);
        if let Event::TimerFired = event
            && let Some(deadline) = self.deadline()
        {
            self.clock.reach(deadline);
        }
        // What the app gives up comes first, so that nothing is begun for it on the way (law R7).
        if let Event::Aborted { .. } | Event::LogoutWanted { .. } = event {
            self.dispatch(event);
            self.expire(self.clock.time());
        } else {
            self.expire(self.clock.time());
            self.dispatch(event);
        }
        std::mem::take(&mut self.effects)
    }

    /// When [`Event::TimerFired`] is due, on the wall clock of the last event.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.deadline().map(|deadline| self.clock.to_wall(deadline))
    }

    fn deadline(&self) -> Option<Millis> {
        let mut first = earlier(self.calls.wake_at(), self.login.deadline());
        for gate in &self.gates {
            first = earlier(first, gate.deadline());
        }
        first
    }

    /// Ends what took too long before the event is looked at: an answer that comes after its
    /// time limit does not count, even where it overtakes the timer (laws L5, A3). A request's
    /// reply does: its limit is only for hosts that never answer.
    fn expire(&mut self, time: Millis) {
        if self.login.deadline().is_some_and(|deadline| deadline <= time) {
            self.login_timed_out();
        }
        if !self.gates.is_empty() {
            self.close_due_gates(time);
        }
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Requested { ticket, traits, needs } => {
                self.trace_call("requested", ticket);
                self.begin_call(ticket, Purpose::Request(traits), needs);
            }
            Event::Adopted { ticket, traits, attempt, moment, attached } => {
                self.adopt_call(ticket, traits, attempt, moment, attached);
            }
            Event::Replied { ticket, attempt, status, asks, valid } => {
                self.replied(ticket, attempt, status, asks, valid);
            }
            Event::LoginWanted { ticket, force } => self.login_wanted(ticket, force),
            Event::EnsureWanted { ticket, needs } => self.begin_call(ticket, Purpose::Ensure, needs),
            Event::SessionPeeked { ticket } => {
                let fresh = self.has_fresh_session();
                self.settle(ticket, if fresh { Outcome::Session } else { Outcome::Nothing });
            }
            Event::LogoutWanted { ticket } => {
                self.log_out();
                self.settle(ticket, Outcome::Done);
            }
            Event::DetailProvided { ticket, need, detail } => self.detail_provided(ticket, need, detail),
            Event::NeedDenied { need, reason } => self.need_denied(need, reason),
            Event::Aborted { ticket } => self.aborted(ticket),

            Event::SendFailed { ticket, attempt, error } => self.send_failed(ticket, attempt, error),
            Event::CallbackFailed { ticket, attempt, name, error } => {
                self.callback_failed(ticket, attempt, &name, error);
            }

            Event::CodeReceived { flight, code } => self.code_received(flight, code),
            Event::CodeFailed { flight, error } => self.code_failed(flight, error),
            Event::Exchanged { flight, reply } => self.exchanged(flight, *reply),
            Event::ReadSessionFailed { flight, error } => self.read_session_failed(flight, error),

            Event::KeyChecked { flight, alive } => self.key_checked(flight, alive),
            Event::PrivacyRead { flight, asks } => self.privacy_read(flight, asks),
            Event::SettingRead { flight, allowed } => self.setting_read(flight, allowed),
            Event::Authorized { flight } => self.authorized(flight),
            Event::HostRefused { flight, error } => self.host_refused(flight, error),
            Event::HostLacked { flight, name } => self.host_lacked(flight, &name),

            Event::PromptAnswered { flight, detail } => self.prompt_answered(flight, detail),
            Event::PromptRefused { flight, error } => self.prompt_refused(flight, error),
            Event::Submitted { flight, status, session, attached } => {
                self.submitted(flight, status, session, attached);
            }
            Event::SubmitFailed { flight, error, threw } => self.submit_failed(flight, error, threw),

            Event::TimerFired => self.wake_due_calls(self.clock.time()),
        }
    }

    /// No call and no prompt is under way.
    pub fn is_idle(&self) -> bool {
        self.gates.is_empty() && self.calls.is_empty()
    }

    /// Is what was decided still wanted? Whoever was told of an earlier effect may have changed that.
    pub fn wants(&self, effect: &Effect) -> bool {
        match *effect {
            Effect::Send { ticket, attempt, .. } => self.awaits(ticket, attempt),
            Effect::CallLogin { flight }
            | Effect::Exchange { flight, .. }
            | Effect::CheckKey { flight }
            | Effect::ReadPrivacy { flight }
            | Effect::AskPrivacy { flight }
            | Effect::ReadSetting { flight, .. }
            | Effect::Authorize { flight, .. }
            | Effect::Ask { flight, .. }
            | Effect::Submit { flight, .. } => {
                self.login.flight() == Some(flight) || self.has_gate_awaiting(flight)
            }
            // A later one is on its way.
            Effect::Store(Some(ref saved)) => {
                self.lease().saved.is_some_and(|current| Rc::ptr_eq(&current, saved))
            }
            _ => true,
        }
    }

    /// What plain requests may be sent by now.
    pub fn lease(&self) -> Lease {
        self.keeper.lease()
    }

    /// Has that need a meaning here, even now that nobody wants it?
    pub fn remembers(&self, need: Need) -> bool {
        self.config.prompt(need).is_some() || self.keeper.remembers(need)
    }

    /// Does the app have the detail of that need posted with the session?
    pub(crate) fn posts(&self, need: Need) -> bool {
        self.config.prompt(need).is_some_and(|prompt| prompt.submission == Submission::Post)
    }

    /// Judged at every use (law S1).
    pub(crate) fn has_fresh_session(&mut self) -> bool {
        self.keeper.is_fresh(self.wall, &mut self.effects)
    }

    pub(crate) fn new_flight(&mut self) -> Flight {
        self.last_flight = self.last_flight.wrapping_add(1);
        self.last_flight
    }

    pub(crate) fn new_attempt(&mut self) -> Attempt {
        // The upper half is for what is sent by a lease.
        self.last_attempt = self.last_attempt % (Attempt::MAX >> 1) + 1;
        self.last_attempt
    }
}

pub(crate) fn earlier(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Exchange;

    #[test]
    fn attempts_stay_below_those_of_the_lease() {
        let config = Config {
            expiry_margin: 0.0,
            default_expires_in: 1.0,
            login_timeout: 1.0,
            prompt_timeout: 1.0,
            retries: 0,
            exchange: Exchange::Code,
            prompts: Vec::new(),
        };
        let mut machine = Machine::new(config, 7);
        assert_eq!(machine.new_attempt(), 1);
        machine.last_attempt = (1 << 31) - 2;
        assert_eq!([machine.new_attempt(), machine.new_attempt()], [(1 << 31) - 1, 1]);
    }
}
