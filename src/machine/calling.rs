//! The journey of a call: its needs, its sends, its end (laws R).

use super::{Machine, logged_out};
use crate::answer::{Judgement, Reply};
use crate::backoff;
use crate::calls::{On, Purpose, State};
use crate::command::Traits;
use crate::effect::{Effect, Outcome};
use crate::error::{Code, Failure, HostError, Refusal};
use crate::id::{Attempt, Ticket};
use crate::need::Need;
use crate::session::Moment;
use crate::submission::is_passing;
use crate::trace::Step;
use std::rc::Rc;

/// Where a need stands for the call that wants it.
pub(super) enum Required {
    /// It holds.
    Held,
    /// The call waits for it, or is over.
    NotYet,
}

impl Machine {
    /// A call begins.
    pub(super) fn begin(&mut self, ticket: Ticket, purpose: Purpose, needs: Vec<Need>) {
        let epoch = self.sessions.epoch(self.wall);
        let needs = if purpose.may_require() { needs } else { Vec::new() };
        self.calls.insert(ticket, purpose, epoch, needs);
        self.advance(ticket);
    }

    /// A request that was sent by a lease.
    pub(super) fn adopt(
        &mut self,
        ticket: Ticket,
        traits: Traits,
        needs: Vec<Need>,
        moment: Moment,
        attached: bool,
    ) {
        let epoch = self.sessions.epoch_at(moment, attached);
        let needs = if traits.may_require() { needs } else { Vec::new() };
        self.calls.insert(ticket, Purpose::Request(traits), epoch, needs);
        if let Some(call) = self.calls.get_mut(ticket) {
            call.ahead.clear(); // the lease said that they hold
        }
        self.calls.enter_sent(ticket, Attempt::BY_LEASE, moment, self.clock.time());
    }

    /// Makes the needs hold one after the other, then goes on to what the call is for.
    pub(super) fn advance(&mut self, ticket: Ticket) {
        loop {
            self.calls.enter(ticket, State::Ready);
            let Some(call) = self.calls.get_mut(ticket) else { return };
            let (epoch, need) = (call.epoch, call.ahead.pop());
            if !self.sessions.permits(epoch) {
                return self.fail(ticket, logged_out());
            }
            let Some(need) = need else { break };
            if let Required::NotYet = self.require(need, ticket) {
                return;
            }
        }
        let Some(call) = self.calls.get(ticket) else { return };
        let (purpose, wants_login) = (call.purpose, call.wants_login);
        // What was waited for since may have taken longer than the session lasted.
        if wants_login && !self.has_fresh_session() {
            return self.wait_for_login(ticket);
        }
        match purpose {
            Purpose::Request(traits) => self.send(ticket, traits),
            Purpose::Login { .. } => {
                let session = self.sessions.standing().cloned();
                self.settle(ticket, Outcome::Session(session));
            }
            Purpose::Ensure => self.settle(ticket, Outcome::Done),
        }
    }

    fn require(&mut self, need: Need, ticket: Ticket) -> Required {
        match &need {
            Need::Login if self.has_fresh_session() => Required::Held,
            Need::Login => {
                self.wait_for_login(ticket);
                Required::NotYet
            }
            Need::SessionKey if self.calls.get(ticket).is_some_and(|call| call.has_new_key) => Required::Held,
            _ => self.require_authorization(need, ticket),
        }
    }

    /// What the call waited for holds now, or can't be had.
    pub(super) fn wake(&mut self, ticket: Ticket, result: &Result<(), Rc<Failure>>) {
        match result {
            Ok(()) => self.advance(ticket),
            Err(failure) => self.fail(ticket, Rc::clone(failure)),
        }
    }

    fn send(&mut self, ticket: Ticket, traits: Traits) {
        let attach = traits.takes_session() && self.has_fresh_session();
        if attach && let Some(call) = self.calls.get_mut(ticket) {
            self.sessions.claim(&mut call.epoch);
        }
        let attempt = self.queue.attempt();
        self.calls.enter_sent(ticket, attempt, self.sessions.moment(), self.clock.time());
        self.queue.push(Effect::Send { ticket, attempt, attach });
        if attach {
            self.renew_ahead();
        }
    }

