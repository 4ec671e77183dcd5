//! What is compared: effects without the names and numbers that the machine chooses itself.

use super::Failed;
use crate::setting::want_of;
use crate::words::Want;
use std::rc::Rc;
use wxlogin::effect::{Effect, Outcome, Question, Reason};
use wxlogin::error::Code;
use wxlogin::id::Ticket;
use wxlogin::session::ChangeKind;

#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Send { ticket: Ticket, attach: bool },
    CancelSend(Ticket),
    End(Ticket, Verdict),
    Ask(Asked),
    ClosePrompt(Want),
    Changed(ChangeKind),
}

/// A question, without what it is about where only one thing can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    Code,
    Exchange { with_code: bool },
    Renewal(Rc<str>),
    Key,
    PrivacySetting,
    Privacy,
    Setting(Want),
    Scope(Want),
    Prompt(Want, Reason),
    Submission { want: Want, attach: bool },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Reply,
    Session,
    NoSession,
    Done,
    Failed(Failed),
}

impl Asked {
    pub fn of(question: &Question) -> Option<Self> {
        Some(match question {
            Question::Code => Asked::Code,
            Question::Exchange(code) => Asked::Exchange { with_code: code.is_some() },
            Question::Renewal(token) => Asked::Renewal(Rc::clone(token)),
            Question::Key => Asked::Key,
            Question::PrivacySetting => Asked::PrivacySetting,
            Question::Privacy => Asked::Privacy,
            Question::Setting(need) => Asked::Setting(want_of(need)?),
            Question::Scope(need) => Asked::Scope(want_of(need)?),
            Question::Prompt { need, reason } => Asked::Prompt(want_of(need)?, *reason),
            Question::Submission { need, attach, .. } => {
                Asked::Submission { want: want_of(need)?, attach: *attach }
            }
        })
    }

    /// The need that it is asked for.
    pub const fn want(&self) -> Option<Want> {
        match self {
            Asked::Code | Asked::Exchange { .. } | Asked::Renewal(_) => None,
            Asked::Key => Some(Want::SessionKey),
            Asked::PrivacySetting | Asked::Privacy => Some(Want::Privacy),
            Asked::Setting(want) | Asked::Scope(want) | Asked::Prompt(want, _) => Some(*want),
            Asked::Submission { want, .. } => Some(*want),
        }
    }
}

impl Deed {
    pub fn of(effect: &Effect) -> Option<Self> {
        Some(match effect {
            Effect::Send { ticket, attach, .. } => Deed::Send { ticket: *ticket, attach: *attach },
            Effect::CancelSend { ticket } => Deed::CancelSend(*ticket),
            Effect::Settle { ticket, outcome } => {
                let verdict = match outcome {
                    Outcome::Reply => Verdict::Reply,
                    Outcome::Session(Some(_)) => Verdict::Session,
                    Outcome::Session(None) => Verdict::NoSession,
                    Outcome::Done => Verdict::Done,
                };
                Deed::End(*ticket, verdict)
            }
            Effect::Fail { ticket, failure } => {
                let names_need =
                    matches!(failure.code, Code::AuthDenied | Code::AuthTimeout | Code::AuthUnavailable);
                let want = failure.need.as_ref().filter(|_| names_need).and_then(want_of);
                Deed::End(*ticket, Verdict::Failed(Failed { code: failure.code, want }))
            }
            Effect::Ask { question, .. } => Deed::Ask(Asked::of(question)?),
            Effect::ClosePrompt { need } => Deed::ClosePrompt(want_of(need)?),
            Effect::Changed { kind, .. } => Deed::Changed(*kind),
            // Compared as what is then waited for.
            Effect::CancelFlight { .. } | Effect::Trace(_) => return None,
        })
    }
}
