//! The calls of the app: what each has still to wait for, and when it is sent (laws R1–R9).

use crate::backoff;
use crate::clock::Millis;
use crate::effect::{Effect, Outcome};
use crate::error::{Code, Failure, HostError, Refusal};
use crate::event::{Attempt, Ticket, Traits};
use crate::keeper::Moment;
use crate::machine::{Machine, Standing, Waiter, earlier};
use crate::need::{Kind, Need};
use std::rc::Rc;

/// A request without a `timeout` of its own that has heard nothing for this long never will:
/// WeChat's own default is 60 s, and it ends what is under way 5 s after going to the background.
const SILENCE: Millis = 120_000.0;
/// What a host may take beyond a request's own `timeout` before it counts as silent.
/// WeChat makes no more than ten at once, and the others wait their turn.
const SILENCE_AFTER_TIMEOUT: Millis = 60_000.0;
/// Longer than this no `timeout` is kept: a host's timers count no further than some weeks.
const LONGEST_TIMEOUT: Millis = 86_400_000.0;
/// The status that asks for a login where the app has no rule of its own.
pub(crate) const UNAUTHORIZED: u16 = 401;

/// The default rule: what a reply asks for where the app's own has no opinion.
const fn asks_login(traits: Traits, status: u16) -> bool {
    status == UNAUTHORIZED && traits.trusted && !traits.anonymous
}

/// A status that may be another one soon.
pub(crate) const fn is_passing(status: u16) -> bool {
    status == 429 || status >= 500
}

/// Tells a call from an earlier one of the same ticket.
pub(crate) type Serial = u32;

#[derive(Debug)]
pub(crate) struct Call {
    serial: Serial,
    /// When the call began.
    began: Moment,
    purpose: Purpose,
    /// Needs still to be made to hold, the next one last.
    ahead: Vec<Need>,
    /// A login was among the needs met so far.
    logged_in: bool,
    /// Something was waited for after it, so that it may hold no longer.
    waited_since: bool,
    /// Needs that replies have asked for so far, once each (law R2).
    asked: Vec<Need>,
    resends: u32,
    state: State,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Request(Traits),
    Login,
    Ensure,
}

#[derive(Debug)]
enum State {
    /// For a login or a need.
    Waiting,
    /// For the reply to what went out at `moment`, with the session of then or without one.
    Sent { attempt: Attempt, moment: Moment, attached: bool, deadline: Millis },
    /// For the next try after a transport failure.
    Delayed { until: Millis },
}

impl State {
    fn deadline(&self) -> Option<Millis> {
        match *self {
            State::Waiting => None,
            State::Sent { deadline, .. } => Some(deadline),
            State::Delayed { until } => Some(until),
        }
    }
}

impl Call {
    /// May it take longer than a host that is silent is waited for?
    const fn is_long(&self) -> bool {
        matches!(self.purpose, Purpose::Request(traits) if traits.timeout > SILENCE)
    }
}

/// The calls under way, by ticket.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    slots: Vec<Option<Call>>,
    next_serial: Serial,
    /// Not later than the first deadline of any call. It stays where it is when calls end, so
    /// that a request that is answered costs no timer.
    wake_at: Option<Millis>,
}

