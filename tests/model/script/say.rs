//! What answers say.

use super::{List, read_wants};
use crate::words::{Life, Want, Who};
use std::fmt;

/// A session as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub life: Life,
    pub who: Who,
    /// A refresh token comes with it, another one each time.
    pub refresh: bool,
    /// `None`: it says nothing of what holds.
    pub granted: Option<Vec<Want>>,
}

/// What an answer says. Each door understands some of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Say {
    Yes,
    No,
    Never,
    /// What the user gave, encrypted.
    Encrypted,
    /// A status, with no opinion of the app's rule.
    Status(u16),
    /// The same, and `validateStatus` does not like it.
    Invalid(u16),
    /// The same, and `accept` does not.
    Refused(u16),
    /// With that status the app's rule names what is missing.
    Needs(u16, Vec<Want>),
    Session(Grant),
    /// Nobody's session.
    Null,
    /// 200 without a session in it.
    Misfit,
    Errcode(i32),
    /// 429 with `Retry-After`, in seconds.
    SlowDown(u32),
    /// A function of the app's own threw.
    Threw,
    /// It rejected with a status.
    Rejects(u16),
    /// It rejected with a failure of this package's own.
    PassedOn,
    Failed,
    TimedOut,
    Aborted,
    Denied,
    NotAgreed,
    NotDeclared,
    QuotaUsed,
    /// The host has no such call.
    Lacked,
}

/// The answers that are a single word.
const PLAIN: [(&str, Say); 16] = [
    ("yes", Say::Yes),
    ("no", Say::No),
    ("never", Say::Never),
    ("encrypted", Say::Encrypted),
    ("null", Say::Null),
    ("misfit", Say::Misfit),
    ("threw", Say::Threw),
    ("passed-on", Say::PassedOn),
    ("failed", Say::Failed),
    ("timed-out", Say::TimedOut),
    ("aborted", Say::Aborted),
    ("denied", Say::Denied),
    ("not-agreed", Say::NotAgreed),
    ("not-declared", Say::NotDeclared),
    ("quota-used", Say::QuotaUsed),
    ("lacked", Say::Lacked),
];

impl Grant {
    /// `long anna renewable phone`, or `-` where it names neither a refresh token nor what holds;
    /// `none` where it says that nothing holds.
    pub fn read(words: &[&str]) -> Option<Self> {
        let [life, who, refresh, granted] = words else { return None };
        Some(Grant {
            life: Life::read(life)?,
            who: Who::read(who)?,
            refresh: match *refresh {
                "renewable" => true,
                "-" => false,
                _ => return None,
            },
            granted: match *granted {
                "-" => None,
                "none" => Some(Vec::new()),
                names => Some(read_wants(names)?),
            },
        })
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refresh = if self.refresh { "renewable" } else { "-" };
        write!(out, "{} {} {refresh} ", self.life.as_str(), self.who.as_str())?;
        match &self.granted {
            None => out.write_str("-"),
            Some(names) if names.is_empty() => out.write_str("none"),
            Some(names) => write!(out, "{}", List(names)),
        }
    }
}

impl Say {
    pub fn read(words: &[&str]) -> Option<Self> {
        Some(match words {
            ["status", status] => Say::Status(status.parse().ok()?),
            ["invalid", status] => Say::Invalid(status.parse().ok()?),
            ["refused", status] => Say::Refused(status.parse().ok()?),
            ["rejects", status] => Say::Rejects(status.parse().ok()?),
            ["needs", status, wants] => Say::Needs(status.parse().ok()?, read_wants(wants)?),
            ["session", grant @ ..] => Say::Session(Grant::read(grant)?),
            ["errcode", errcode] => Say::Errcode(errcode.parse().ok()?),
            ["slow-down", seconds] => Say::SlowDown(seconds.parse().ok()?),
            [word] => PLAIN.iter().find(|(text, _)| text == word)?.1.clone(),
            _ => return None,
        })
    }
}

impl fmt::Display for Say {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Say::Status(status) => write!(out, "status {status}"),
            Say::Invalid(status) => write!(out, "invalid {status}"),
            Say::Refused(status) => write!(out, "refused {status}"),
            Say::Rejects(status) => write!(out, "rejects {status}"),
            Say::Needs(status, wants) => write!(out, "needs {status} {}", List(wants)),
            Say::Session(grant) => write!(out, "session {grant}"),
            Say::Errcode(errcode) => write!(out, "errcode {errcode}"),
            Say::SlowDown(seconds) => write!(out, "slow-down {seconds}"),
            plain => {
                let word = PLAIN.iter().find(|(_, say)| say == plain).map(|(text, _)| *text);
                out.write_str(word.ok_or(fmt::Error)?)
            }
        }
    }
}
