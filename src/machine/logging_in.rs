//! The one login, for whoever and how many wait for it (laws L, S9, S10).

use super::Machine;
use crate::authorization::Authorization;
use crate::calls::{On, Purpose, State};
use crate::clock::Millis;
use crate::effect::{Effect, Outcome};
use crate::error::{Code, Failure};
use crate::exchange::browsing;
use crate::id::Ticket;
use crate::login::Progress;
use crate::need::Need;
use crate::session::{ChangeKind, SessionReply, Way};
use crate::trace::Step;
use std::rc::Rc;

impl Machine {
    /// `login()`: the fresh session, or one login.
    pub(super) fn log_in(&mut self, ticket: Ticket, force: bool, prompt: bool) {
        if !force && self.has_fresh_session() {
            let session = self.sessions.standing().cloned();
            return self.queue.push(Effect::Settle { ticket, outcome: Outcome::Session(session) });
        }
        let epoch = self.sessions.epoch_of_anyone();
        self.calls.insert(ticket, Purpose::Login { force, prompt }, epoch, Vec::new());
        if self.login.is_prompting() && !prompt {
            return self.fail(ticket, nobody_is_asked());
        }
        self.calls.enter(ticket, State::Waiting(On::Login));
        self.join_login(force, false);
    }

    /// The call goes on when there is a session.
    pub(super) fn wait_for_login(&mut self, ticket: Ticket) {
        self.calls.enter(ticket, State::Waiting(On::Login));
        self.join_login(false, false);
    }

    /// The login under way, or a new one, unless back-off says not yet (law L6). Whoever joins
    /// already waits for it.
    pub(super) fn join_login(&mut self, force: bool, new_key: bool) {
        if !self.login.is_idle() {
            return;
        }
        if self.config.browse_only {
            return self.end_login(&Err(browsing().shared()), None);
        }
        if !force && let Some(failure) = self.backoff.refusal(self.clock.time()) {
            return self.end_login(&Err(failure), None);
        }
        let (login, means, queue) = self.login_with_means();
        let progress = login.begin(new_key, means, queue);
        self.login_progressed(progress);
    }

    /// Law L11: the first use of a session that close to its end renews it beside itself.
    pub(super) fn renew_ahead(&mut self) {
        if self.wall >= self.renew_from() {
            let (login, means, queue) = self.login_with_means();
            let progress = login.renew(means, queue);
            self.login_progressed(progress);
        }
    }

    /// From when on a use of the session has it renewed, on the wall clock.
    pub(super) fn renew_from(&self) -> Millis {
        let can_renew = self.config.renews && self.config.renew_ahead > 0.0 && self.login.is_idle();
        let saved = self.sessions.standing().filter(|saved| can_renew && saved.refresh_token.is_some());
        match (saved, self.backoff.opens_at()) {
            (Some(saved), Some(opens_at)) => {
                let opens_at = self.clock.to_wall(opens_at);
                (saved.session.expires_at - self.config.renew_ahead).max(opens_at)
            }
            _ => Millis::INFINITY,
        }
    }

    pub(super) fn login_progressed(&mut self, progress: Progress) {
        match progress {
            Progress::Waits => {}
            Progress::AsksUser => self.ask_to_log_in(),
            Progress::TokenRefused => {
                self.sessions.drop_refresh_token();
                self.queue.trace(Step::named("renewal-refused"));
                if !self.is_login_wanted() {
                    return self.login.cancel(&mut self.queue);
                }
                let (login, means, queue) = self.login_with_means();
                let progress = login.go_on(means, queue);
                self.login_progressed(progress);
            }
            Progress::Succeeded { reply, way } => {
                self.begin_session(*reply, way);
                self.end_login(&Ok(()), Some(way));
            }
            Progress::Failed(failure) => {
                let failure = self.backoff.failed(failure, self.clock.time(), &mut self.rng);
                self.queue.trace(Step::named("login-failed").need(&Need::Login).code(failure.code));
                self.end_login(&Err(failure), None);
            }
            Progress::Unavailable(failure) => self.end_login(&Err(failure.shared()), None),
        }
    }