impl Calls {
    fn insert(&mut self, ticket: Ticket, began: Moment, purpose: Purpose, needs: Vec<Need>) -> Serial {
        let index = ticket as usize;
        if index >= self.slots.len() {
            self.slots.resize_with(index.saturating_add(1), || None);
        }
        self.next_serial = self.next_serial.wrapping_add(1);
        let serial = self.next_serial;
        let mut ahead = needs;
        ahead.reverse();
        let call = Call {
            serial,
            began,
            purpose,
            ahead,
            logged_in: false,
            waited_since: false,
            asked: Vec::new(),
            resends: 0,
            state: State::Waiting,
        };
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = Some(call);
        }
        serial
    }

    /// Adds one who waits. Where the room is full, those who have given up leave it first; as much
    /// again is then free, so that this happens rarely (law X4).
    pub(crate) fn add_waiter(&self, waiters: &mut Vec<Waiter>, waiter: Waiter) {
        if waiters.len() == waiters.capacity() {
            waiters.retain(|waiter| match *waiter {
                Waiter::Call(ticket, serial) => {
                    let call = self.slots.get(ticket as usize).and_then(Option::as_ref);
                    call.is_some_and(|call| call.serial == serial)
                }
                Waiter::Gate(_) => true,
            });
            waiters.reserve(waiters.len() + 1);
        }
        waiters.push(waiter);
    }

    fn get_mut(&mut self, ticket: Ticket) -> Option<&mut Call> {
        self.slots.get_mut(ticket as usize)?.as_mut()
    }

    /// Does the waiter want nothing but to see the session?
    pub(crate) fn wants_session(&self, waiter: Waiter) -> bool {
        let Waiter::Call(ticket, _) = waiter else { return false };
        let call = self.slots.get(ticket as usize).and_then(Option::as_ref);
        call.is_some_and(|call| matches!(call.purpose, Purpose::Login))
    }

    /// False where there is no such call. In place, since a call is many bytes to move.
    fn remove(&mut self, ticket: Ticket) -> bool {
        let Some(slot) = self.slots.get_mut(ticket as usize) else { return false };
        let Some(call) = slot else { return false };
        let is_long = call.is_long();
        *slot = None;
        if is_long {
            // Its timer would outlive it by far.
            self.wake_at = None;
            for deadline in self.slots.iter().flatten().filter_map(|call| call.state.deadline()) {
                self.wake_at = earlier(self.wake_at, Some(deadline));
            }
        }
        true
    }

    fn wake_by(&mut self, deadline: Millis) {
        if self.wake_at.is_none_or(|wake_at| deadline < wake_at) {
            self.wake_at = Some(deadline);
        }
    }

    /// Not later than the first deadline of any call.
    pub(crate) const fn wake_at(&self) -> Option<Millis> {
        self.wake_at
    }

    /// Tickets whose deadline has passed; the next one is looked up again.
    fn due(&mut self, time: Millis) -> Vec<Ticket> {
        let mut due = Vec::new();
        let mut next: Option<Millis> = None;
        for (ticket, slot) in (0..).zip(&self.slots) {
            match slot.as_ref().and_then(|call| call.state.deadline()) {
                Some(deadline) if deadline <= time => due.push(ticket),
                deadline @ Some(_) => next = earlier(next, deadline),
                None => {}
            }
        }
        self.wake_at = next;
        due
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.slots.iter().any(Option::is_some)
    }

    /// How many are under way.
    pub(crate) fn len(&self) -> usize {
        self.slots.iter().flatten().count()
    }
}

impl Machine {
    /// A request, or needs to be made to hold, begins.
    pub(crate) fn begin_call(&mut self, ticket: Ticket, purpose: Purpose, needs: Vec<Need>) {
        self.calls.insert(ticket, self.keeper.moment(), purpose, needs);
        self.advance_call(ticket);
    }

    /// A call that begins by waiting for something.
    pub(crate) fn wait_call(&mut self, ticket: Ticket, purpose: Purpose) -> Waiter {
        Waiter::Call(ticket, self.calls.insert(ticket, self.keeper.moment(), purpose, Vec::new()))
    }

    /// `login()`: the fresh session, or one login.
    pub(crate) fn login_wanted(&mut self, ticket: Ticket, force: bool) {
        if !force && self.has_fresh_session() {
            return self.settle(ticket, Outcome::Session);
        }
        let waiter = self.wait_call(ticket, Purpose::Login);
        if let Standing::Failed(failure) = self.join_login(waiter, force) {
            self.fail_call(ticket, failure);
        }
    }

