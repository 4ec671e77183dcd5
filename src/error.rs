//! Every way a call can fail, named once.

use crate::need::Need;
use crate::opaque::Opaque;
use crate::record::Misfit;
use serde::{Serialize, Serializer};
use std::rc::Rc;

/// Defines [`Code`] with its public name, and whether the same call could work later
/// without anyone changing anything.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, retryable: $retryable:literal;)+) => {
        /// The name of a failure. Its text is part of the public contract.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $variant,)+
        }

        impl Code {
            /// The code as callers see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name),+ }
            }

            /// The code of that public name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Code::$variant),)+ _ => None }
            }

            /// Could the same call work later, without anyone changing anything?
            pub const fn retryable(self) -> bool {
                match self { $(Code::$variant => $retryable),+ }
            }
        }
    };
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

codes! {
    /// Options that can't work.
    ConfigInvalid = "CONFIG_INVALID", retryable: false;
    /// No host object, no WebAssembly and no fallback.
    HostUnsupported = "HOST_UNSUPPORTED", retryable: false;
    /// The module did not load; the next call tries again.
    LoadFailed = "LOAD_FAILED", retryable: true;
    /// `wx.login` failed.
    LoginFailed = "LOGIN_FAILED", retryable: true;
    /// `loginTimeout` passed.
    LoginTimeout = "LOGIN_TIMEOUT", retryable: true;
    /// The backend could not be reached or answered 5xx.
    ExchangeFailed = "EXCHANGE_FAILED", retryable: true;
    /// It answered, or the app's function did, with something that is no session.
    ExchangeInvalid = "EXCHANGE_INVALID", retryable: false;
    /// WeChat refused two fresh codes in a row.
    CodeInvalid = "CODE_INVALID", retryable: false;
    /// WeChat or the backend asks to slow down.
    RateLimited = "RATE_LIMITED", retryable: true;
    /// WeChat blocks this user.
    LoginBlocked = "LOGIN_BLOCKED", retryable: false;
    /// The server still asks for a login, right after one.
    LoginRejected = "LOGIN_REJECTED", retryable: false;
    /// `logout()` came between.
    LoggedOut = "LOGGED_OUT", retryable: false;
    /// The user refused a need.
    AuthDenied = "AUTH_DENIED", retryable: false;
    /// Nobody answered the prompt.
    AuthTimeout = "AUTH_TIMEOUT", retryable: true;
    /// No prompt for that need, or the host can't provide it.
    AuthUnavailable = "AUTH_UNAVAILABLE", retryable: false;
    /// The request itself did not get through.
    Network = "NETWORK", retryable: true;
    /// The request itself timed out.
    Timeout = "TIMEOUT", retryable: true;
    /// `abort()` was called.
    Aborted = "ABORTED", retryable: false;
    /// `validateStatus` said no, or a prompt's submission was answered with an error.
    Status = "STATUS", retryable: false;
    /// `accept` said no.
    Refused = "REFUSED", retryable: false;
    /// A function of the app's own threw.
    CallbackFailed = "CALLBACK_FAILED", retryable: false;
    /// A defect of this package.
    Internal = "INTERNAL", retryable: true;
}

/// A number or a text by which a backend names its error.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Errcode {
    /// As WeChat does.
    Number(f64),
    /// As others do.
    Text(String),
}

/// What the host, a backend or a function of the app's said of what went wrong. Nothing in it is
/// invented: what was not said is `None`.
#[derive(Clone, Debug, Default)]
pub struct HostError {
    /// `errMsg`, or the message of what was thrown.
    pub err_msg: Option<String>,
    /// `errno` (WeChat: general error codes).
    pub errno: Option<i32>,
    /// The backend's code.
    pub errcode: Option<Errcode>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Seconds, from `Retry-After`.
    pub retry_after: Option<f64>,
    /// The call that the host lacks.
    pub lacks: Option<String>,
    /// The app's rule that threw, rather than the function that was asked.
    pub rule: Option<String>,
    /// It is a failure of this package's own, passed on by a function of the app's.
    pub code: Option<Code>,
    /// The value itself.
    pub cause: Option<Opaque>,
}

