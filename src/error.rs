//! Every way a call can fail, named once.

use crate::need::Need;
use crate::opaque::Opaque;
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
    /// It answered, without a session in it.
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
    /// A function of the app's own threw.
    CallbackFailed = "CALLBACK_FAILED", retryable: false;
    /// A defect of this package.
    Internal = "INTERNAL", retryable: true;
}

/// What the host said when it failed: `{ errMsg, errno }`, both optional.
#[derive(Clone, Debug, Default)]
pub struct HostError {
    /// `errMsg`, or the message of what was thrown.
    pub err_msg: Option<String>,
    /// `errno` (WeChat: general error codes).
    pub errno: Option<i32>,
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

    /// Does `err_msg` hold these ASCII words, in whatever case?
    pub fn says(&self, words: &str) -> bool {
        self.err_msg.as_deref().is_some_and(|text| contains(text, words))
    }
}

fn contains(text: &str, words: &str) -> bool {
    text.as_bytes().windows(words.len()).any(|part| part.eq_ignore_ascii_case(words.as_bytes()))
}

/// One failure, with all that is known of it. Becomes the `LoginError` that callers catch.
#[derive(Clone, Debug)]
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
    /// What the host or the backend said.
    pub err_msg: Option<String>,
    /// The host's number for it.
    pub errno: Option<i32>,
    /// WeChat's number for it, as the backend passed it on.
    pub errcode: Option<i32>,
    /// The HTTP status.
    pub status_code: Option<u16>,
    /// What was thrown.
    pub cause: Option<Opaque>,
    /// It is about the reply to this very call, which the caller then gets to see.
    pub shows_reply: bool,
}

/// A row: nothing but the values, to save the names their way across the border.
impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Failure {
            code, message, retryable, retry_after, need, err_msg, errno, errcode, status_code, ..
        } = self;
        (code, message, retryable, retry_after, need, err_msg, errno, errcode, status_code)
            .serialize(serializer)
    }
}

impl Failure {
    /// The public names of what [`Serialize`] writes as a row.
    pub const FIELDS: &[&str] =
        &["code", "message", "retryable", "retryAfter", "need", "errMsg", "errno", "errcode", "statusCode"];

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
        })
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
        self.cause = error.cause;
        self
    }

    /// About the reply to the very call that fails, with its HTTP status.
    pub fn about_reply(mut self: Box<Self>, status: Option<u16>) -> Box<Self> {
        self.shows_reply = true;
        self.status_code = status;
        self
    }

    /// With the need that stays unmet.
    pub fn of(mut self: Box<Self>, need: Need) -> Box<Self> {
        self.need = Some(need);
        self
    }

    /// What a refusal that the host reports means for whoever wanted `need`.
    pub fn refused(refusal: Refusal, need: Need, error: HostError) -> Box<Self> {
        match refusal {
            Refusal::ByUser => Failure::new(Code::AuthDenied, &["the user refused"]).said(error).of(need),
            Refusal::PrivacyNotAgreed => {
                Failure::new(Code::AuthDenied, &["the user has not agreed to the privacy contract"])
                    .said(error)
                    .of(Need::PRIVACY)
            }
            Refusal::PrivacyNotDeclared => {
                Failure::new(Code::AuthUnavailable, &["the privacy contract does not declare this use"])
                    .said(error)
                    .of(Need::PRIVACY)
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