    /// Makes the needs hold one after the other, then goes on to what the call is for.
    pub(crate) fn advance_call(&mut self, ticket: Ticket) {
        loop {
            let Some(call) = self.calls.get_mut(ticket) else { return };
            call.state = State::Waiting;
            let Some(need) = call.ahead.pop() else { break };
            let (waiter, began) = (Waiter::Call(ticket, call.serial), call.began);
            let waits_after_login = call.logged_in && need != Need::LOGIN;
            call.logged_in |= need == Need::LOGIN;
            match self.require(need, waiter, began) {
                Standing::Held => {}
                Standing::Waiting => {
                    if let Some(call) = self.calls.get_mut(ticket) {
                        call.waited_since = waits_after_login;
                    }
                    return;
                }
                Standing::Failed(failure) => return self.fail_call(ticket, failure),
            }
        }
        // A prompt may have taken longer than the session lasted, or somebody logged out meanwhile.
        if self.calls.get_mut(ticket).is_some_and(|call| std::mem::take(&mut call.waited_since))
            && !self.has_fresh_session()
            && let Some(call) = self.calls.get_mut(ticket)
        {
            call.ahead.push(Need::LOGIN);
            return self.advance_call(ticket);
        }
        match self.calls.get_mut(ticket).map(|call| call.purpose) {
            Some(Purpose::Request(traits)) => self.send(ticket, traits),
            Some(Purpose::Login) => self.finish_call(ticket, Outcome::Session),
            Some(Purpose::Ensure) => self.finish_call(ticket, Outcome::Done),
            None => {}
        }
    }

    /// What the call waited for holds now, or can't be had.
    pub(crate) fn wake_call(&mut self, ticket: Ticket, serial: Serial, result: &Result<(), Rc<Failure>>) {
        if self.calls.get_mut(ticket).is_none_or(|call| call.serial != serial) {
            return; // given up meanwhile
        }
        match result {
            Ok(()) => self.advance_call(ticket),
            Err(failure) => self.fail_call(ticket, Rc::clone(failure)),
        }
    }

    fn send(&mut self, ticket: Ticket, traits: Traits) {
        let attach = traits.trusted && !traits.anonymous && self.has_fresh_session();
        let attempt = self.new_attempt();
        self.mark_sent(ticket, traits, attempt, self.keeper.moment(), attach);
        self.trace_sent(ticket, attempt, attach);
        self.effects.push(Effect::Send { ticket, attempt, attach });
    }

    /// A call that was sent by a lease.
    pub(crate) fn adopt_call(
        &mut self,
        ticket: Ticket,
        traits: Traits,
        attempt: Attempt,
        moment: Moment,
        attached: bool,
    ) {
        self.calls.insert(ticket, moment, Purpose::Request(traits), Vec::new());
        self.mark_sent(ticket, traits, attempt, moment, attached);
    }

    fn mark_sent(
        &mut self,
        ticket: Ticket,
        traits: Traits,
        attempt: Attempt,
        moment: Moment,
        attached: bool,
    ) {
        let patience = if traits.timeout > 0.0 {
            traits.timeout.min(LONGEST_TIMEOUT) + SILENCE_AFTER_TIMEOUT
        } else {
            SILENCE
        };
        let deadline = self.clock.time() + patience;
        if let Some(call) = self.calls.get_mut(ticket) {
            call.state = State::Sent { attempt, moment, attached, deadline };
        }
        self.calls.wake_by(deadline);
    }

    /// Is the reply to that very attempt still waited for?
    pub(crate) fn awaits(&self, ticket: Ticket, attempt: Attempt) -> bool {
        let call = self.calls.slots.get(ticket as usize).and_then(Option::as_ref);
        call.is_some_and(
            |call| matches!(call.state, State::Sent { attempt: current, .. } if current == attempt),
        )
    }

