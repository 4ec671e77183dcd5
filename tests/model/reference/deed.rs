//! What is compared: effects without the names and numbers that the machine chooses itself.

use super::Failed;
use super::quest::need_of;
use crate::words::Want;
use wxlogin::Effect;
use wxlogin::effect::{Outcome, Reason};
use wxlogin::error::Code;
use wxlogin::event::Ticket;

#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Send { ticket: Ticket, attach: bool },
    Cancel(Ticket),
    End(Ticket, Verdict),
    CallLogin,
    Exchange { with_code: bool },
    CancelFlight,
    CheckKey,
    ReadPrivacy,
    AskPrivacy,
    ReadSetting(Want),
    Authorize(Want),
    Ask(Want, Reason),
    Submit { want: Want, attach: bool },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Went(Outcome),
    Failed(Failed),
}

impl Deed {
    pub const fn starts_login(&self) -> bool {
        matches!(self, Deed::CallLogin | Deed::Exchange { with_code: false })
    }

    pub fn of(effect: &Effect) -> Option<Self> {
        Some(match effect {
            Effect::Send { ticket, attach, .. } => Deed::Send { ticket: *ticket, attach: *attach },
            Effect::Cancel { ticket } => Deed::Cancel(*ticket),
            Effect::Settle { ticket, outcome } => Deed::End(*ticket, Verdict::Went(*outcome)),
            Effect::Fail { ticket, failure } => {
                let names_need =
                    matches!(failure.code, Code::AuthDenied | Code::AuthTimeout | Code::AuthUnavailable);
                let want = failure.need.filter(|_| names_need).and_then(need_of);
                Deed::End(*ticket, Verdict::Failed(Failed { code: failure.code, want }))
            }
            Effect::CallLogin { .. } => Deed::CallLogin,
            Effect::Exchange { code, .. } => Deed::Exchange { with_code: code.is_some() },
            Effect::CancelFlight { .. } => Deed::CancelFlight,
            Effect::CheckKey { .. } => Deed::CheckKey,
            Effect::ReadPrivacy { .. } => Deed::ReadPrivacy,
            Effect::AskPrivacy { .. } => Deed::AskPrivacy,
            Effect::ReadSetting { scope, .. } => Deed::ReadSetting(need_of(*scope)?),
            Effect::Authorize { scope, .. } => Deed::Authorize(need_of(*scope)?),
            Effect::Ask { need, reason, .. } => Deed::Ask(need_of(*need)?, *reason),
            Effect::Submit { need, attach, .. } => Deed::Submit { want: need_of(*need)?, attach: *attach },
            Effect::Publish(_) | Effect::Store(_) | Effect::Changed(_) | Effect::Trace(_) => return None,
        })
    }
}
