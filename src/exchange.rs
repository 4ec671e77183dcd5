//! What the answer to an exchange or a renewal means (laws L3, L4, L9).

use crate::answer::{Answer, Granted, Judgement};
use crate::clock::Millis;
use crate::error::{Code, Failure, HostError, Refusal};
use crate::need::Need;
use crate::record::Misfit;
use crate::session::SessionReply;

/// WeChat's error codes that mean something to a login (WeChat docs: code2Session).
mod errcode {
    pub const BUSY: i32 = -1;
    pub const CODE_INVALID: i32 = 40029;
    pub const CODE_USED: i32 = 40163;
    pub const USER_BLOCKED: i32 = 40226;
    pub const QUOTA_USED: i32 = 45009;
    pub const TOO_OFTEN: i32 = 45011;
}

/// What the answer of a backend, or of the app's function, means.
pub enum Verdict {
    /// A session.
    Session(Box<SessionReply>),
    /// `null`: this user has to be asked.
    Nobody,
    /// WeChat refused the code: one more login is worth it (law L4).
    CodeRefused(Box<Failure>),
    /// Refused for good.
    Refused(Box<Failure>),
    /// It did not get through, or is to come later.
    Failed(Box<Failure>),
    /// The host can't do it.
    Lacking(Box<Failure>),
}

/// Law A5: the failure of whatever the privacy contract stands in the way of.
pub fn without_privacy(error: &HostError) -> Option<Box<Failure>> {
    match error.refusal()? {
        Refusal::ByUser => None,
        refusal => Some(Failure::refused(refusal, Need::Privacy, error.clone())),
    }
}

/// The host has no such call.
pub fn lacking(error: &HostError) -> Option<Box<Failure>> {
    let name = error.lacks.as_deref()?;
    Some(Failure::new(Code::HostUnsupported, &["the host has no ", name]))
}

/// Law X8.
pub fn browsing() -> Box<Failure> {
    let message = "nobody can log in in single-page mode: have the user open the full mini-program";
    Failure::new(Code::HostUnsupported, &[message])
}

/// What the answer to an exchange or a renewal means. `adds`: to the session that was there before.
pub fn judge(answer: &Answer, wall: Millis, adds: bool) -> Verdict {
    match answer {
        Answer::Granted(granted) => match judge_reply(granted) {
            Verdict::Session(session) => match session.check(wall, adds) {
                Ok(()) => Verdict::Session(session),
                Err(misfit) => Verdict::Failed(Failure::no_session(&misfit)),
            },
            verdict => verdict,
        },
        Answer::Failed(error) => judge_failure(error),
        _ => Verdict::Failed(Failure::new(Code::ExchangeFailed, &["something else was answered"])),
    }
}

/// The app's function rejected, or nothing got through.
fn judge_failure(error: &HostError) -> Verdict {
    if let Some(failure) = lacking(error) {
        return Verdict::Lacking(failure);
    }
    if let Some(rule) = error.rule.as_deref() {
        return Verdict::Failed(Failure::new(Code::CallbackFailed, &[rule, " failed"]).said(error.clone()));
    }
    if let Some(failure) = without_privacy(error) {
        return Verdict::Failed(failure);
    }
    if error.status.is_some() || error.wechat_code().is_some() || error.code == Some(Code::Refused) {
        let refused = (error.code == Some(Code::Refused)).then(|| error.clone());
        let judgement = Judgement { status: error.status, refused, ..Judgement::default() };
        let session =
            Err(Misfit { field: "reply", expected: "a session", found: "a failure without one".into() });
        return judge_reply(&Granted { judgement, session, said: error.clone(), response: None });
    }
    let failure = match error.code {
        Some(Code::Network | Code::Timeout | Code::Aborted) | None => {
            Failure::new(Code::ExchangeFailed, &["the exchange did not get through"])
        }
        Some(code) => Failure::new(code, &["the function that logs in failed"]),
    };
    Verdict::Failed(failure.said(error.clone()))
}

/// WeChat's own codes say most, so they come first; then what may be otherwise soon (law L9).
fn judge_reply(granted: &Granted) -> Verdict {
    let Granted { judgement: Judgement { status, refused, invalid, .. }, session, said, .. } = granted;
    let failure = |code: Code, message: &str| {
        let mut failure = Failure::new(code, &[message]).said(said.clone());
        failure.status_code = status.or(said.status);
        failure
    };
    match (said.wechat_code(), *status) {
        (Some(errcode::CODE_INVALID | errcode::CODE_USED), _) => {
            return Verdict::CodeRefused(failure(
                Code::CodeInvalid,
                "WeChat refused two fresh codes in a row",
            ));
        }
        (Some(errcode::QUOTA_USED | errcode::TOO_OFTEN), _) | (_, Some(429)) => {
            return Verdict::Failed(failure(Code::RateLimited, "too many logins"));
        }
        (Some(errcode::USER_BLOCKED), _) => {
            return Verdict::Failed(failure(Code::LoginBlocked, "WeChat blocks this user"));
        }
        // So short a number may be the app's own, if a rule of the app's has judged it.
        (Some(errcode::BUSY), _) if refused.is_none() => {
            return Verdict::Failed(failure(Code::ExchangeFailed, "WeChat is busy"));
        }
        (_, Some(500..)) => {
            return Verdict::Failed(failure(Code::ExchangeFailed, "the backend failed"));
        }
        _ => {}
    }
    if let Some(refused) = refused {
        let mut failure = Failure::new(Code::Refused, &["the backend refused"]).said(refused.clone());
        failure.status_code = status.or(refused.status);
        return Verdict::Refused(failure);
    }
    match (said.wechat_code(), *status) {
        // A backend that asks for a login in order to log in is misconfigured (law L8).
        (_, Some(401)) => Verdict::Refused(failure(Code::ExchangeFailed, "the backend refused the exchange")),
        (_, Some(400..)) => {
            Verdict::Refused(failure(Code::ExchangeInvalid, "the backend refused the exchange"))
        }
        (Some(_), _) => Verdict::Refused(failure(Code::ExchangeInvalid, "WeChat refused the exchange")),
        _ if *invalid => {
            Verdict::Refused(failure(Code::ExchangeInvalid, "validateStatus refused the status"))
        }
        _ => match session {
            Ok(Some(session)) => Verdict::Session(Box::new(session.clone())),
            Ok(None) => Verdict::Nobody,
            Err(misfit) => Verdict::Failed(Failure::no_session(misfit)),
        },
    }
}