    /// The call, if it waits for the reply to that very attempt.
    fn sent_call(&mut self, ticket: Ticket, attempt: Attempt) -> Option<&mut Call> {
        let call = self.calls.get_mut(ticket)?;
        matches!(call.state, State::Sent { attempt: current, .. } if current == attempt).then_some(call)
    }

    /// Law R1: what the reply says is missing is made to hold, and the request is sent again.
    pub(crate) fn replied(
        &mut self,
        ticket: Ticket,
        attempt: Attempt,
        status: u16,
        asks: Option<Vec<Need>>,
        valid: bool,
    ) {
        let Some(call) = self.sent_call(ticket, attempt) else { return };
        let Purpose::Request(traits) = call.purpose else { return };
        self.trace_reply(ticket, attempt, status);
        let asks = match asks {
            _ if traits.anonymous => Vec::new(),
            Some(needs) => needs,
            None if asks_login(traits, status) => vec![Need::LOGIN],
            None => Vec::new(),
        };
        if !asks.is_empty() {
            self.resend_with(ticket, asks, Some(status));
        } else if valid {
            self.finish_call(ticket, Outcome::Reply);
        } else {
            let mut failure =
                Failure::new(Code::Status, &["validateStatus refused the status"]).about_reply(Some(status));
            failure.retryable = is_passing(status);
            self.fail(ticket, failure);
        }
    }

