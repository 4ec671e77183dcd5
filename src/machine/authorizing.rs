//! Who waits for which authorization, and what its end means for them (laws A).

use super::{Machine, logged_out};
use crate::answer::Detail;
use crate::authorization::{Authorization, Progress, Then};
use crate::calls::{On, Purpose, State};
use crate::effect::{Effect, Outcome};
use crate::error::{Code, Failure};
use crate::id::{Flight, Ticket};
use crate::need::Need;
use crate::session::{ChangeKind, SessionReply, Way};
use crate::trace::Step;
use std::rc::Rc;

impl Machine {
    /// Has the need made to hold for that call, if it does not hold anyway.
    pub(super) fn require_authorization(&mut self, need: Need, ticket: Ticket) -> super::calling::Required {
        use super::calling::Required;
        if need.is_step() && self.sessions.is_granted(&need) {
            return Required::Held;
        }
        if let Some(id) = self.authorizations.id_of(&need) {
            self.claim(id);
            self.calls.enter(ticket, State::Waiting(On::Need(id)));
            return Required::NotYet;
        }
        if need.is_step() && self.config.submission(&need).is_none() {
            self.fail(ticket, no_prompt(&need));
            return Required::NotYet;
        }
        let id = self.authorizations.open(need, self.sessions.epoch(self.wall), &mut self.queue);
        self.calls.enter(ticket, State::Waiting(On::Need(id)));
        let (authorizations, means, queue) = self.authorizations_with_means();
        let progress = authorizations.begin(id, means, queue);
        self.authorization_progressed(id, progress);
        Required::NotYet
    }

    /// A guest's authorization becomes the user's who goes on with it.
    pub(super) fn claim(&mut self, id: Flight) {
        if self.has_fresh_session()
            && let Some(open) = self.authorizations.get_mut(id)
        {
            self.sessions.claim(&mut open.epoch);
        }
    }

    pub(super) fn authorization_progressed(&mut self, id: Flight, progress: Progress) {
        if self.authorizations.get(id).is_some_and(Authorization::is_abandoned) {
            return self.abandoned_answered(id, &progress);
        }
        match progress {
            Progress::Waits => {}
            Progress::WantsLogin { new_key } => self.join_login(false, new_key),
            Progress::Met(session) => self.met(id, session),
            Progress::Failed(failure) => self.end_authorization(id, Err(failure), true),
            Progress::TryAgain(failure) => self.try_again(id, &failure),
            Progress::LoginAsked { sent, then, failure } => {
                let failure = match self.rejection_wait() {
                    Some(wait) => Some(Failure { retry_after: Some(wait), ..*failure }),
                    None if then == Then::LogIn => None,
                    None => Some(*failure),
                };
                match sent {
                    _ if self.rejection_wait().is_some() => {}
                    Some(sent) if then == Then::Reject => self.reject(sent),
                    Some(sent) => self.refuse_session(sent),
                    None => {}
                }
                match failure {
                    Some(failure) => self.end_authorization(id, Err(Rc::new(failure)), true),
                    // A session of someone else's making is there already.
                    None if self.has_fresh_session() => self.tell_login_ended(id, &Ok(()), None),
                    None => {
                        self.join_login(false, false);
                        self.resume_login(); // one may have been deferred for this submission
                    }
                }
            }
        }
    }

    /// Its user leaves (law S7). What is with the backend already is waited for by whoever gave
    /// it, and means nothing to anybody else.
    pub(super) fn abandon(&mut self, id: Flight) {
        if !self.calls.wait_on(On::Submission(id)) || !self.authorizations.abandon(id) {
            return self.end_authorization(id, Err(logged_out()), false);
        }
        self.authorizations.give_up_prompt(id, &mut self.queue);
        let step = Step::named("need-unmet").code(Code::LoggedOut);
        self.queue.trace(Step { need: self.authorizations.get(id).map(|open| open.need.clone()), ..step });
        for ticket in self.calls.waiting_on(On::Need(id)) {
            self.fail(ticket, logged_out());
        }
    }

