//! Laws L: one login at a time, every code once, nothing after its time, waits kept.

use super::session::Sessions;
use crate::script::Setting;
use crate::setting::CODE_LIFE;
use crate::world::{Moment, Step, Violation};
use wxlogin::Event;
use wxlogin::clock::Millis;
use wxlogin::effect::{ChangeKind, Effect};
use wxlogin::event::{ExchangeReply, Flight};

pub struct Logins {
    setting: Setting,
    under_way: Option<Login>,
    /// The code that this step brought, with its age.
    offered: Option<(u32, Millis)>,
    /// The newest code that was exchanged.
    last_spent: u32,
    failures: i32,
    /// No login before this, unless forced (law L6).
    earliest: Millis,
    /// A new session is wanted even where there is a fresh one.
    renewal_wanted: bool,
    forced: bool,
    /// The step's event may bring a session.
    session_due: bool,
}

struct Login {
    flight: Flight,
    began: Millis,
    asked_at: Millis,
    stage: Stage,
    code_refused: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Fetching,
    Exchanging,
    /// The last answer asks for another code.
    Between,
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
            failures: 0,
            earliest: 0.0,
            renewal_wanted: false,
            forced: false,
            session_due: false,
        }
    }

    pub fn is_calling(&self) -> bool {
        self.under_way.as_ref().is_some_and(|login| login.stage != Stage::Between)
    }

    fn awaits(&self, flight: Flight, stage: Stage) -> bool {
        self.under_way.as_ref().is_some_and(|login| login.flight == flight && login.stage == stage)
    }

    pub fn hear(&mut self, step: &Step) {
        let felt = step.at.felt;
        self.offered = None;
        self.session_due = false;
        let limit = self.setting.login_timeout();
        let given_up = matches!(step.event, Event::LogoutWanted { .. });
        if !given_up && self.under_way.as_ref().is_some_and(|login| felt >= login.began + limit) {
            self.failed(felt, 0.0);
        }
        match step.event {
            Event::LogoutWanted { .. } => {
                self.under_way = None;
                if self.earliest.is_infinite() {
                    self.succeeded(); // a block ends with a log-out
                }
            }
            Event::LoginWanted { force: true, .. } => {
                self.forced = true;
                self.renewal_wanted = true;
            }
            Event::KeyChecked { alive: false, .. } => self.renewal_wanted = true,
            Event::CodeReceived { flight, code } if self.awaits(*flight, Stage::Fetching) => {
                let code = code.as_ref().and_then(|code| code.get::<u32>());
                match (code, &mut self.under_way) {
                    (Some(code), Some(login)) => {
                        self.offered = Some((*code, felt - login.asked_at));
                        if felt - login.asked_at > CODE_LIFE {
                            login.stage = Stage::Between;
                        }
                    }
                    _ => self.failed(felt, 0.0),
                }
            }
            Event::CodeFailed { flight, .. } | Event::HostLacked { flight, .. }
                if self.awaits(*flight, Stage::Fetching) =>
            {
                self.failed(felt, 0.0);
            }
            Event::ReadSessionFailed { flight, .. } | Event::HostLacked { flight, .. }
                if self.awaits(*flight, Stage::Exchanging) =>
            {
                self.failed(felt, 0.0);
            }
            Event::Exchanged { flight, reply } if self.awaits(*flight, Stage::Exchanging) => {
                self.exchanged(reply, felt);
            }
            Event::Submitted { session: Some(_), .. } => self.session_due = true,
            _ => {}
        }
    }

    fn exchanged(&mut self, reply: &ExchangeReply, felt: Millis) {
        match (reply.errcode, reply.status) {
            (Some(40029 | 40163), _) => match &mut self.under_way {
                Some(login) if !login.code_refused => {
                    login.stage = Stage::Between;
                    login.code_refused = true;
                }
                _ => self.failed(felt, 0.0),
            },
            (Some(45009 | 45011), _) | (None, Some(429)) => {
                self.failed(felt, reply.retry_after.unwrap_or(0.0).max(60.0) * 1_000.0);
            }
            (Some(40226), _) => self.failed(felt, Millis::INFINITY),
            (None, Some(200)) if reply.session.is_ok() => {
                self.under_way = None;
                self.session_due = true;
                self.succeeded();
            }
            _ => self.failed(felt, 0.0),
        }
    }

    fn succeeded(&mut self) {
        self.failures = 0;
        self.earliest = 0.0;
        self.forced = false;
        self.renewal_wanted = false;
    }

    /// `least`: what this failure asks for itself, in ms.
    fn failed(&mut self, felt: Millis, least: Millis) {
        let doubled = (1_000.0 * 2.0_f64.powi(self.failures)).min(60_000.0);
        self.failures += 1;
        self.earliest = felt + least.max(if least > 0.0 { 0.0 } else { doubled * JITTER_FLOOR });
        self.under_way = None;
        self.forced = false;
        self.renewal_wanted = false;
    }

    pub fn see(&mut self, effect: &Effect, at: Moment, sessions: &Sessions) -> Result<(), Violation> {
        match effect {
            Effect::CallLogin { flight } => self.begin(*flight, Stage::Fetching, at, sessions),
            Effect::Exchange { flight, code: None } => self.begin(*flight, Stage::Exchanging, at, sessions),
            Effect::Exchange { flight, code: Some(code) } => {
                let code = code.get::<u32>().copied();
                let Some((offered, age)) = self.offered.take().filter(|(offered, _)| Some(*offered) == code)
                else {
                    return Err("L3: a code is exchanged that did not just arrive".into());
                };
                match &mut self.under_way {
                    Some(login) if login.flight == *flight => login.stage = Stage::Exchanging,
                    _ => return Err("L5: the code of a login that is over is exchanged".into()),
                }
                if offered <= self.last_spent || age > CODE_LIFE {
                    return Err(format!("L3: code {offered} is exchanged again, or {age} ms old"));
                }
                self.last_spent = offered;
                Ok(())
            }
            Effect::Changed(ChangeKind::Login) if !self.session_due => {
                Err("L5: a session begins that nobody brought in time".into())
            }
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        flight: Flight,
        stage: Stage,
        at: Moment,
        sessions: &Sessions,
    ) -> Result<(), Violation> {
        let login = match self.under_way.take() {
            Some(login) if login.stage == Stage::Between => {
                Login { flight, asked_at: at.felt, stage, ..login }
            }
            Some(_) => return Err("L1: a second login at the same time".into()),
            None if at.felt < self.earliest && !self.forced => {
                return Err(format!("L6: a login {} ms too early", self.earliest - at.felt));
            }
            None if sessions.fresh(at).is_some() && !self.renewal_wanted => {
                return Err("L2: a login while there is a fresh session".into());
            }
            None => Login { flight, began: at.felt, asked_at: at.felt, stage, code_refused: false },
        };
        self.under_way = Some(login);
        Ok(())
    }
}
