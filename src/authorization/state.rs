//! Where an authorization stands, and what it then waits for.

use crate::answer::Detail;
use crate::id::Flight;
use crate::session::Moment;

/// Where it stands. A `Flight` names the answer that is waited for.
#[derive(Clone, Debug)]
pub enum State {
    CheckingKey(Flight),
    ReadingPrivacy(Flight),
    AskingPrivacy(Flight),
    /// `asked`: the app's step has been shown, so that this look is the last.
    ReadingSetting {
        flight: Flight,
        asked: bool,
    },
    Authorizing(Flight),
    /// A login is needed first: its session goes with the submission, or it renews the key, which
    /// is dead, or has not been asked about because that login was under way.
    LoggingIn {
        key_is_dead: bool,
    },
    /// The user is to answer the app's step.
    Asking,
    /// The detail is there, and waits for a login.
    Holding(Submitted),
    Submitting {
        flight: Flight,
        /// When the detail went out, if it did so with a session.
        sent: Option<Moment>,
        submitted: Submitted,
    },
}

/// A detail on its way.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub detail: Detail,
    /// It came by `provide`, not from the prompt's own promise.
    pub provided: bool,
    /// It has been submitted before.
    pub again: bool,
}

impl State {
    pub const fn flight(&self) -> Option<Flight> {
        match *self {
            State::CheckingKey(flight)
            | State::ReadingPrivacy(flight)
            | State::AskingPrivacy(flight)
            | State::ReadingSetting { flight, .. }
            | State::Authorizing(flight)
            | State::Submitting { flight, .. } => Some(flight),
            State::LoggingIn { .. } | State::Asking | State::Holding(_) => None,
        }
    }
}
