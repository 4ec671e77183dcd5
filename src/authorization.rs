//! One need on its way to being met (laws A).
//!
//! It goes through its own states; what others have to be told is returned as a [`Progress`], for
//! the machine to pass on.

mod detail;
mod state;

use crate::answer::Answer;
use crate::clock::Millis;
use crate::config::{Config, Submission};
use crate::effect::{Question, Reason};
use crate::error::{Code, Failure, HostError};
use crate::id::Flight;
use crate::need::Need;
use crate::queue::Queue;
use crate::session::{Moment, SessionReply};
use crate::sessions::Epoch;
use crate::trace::Step;
use state::State;
use std::rc::Rc;

/// What an authorization may look at.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The client's options.
    pub config: &'a Config,
    /// There is a fresh session.
    pub fresh: bool,
    /// What goes out now goes out at this moment.
    pub moment: Moment,
    /// A silent login is under way: what a tap encrypted may be spoilt.
    pub logging_in: bool,
    /// It makes a new `session_key`.
    pub renewing_key: bool,
    /// On the machine's clock.
    pub time: Millis,
    /// On the wall's.
    pub wall: Millis,
}

/// What became of an authorization.
#[derive(Debug)]
pub enum Progress {
    /// An answer is waited for, or nothing has changed.
    Waits,
    /// A login is wanted first; [`Authorizations::login_ended`] tells how that went.
    WantsLogin {
        /// One that makes a new `session_key`.
        new_key: bool,
    },
    /// The need holds. A session may have come with it.
    Met(Option<Box<SessionReply>>),
    /// It does not.
    Failed(Rc<Failure>),
    /// A submission's reply asks for a login: that session is refused.
    LoginAsked {
        /// When the detail went out, if it did so with a session.
        sent: Option<Moment>,
        /// What is to be done about it.
        then: Then,
        /// What it is if nothing is.
        failure: Box<Failure>,
    },
    /// The detail was not good enough, but the prompt stays open: only whoever gave it is told.
    TryAgain(Rc<Failure>),
}

/// What is to be done if a submission's reply asks for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// A login, and the same detail once more.
    LogIn,
    /// Nothing: a login spoils the detail.
    GiveUp,
    /// Nothing: it has been submitted again already (law L10).
    Reject,
}

/// One need on its way to being met.
#[derive(Debug)]
pub struct Authorization {
    /// Names it, for those who wait.
    pub id: Flight,
    /// The need.
    pub need: Need,
    /// For whom it is.
    pub epoch: Epoch,
    state: State,
    deadline: Option<Millis>,
    /// The app's step, for as long as its own promise says nothing.
    prompt: Option<Flight>,
    /// That has been shown.
    shown: bool,
    /// Its user has left while the detail was with the backend (law S7).
    abandoned: bool,
}

impl Authorization {
    fn enter(&mut self, state: State, deadline: Option<Millis>) {
        self.state = state;
        self.deadline = deadline;
    }

    fn ask(&mut self, question: Question, limit: Millis, means: Means<'_>, queue: &mut Queue) -> Flight {
        let flight = queue.ask(question);
        self.deadline = Some(means.time + limit);
        flight
    }

    /// Shows the app's step.
    fn prompt(&mut self, reason: Reason, means: Means<'_>, queue: &mut Queue) -> Progress {
        queue.trace(Step::named("prompt-shown").need(&self.need));
        let question = Question::Prompt { need: self.need.clone(), reason };
        self.prompt = Some(self.ask(question, means.config.prompt_timeout, means, queue));
        self.state = State::Asking;
        Progress::Waits
    }

    fn read_setting(&mut self, asked: bool, means: Means<'_>, queue: &mut Queue) -> Progress {
        let question = Question::Setting(self.need.clone());
        let flight = self.ask(question, means.config.login_timeout, means, queue);
        self.state = State::ReadingSetting { flight, asked };
        Progress::Waits
    }

    /// WeChat's own popup.
    fn pop_up(&mut self, question: Question, means: Means<'_>, queue: &mut Queue) -> Flight {
        queue.trace(Step::named("prompt-shown").need(&self.need));
        self.ask(question, means.config.prompt_timeout, means, queue)
    }

