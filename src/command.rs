//! What the app wants.

use crate::answer::Detail;
use crate::need::Need;
use crate::record::Misfit;
use crate::session::SessionReply;

/// What a call of the app wants.
#[derive(Clone, Debug)]
pub enum Command {
    /// A request made.
    Request {
        /// What it is like.
        traits: Traits,
        /// What must hold before it is sent, in order.
        needs: Vec<Need>,
    },
    /// A session.
    Login {
        /// A new one even if there is a fresh one.
        force: bool,
        /// The user may be asked.
        prompt: bool,
    },
    /// Needs to hold, in order.
    Ensure {
        /// The needs.
        needs: Vec<Need>,
    },
    /// A look at the session.
    GetSession,
    /// A session got elsewhere to be taken over.
    SetSession(Result<SessionReply, Misfit>),
    /// Nobody to be logged in.
    Logout,
    /// What a tap gave to be handed on.
    Provide {
        /// Of which need.
        need: Need,
        /// What the tap gave.
        detail: Detail,
    },
}

/// What a request is like, as far as decisions depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traits {
    /// Its origin may see the session (law R4).
    pub trusted: bool,
    /// The app wants neither session nor login for it.
    pub anonymous: bool,
    /// The app wants the session for it, if there is one, and no login (law R11).
    pub passive: bool,
    /// GET or HEAD: may be resent after a transport failure (law R9).
    pub repeatable: bool,
    /// Its own `timeout` in ms, or what files and streams are given, or 0.
    pub timeout: f64,
}

impl Traits {
    /// May something be made to hold for it?
    pub const fn may_ask(self) -> bool {
        self.trusted && !self.anonymous && !self.passive
    }

    /// Does the session go along?
    pub const fn takes_session(self) -> bool {
        self.trusted && !self.anonymous
    }
}
