//! A trial as text: one line says how the client is made, every other one what happens next.

mod say;

pub use say::{Grant, Say};

use crate::words::{Door, Exchange, Fate, LoginPrompt, Method, Module, Origin, Passing, Want};
use std::fmt;

/// How the client is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// For the jitter.
    pub seed: u32,
    pub exchange: Exchange,
    pub login_prompt: LoginPrompt,
    /// Sessions are renewed by their refresh tokens.
    pub renews: bool,
    /// How long before its end, ms; 0 for never.
    pub ahead: u32,
    pub retries: u32,
    pub login_timeout: u32,
    /// What the lease covers is done by it.
    pub lends: bool,
    /// The module comes after the first call, or never.
    pub late: bool,
    /// WeChat's single-page mode.
    pub browse: bool,
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
        prompt: bool,
    },
    Peek,
    SetSession(Grant),
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
    Module(Module),
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

/// What a setting is that its line does not name.
const USUAL: Setting = Setting {
    seed: 1,
    exchange: Exchange::Code,
    login_prompt: LoginPrompt::None,
    renews: false,
    ahead: 0,
    retries: 0,
    login_timeout: 15_000,
    lends: false,
    late: false,
    browse: false,
};

impl Setting {
    fn read(line: &str) -> Option<Self> {
        let mut setting = USUAL;
        for word in line.split_whitespace() {
            let (name, value) = word.split_once('=')?;
            match name {
                "seed" => setting.seed = value.parse().ok()?,
                "exchange" => setting.exchange = Exchange::read(value)?,
                "login-prompt" => setting.login_prompt = LoginPrompt::read(value)?,
                "renews" => setting.renews = value == "1",
                "ahead" => setting.ahead = value.parse().ok()?,
                "retries" => setting.retries = value.parse().ok()?,
                "login-timeout" => setting.login_timeout = value.parse().ok()?,
                "lends" => setting.lends = value == "1",
                "late" => setting.late = value == "1",
                "browse" => setting.browse = value == "1",
                _ => return None,
            }
        }
        Some(setting)
    }
}

impl fmt::Display for Setting {
    /// The seed, and what is not usual.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "seed={}", self.seed)?;
        if self.exchange != USUAL.exchange {
            write!(out, " exchange={}", self.exchange.as_str())?;
        }
        if self.login_prompt != USUAL.login_prompt {
            write!(out, " login-prompt={}", self.login_prompt.as_str())?;
        }
        let numbers = [
            ("ahead", self.ahead, USUAL.ahead),
            ("retries", self.retries, USUAL.retries),
            ("login-timeout", self.login_timeout, USUAL.login_timeout),
            ("renews", u32::from(self.renews), 0),
            ("lends", u32::from(self.lends), 0),
            ("late", u32::from(self.late), 0),
            ("browse", u32::from(self.browse), 0),
        ];
        let mut unusual = numbers.iter().filter(|(_, value, usual)| value != usual);
        unusual.try_for_each(|(name, value, _)| write!(out, " {name}={value}"))
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
            ["login"] => Action::Login { force: false, prompt: true },
            ["login", "force"] => Action::Login { force: true, prompt: true },
            ["login", "quiet"] => Action::Login { force: false, prompt: false },
            ["login", "force", "quiet"] => Action::Login { force: true, prompt: false },
            ["peek"] => Action::Peek,
            ["set-session", grant @ ..] => Action::SetSession(Grant::read(grant)?),
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
            ["module", module] => Action::Module(Module::read(module)?),
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
            Action::Login { force, prompt } => {
                let force = if *force { " force" } else { "" };
                write!(out, "login{force}{}", if *prompt { "" } else { " quiet" })
            }
            Action::Peek => write!(out, "peek"),
            Action::SetSession(grant) => write!(out, "set-session {grant}"),
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
            Action::Module(module) => write!(out, "module {}", module.as_str()),
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