    fn abandoned_answered(&mut self, id: Flight, progress: &Progress) {
        let waiting = self.calls.waiting_on(On::Submission(id));
        self.authorizations.close(id, true, &mut self.queue);
        for ticket in waiting {
            match progress {
                Progress::Met(_) => self.settle(ticket, Outcome::Done),
                _ => self.fail(ticket, logged_out()),
            }
        }
        self.resume_login();
    }

    fn met(&mut self, id: Flight, session: Option<Box<SessionReply>>) {
        let Some(open) = self.authorizations.get(id) else { return };
        if open.need == Need::Login {
            return self.logged_in_by_prompt(id, session);
        }
        let Some(closed) = self.authorizations.close(id, true, &mut self.queue) else { return };
        if let Some(session) = session.filter(|session| self.may_replace(session)) {
            self.begin_session(*session, Way::Prompt);
        }
        self.notice_end(); // who has just lost their session is not told of what it knows
        if closed.need.is_step() && self.sessions.grant(closed.need.clone()) {
            self.tell(ChangeKind::Granted);
        }
        self.wake_authorized(id, &closed.need, &Ok(()));
        self.resume_login();
    }

    /// A login by the user that was refused, and whose form stays open (law A9).
    fn try_again(&mut self, id: Flight, failure: &Rc<Failure>) {
        for ticket in self.calls.waiting_on(On::Submission(id)) {
            self.fail(ticket, Rc::clone(failure));
        }
        // If nobody was asked there is no form: whoever came to wait goes the usual ways.
        if self.authorizations.get(id).is_some_and(|open| !open.is_shown()) {
            self.close_authorization(id, &Err(Rc::clone(failure)), true);
            if self.is_login_wanted() {
                self.join_login(self.calls.want_new_session(), self.authorizations.want_new_key());
            }
        }
    }

    /// A session that came along with a detail must not lose the token that there is.
    fn may_replace(&mut self, session: &SessionReply) -> bool {
        session.has_token()
            || !self.has_fresh_session()
            || self.sessions.standing().is_none_or(|saved| saved.session.token.is_none())
    }

    fn logged_in_by_prompt(&mut self, id: Flight, session: Option<Box<SessionReply>>) {
        self.close_authorization(id, &Ok(()), true);
        if let Some(session) = session {
            self.begin_session(*session, Way::Prompt);
        }
        self.end_login(&Ok(()), Some(Way::Prompt));
        for ticket in self.calls.waiting_on(On::Submission(id)) {
            self.wake(ticket, &Ok(()));
        }
    }

    /// A login that an authorization waited for is over.
    pub(super) fn tell_login_ended(
        &mut self,
        id: Flight,
        result: &Result<(), Rc<Failure>>,
        way: Option<Way>,
    ) {
        let Some(open) = self.authorizations.get(id) else { return };
        if open.wants_new_key() && result.is_ok() && matches!(way, Some(Way::Renewal | Way::Given)) {
            // The key is what it was.
            if open.knows_key_to_be_dead() {
                return self.join_login(false, true);
            }
            let (authorizations, means, queue) = self.authorizations_with_means();
            let progress = authorizations.begin(id, means, queue);
            return self.authorization_progressed(id, progress);
        }
        let granted = self.sessions.is_granted(&open.need);
        self.claim(id);
        let (authorizations, means, queue) = self.authorizations_with_means();
        let progress = authorizations.login_ended(id, result, granted, means, queue);
        self.authorization_progressed(id, progress);
    }

    /// Ends an authorization. Whoever waits goes on, or rejects.
    pub(super) fn end_authorization(&mut self, id: Flight, result: Result<(), Rc<Failure>>, answered: bool) {
        let is_login = self.authorizations.id_of(&Need::Login) == Some(id);
        self.close_authorization(id, &result, answered);
        if is_login {
            self.end_login(&result, None);
        }
        self.resume_login();
    }