    /// Law R2: each need once. A reply that asks for the same again gets no third send.
    fn resend_with(&mut self, ticket: Ticket, asks: Vec<Need>, status: Option<u16>) {
        let Some(call) = self.calls.get_mut(ticket) else { return };
        let State::Sent { moment, attached, .. } = call.state else { return };
        let mut needs: Vec<Need> = Vec::with_capacity(asks.len());
        for need in asks {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        let again = needs.iter().copied().find(|need| call.asked.contains(need));
        call.asked.extend_from_slice(&needs);
        for &need in &needs {
            self.trace_need("asked-for", need, None);
            match need.kind() {
                Kind::Login => self.keeper.invalidate(attached.then_some(moment), &mut self.effects),
                Kind::Step => self.keeper.forget_grant(need, moment, &mut self.effects),
                _ => {}
            }
        }
        needs.reverse();
        if let Some(call) = self.calls.get_mut(ticket) {
            call.ahead = needs;
        }
        match again {
            Some(need) => {
                let failure = match need {
                    Need::LOGIN => Failure::new(
                        Code::LoginRejected,
                        &["the server still asks for a login, right after one"],
                    ),
                    _ => Failure::new(
                        Code::AuthUnavailable,
                        &["the server still asks for a need that was just met"],
                    ),
                };
                self.fail(ticket, failure.about_reply(status).of(need));
            }
            None => self.advance_call(ticket),
        }
    }

    /// Law R9: transport failures, resent only where that can do no harm.
    pub(crate) fn send_failed(&mut self, ticket: Ticket, attempt: Attempt, error: HostError) {
        let retries = self.config.retries;
        let Some(call) = self.sent_call(ticket, attempt) else { return };
        let Purpose::Request(traits) = call.purpose else { return };
        let failure = match error.refusal() {
            // The host refused before anything went out, so that sending again is safe (A5).
            Some(Refusal::PrivacyNotAgreed) => {
                return self.resend_with(ticket, vec![Need::PRIVACY], None);
            }
            Some(refusal @ Refusal::PrivacyNotDeclared) => Failure::refused(refusal, Need::PRIVACY, error),
            _ if error.is_abort() => {
                Failure::new(Code::Aborted, &["the native task was aborted"]).said(error)
            }
            _ => {
                if traits.repeatable && call.resends < retries {
                    call.resends += 1;
                    let resends = call.resends;
                    return self.delay(ticket, resends);
                }
                if error.is_timeout() {
                    Failure::new(Code::Timeout, &["the request timed out"]).said(error)
                } else {
                    Failure::new(Code::Network, &["the request did not get through"]).said(error)
                }
            }
        };
        self.fail(ticket, failure);
    }

    fn delay(&mut self, ticket: Ticket, resends: u32) {
        let until = self.clock.time() + backoff::wait(resends, &mut self.rng);
        if let Some(call) = self.calls.get_mut(ticket) {
            call.state = State::Delayed { until };
        }
        self.calls.wake_by(until);
        self.trace_call("retry-waits", ticket);
    }

    /// A function of the app's own threw (law R6).
    pub(crate) fn callback_failed(&mut self, ticket: Ticket, attempt: Attempt, name: &str, error: HostError) {
        if self.sent_call(ticket, attempt).is_some() {
            let failure =
                Failure::new(Code::CallbackFailed, &[name, " failed"]).said(error).about_reply(None);
            self.fail(ticket, failure);
        }
    }

    /// Law R7: before the send it is never sent, after it the native task is aborted.
    pub(crate) fn aborted(&mut self, ticket: Ticket) {
        let Some(call) = self.calls.get_mut(ticket) else { return };
        if let State::Sent { .. } = call.state {
            self.effects.push(Effect::Cancel { ticket });
        }
        self.fail(ticket, Failure::new(Code::Aborted, &["abort() was called"]));
    }

    /// Calls that waited long enough.
    pub(crate) fn wake_due_calls(&mut self, time: Millis) {
        if self.calls.wake_at.is_none_or(|wake_at| time < wake_at) {
            return;
        }
        for ticket in self.calls.due(time) {
            match self.calls.get_mut(ticket).map(|call| &call.state) {
                Some(State::Delayed { .. }) => self.advance_call(ticket),
                Some(State::Sent { .. }) => {
                    self.effects.push(Effect::Cancel { ticket });
                    let failure = Failure::new(Code::Timeout, &["the host never answered the request"]);
                    self.fail(ticket, failure);
                }
                _ => {}
            }
        }
    }

    fn finish_call(&mut self, ticket: Ticket, outcome: Outcome) {
        if self.calls.remove(ticket) {
            self.settle(ticket, outcome);
        }
    }

    /// Ends a call that went well.
    pub(crate) fn settle(&mut self, ticket: Ticket, outcome: Outcome) {
        self.trace_call("settled", ticket);
        self.effects.push(Effect::Settle { ticket, outcome });
    }

    #[inline(never)]
    pub(crate) fn fail(&mut self, ticket: Ticket, failure: Box<Failure>) {
        self.fail_call(ticket, failure.shared());
    }

    /// Ends a call that did not.
    pub(crate) fn fail_call(&mut self, ticket: Ticket, failure: Rc<Failure>) {
        if self.calls.remove(ticket) {
            self.trace_failure(ticket, failure.code, failure.need);
            self.effects.push(Effect::Fail { ticket, failure });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x4_who_has_given_up_leaves_the_room_to_others() {
        let mut calls = Calls::default();
        let mut waiters = Vec::new();
        let stays = calls.insert(0, 0, Purpose::Ensure, Vec::new());
        calls.add_waiter(&mut waiters, Waiter::Call(0, stays));
        calls.add_waiter(&mut waiters, Waiter::Gate(7));
        for _ in 0..10_000 {
            let serial = calls.insert(1, 0, Purpose::Ensure, Vec::new());
            calls.add_waiter(&mut waiters, Waiter::Call(1, serial));
            calls.remove(1);
        }
        assert!(waiters.capacity() < 32, "{}", waiters.capacity());
        assert_eq!(waiters[..2], [Waiter::Call(0, stays), Waiter::Gate(7)]);
    }

    #[test]
    fn those_who_wait_all_stay() {
        let mut calls = Calls::default();
        let mut waiters = Vec::new();
        for ticket in 0..1_000 {
            let serial = calls.insert(ticket, 0, Purpose::Ensure, Vec::new());
            calls.add_waiter(&mut waiters, Waiter::Call(ticket, serial));
        }
        assert_eq!(waiters.len(), 1_000);
    }
}