    /// A native request came to an end.
    pub(super) fn replied(&mut self, ticket: Ticket, attempt: Attempt, reply: Reply) {
        let Some(sent) = self.calls.awaits(ticket, attempt) else { return };
        let Some(Purpose::Request(traits)) = self.calls.get(ticket).map(|call| call.purpose) else { return };
        match reply {
            Reply::Judged(judgement) => self.judged(ticket, traits, sent, judgement),
            Reply::Failed(error) => self.send_failed(ticket, traits, sent, error),
            Reply::FailedForGood(error) => {
                self.send_failed(ticket, Traits { repeatable: false, ..traits }, sent, error);
            }
            Reply::CallbackFailed { name, error } => {
                let failure = Failure::new(Code::CallbackFailed, &[&name, " failed"]);
                self.fail(ticket, failure.said(error).about_reply(None).shared());
            }
        }
    }

    /// Law R1: what the response says is missing is made to hold, and the request is sent again.
    fn judged(&mut self, ticket: Ticket, traits: Traits, sent: Moment, judgement: Judgement) {
        let Judgement { status, attached, .. } = judgement;
        let asks = if traits.takes_session() { judgement.asks.clone() } else { Vec::new() };
        let refused_session = (attached && asks.contains(&Need::Login)).then_some(sent);
        if attached && asks.is_empty() && self.sessions.is_current(sent) {
            self.rejections.accepted();
        }
        if asks.is_empty() || !traits.may_ask() {
            if let Some(sent) = refused_session {
                self.refuse_session(sent);
            }
            return self.judge_as_it_is(ticket, judgement);
        }
        self.make_hold(ticket, asks, sent, refused_session, status);
    }

    /// Law S5, but for L10.
    pub(super) fn refuse_session(&mut self, sent: Moment) {
        if self.rejection_wait().is_none() && self.sessions.invalidate(sent) {
            self.tell(crate::session::ChangeKind::Expired);
        }
    }

    fn judge_as_it_is(&mut self, ticket: Ticket, judgement: Judgement) {
        let Judgement { status, refused, invalid, .. } = judgement;
        let mut failure = match refused {
            Some(refused) => Failure::new(Code::Refused, &["the backend refused"]).said(refused),
            None if invalid => Failure::new(Code::Status, &["validateStatus refused the status"]),
            None => return self.settle(ticket, Outcome::Reply),
        };
        failure.retryable = status.is_some_and(is_passing);
        self.fail(ticket, failure.about_reply(status).shared());
    }

