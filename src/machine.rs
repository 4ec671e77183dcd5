//! The machine: what happened goes in, what is to be done comes out.
//!
//! It calls nothing and knows no clock, so nothing can call back into it half-way: an event is
//! taken in whole, and the state is sound again before its first effect is performed. This is the
//! only file that knows all sub-machines: each decides within its own walls and returns what came
//! of it, and here that is passed on to the next.

mod authorizing;
mod calling;
mod logging_in;

use crate::answer::Answer;
use crate::authorization;
use crate::authorizations::Authorizations;
use crate::backoff::{Backoff, Rejections};
use crate::calls::{Calls, On, Purpose, State};
use crate::clock::{Clock, Millis, earlier};
use crate::command::Command;
use crate::config::Config;
use crate::effect::{Effect, Outcome};
use crate::error::{Code, Failure};
use crate::event::Event;
use crate::id::{Flight, Ticket};
use crate::login::{self, Login};
use crate::queue::Queue;
use crate::record::Misfit;
use crate::session::{ChangeKind, Saved, SessionReply, Way};
use crate::sessions::{Lease, Sessions};
use crate::trace::Step;
use fastrand::Rng;
use std::rc::Rc;

/// All that one client knows and decides.
#[derive(Debug)]
pub struct Machine {
    config: Config,
    clock: Clock,
    /// The wall clock at the last event: what sessions end by.
    wall: Millis,
    rng: Rng,
    sessions: Sessions,
    login: Login,
    backoff: Backoff,
    rejections: Rejections,
    authorizations: Authorizations,
    calls: Calls,
    queue: Queue,
    lease: Rc<Lease>,
}

impl Machine {
    /// A client without a session. `seed` is for the jitter of the waits.
    pub fn new(config: Config, seed: u64) -> Self {
        let sessions = Sessions::default();
        let lease = Rc::new(sessions.lease(Millis::INFINITY, true));
        Machine {
            config,
            clock: Clock::default(),
            wall: 0.0,
            rng: Rng::with_seed(seed),
            sessions,
            login: Login::default(),
            backoff: Backoff::default(),
            rejections: Rejections::default(),
            authorizations: Authorizations::default(),
            calls: Calls::default(),
            queue: Queue::default(),
            lease,
        }
    }

    /// Takes over what storage held. To be called before any event.
    pub fn restore(&mut self, saved: Saved, now: Millis) {
        self.wall = if now.is_finite() { now } else { 0.0 };
        self.sessions.restore(saved);
        self.queue.trace(Step::named("session-restored"));
        self.notice_end();
        self.publish();
    }

    /// Turns [`Effect::Trace`] on and off.
    pub fn set_tracing(&mut self, tracing: bool) {
        self.queue.set_tracing(tracing);
    }

    /// How many calls are not settled yet.
    pub fn calls_under_way(&self) -> usize {
        self.calls.len()
    }

    /// Takes in what happened at `now` on the wall clock. What is to be done then comes out of
    /// [`Machine::poll`], and what may be gone by without asking out of [`Machine::lease`].
    pub fn handle(&mut self, event: Event, now: Millis) {
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
        let gives_up =
            matches!(event, Event::Aborted { .. } | Event::Called { command: Command::Logout, .. });
        if gives_up {
            self.dispatch(event);
            self.expire();
        } else {
            self.expire();
            self.dispatch(event);
        }
        self.publish();
    }

    /// The next thing to be done. What has gone stale since it was decided is never handed out.
    pub fn poll(&mut self) -> Option<Effect> {
        loop {
            let effect = self.queue.pop()?;
            let is_wanted = match &effect {
                Effect::Send { ticket, attempt, .. } => self.calls.awaits(*ticket, *attempt).is_some(),
                Effect::Ask { flight, .. } => {
                    self.login.flight() == Some(*flight) || self.authorizations.put(*flight)
                }
                _ => true,
            };
            if is_wanted {
                return Some(effect);
            }
        }
    }

