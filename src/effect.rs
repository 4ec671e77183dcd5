//! What is to be done: the machine hands these out one after the other.

use crate::error::Failure;
use crate::id::{Attempt, Flight, Ticket};
use crate::need::Need;
use crate::opaque::Opaque;
use crate::session::{ChangeKind, Saved};
use crate::trace::Step;
use serde::Serialize;
use std::rc::Rc;

/// Why a prompt is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A feature needs it.
    Requested,
    /// The user refused WeChat's own popup earlier, which will never come again.
    DeniedBefore,
}

/// What a call that went well ends with.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The last response.
    Reply,
    /// A session, or that there is none.
    Session(Option<Rc<Saved>>),
    /// Nothing.
    Done,
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
        /// With the lease's session.
        attach: bool,
    },
    /// Abort the native request.
    CancelSend {
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

    /// Put a question to the host or to a function of the app's: an answer is waited for.
    Ask {
        /// Names the answer.
        flight: Flight,
        /// What is asked.
        question: Question,
    },
    /// Nobody waits for that answer any more.
    CancelFlight {
        /// Which question.
        flight: Flight,
    },
    /// Hide the app's step: it is over without the app having answered.
    ClosePrompt {
        /// Of which need.
        need: Need,
    },

    /// Tell whoever listens.
    Changed {
        /// What happened.
        kind: ChangeKind,
        /// The session from now on.
        session: Option<Rc<Saved>>,
    },
    /// Tell whoever watches.
    Trace(Box<Step>),
}

/// What is asked of the host and of the app's own functions.
#[derive(Clone, Debug)]
pub enum Question {
    /// `wx.login`: a code.
    Code,
    /// The exchange: a session for that code; `None` if the cloud knows the caller.
    Exchange(Option<Opaque>),
    /// The renewal: a session for that refresh token.
    Renewal(Rc<str>),
    /// `wx.checkSession`.
    Key,
    /// `wx.getPrivacySetting`.
    PrivacySetting,
    /// `wx.requirePrivacyAuthorize`.
    Privacy,
    /// `wx.getSetting`, about that permission.
    Setting(Need),
    /// `wx.authorize`, for that permission.
    Scope(Need),
    /// The app's step, to be shown.
    Prompt {
        /// Of which need.
        need: Need,
        /// Why.
        reason: Reason,
    },
    /// What the step gave, to be submitted.
    Submission {
        /// Of which need.
        need: Need,
        /// What it gave.
        detail: Opaque,
        /// With the lease's session.
        attach: bool,
    },
}