    /// Law R2: each need once. A response that asks for the same again gets no third send.
    fn make_hold(
        &mut self,
        ticket: Ticket,
        asks: Vec<Need>,
        sent: Moment,
        refused_session: Option<Moment>,
        status: Option<u16>,
    ) {
        let Some(call) = self.calls.get_mut(ticket) else { return };
        let mut needs: Vec<Need> = Vec::with_capacity(asks.len());
        for need in asks {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        let again = needs.iter().find(|need| call.asked.contains(need)).cloned();
        call.asked.extend_from_slice(&needs);
        let (epoch, asks_login) = (call.epoch, needs.contains(&Need::Login));
        call.wants_login |= asks_login;
        if !self.sessions.permits(epoch) {
            return self.fail(ticket, logged_out());
        }
        for need in &needs {
            self.queue.trace(Step::named("asked-for").ticket(ticket).need(need));
            if need.is_step() {
                self.sessions.forget_grant(need, sent);
            }
        }
        if asks_login && let Some(wait) = self.rejection_wait() {
            let mut failure = login_rejected();
            failure.retry_after = Some(wait);
            return self.fail(ticket, failure.about_reply(status).shared());
        }
        match again {
            Some(Need::Login) => {
                if let Some(sent) = refused_session {
                    self.reject(sent);
                }
                self.fail(ticket, login_rejected().about_reply(status).shared());
            }
            Some(need) => {
                if let Some(sent) = refused_session {
                    self.refuse_session(sent);
                }
                let message = "the server still asks for a need that was just met";
                let failure = Failure::new(Code::AuthUnavailable, &[message]).of(need);
                self.fail(ticket, failure.about_reply(status).shared());
            }
            None => {
                if let Some(sent) = refused_session {
                    self.refuse_session(sent);
                }
                needs.reverse();
                if let Some(call) = self.calls.get_mut(ticket) {
                    call.ahead = needs;
                }
                self.advance(ticket);
            }
        }
    }

    /// The server refuses what it has just given (law L10), unless there is another one by now.
    pub(super) fn reject(&mut self, sent: Moment) {
        if self.sessions.is_current(sent) {
            self.rejections.rejected(self.clock.time(), &mut self.rng);
        }
    }

    /// Law R9: transport failures, resent only if that can do no harm.
    fn send_failed(&mut self, ticket: Ticket, traits: Traits, sent: Moment, error: HostError) {
        let failure = match error.refusal() {
            // The host refused before anything went out, so that sending again is safe (A5).
            Some(Refusal::PrivacyNotAgreed) if traits.may_require() => {
                return self.make_hold(ticket, vec![Need::Privacy], sent, None, None);
            }
            Some(refusal @ (Refusal::PrivacyNotAgreed | Refusal::PrivacyNotDeclared)) => {
                Failure::refused(refusal, Need::Privacy, error)
            }
            _ if error.is_abort() => {
                Failure::new(Code::Aborted, &["the native task was aborted"]).said(error)
            }
            _ if traits.repeatable && self.delay(ticket) => return,
            _ if error.is_timeout() => Failure::new(Code::Timeout, &["the request timed out"]).said(error),
            _ => Failure::new(Code::Network, &["the request did not get through"]).said(error),
        };
        self.fail(ticket, failure.shared());
    }

    /// Waits for another try, if there is one left.
    fn delay(&mut self, ticket: Ticket) -> bool {
        let most = self.config.retries;
        let Some(call) = self.calls.get_mut(ticket).filter(|call| call.resends < most) else { return false };
        if !self.sessions.permits(call.epoch) {
            self.fail(ticket, logged_out());
            return true;
        }
        call.resends += 1;
        let until = self.clock.time() + backoff::wait(call.resends, &mut self.rng);
        self.calls.enter(ticket, State::Delayed { until });
        self.queue.trace(Step::named("retry-waits").ticket(ticket));
        true
    }

    /// Law R7: before the send it is never sent, after it the native task is aborted.
    pub(super) fn abort(&mut self, ticket: Ticket) {
        if let Some(State::Sent { .. }) = self.calls.state(ticket) {
            self.queue.push(Effect::CancelSend { ticket });
        }
        self.fail(ticket, Failure::new(Code::Aborted, &["abort() was called"]).shared());
    }

    /// Calls that waited long enough.
    pub(super) fn wake_due_calls(&mut self) {
        for ticket in self.calls.due(self.clock.time()) {
            match self.calls.state(ticket) {
                Some(State::Delayed { .. }) => self.advance(ticket),
                Some(State::Sent { .. }) => {
                    self.queue.push(Effect::CancelSend { ticket });
                    let failure = Failure::new(Code::Timeout, &["the host never answered the request"]);
                    self.fail(ticket, failure.shared());
                }
                _ => {}
            }
        }
    }

    /// A call is over: what only it waited for may be over, too (law A3).
    pub(super) fn left(&mut self, state: State) {
        match state {
            State::Waiting(On::Login) => self.drop_login_prompt(),
            State::Waiting(On::Need(id) | On::Submission(id)) => self.drop_authorization(id),
            _ => {}
        }
    }
}

fn login_rejected() -> Box<Failure> {
    let message = "the server still asks for a login, right after one";
    Failure::new(Code::LoginRejected, &[message]).of(Need::Login)
}
