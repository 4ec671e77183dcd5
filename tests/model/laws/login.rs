//! Laws L: one login at a time, every code once, nothing after its time, waits kept.

use super::session::fresh;
use crate::script::Setting;
use crate::setting::CODE_LIFE;
use crate::words::Exchange;
use crate::world::{Step, Violation};
use std::rc::Rc;
use wxlogin::Event;
use wxlogin::answer::Answer;
use wxlogin::clock::Millis;
use wxlogin::command::Command;
use wxlogin::effect::{Effect, Question};
use wxlogin::error::{Code, Errcode, HostError};
use wxlogin::id::Flight;
use wxlogin::need::Need;
use wxlogin::session::ChangeKind;

pub struct Logins {
    setting: Setting,
    under_way: Option<UnderWay>,
    /// The code that this step brought, with its age.
    offered: Option<(u32, Millis)>,
    /// The newest code that was exchanged.
    last_spent: u32,
    /// Refresh tokens that are worth nothing.
    dead_tokens: Vec<Rc<str>>,
    /// One that this step's session brings another for.
    replaced_token: Option<Rc<str>>,
    failures: i32,
    /// No login before this, unless forced (law L6).
    earliest: Millis,
    /// A new session is wanted even where there is a fresh one.
    new_one_wanted: bool,
    forced: bool,
    /// `wx.checkSession`, asked about the key.
    key_checks: Vec<Flight>,
}

struct UnderWay {
    flight: Flight,
    began: Millis,
    asked_at: Millis,
    stage: Stage,
}

#[derive(Clone, PartialEq)]
enum Stage {
    Renewing(Rc<str>),
    Fetching,
    Exchanging,
}

/// The least that a wait is of its full length.
const JITTER_FLOOR: f64 = 0.75;

impl Logins {
    pub fn new(setting: Setting) -> Self {
        Logins {
            setting,
            under_way: None,
            offered: None,
            last_spent: 0,
            dead_tokens: Vec::new(),
            replaced_token: None,
            failures: 0,
            earliest: 0.0,
            new_one_wanted: false,
            forced: false,
            key_checks: Vec::new(),
        }
    }

    /// `wx.login` has been called, or its code is on the way.
    pub fn may_renew_key(&self) -> bool {
        let under_way = self.under_way.as_ref();
        under_way.is_some_and(|login| matches!(login.stage, Stage::Fetching | Stage::Exchanging))
    }

    pub fn hear(&mut self, step: &Step) {
        self.offered = None;
        self.replaced_token = None;
        match &step.told.event {
            Event::Called { command: Command::Logout, .. } if self.earliest.is_infinite() => {
                self.succeeded(); // a block ends with a log-out
            }
            Event::Called { command: Command::Login { force: true, .. }, .. } => {
                (self.forced, self.new_one_wanted) = (true, true);
            }
            Event::Answered { flight, answer } => {
                let before = self.key_checks.len();
                self.key_checks.retain(|check| check != flight);
                self.new_one_wanted |= before > self.key_checks.len();
                self.answered(*flight, answer, step);
            }
            _ => {}
        }
    }

    fn answered(&mut self, flight: Flight, answer: &Answer, step: &Step) {
        let Some(login) = self.under_way.take_if(|login| login.flight == flight) else { return };
        if step.at.felt >= login.began + self.setting.login_timeout() {
            return; // too late (law L5)
        }
        match (login.stage, answer) {
            (Stage::Exchanging, Answer::Granted(_)) => self.new_one_wanted = false,
            (Stage::Fetching, Answer::Code { code: Some(code), .. }) => {
                self.offered = code.get::<u32>().map(|code| (*code, step.at.felt - login.asked_at));
            }
            (Stage::Renewing(token), Answer::Granted(granted)) => {
                let status = granted.judgement.status.unwrap_or(200);
                let is_new = step.told.given.as_ref().is_some_and(|given| given.refresh.is_some());
                let is_refused = (400..500).contains(&status) && status != 429;
                if is_refused || matches!(granted.session, Ok(None)) {
                    self.dead_tokens.push(token);
                } else if is_new {
                    self.replaced_token = Some(token);
                }
            }
            _ => {}
        }
    }

    fn succeeded(&mut self) {
        self.failures = 0;
        self.earliest = 0.0;
        self.forced = false;
    }