/// errno of an API that needs the privacy contract agreed to first.
const PRIVACY_NOT_AGREED: i32 = 104;
/// errno of an API that the app's privacy contract does not name at all.
const PRIVACY_NOT_DECLARED: i32 = 112;
/// errno of a request that timed out.
const REQUEST_TIMED_OUT: i32 = 5;

/// What a host's error says of the user's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The user said no.
    ByUser,
    /// The privacy contract has not been agreed to (A5).
    PrivacyNotAgreed,
    /// The app never declared this use in its privacy contract (A5).
    PrivacyNotDeclared,
}

impl HostError {
    /// Reads the consent out of the error, where it speaks of that at all.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.errno {
            Some(PRIVACY_NOT_AGREED) => return Some(Refusal::PrivacyNotAgreed),
            Some(PRIVACY_NOT_DECLARED) => return Some(Refusal::PrivacyNotDeclared),
            _ => {}
        }
        if self.code == Some(Code::AuthDenied) {
            return Some(Refusal::ByUser);
        }
        // The texts differ between platforms: "auth deny", "auth denied", "user deny",
        // "fail:user deny", "fail cancel".
        let refused = ["auth den", "authden", "user den", "userden", "fail cancel", "fail:cancel"];
        refused.iter().any(|words| self.says(words)).then_some(Refusal::ByUser)
    }

    /// Did the request time out rather than fail to get through?
    pub fn is_timeout(&self) -> bool {
        self.errno == Some(REQUEST_TIMED_OUT)
            || self.says("timeout")
            || self.says("timed out")
            || self.says("超时")
    }

    /// Was the native task aborted, by whomever?
    pub fn is_abort(&self) -> bool {
        self.says("fail abort")
    }

    /// WeChat's own number in the backend's code, if that is one.
    pub fn wechat_code(&self) -> Option<i32> {
        match self.errcode {
            Some(Errcode::Number(number)) if number != 0.0 => Some(number as i32),
            _ => None,
        }
    }

    /// Does `err_msg` hold these ASCII words, in whatever case?
    pub fn says(&self, words: &str) -> bool {
        self.err_msg.as_deref().is_some_and(|text| contains(text, words))
    }
}

fn contains(text: &str, words: &str) -> bool {
    text.as_bytes().windows(words.len()).any(|part| part.eq_ignore_ascii_case(words.as_bytes()))
}

/// One failure, with all that is known of it. Becomes the `LoginError` that callers catch.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Its name.
    pub code: Code,
    /// What happened, for the developer.
    pub message: String,
    /// Could the same call work later, without anyone changing anything?
    pub retryable: bool,
    /// Seconds to wait first.
    pub retry_after: Option<f64>,
    /// The need that stayed unmet.
    pub need: Option<Need>,
    /// What the host, the backend or the rule said.
    pub err_msg: Option<String>,
    /// The host's number for it.
    pub errno: Option<i32>,
    /// The backend's code.
    pub errcode: Option<Errcode>,
    /// The HTTP status.
    pub status_code: Option<u16>,
    /// What was thrown.
    #[serde(skip)]
    pub cause: Option<Opaque>,
    /// It is about the response to this very call, which the caller then gets to see.
    #[serde(skip)]
    pub shows_reply: bool,
    /// It is about the response to a submission, which the caller then gets to see.
    #[serde(skip)]
    pub response: Option<Opaque>,
    /// The cause is a failure of this package's own, and is passed on as it is.
    #[serde(skip)]
    pub passed_on: bool,
}

impl Failure {
    /// A failure of that name. The message is given in parts.
    pub fn new(code: Code, message: &[&str]) -> Box<Self> {
        Box::new(Failure {
            code,
            message: message.concat(),
            retryable: code.retryable(),
            retry_after: None,
            need: None,
            err_msg: None,
            errno: None,
            errcode: None,
            status_code: None,
            cause: None,
            shows_reply: false,
            response: None,
            passed_on: false,
        })
    }

