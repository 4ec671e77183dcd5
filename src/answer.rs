//! What comes back: responses, and what the host and the app's own functions say.

use crate::error::HostError;
use crate::need::Need;
use crate::opaque::Opaque;
use crate::record::Misfit;
use crate::session::SessionReply;

/// What came of a native request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A response, as the app's rules judge it.
    Judged(Judgement),
    /// It did not get through.
    Failed(HostError),
    /// The same, and it may not be resent: the app's `attach` made something else of it.
    FailedForGood(HostError),
    /// A function of the app's own threw while the request was built or its response judged.
    CallbackFailed {
        /// The function's name.
        name: String,
        /// What it threw.
        error: HostError,
    },
}

/// A response, as the app's rules judge it (law R10).
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// The HTTP status; `None` if there is none: a function or a cloud function answered.
    pub status: Option<u16>,
    /// What it says is missing before it can succeed.
    pub asks: Vec<Need>,
    /// What `accept` says against it.
    pub refused: Option<HostError>,
    /// `validateStatus` says no.
    pub invalid: bool,
    /// A session really went along.
    pub attached: bool,
}

/// What the host or a function of the app's said. Which of these fits depends on the question;
/// any other is a failure of whoever answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Yes: the key is alive, the permission is given, the contract is agreed to.
    Done,
    /// `wx.login` succeeded, perhaps without a code.
    Code {
        /// The one-time code.
        code: Option<Opaque>,
        /// What the host said along with it.
        said: HostError,
    },
    /// `wx.getPrivacySetting`: has the user still to agree?
    PrivacySetting {
        /// Yes.
        asks: bool,
    },
    /// `wx.getSetting`: is the permission given? `None`: the user was never asked.
    Setting(Option<bool>),
    /// A prompt returned the detail itself.
    Detail(Detail),
    /// A prompt returned `false`.
    Refused,
    /// An exchange, a renewal or a submission was answered.
    Granted(Box<Granted>),
    /// It failed.
    Failed(HostError),
}

/// What came of an exchange, a renewal or a submission.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The response, as the app's rules judge it.
    pub judgement: Judgement,
    /// The session in it, nobody's session (`null`), or the field that does not fit.
    pub session: Result<Option<SessionReply>, Misfit>,
    /// What the backend said, if something went wrong.
    pub said: HostError,
    /// The response itself, for whoever may see it.
    pub response: Option<Opaque>,
}

/// What a user's tap gave.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The detail.
    pub value: Opaque,
    /// What it says of a failure, as details of WeChat's own do.
    pub error: Option<HostError>,
    /// It holds `encryptedData`, which a login spoils (law A9).
    pub encrypted: bool,
    /// The session that it is, for a login whose prompt submits nothing.
    pub session: Result<SessionReply, Misfit>,
}
