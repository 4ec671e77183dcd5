//! What happened: everything that changes the machine comes in as one of these.

use crate::error::HostError;
use crate::keeper::Moment;
use crate::need::Need;
use crate::opaque::Opaque;
use crate::session::SessionReply;

/// Names a call of the app for as long as it is under way. Chosen by the caller of the
/// machine, small and dense, free again once the call is settled.
pub type Ticket = u32;

/// Names one native request. The machine never uses one twice, so that a late answer finds
/// nobody. Those of the upper half belong to whoever sends by a lease.
pub type Attempt = u32;

/// Names one step towards a login or a need. Never used twice.
pub type Flight = u32;

/// What a request is like, as far as decisions depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traits {
    /// Its origin may see the session (law R4).
    pub trusted: bool,
    /// The app wants neither session nor login for it.
    pub anonymous: bool,
    /// GET or HEAD: may be resent after a transport failure (law R9).
    pub repeatable: bool,
    /// Its own `timeout` in ms, or what files and streams are given, or 0.
    pub timeout: f64,
}

/// What a user's detail or an app's function said of itself.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The detail.
    pub value: Opaque,
    /// Its `errMsg` and `errno`, where it speaks of a failure.
    pub error: Option<HostError>,
}

/// What came of an exchange.
#[derive(Clone, Debug)]
pub struct ExchangeReply {
    /// HTTP status; `None` where nothing answered at all.
    pub status: Option<u16>,
    /// WeChat's error code, where the backend passed one on. 0 counts as none.
    pub errcode: Option<i32>,
    /// Seconds, from `Retry-After`.
    pub retry_after: Option<f64>,
    /// The session in the reply, or the field that does not fit.
    pub session: Result<SessionReply, crate::record::Misfit>,
    /// What was said where something went wrong.
    pub said: HostError,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The app wants a request made.
    Requested {
        /// Its ticket.
        ticket: Ticket,
        /// What it is like.
        traits: Traits,
        /// What must hold before it is sent.
        needs: Vec<Need>,
    },
    /// A request without needs was sent by a lease, and unlike most of those it now has to be
    /// known here: no answer so far, or one that is more than plainly good.
    Adopted {
        /// Its ticket.
        ticket: Ticket,
        /// What it is like.
        traits: Traits,
        /// Its number, out of the upper half, which is never given out here.
        attempt: Attempt,
        /// The lease's moment.
        moment: Moment,
        /// With the lease's session.
        attached: bool,
    },
    /// The app wants a session.
    LoginWanted {
        /// Its ticket.
        ticket: Ticket,
        /// A new one even where there is a fresh one.
        force: bool,
    },
    /// The app wants needs to hold.
    EnsureWanted {
        /// Its ticket.
        ticket: Ticket,
        /// The needs, in order.
        needs: Vec<Need>,
    },
    /// The app looks at the session.
    SessionPeeked {
        /// Its ticket.
        ticket: Ticket,
    },
    /// The app logs out.
    LogoutWanted {
        /// Its ticket.
        ticket: Ticket,
    },
    /// The app hands over what a tap gave.
    DetailProvided {
        /// Its ticket.
        ticket: Ticket,
        /// Of which need.
        need: Need,
        /// What the tap gave.
        detail: Detail,
    },
    /// The app says that the user refused.
    NeedDenied {
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

    /// A native request was answered, with any HTTP status.
    Replied {
        /// Whose request.
        ticket: Ticket,
        /// Which one.
        attempt: Attempt,
        /// The HTTP status.
        status: u16,
        /// What the app's rule says is missing, perhaps nothing; `None` leaves it to the
        /// default rule.
        asks: Option<Vec<Need>>,
        /// `validateStatus` has nothing against the status.
        valid: bool,
    },
    /// A native request failed.
    SendFailed {
        /// Whose request.
        ticket: Ticket,
        /// Which one.
        attempt: Attempt,
        /// What the host said.
        error: HostError,
    },
    /// A function of the app's own threw while a request was built or its reply judged.
    CallbackFailed {
        /// Whose request.
        ticket: Ticket,
        /// Which one.
        attempt: Attempt,
        /// The function's name.
        name: String,
        /// What it threw.
        error: HostError,
    },

    /// `wx.login` succeeded, perhaps without a code.
    CodeReceived {
        /// Of which login.
        flight: Flight,
        /// The one-time code.
        code: Option<Opaque>,
    },
    /// `wx.login` failed.
    CodeFailed {
        /// Of which login.
        flight: Flight,
        /// What the host said.
        error: HostError,
    },
    /// The exchange came to an end.
    Exchanged {
        /// Of which login.
        flight: Flight,
        /// What came of it.
        reply: Box<ExchangeReply>,
    },
    /// `readSession` threw.
    ReadSessionFailed {
        /// Of which login.
        flight: Flight,
        /// What it threw.
        error: HostError,
    },

    /// `wx.checkSession` answered.
    KeyChecked {
        /// For which need.
        flight: Flight,
        /// The `session_key` is alive.
        alive: bool,
    },
    /// `wx.getPrivacySetting` answered.
    PrivacyRead {
        /// For which need.
        flight: Flight,
        /// The user has not agreed yet.
        asks: bool,
    },
    /// `wx.getSetting` answered.
    SettingRead {
        /// For which need.
        flight: Flight,
        /// `None`: the user was never asked.
        allowed: Option<bool>,
    },
    /// `wx.authorize` or `wx.requirePrivacyAuthorize` succeeded.
    Authorized {
        /// For which need.
        flight: Flight,
    },
    /// A host call for a need failed.
    HostRefused {
        /// For which need.
        flight: Flight,
        /// What the host said.
        error: HostError,
    },
    /// The host has no such call.
    HostLacked {
        /// For which need.
        flight: Flight,
        /// The call's name.
        name: String,
    },

    /// A prompt returned the detail itself.
    PromptAnswered {
        /// For which need.
        flight: Flight,
        /// What it returned.
        detail: Detail,
    },
    /// A prompt rejected or threw.
    PromptRefused {
        /// For which need.
        flight: Flight,
        /// With what.
        error: HostError,
    },
    /// A submission was answered.
    Submitted {
        /// For which need.
        flight: Flight,
        /// HTTP status, where the submission was a request.
        status: Option<u16>,
        /// A session in the reply replaces the current one.
        session: Option<SessionReply>,
        /// It was a request that the session went with, where there was one.
        attached: bool,
    },
    /// A submission did not get through.
    SubmitFailed {
        /// For which need.
        flight: Flight,
        /// What was said.
        error: HostError,
        /// It was a function of the app's own that threw.
        threw: bool,
    },

    /// The timer for [`crate::Machine::next_deadline`] fired.
    TimerFired,
}
