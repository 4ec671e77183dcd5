//! What the answer to a submitted detail means (law A9).

use crate::answer::{Answer, Granted, Judgement};
use crate::clock::Millis;
use crate::error::{Code, Failure, HostError};
use crate::need::Need;
use crate::session::SessionReply;

/// A status that may be another one soon.
pub const fn is_passing(status: u16) -> bool {
    status == 429 || status >= 500
}

/// What it means.
#[derive(Debug)]
pub enum Verdict {
    /// The detail was taken, and a session may have come with the reply.
    Taken(Option<SessionReply>),
    /// It was not.
    Refused(Box<Failure>),
    /// The session that went along is dead, or there was none.
    AsksLogin {
        /// One went along.
        attached: bool,
        /// What it is if nothing can be done about it.
        failure: Box<Failure>,
    },
}

/// Judges the answer to a submission for that need.
pub fn judge(answer: Answer, need: &Need, wall: Millis) -> Verdict {
    match answer {
        Answer::Granted(granted) => judge_reply(*granted, need, wall),
        Answer::Failed(error) => Verdict::Refused(failed(error, need)),
        _ => Verdict::Refused(Failure::new(Code::AuthUnavailable, &["something else was answered"])),
    }
}

fn failed(error: HostError, need: &Need) -> Box<Failure> {
    if let Some(refusal) = error.refusal().filter(|_| error.code.is_none()) {
        return Failure::refused(refusal, need.clone(), error);
    }
    if let Some(code) = error.code {
        return Failure::passed_on(code, error);
    }
    if let Some(rule) = error.rule.clone() {
        return Failure::new(Code::CallbackFailed, &[&rule, " failed"]).said(error);
    }
    if error.is_timeout() {
        return Failure::new(Code::Timeout, &["submitting the detail timed out"]).said(error);
    }
    Failure::new(Code::Network, &["the detail did not get through"]).said(error)
}

fn judge_reply(granted: Granted, need: &Need, wall: Millis) -> Verdict {
    let Granted { judgement, session, said, response } = granted;
    let Judgement { status, asks, refused, invalid, attached } = judgement;
    let about = |mut failure: Box<Failure>| {
        failure.status_code = status.or(failure.status_code);
        failure.response.clone_from(&response);
        failure
    };
    // The submission of a login has no login to wait for.
    if asks.contains(&Need::Login) && *need != Need::Login {
        let message = "the server asks for a login in answer to the detail";
        let failure = about(Failure::new(Code::LoginRejected, &[message]).said(said));
        return Verdict::AsksLogin { attached, failure };
    }
    if let Some(other) = asks.into_iter().find(|asked| *asked != Need::Login) {
        let message = "the server asks for another need in answer to the detail";
        return Verdict::Refused(about(Failure::new(Code::AuthUnavailable, &[message])).of(other));
    }
    let refuse = |code: Code, said: HostError| {
        let mut failure = about(Failure::new(code, &["the backend refused the detail"]).said(said));
        failure.retryable = status.is_some_and(is_passing);
        Verdict::Refused(failure)
    };
    if let Some(refused) = refused {
        return refuse(Code::Refused, refused);
    }
    if invalid || status.is_some_and(|status| status >= 400) {
        return refuse(Code::Status, said);
    }
    let session = session.and_then(|session| match session {
        Some(session) => session.check(wall, false).map(|()| Some(session)),
        None => Ok(None),
    });
    match session {
        Ok(None) if *need == Need::Login => {
            let message = "the reply holds no session: expected one, found null";
            Verdict::Refused(Failure::new(Code::ExchangeInvalid, &[message]))
        }
        Err(misfit) if *need == Need::Login => Verdict::Refused(Failure::no_session(&misfit)),
        session => Verdict::Taken(session.unwrap_or_default()),
    }
}
