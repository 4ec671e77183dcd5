//! A trial as text: one line says how the client is made, every other one what happens next.

use crate::words::{Door, Fate, Life, Method, Origin, Passing, Want};
use std::fmt;

/// How the client is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// For the jitter.
    pub seed: u32,
    pub cloud: bool,
    pub retries: u32,
    pub login_timeout: u32,
    /// Plain requests are sent by the lease.
    pub lends: bool,
}

/// One thing that happens. Those that point at something count modulo what there is, and
/// do nothing where there is none, so that a script stays one when lines are taken out.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Request {
        origin: Origin,
        method: Method,
        timeout: u32,
        wants: Vec<Want>,
    },
    Ensure(Vec<Want>),
    Login {
        force: bool,
    },
    Peek,
    Logout,
    Provide(Want, Say),
    Deny(Want),
    /// The n-th of the calls under way.
    Abort(u32),
    /// The n-th that waits at that door; `late`: of those that were answered before.
    Answer {
        late: bool,
        door: Door,
        nth: u32,
        say: Say,
    },
    Pass(Passing, u32),
    /// Somebody sets the clock, by so many ms.
    Jump(i64),
    /// A cold start: a new client with what storage holds.
    Restart,
    Storage(Fate),
}

/// What an answer says. Each door understands some of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Say {
    Yes,
    No,
    Never,
    /// A status, with no opinion of the app's rule.
    Status(u16),
    /// The same, and `validateStatus` does not like it.
    Invalid(u16),
    /// The app's rule names what is missing.
    Needs(Vec<Want>),
    Session(Life, Vec<Want>),
    /// 200 without a session in it.
    Misfit,
    Errcode(i32),
    /// 429 with `Retry-After`, in seconds.
    SlowDown(u32),
    /// A function of the app's own threw.
    Threw,
    Failed,
    TimedOut,
    Aborted,
    Denied,
    NotAgreed,
    NotDeclared,
    QuotaUsed,
    /// The host has no such call.
    Lacked,
}

/// A whole trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    pub setting: Setting,
    pub actions: Vec<Action>,
}

impl Script {
    /// Reads what `Display` writes. What follows a `#` is a comment.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim())
            .filter(|line| !line.is_empty());
        let setting = lines.next().and_then(Setting::read).ok_or("the first line is no setting")?;
        let actions = lines.map(|line| Action::read(line).ok_or_else(|| format!("no action: {line}")));
        Ok(Script { setting, actions: actions.collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Script {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.setting)?;
        self.actions.iter().try_for_each(|action| writeln!(out, "{action}"))
    }
}

impl Setting {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let mut number = |name| {
            let word = words.next()?.strip_prefix(name)?.strip_prefix('=')?;
            word.parse::<u32>().ok()
        };
        Some(Setting {
            seed: number("seed")?,
            cloud: number("cloud")? == 1,
            retries: number("retries")?,
            login_timeout: number("login-timeout")?,
            lends: number("lends")? == 1,
        })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setting { seed, retries, login_timeout, .. } = self;
        let (cloud, lends) = (u32::from(self.cloud), u32::from(self.lends));
        write!(out, "seed={seed} cloud={cloud} retries={retries} ")?;
        write!(out, "login-timeout={login_timeout} lends={lends}")
    }
}

