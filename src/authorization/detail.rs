//! What a tap gave, on its way to the backend (laws A8, A9).

use super::state::{State, Submitted};
use super::{Authorization, Means, Progress, Then};
use crate::answer::{Answer, Detail};
use crate::config::Submission;
use crate::effect::{Effect, Question};
use crate::error::{Code, Failure, Refusal};
use crate::need::Need;
use crate::queue::Queue;
use crate::session::Moment;
use crate::submission;
use crate::trace::Step;

/// errno of `getPhoneNumber` if the app's paid quota is used up (WeChat docs).
const PHONE_QUOTA_USED: i32 = 1_400_001;

impl Authorization {
    /// The prompt's own promise (law A3).
    pub(super) fn prompt_answered(
        &mut self,
        answer: Answer,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        match answer {
            Answer::Detail(detail) => self.take_detail(detail, false, means, queue),
            Answer::Refused => self.failed(Failure::new(Code::AuthDenied, &["the user refused"])),
            Answer::Failed(error) => match error.code {
                Some(Code::AuthDenied) | None => {
                    let refusal = error.refusal().unwrap_or(Refusal::ByUser);
                    Progress::Failed(Failure::refused(refusal, self.need.clone(), error).shared())
                }
                Some(code) => Progress::Failed(Failure::passed_on(code, error).shared()),
            },
            _ => Progress::Waits,
        }
    }

    /// What a tap gave. `provided`: by `provide`, not by the prompt's own promise.
    pub fn take_detail(
        &mut self,
        detail: Detail,
        provided: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        if self.has_detail() {
            return Progress::Waits; // a second tap: shares what the first one comes to
        }
        if let Some(error) = detail.error {
            return match error.errno {
                Some(PHONE_QUOTA_USED) => {
                    let message = "the quota for phone numbers is used up";
                    self.failed(Failure::new(Code::AuthUnavailable, &[message]).said(error))
                }
                _ => self.host_failed(error, Code::AuthUnavailable, "the detail says that it failed"),
            };
        }
        match (&self.need, &self.state) {
            // What the user did in the settings is not in the detail's hands: look again.
            (Need::Scope(_), State::Asking) => return self.read_setting(true, means, queue),
            // WeChat's word is waited for.
            (Need::Scope(_) | Need::Privacy, _) => return Progress::Waits,
            _ => {}
        }
        queue.trace(Step::named("detail-given").need(&self.need));
        let submits = means.config.submission(&self.need) != Some(Submission::Nothing);
        if submits {
            return self.submit(Submitted { detail, provided, again: false }, means, queue);
        }
        if self.need != Need::Login {
            return Progress::Met(None);
        }
        match detail.session.and_then(|session| session.check(means.wall, false).map(|()| session)) {
            Ok(session) => Progress::Met(Some(Box::new(session))),
            Err(misfit) => self.refused(Failure::no_session(&misfit), provided, means),
        }
    }

    /// A login by the user that was refused may be tried again, if it was typed (law A9).
    fn refused(&mut self, failure: Box<Failure>, provided: bool, means: Means<'_>) -> Progress {
        let failure = failure.of(self.need.clone()).shared();
        if self.need != Need::Login || !provided {
            return Progress::Failed(failure);
        }
        if !self.is_asking() {
            self.enter(State::Asking, Some(means.time + means.config.prompt_timeout));
        }
        Progress::TryAgain(failure)
    }

    /// The app has closed its step. Says whether a detail had been given before: that goes its way,
    /// but there is no step to go back to.
    pub fn give_up_prompt(&mut self, queue: &mut Queue) -> bool {
        if self.has_detail()
            && let Some(flight) = self.prompt.take()
        {
            queue.push(Effect::CancelFlight { flight });
        }
        self.has_detail()
    }

    /// Submits the detail, after the silent login under way if there is one.
    pub(super) fn submit(&mut self, submitted: Submitted, means: Means<'_>, queue: &mut Queue) -> Progress {
        if means.logging_in && self.need != Need::Login {
            self.enter(State::Holding(submitted), None);
            return Progress::Waits;
        }
        let attach = means.fresh && self.need != Need::Login;
        let detail = submitted.detail.value.clone();
        queue.trace(Step::named("detail-submitted").need(&self.need));
        let question = Question::Submission { need: self.need.clone(), detail, attach };
        let flight = self.ask(question, means.config.prompt_timeout, means, queue);
        self.state = State::Submitting { flight, sent: attach.then_some(means.moment), submitted };
        Progress::Waits
    }

    /// Law A9.
    pub(super) fn submission_answered(
        &mut self,
        answer: Answer,
        sent: Option<Moment>,
        submitted: Submitted,
        means: Means<'_>,
    ) -> Progress {
        let provided = submitted.provided;
        let by_function = means.config.submission(&self.need) == Some(Submission::Call);
        match submission::judge(answer, &self.need, by_function, means.wall) {
            submission::Verdict::Taken(session) => Progress::Met(session.map(Box::new)),
            submission::Verdict::Refused(failure) => self.refused(failure, provided, means),
            submission::Verdict::AsksLogin { attached, failure } => {
                let (sent, mut failure) = (sent.filter(|_| attached), failure);
                let then = if submitted.again {
                    Then::Reject
                } else if submitted.detail.encrypted {
                    failure.retryable = true; // the next call has the user encrypt it anew
                    Then::GiveUp
                } else {
                    self.enter(State::Holding(Submitted { again: true, ..submitted }), None);
                    Then::LogIn
                };
                Progress::LoginAsked { sent, then, failure: failure.of(self.need.clone()) }
            }
        }
    }
}
