//! What the answer to an exchange or a renewal means (laws L3, L4, L9).

use super::Failed;
use super::pause::Setback;
use super::session::is_whole;
use crate::answer::Given;
use crate::words::Want;
use wxlogin::answer::{Answer, Granted, Judgement};
use wxlogin::error::{Code, Errcode, HostError, Refusal};

/// What an exchange or a renewal came to.
pub enum Came<'a> {
    Session(&'a Given),
    Nobody,
    /// WeChat does not know that code.
    BadCode,
    /// No, for good.
    Refused(Code),
    Failed(Setback),
    /// The host can't.
    Lacked,
}

/// Law A5: the privacy contract stands in the way.
pub fn without_privacy(error: &HostError) -> Option<Failed> {
    match error.refusal()? {
        Refusal::ByUser => None,
        Refusal::PrivacyNotAgreed => Some(Failed::of(Code::AuthDenied, Want::Privacy)),
        Refusal::PrivacyNotDeclared => Some(Failed::of(Code::AuthUnavailable, Want::Privacy)),
    }
}

/// `adds`: it may only add to the session that there was.
pub fn came<'a>(answer: &Answer, given: Option<&'a Given>, adds: bool) -> Came<'a> {
    match answer {
        Answer::Granted(granted) => came_of(granted, given, adds),
        Answer::Failed(error) if error.lacks.is_some() => Came::Lacked,
        Answer::Failed(error) if error.rule.is_some() => Came::Failed(Setback::of(Code::CallbackFailed)),
        Answer::Failed(error) => match (without_privacy(error), error.status) {
            (Some(failed), _) => Came::Failed(Setback { failed, ..Setback::of(failed.code) }),
            (None, Some(status)) => {
                by_status(status, None).unwrap_or(Came::Failed(Setback::of(Code::ExchangeInvalid)))
            }
            (None, None) => Came::Failed(Setback::of(Code::ExchangeFailed)),
        },
        _ => Came::Failed(Setback::of(Code::ExchangeFailed)),
    }
}

fn by_status<'a>(status: u16, retry_after: Option<f64>) -> Option<Came<'a>> {
    Some(match status {
        429 => Came::Failed(Setback { retry_after, ..Setback::of(Code::RateLimited) }),
        500.. => Came::Failed(Setback::of(Code::ExchangeFailed)),
        401 => Came::Refused(Code::ExchangeFailed),
        400.. => Came::Refused(Code::ExchangeInvalid),
        _ => return None,
    })
}

fn came_of<'a>(granted: &Granted, given: Option<&'a Given>, adds: bool) -> Came<'a> {
    let Granted { judgement: Judgement { status, refused, invalid, .. }, session, said, .. } = granted;
    let errcode = match said.errcode {
        Some(Errcode::Number(errcode)) => Some(errcode as i32),
        _ => None,
    };
    let limited = Setback { quota: errcode == Some(45009), ..Setback::of(Code::RateLimited) };
    match errcode {
        Some(40029 | 40163) => return Came::BadCode,
        Some(45009 | 45011) => return Came::Failed(limited),
        Some(40226) => return Came::Failed(Setback::of(Code::LoginBlocked)),
        // So short a number may be the app's own, where a rule of the app's has judged it.
        Some(-1) if refused.is_none() => return Came::Failed(Setback::of(Code::ExchangeFailed)),
        _ => {}
    }
    let passing = status.filter(|status| *status == 429 || *status >= 500);
    if let Some(came) = passing.and_then(|status| by_status(status, said.retry_after)) {
        return came;
    }
    if refused.is_some() {
        return Came::Refused(Code::Refused);
    }
    if let Some(came) = status.and_then(|status| by_status(status, None)) {
        return came;
    }
    if errcode.is_some() || *invalid {
        return Came::Refused(Code::ExchangeInvalid);
    }
    match (given, session) {
        (Some(given), _) if is_whole(given, adds) => Came::Session(given),
        (None, Ok(None)) => Came::Nobody,
        _ => Came::Failed(Setback::of(Code::ExchangeInvalid)),
    }
}