    pub(super) fn close_authorization(
        &mut self,
        id: Flight,
        result: &Result<(), Rc<Failure>>,
        answered: bool,
    ) {
        if let Some(closed) = self.authorizations.close(id, answered, &mut self.queue) {
            if closed.need == Need::Login {
                self.login.prompt_ended();
            }
            self.wake_authorized(id, &closed.need, result);
        }
    }

    fn wake_authorized(&mut self, id: Flight, need: &Need, result: &Result<(), Rc<Failure>>) {
        let step = Step::named(if result.is_ok() { "need-met" } else { "need-unmet" }).need(need);
        self.queue.trace(Step { code: result.as_ref().err().map(|failure| failure.code), ..step });
        let waiting = [On::Need(id), On::Submission(id)].map(|on| self.calls.waiting_on(on));
        for ticket in waiting.into_iter().flatten() {
            self.wake(ticket, result);
        }
    }

    /// `provide()`: what the tap gave goes on to whoever waits for it, or is submitted even
    /// if nobody does.
    pub(super) fn provide(&mut self, ticket: Ticket, need: Need, detail: Detail) {
        let is_wechats = matches!(need, Need::Scope(_) | Need::Privacy);
        if !is_wechats && self.config.submission(&need).is_none() {
            return self.queue.push(Effect::Fail { ticket, failure: no_prompt(&need) });
        }
        let id = match self.authorizations.id_of(&need) {
            Some(id) => id,
            // Nothing was asked, so there is nothing to look at again.
            None if is_wechats => {
                return self.queue.push(Effect::Settle { ticket, outcome: Outcome::Done });
            }
            None => {
                if need == Need::Login {
                    self.login.begin_prompting(&mut self.queue);
                }
                let epoch = self.sessions.epoch(self.wall);
                self.authorizations.open(need, epoch, &mut self.queue)
            }
        };
        self.claim(id);
        self.calls.insert(ticket, Purpose::Ensure, self.sessions.epoch_of_anyone(), Vec::new());
        self.calls.enter(ticket, State::Waiting(On::Submission(id)));
        let (authorizations, means, queue) = self.authorizations_with_means();
        let progress = authorizations.take_detail(id, detail, means, queue);
        self.authorization_progressed(id, progress);
    }

    /// `deny()` (law A2).
    pub(super) fn deny(&mut self, need: &Need, reason: Option<String>) {
        let Some(id) = self.authorizations.id_of(need) else { return };
        if self.authorizations.give_up_prompt(id, &mut self.queue) {
            return;
        }
        let reason = reason.unwrap_or_default();
        let message = ["the user refused", if reason.is_empty() { "" } else { ": " }, &reason];
        let failure = Failure::new(Code::AuthDenied, &message).of(need.clone());
        self.end_authorization(id, Err(failure.shared()), true);
    }

    /// The last who waited has given up (law A3).
    pub(super) fn drop_authorization(&mut self, id: Flight) {
        let is_login = self.authorizations.id_of(&Need::Login) == Some(id);
        let is_wanted = self.calls.wait_on(On::Need(id))
            || self.calls.wait_on(On::Submission(id))
            || is_login && self.calls.wait_on(On::Login)
            || is_login && self.authorizations.wait_for_login();
        let can_be_dropped = self.authorizations.get(id).is_some_and(Authorization::can_be_dropped);
        if !is_wanted && can_be_dropped {
            let failure = Failure::new(Code::Aborted, &["nobody waits for it any more"]);
            self.end_authorization(id, Err(failure.shared()), false);
            self.drop_login_prompt(); // it may have been all that the login was for
        }
    }
}

fn no_prompt(need: &Need) -> Rc<Failure> {
    let message = ["there is no prompts['", need.name(), "']"];
    Failure::new(Code::AuthUnavailable, &message).of(need.clone()).shared()
}
