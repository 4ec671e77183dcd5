//! What happened: everything that changes the machine comes in as one of these.

use crate::answer::{Answer, Reply};
use crate::command::{Command, Traits};
use crate::id::{Attempt, Flight, Ticket};
use crate::need::Need;
use crate::session::Moment;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The app calls.
    Called {
        /// The call's ticket.
        ticket: Ticket,
        /// What it wants.
        command: Command,
    },
    /// A request was sent by a lease, and unlike most of those it now has to be known here: no
    /// answer so far, or one that is more than plainly good. Its attempt is [`Attempt::BY_LEASE`].
    Adopted {
        /// Its ticket.
        ticket: Ticket,
        /// What it is like.
        traits: Traits,
        /// Needs of its own, which the lease said to hold.
        needs: Vec<Need>,
        /// The lease's moment.
        moment: Moment,
        /// The lease's session was there to go along.
        attached: bool,
    },
    /// A session is used by a lease that asks to be told so (law L11).
    SessionUsed,
    /// The app says that the user refused.
    Denied {
        /// Which need.
        need: Need,
        /// In the app's words.
        reason: Option<String>,
    },
    /// The app gives a call up.
    Aborted {
        /// Its ticket.
        ticket: Ticket,
    },
    /// A native request came to an end.
    Replied {
        /// Whose request.
        ticket: Ticket,
        /// Which one.
        attempt: Attempt,
        /// What came of it.
        reply: Reply,
    },
    /// The host or a function of the app's answered.
    Answered {
        /// Which question.
        flight: Flight,
        /// What it said.
        answer: Answer,
    },
    /// The timer for [`crate::Machine::next_deadline`] fired.
    TimerFired,
}