    /// A failure of this package's own that a function of the app's rejected with.
    pub fn passed_on(code: Code, error: HostError) -> Box<Self> {
        let mut failure = Failure::new(code, &[]).said(error);
        failure.passed_on = true;
        failure
    }

    /// It was answered, with something else than a session.
    pub fn no_session(misfit: &Misfit) -> Box<Self> {
        Failure::new(Code::ExchangeInvalid, &["this is no session: ", &misfit.message()])
    }

    /// For all who fail together. Out of line, since every failure ends here.
    #[inline(never)]
    pub fn shared(self: Box<Self>) -> Rc<Self> {
        Rc::from(self)
    }

    /// With what the host said, which the message then ends with.
    pub fn said(mut self: Box<Self>, error: HostError) -> Box<Self> {
        if let Some(text) = &error.err_msg {
            self.message.push_str(": ");
            self.message.push_str(text);
        }
        self.err_msg = error.err_msg;
        self.errno = error.errno;
        self.errcode = error.errcode;
        self.status_code = error.status;
        self.retry_after = error.retry_after;
        self.cause = error.cause;
        self
    }

    /// About the reply to the very call that fails, with its HTTP status.
    pub fn about_reply(mut self: Box<Self>, status: Option<u16>) -> Box<Self> {
        self.shows_reply = true;
        self.status_code = status.or(self.status_code);
        self
    }

    /// With the need that stays unmet, unless it is known to be another one.
    pub fn of(mut self: Box<Self>, need: Need) -> Box<Self> {
        self.need.get_or_insert(need);
        self
    }

    /// What a refusal that the host reports means for whoever wanted `need`.
    pub fn refused(refusal: Refusal, need: Need, error: HostError) -> Box<Self> {
        match refusal {
            Refusal::ByUser => Failure::new(Code::AuthDenied, &["the user refused"]).said(error).of(need),
            Refusal::PrivacyNotAgreed => {
                Failure::new(Code::AuthDenied, &["the user has not agreed to the privacy contract"])
                    .said(error)
                    .of(Need::Privacy)
            }
            Refusal::PrivacyNotDeclared => {
                Failure::new(Code::AuthUnavailable, &["the privacy contract does not declare this use"])
                    .said(error)
                    .of(Need::Privacy)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(err_msg: &str) -> HostError {
        HostError { err_msg: Some(err_msg.into()), ..HostError::default() }
    }

    #[test]
    fn refusals_are_recognised_in_every_wording() {
        for words in [
            "authorize:fail auth deny",
            "authorize:fail:auth denied",
            "authorize:fail authdeny",
            "getPhoneNumber:fail user deny",
            "getPhoneNumber:fail:user deny",
            "showModal:fail cancel",
        ] {
            assert_eq!(text(words).refusal(), Some(Refusal::ByUser), "{words}");
        }
        assert_eq!(text("getPhoneNumber:fail quota").refusal(), None);
        assert_eq!(text("getPhoneNumber:ok").refusal(), None);
    }

    #[test]
    fn r9_a_timeout_is_recognised_by_number_or_in_any_wording() {
        let by_number = HostError { errno: Some(5), ..HostError::default() };
        assert!(by_number.is_timeout());
        for words in ["request:fail timeout", "request:fail timed out", "request:fail 请求超时"] {
            assert!(text(words).is_timeout(), "{words}");
        }
        assert!(!text("request:fail").is_timeout());
    }

    #[test]
    fn a5_privacy_errors_are_recognised_by_number() {
        let of = |errno| HostError { errno: Some(errno), ..HostError::default() }.refusal();
        assert_eq!(of(104), Some(Refusal::PrivacyNotAgreed));
        assert_eq!(of(112), Some(Refusal::PrivacyNotDeclared));
        assert_eq!(of(5), None);
    }
}
