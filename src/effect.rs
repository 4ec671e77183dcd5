//! What is to be done: every answer of the machine is a list of these.

use crate::error::Failure;
use crate::event::{Attempt, Flight, Ticket};
use crate::keeper::Lease;
use crate::need::Need;
use crate::opaque::Opaque;
use crate::session::Saved;
use crate::trace::Step;
use std::rc::Rc;

/// Why a prompt is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A feature needs it.
    Requested,
    /// The user refused WeChat's own popup earlier, which will never come again.
    DeniedBefore,
}

impl Reason {
    /// The public word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Requested => "requested",
            Reason::DeniedBefore => "denied-before",
        }
    }
}

/// What happened to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A new one began.
    Login,
    /// The app ended it.
    Logout,
    /// Its time passed, or the server asked for a new one.
    Expired,
    /// It now knows one more need to hold.
    Granted,
}

impl ChangeKind {
    /// The public word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Login => "login",
            ChangeKind::Logout => "logout",
            ChangeKind::Expired => "expired",
            ChangeKind::Granted => "granted",
        }
    }
}

/// What a call that went well ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The last reply.
    Reply,
    /// The session published last, fresh or not: it has just been got.
    Session,
    /// Nothing.
    Done,
    /// `null`: there is no fresh session.
    Nothing,
}

/// Something to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Make the native request, built afresh from the caller's options (law R3).
    Send {
        /// Whose request.
        ticket: Ticket,
        /// Which one.
        attempt: Attempt,
        /// With the session published last.
        attach: bool,
    },
    /// Abort the native request.
    Cancel {
        /// Whose request.
        ticket: Ticket,
    },
    /// The call is over and went well.
    Settle {
        /// Which call.
        ticket: Ticket,
        /// What it ends with.
        outcome: Outcome,
    },
    /// The call is over and failed.
    Fail {
        /// Which call.
        ticket: Ticket,
        /// How. Shared by all who failed together.
        failure: Rc<Failure>,
    },

    /// Call `wx.login`.
    CallLogin {
        /// For which login.
        flight: Flight,
    },
    /// Hand the code to the exchange.
    Exchange {
        /// For which login.
        flight: Flight,
        /// The one-time code; `None` where the cloud knows the caller.
        code: Option<Opaque>,
    },
    /// Nobody waits for that exchange or submission any more.
    CancelFlight {
        /// Of which login or need.
        flight: Flight,
    },

    /// Call `wx.checkSession`.
    CheckKey {
        /// For which need.
        flight: Flight,
    },
    /// Call `wx.getPrivacySetting`.
    ReadPrivacy {
        /// For which need.
        flight: Flight,
    },
    /// Call `wx.requirePrivacyAuthorize`.
    AskPrivacy {
        /// For which need.
        flight: Flight,
    },
    /// Call `wx.getSetting`.
    ReadSetting {
        /// For which need.
        flight: Flight,
        /// Which permission.
        scope: Need,
    },
    /// Call `wx.authorize`.
    Authorize {
        /// For which need.
        flight: Flight,
        /// Which permission.
        scope: Need,
    },
    /// Show the app's step.
    Ask {
        /// For which need.
        flight: Flight,
        /// Its name.
        need: Need,
        /// Why.
        reason: Reason,
    },
    /// Submit what the step gave.
    Submit {
        /// For which need.
        flight: Flight,
        /// Its name.
        need: Need,
        /// What it gave.
        detail: Opaque,
        /// With the session published last.
        attach: bool,
    },

    /// This is the session from now on, and what plain requests may be sent by.
    Publish(Lease),
    /// Write it into storage, or remove what is there.
    Store(Option<Rc<Saved>>),
    /// Tell whoever listens.
    Changed(ChangeKind),
    /// Tell whoever watches.
    Trace(Box<Step>),
}

/// What one event leads to, in order.
#[must_use = "effects are decisions: nothing happens unless they are performed"]
#[derive(Debug, Default)]
pub struct Effects(Vec<Effect>);

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    /// Nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does the lease change?
    pub fn publishes(&self) -> bool {
        self.0.iter().any(|effect| matches!(effect, Effect::Publish(_)))
    }

    /// With what another event led to later.
    pub fn append(&mut self, mut later: Effects) {
        self.0.append(&mut later.0);
    }
}

impl IntoIterator for Effects {
    type Item = Effect;
    type IntoIter = std::vec::IntoIter<Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_performed_in_their_order_whoever_led_to_them() {
        let mut effects = Effects::default();
        assert!(effects.is_empty());
        effects.push(Effect::Cancel { ticket: 1 });
        assert!(!effects.is_empty() && !effects.publishes());
        let mut later = Effects::default();
        later.push(Effect::Publish(Lease { saved: None, moment: 0, from: 0.0, until: 0.0 }));
        assert!(later.publishes());
        effects.append(later);
        let performed: Vec<Effect> = effects.into_iter().collect();
        assert!(matches!(performed[..], [Effect::Cancel { ticket: 1 }, Effect::Publish(_)]));
    }

    #[test]
    fn reasons_and_changes_have_their_public_words() {
        assert_eq!(
            [Reason::Requested, Reason::DeniedBefore].map(Reason::as_str),
            ["requested", "denied-before"]
        );
        let kinds = [ChangeKind::Login, ChangeKind::Logout, ChangeKind::Expired, ChangeKind::Granted];
        assert_eq!(kinds.map(ChangeKind::as_str), ["login", "logout", "expired", "granted"]);
    }
}