    fn want_login(&mut self, key_is_dead: bool) -> Progress {
        self.enter(State::LoggingIn { key_is_dead }, None); // the login has its own time limit
        Progress::WantsLogin { new_key: self.need == Need::SessionKey }
    }

    /// The first step towards the need.
    pub fn begin(&mut self, means: Means<'_>, queue: &mut Queue) -> Progress {
        let host_limit = means.config.login_timeout;
        match &self.need {
            // What the old key is worth says nothing.
            Need::SessionKey if means.renewing_key => self.want_login(false),
            Need::SessionKey => {
                self.state = State::CheckingKey(self.ask(Question::Key, host_limit, means, queue));
                Progress::Waits
            }
            Need::Privacy => {
                let flight = self.ask(Question::PrivacySetting, host_limit, means, queue);
                self.state = State::ReadingPrivacy(flight);
                Progress::Waits
            }
            Need::Scope(_) => self.read_setting(false, means, queue),
            Need::Step(_) if self.posts(means) && !means.fresh => self.want_login(false),
            Need::Step(_) | Need::Login => self.prompt(Reason::Requested, means, queue),
        }
    }

    fn posts(&self, means: Means<'_>) -> bool {
        means.config.submission(&self.need) == Some(Submission::Post)
    }

    /// An answer that it waits for.
    pub fn answered(
        &mut self,
        flight: Flight,
        answer: Answer,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        if self.prompt == Some(flight) {
            self.prompt = None;
            return match self.state {
                State::Asking => self.prompt_answered(answer, means, queue),
                _ => Progress::Waits, // the app has answered before its own prompt did
            };
        }
        match (self.state.clone(), answer) {
            (State::Submitting { sent, submitted, .. }, answer) => {
                self.submission_answered(answer, sent, submitted, means)
            }
            (State::CheckingKey(_) | State::Authorizing(_) | State::AskingPrivacy(_), Answer::Done) => {
                Progress::Met(None)
            }
            // Whatever it says, the key is of no use (law A6).
            (State::CheckingKey(_), _) => self.want_login(true),
            // Base libraries without this call do not enforce the privacy contract either.
            (State::ReadingPrivacy(_), Answer::Failed(error)) if error.lacks.is_some() => Progress::Met(None),
            (State::ReadingPrivacy(_), Answer::PrivacySetting { asks: false }) => Progress::Met(None),
            (State::ReadingPrivacy(_), Answer::PrivacySetting { asks: true }) => {
                self.state = State::AskingPrivacy(self.pop_up(Question::Privacy, means, queue));
                Progress::Waits
            }
            (State::ReadingSetting { asked, .. }, Answer::Setting(allowed)) => {
                self.setting_read(allowed, asked, means, queue)
            }
            (State::AskingPrivacy(_), Answer::Failed(error)) => {
                self.host_failed(error, Code::AuthDenied, "the user did not agree to the privacy contract")
            }
            (_, Answer::Failed(error)) => {
                self.host_failed(error, Code::AuthUnavailable, "the host can't provide it")
            }
            _ => Progress::Waits,
        }
    }

    /// Law A4.
    fn setting_read(
        &mut self,
        allowed: Option<bool>,
        asked: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        match allowed {
            Some(true) => Progress::Met(None),
            None if !asked => {
                let question = Question::Scope(self.need.clone());
                self.state = State::Authorizing(self.pop_up(question, means, queue));
                Progress::Waits
            }
            Some(false) if !asked && means.config.submission(&self.need).is_some() => {
                self.prompt(Reason::DeniedBefore, means, queue)
            }
            _ => {
                let message = "the user refused this permission earlier; only wx.openSetting changes that";
                self.failed(Failure::new(Code::AuthDenied, &[message]))
            }
        }
    }

    fn host_failed(&self, error: HostError, code: Code, message: &str) -> Progress {
        if let Some(name) = &error.lacks {
            return self.failed(Failure::new(Code::AuthUnavailable, &["the host has no ", name]));
        }
        match error.refusal() {
            Some(refusal) => Progress::Failed(Failure::refused(refusal, self.need.clone(), error).shared()),
            None => self.failed(Failure::new(code, &[message]).said(error)),
        }
    }

    fn failed(&self, failure: Box<Failure>) -> Progress {
        Progress::Failed(failure.of(self.need.clone()).shared())
    }

