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
    /// May something be made to hold for it (law R11)?
    pub const fn may_require(self) -> bool {
        !self.anonymous && !self.passive
    }

    /// May its reply say what that is (law R4)?
    pub const fn may_ask(self) -> bool {
        self.trusted && self.may_require()
    }

    /// Does the session go along?
    pub const fn takes_session(self) -> bool {
        self.trusted && !self.anonymous
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const GET: Traits =
        Traits { trusted: true, anonymous: false, passive: false, repeatable: true, timeout: 0.0 };

    #[test]
    fn r4_r11_what_a_request_is_like_says_what_it_may() {
        for (traits, may_require, may_ask, takes_session) in [
            (GET, true, true, true),
            (Traits { trusted: false, ..GET }, true, false, false),
            (Traits { anonymous: true, ..GET }, false, false, false),
            (Traits { passive: true, ..GET }, false, false, true),
        ] {
            let may = (traits.may_require(), traits.may_ask(), traits.takes_session());
            assert_eq!(may, (may_require, may_ask, takes_session), "{traits:?}");
        }
    }
}