    /// A login has failed: its failure says how.
    fn failed(&mut self, code: Code, error: &HostError, felt: Millis) {
        let doubled = (1_000.0 * 2.0_f64.powi(self.failures)).min(60_000.0);
        self.failures += 1;
        let asked = error.retry_after.unwrap_or(0.0) * 1_000.0;
        let quota = error.errcode == Some(Errcode::Number(45009.0));
        self.earliest = felt
            + match code {
                Code::LoginBlocked => Millis::INFINITY,
                Code::RateLimited => asked.max(if quota { 600_000.0 } else { 60_000.0 }),
                _ => doubled * JITTER_FLOOR,
            };
        self.forced = false;
    }

    pub fn see(&mut self, effect: &Effect, step: &Step) -> Result<(), Violation> {
        match effect {
            Effect::Ask { flight, question: Question::Renewal(token) } => {
                if self.dead_tokens.contains(token) {
                    return Err(format!("L9: {token} is used again, and was used up or refused"));
                }
                let current = step.known.saved.as_ref().and_then(|saved| saved.refresh_token.as_ref());
                if current != Some(token) {
                    return Err("L9: a refresh token is used that is not the session's".into());
                }
                let began = step.at.felt;
                self.begin(*flight, Stage::Renewing(Rc::clone(token)), began, step)
            }
            Effect::Ask { flight, question: Question::Key } => {
                self.key_checks.push(*flight);
                Ok(())
            }
            Effect::Ask { flight, question: Question::Code } => {
                if self.setting.exchange != Exchange::Code {
                    return Err("L9: wx.login is called, and nobody takes a code".into());
                }
                self.begin(*flight, Stage::Fetching, step.at.felt, step)
            }
            Effect::Ask { flight, question: Question::Exchange(None) } => {
                self.begin(*flight, Stage::Exchanging, step.at.felt, step)
            }
            Effect::Ask { flight, question: Question::Exchange(Some(code)) } => {
                let code = code.get::<u32>().copied();
                let Some((offered, age)) = self.offered.take().filter(|(offered, _)| Some(*offered) == code)
                else {
                    return Err("L3: a code is exchanged that did not just arrive".into());
                };
                if offered <= self.last_spent || age > CODE_LIFE {
                    return Err(format!("L3: code {offered} is exchanged again, or {age} ms old"));
                }
                self.last_spent = offered;
                self.under_way = Some(UnderWay {
                    flight: *flight,
                    began: step.at.felt,
                    asked_at: step.at.felt,
                    stage: Stage::Exchanging,
                });
                Ok(())
            }
            Effect::Ask { question: Question::Prompt { need: Need::Login, .. }, .. }
                if self.setting.browse =>
            {
                Err("X8: the user is asked to log in where nobody can".into())
            }
            Effect::CancelFlight { flight } => {
                self.key_checks.retain(|check| check != flight);
                self.under_way.take_if(|login| login.flight == *flight);
                Ok(())
            }
            Effect::Changed { kind: ChangeKind::Login | ChangeKind::Renewed, .. } => {
                self.succeeded();
                self.dead_tokens.extend(self.replaced_token.take());
                Ok(())
            }
            Effect::Trace(traced) if traced.step == "login-failed" => {
                let nothing = HostError::default();
                let said = match &step.told.event {
                    Event::Answered { answer: Answer::Granted(granted), .. } => &granted.said,
                    _ => &nothing,
                };
                self.failed(traced.code.unwrap_or(Code::LoginFailed), said, step.at.felt);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, flight: Flight, stage: Stage, began: Millis, step: &Step) -> Result<(), Violation> {
        if self.under_way.is_some() {
            return Err("L1: a second login at the same time".into());
        }
        // What follows within one login has no wait of its own.
        let goes_on = matches!(&step.told.event, Event::Answered { .. });
        let is_renewal = matches!(stage, Stage::Renewing(_));
        let forces = |event: &Event| {
            matches!(event, Event::Called { command: Command::Login { force: true, .. }, .. })
        };
        self.forced |= forces(&step.told.event);
        if step.at.felt < self.earliest && !self.forced && !goes_on {
            return Err(format!("L6: a login {} ms too early", self.earliest - step.at.felt));
        }
        let key_is_dead = matches!(&step.told.event, Event::Answered { .. } | Event::Called { .. });
        let is_fresh = fresh(step.known.saved.as_ref(), step.at.wall).is_some();
        let is_ahead = is_renewal && self.setting.ahead > 0;
        if is_fresh && !is_ahead && !self.new_one_wanted && !key_is_dead && !self.forced {
            return Err("L2: a login while there is a fresh session".into());
        }
        if self.setting.browse && !is_ahead {
            return Err("X8: a login begins where nobody can log in".into());
        }
        self.under_way = Some(UnderWay { flight, began, asked_at: step.at.felt, stage });
        Ok(())
    }
}