    /// A login that it waited for is over. `granted`: the need holds with the session that came.
    pub fn login_ended(
        &mut self,
        result: &Result<(), Rc<Failure>>,
        granted: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        match (&self.state, result) {
            (State::LoggingIn { .. }, Err(failure)) => Progress::Failed(Rc::clone(failure)),
            // The backend may know that it holds for this user.
            (State::LoggingIn { .. }, Ok(())) if self.need.is_step() && !granted => {
                self.prompt(Reason::Requested, means, queue)
            }
            (State::LoggingIn { .. }, Ok(())) => Progress::Met(None),
            (State::Holding(submitted), Err(failure)) if submitted.again => {
                Progress::Failed(Rc::clone(failure))
            }
            // Without a new session a first submission goes out as things are.
            (State::Holding(submitted), _) => {
                let submitted = submitted.clone();
                self.submit(submitted, means, queue)
            }
            _ => Progress::Waits,
        }
    }
}

/// What others may know of it.
impl Authorization {
    /// For that need; [`Authorization::begin`] or [`Authorization::take_detail`] comes next.
    pub const fn new(id: Flight, need: Need, epoch: Epoch) -> Self {
        Authorization {
            id,
            need,
            epoch,
            state: State::LoggingIn { key_is_dead: false },
            deadline: None,
            prompt: None,
            shown: false,
            abandoned: false,
        }
    }

    /// The answers that it waits for.
    pub fn flights(&self) -> impl Iterator<Item = Flight> {
        self.state.flight().into_iter().chain(self.prompt)
    }

    /// Its user leaves (law S7): says whether there is still an answer to be waited for.
    pub fn abandon(&mut self) -> bool {
        self.abandoned = self.is_submitting();
        self.abandoned
    }

    /// It is nobody's any more but whose who gave the detail.
    pub const fn is_abandoned(&self) -> bool {
        self.abandoned
    }

    /// Its question is put now.
    pub fn put(&mut self, flight: Flight) {
        self.shown |= self.prompt == Some(flight);
    }

    /// When it has taken too long.
    pub const fn deadline(&self) -> Option<Millis> {
        self.deadline
    }

    /// It waits for the user.
    pub const fn is_asking(&self) -> bool {
        matches!(self.state, State::Asking)
    }

    /// The app's step is on screen, as far as anybody knows.
    pub const fn is_shown(&self) -> bool {
        self.shown && self.prompt.is_some() && self.is_asking()
    }

    /// It waits for a login.
    pub const fn waits_for_login(&self) -> bool {
        matches!(self.state, State::LoggingIn { .. } | State::Holding(_))
    }

    /// It waits for a login that makes a new `session_key` (law A6).
    pub fn wants_new_key(&self) -> bool {
        self.need == Need::SessionKey && matches!(self.state, State::LoggingIn { .. })
    }

    /// The key has been asked about, and is of no use.
    pub const fn knows_key_to_be_dead(&self) -> bool {
        matches!(self.state, State::LoggingIn { key_is_dead: true })
    }

    /// Its detail is on its way, and a new `session_key` would spoil it (law A8).
    pub fn is_submitting(&self) -> bool {
        self.need != Need::Login && matches!(self.state, State::Submitting { .. })
    }

    /// The user's tap has been taken: neither another tap nor a refusal counts any more.
    pub const fn has_detail(&self) -> bool {
        matches!(self.state, State::Holding(_) | State::Submitting { .. })
    }

    /// It is still a question that can be taken back: nobody answered it, and no popup of WeChat's
    /// own is on screen, which nothing can take away.
    pub const fn can_be_dropped(&self) -> bool {
        !self.has_detail() && !matches!(self.state, State::AskingPrivacy(_) | State::Authorizing(_))
    }

    /// What has taken too long (law A3).
    pub fn timed_out(&self) -> Rc<Failure> {
        let message = match self.state {
            State::Submitting { .. } => "submitting the detail took longer than promptTimeout",
            State::AskingPrivacy(_) | State::Authorizing(_) | State::Asking => "nobody answered the prompt",
            _ => "the host gave no answer",
        };
        Failure::new(Code::AuthTimeout, &[message]).of(self.need.clone()).shared()
    }
}