impl Action {
    fn read(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        Some(match words.as_slice() {
            ["request", origin, method, timeout, wants] => Action::Request {
                origin: Origin::read(origin)?,
                method: Method::read(method)?,
                timeout: timeout.parse().ok()?,
                wants: read_wants(wants)?,
            },
            ["ensure", wants] => Action::Ensure(read_wants(wants)?),
            ["login"] => Action::Login { force: false },
            ["login", "force"] => Action::Login { force: true },
            ["peek"] => Action::Peek,
            ["logout"] => Action::Logout,
            ["provide", want, say @ ..] => Action::Provide(Want::read(want)?, Say::read(say)?),
            ["deny", want] => Action::Deny(Want::read(want)?),
            ["abort", nth] => Action::Abort(nth.parse().ok()?),
            [when @ ("answer" | "late"), door, nth, say @ ..] => Action::Answer {
                late: *when == "late",
                door: Door::read(door)?,
                nth: nth.parse().ok()?,
                say: Say::read(say)?,
            },
            ["pass", passing, ms] => Action::Pass(Passing::read(passing)?, ms.parse().ok()?),
            ["jump", ms] => Action::Jump(ms.parse().ok()?),
            ["restart"] => Action::Restart,
            ["storage", fate] => Action::Storage(Fate::read(fate)?),
            _ => return None,
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Request { origin, method, timeout, wants } => {
                let (origin, method) = (origin.as_str(), method.as_str());
                write!(out, "request {origin} {method} {timeout} {}", List(wants))
            }
            Action::Ensure(wants) => write!(out, "ensure {}", List(wants)),
            Action::Login { force: false } => write!(out, "login"),
            Action::Login { force: true } => write!(out, "login force"),
            Action::Peek => write!(out, "peek"),
            Action::Logout => write!(out, "logout"),
            Action::Provide(want, say) => write!(out, "provide {} {say}", want.as_str()),
            Action::Deny(want) => write!(out, "deny {}", want.as_str()),
            Action::Abort(nth) => write!(out, "abort {nth}"),
            Action::Answer { late, door, nth, say } => {
                write!(out, "{} {} {nth} {say}", if *late { "late" } else { "answer" }, door.as_str())
            }
            Action::Pass(passing, ms) => write!(out, "pass {} {ms}", passing.as_str()),
            Action::Jump(ms) => write!(out, "jump {ms}"),
            Action::Restart => write!(out, "restart"),
            Action::Storage(fate) => write!(out, "storage {}", fate.as_str()),
        }
    }
}

/// The answers that are a single word.
const PLAIN: [(&str, Say); 13] = [
    ("yes", Say::Yes),
    ("no", Say::No),
    ("never", Say::Never),
    ("misfit", Say::Misfit),
    ("threw", Say::Threw),
    ("failed", Say::Failed),
    ("timed-out", Say::TimedOut),
    ("aborted", Say::Aborted),
    ("denied", Say::Denied),
    ("not-agreed", Say::NotAgreed),
    ("not-declared", Say::NotDeclared),
    ("quota-used", Say::QuotaUsed),
    ("lacked", Say::Lacked),
];

impl Say {
    fn read(words: &[&str]) -> Option<Self> {
        Some(match words {
            ["status", status] => Say::Status(status.parse().ok()?),
            ["invalid", status] => Say::Invalid(status.parse().ok()?),
            ["needs", wants] => Say::Needs(read_wants(wants)?),
            ["session", life, granted] => Say::Session(Life::read(life)?, read_wants(granted)?),
            ["errcode", errcode] => Say::Errcode(errcode.parse().ok()?),
            ["slow-down", seconds] => Say::SlowDown(seconds.parse().ok()?),
            [word] => PLAIN.iter().find(|(text, _)| text == word)?.1.clone(),
            _ => return None,
        })
    }
}

impl fmt::Display for Say {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Say::Status(status) => write!(out, "status {status}"),
            Say::Invalid(status) => write!(out, "invalid {status}"),
            Say::Needs(wants) => write!(out, "needs {}", List(wants)),
            Say::Session(life, granted) => write!(out, "session {} {}", life.as_str(), List(granted)),
            Say::Errcode(errcode) => write!(out, "errcode {errcode}"),
            Say::SlowDown(seconds) => write!(out, "slow-down {seconds}"),
            plain => {
                let word = PLAIN.iter().find(|(_, say)| say == plain).map(|(text, _)| *text);
                out.write_str(word.ok_or(fmt::Error)?)
            }
        }
    }
}

/// `login,phone`, or `-` for none.
struct List<'a>(&'a [Want]);

impl fmt::Display for List<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|want| want.as_str()).collect();
        out.write_str(if names.is_empty() { "-".into() } else { names.join(",") }.as_str())
    }
}

fn read_wants(text: &str) -> Option<Vec<Want>> {
    if text == "-" {
        return Some(Vec::new());
    }
    text.split(',').map(Want::read).collect()
}