    /// Does anybody wait for the login, and not only let it happen?
    pub(super) fn is_login_wanted(&self) -> bool {
        self.calls.wait_on(On::Login) || self.authorizations.wait_for_login()
    }

    /// No silent way is left. Whoever wants nobody asked waits no longer (law L1).
    fn ask_to_log_in(&mut self) {
        for ticket in self.calls.waiting_on(On::Login) {
            if self.calls.get(ticket).is_some_and(|call| !call.purpose.may_prompt()) {
                self.fail(ticket, nobody_is_asked());
            }
        }
        if !self.is_login_wanted() {
            return self.login.cancel(&mut self.queue);
        }
        let epoch = self.sessions.epoch_of_anyone();
        let id = self.authorizations.open(Need::Login, epoch, &mut self.queue);
        let (authorizations, means, queue) = self.authorizations_with_means();
        let progress = authorizations.begin(id, means, queue);
        self.authorization_progressed(id, progress);
    }

    /// A new session begins (laws S5, S10).
    pub(super) fn begin_session(&mut self, reply: SessionReply, way: Way) {
        if way != Way::Given || reply.is_whole() {
            self.backoff.succeeded(); // what only adds to a session is no login
        }
        let kind = self.sessions.begin(reply, way, self.wall, &self.config);
        self.rejections.accepted();
        let session = self.sessions.generation();
        self.queue.trace(Step { session, ..Step::named("session-begun") });
        self.tell(kind);
        // What was opened for the user before is not for this one.
        let (sessions, is_login) = (&self.sessions, kind == ChangeKind::Login);
        let stale = self.authorizations.ids(|open| {
            open.need != Need::Login
                && (!sessions.permits(open.epoch) || is_login && open.is_asking() && open.epoch.has_user())
        });
        for id in stale {
            self.abandon(id);
        }
    }

    /// All who wait settle with its outcome (law L1).
    pub(super) fn end_login(&mut self, result: &Result<(), Rc<Failure>>, way: Option<Way>) {
        self.login.cancel(&mut self.queue);
        if let Some(id) = self.authorizations.id_of(&Need::Login) {
            // It came another way, or not at all.
            let result = result.clone();
            self.close_authorization(id, &result, false);
        }
        let renews_key = way == Some(Way::Exchange);
        let authorizations = self.authorizations.ids(Authorization::waits_for_login);
        for ticket in self.calls.waiting_on(On::Login) {
            if let Some(call) = self.calls.get_mut(ticket) {
                call.has_new_key |= renews_key;
            }
            self.wake(ticket, result);
        }
        for id in authorizations {
            self.tell_login_ended(id, result, way);
        }
    }

    /// The submission that a login waited for is over. It may have brought a session, which is
    /// enough for whoever did not want a new one in any case (law L2).
    pub(super) fn resume_login(&mut self) {
        if !self.login.is_deferred() || self.authorizations.are_submitting() {
            return;
        }
        if self.calls.want_new_session() || self.authorizations.want_new_key() || !self.has_fresh_session() {
            let (login, means, queue) = self.login_with_means();
            let progress = login.go_on(means, queue);
            return self.login_progressed(progress);
        }
        self.end_login(&Ok(()), None);
    }

    /// The last who waited for the user to log in has given up (law A3).
    pub(super) fn drop_login_prompt(&mut self) {
        if self.login.is_prompting()
            && !self.is_login_wanted()
            && let Some(id) = self.authorizations.id_of(&Need::Login)
        {
            self.drop_authorization(id);
        }
    }
}

fn nobody_is_asked() -> Rc<Failure> {
    let message = "only the user could help, and nobody may be asked";
    Failure::new(Code::AuthUnavailable, &[message]).of(Need::Login).shared()
}