    /// When [`Event::TimerFired`] is due, on the wall clock of the last event.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.deadline().map(|deadline| self.clock.to_wall(deadline))
    }

    /// What may be gone by without asking. Another one, by pointer, if it has changed.
    pub const fn lease(&self) -> &Rc<Lease> {
        &self.lease
    }

    fn deadline(&self) -> Option<Millis> {
        earlier(earlier(self.calls.wake_at(), self.login.deadline()), self.authorizations.deadline())
    }

    fn publish(&mut self) {
        let lease = self.sessions.lease(self.renew_from(), self.rejection_wait().is_none());
        if *self.lease != lease {
            self.lease = Rc::new(lease);
        }
    }

    /// Ends what took too long before the event is looked at: an answer that comes after its
    /// time limit does not count, even if it overtakes the timer (laws L5, A3). A request's
    /// response does: its limit is only for hosts that never answer.
    fn expire(&mut self) {
        let time = self.clock.time();
        if let Some(progress) = self.login.expire(time, &mut self.queue) {
            self.login_progressed(progress);
        }
        while let Some((id, failure)) = self.authorizations.expire(time) {
            self.end_authorization(id, Err(failure), false);
        }
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Called { ticket, command } => self.called(ticket, command),
            Event::Adopted { ticket, traits, needs, moment, attached } => {
                self.adopt(ticket, traits, needs, moment, attached);
            }
            Event::SessionUsed => self.renew_ahead(),
            Event::Denied { need, reason } => self.deny(&need, reason),
            Event::Aborted { ticket } => self.abort(ticket),
            Event::Replied { ticket, attempt, reply } => self.replied(ticket, attempt, reply),
            Event::Answered { flight, answer } => self.answered(flight, answer),
            Event::TimerFired => self.wake_due_calls(),
        }
    }

    fn called(&mut self, ticket: Ticket, command: Command) {
        match command {
            Command::Request { traits, needs } => self.begin(ticket, Purpose::Request(traits), needs),
            Command::Ensure { needs } => self.begin(ticket, Purpose::Ensure, needs),
            Command::Login { force, prompt } => self.log_in(ticket, force, prompt),
            Command::GetSession => {
                self.notice_end();
                let session = self.sessions.standing().filter(|saved| saved.is_fresh(self.wall)).cloned();
                self.queue.push(Effect::Settle { ticket, outcome: Outcome::Session(session) });
            }
            Command::SetSession(reply) => self.set_session(ticket, reply),
            Command::Logout => {
                self.log_out();
                self.queue.push(Effect::Settle { ticket, outcome: Outcome::Done });
            }
            Command::Provide { need, detail } => self.provide(ticket, need, detail),
        }
    }

    fn answered(&mut self, flight: Flight, answer: Answer) {
        let (login, means, queue) = self.login_with_means();
        if let Some(progress) = login.answered(flight, &answer, means, queue) {
            return self.login_progressed(progress);
        }
        if let (Answer::Detail(_), Some(id)) = (&answer, self.authorizations.awaiting(flight)) {
            self.claim(id);
        }
        let (authorizations, means, queue) = self.authorizations_with_means();
        if let Some((id, progress)) = authorizations.answered(flight, answer, means, queue) {
            self.authorization_progressed(id, progress);
        }
    }

    fn set_session(&mut self, ticket: Ticket, reply: Result<SessionReply, Misfit>) {
        self.notice_end();
        let checked = reply.and_then(|reply| {
            let adds = self.sessions.can_add(&reply, self.wall);
            reply.check(self.wall, adds).map(|()| reply)
        });
        match checked {
            Ok(reply) => {
                self.begin_session(reply, Way::Given);
                let session = self.sessions.standing().cloned();
                self.end_login(&Ok(()), Some(Way::Given));
                self.queue.push(Effect::Settle { ticket, outcome: Outcome::Session(session) });
            }
            Err(misfit) => {
                let failure = Failure::new(Code::ExchangeInvalid, &[&misfit.message()]);
                self.queue.push(Effect::Fail { ticket, failure: failure.shared() });
            }
        }
    }

    /// `logout()`: nobody's calls go on, and what a login still brings is ignored (law S7).
    fn log_out(&mut self) {
        let had_session = self.sessions.log_out();
        self.backoff.lift_block();
        self.rejections = Rejections::default();
        self.queue.trace(Step::named("logged-out"));
        if had_session {
            self.tell(ChangeKind::Logout);
        }
        self.login.cancel(&mut self.queue);
        for id in self.authorizations.ids(|_| true) {
            self.abandon(id);
        }
        let failure = logged_out();
        for ticket in self.calls.not_sent() {
            // What is left open now is what is with the backend.
            let is_sent = match self.calls.state(ticket) {
                Some(State::Waiting(On::Submission(id))) => self.authorizations.get(id).is_some(),
                _ => false,
            };
            if !is_sent {
                self.fail(ticket, Rc::clone(&failure));
            }
        }
    }

    /// The login with what it has to work with.
    fn login_with_means(&mut self) -> (&mut Login, login::Means<'_>, &mut Queue) {
        let means = login::Means {
            config: &self.config,
            refresh_token: self.sessions.refresh_token(),
            submitting: self.authorizations.are_submitting(),
            time: self.clock.time(),
            wall: self.wall,
        };
        (&mut self.login, means, &mut self.queue)
    }

    /// The authorizations with what they may look at.
    fn authorizations_with_means(&mut self) -> (&mut Authorizations, authorization::Means<'_>, &mut Queue) {
        self.notice_end();
        let means = authorization::Means {
            config: &self.config,
            fresh: self.sessions.is_fresh(self.wall),
            moment: self.sessions.moment(),
            logging_in: self.login.is_silent(),
            renewing_key: self.login.renews_key(),
            time: self.clock.time(),
            wall: self.wall,
        };
        (&mut self.authorizations, means, &mut self.queue)
    }

    /// Tells of a change, with the session that there is now.
    fn tell(&mut self, kind: ChangeKind) {
        let session = self.sessions.standing().cloned();
        self.queue.push(Effect::Changed { kind, session });
    }

    /// Notices that the session's time has passed (law S1: judged at every use).
    fn notice_end(&mut self) {
        if self.sessions.notice_end(self.wall) {
            self.tell(ChangeKind::Expired);
        }
    }

    fn has_fresh_session(&mut self) -> bool {
        self.notice_end();
        self.sessions.is_fresh(self.wall)
    }

    /// How long replies that ask for a login are still to be turned away (law L10).
    fn rejection_wait(&self) -> Option<f64> {
        self.rejections.wait(self.clock.time()).filter(|_| self.sessions.is_fresh(self.wall))
    }

    /// Ends a call that went well.
    fn settle(&mut self, ticket: Ticket, outcome: Outcome) {
        if let Some(state) = self.calls.remove(ticket) {
            self.queue.push(Effect::Settle { ticket, outcome });
            self.left(state);
        }
    }

    /// Ends a call that did not.
    fn fail(&mut self, ticket: Ticket, failure: Rc<Failure>) {
        if let Some(state) = self.calls.remove(ticket) {
            self.queue.push(Effect::Fail { ticket, failure });
            self.left(state);
        }
    }
}

fn logged_out() -> Rc<Failure> {
    Failure::new(Code::LoggedOut, &["logout() was called meanwhile, or another user logged in"]).shared()
}
