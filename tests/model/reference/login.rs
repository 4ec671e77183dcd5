//! The one login, and how long the next one has to wait.

use super::call::{Aim, Waits};
use super::deed::{Deed, Verdict};
use super::quest::Stage;
use super::{Failed, Reference};
use crate::setting::{CODE_LIFE, DEFAULT_LIFE};
use crate::words::Want;
use wxlogin::Event;
use wxlogin::clock::Millis;
use wxlogin::effect::Outcome;
use wxlogin::error::{Code, HostError, Refusal};
use wxlogin::event::{ExchangeReply, Flight};
use wxlogin::session::SessionReply;

#[derive(Clone, Copy, Debug)]
pub enum Login {
    Idle,
    /// Wanted, but a detail is being submitted (law A8).
    Owed {
        forced: bool,
        until: Millis,
    },
    Fetching {
        flight: Option<Flight>,
        asked_at: Millis,
        until: Millis,
        again: bool,
    },
    Exchanging {
        flight: Option<Flight>,
        until: Millis,
        again: bool,
    },
}

impl Login {
    pub const fn is_calling(&self) -> bool {
        matches!(self, Login::Fetching { .. } | Login::Exchanging { .. })
    }

    pub fn name(&mut self, number: Flight) {
        if let Login::Fetching { flight, .. } | Login::Exchanging { flight, .. } = self {
            *flight = Some(number);
        }
    }
}

/// After a failure the next login waits, somewhere between two moments (law L6).
#[derive(Clone, Copy, Debug, Default)]
pub struct Pause {
    failures: i32,
    last: Option<Waiting>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    failed: Failed,
    at: Millis,
    earliest: Millis,
    latest: Millis,
}

impl Pause {
    pub fn code(&self) -> Option<Code> {
        self.last.map(|waiting| waiting.failed.code)
    }

    fn begin(&mut self, failed: Failed, felt: Millis, retry_after: Option<f64>) {
        let doubled = (1_000.0 * 2.0_f64.powi(self.failures)).min(60_000.0);
        self.failures += 1;
        let (shortest, longest) = match failed.code {
            Code::LoginBlocked => (Millis::INFINITY, Millis::INFINITY),
            Code::RateLimited => {
                let least = retry_after.map_or(60_000.0, |seconds| (seconds * 1_000.0).max(60_000.0));
                (least, least * 1.25)
            }
            _ => (doubled * 0.75, doubled),
        };
        self.last = Some(Waiting { failed, at: felt, earliest: felt + shortest, latest: felt + longest });
    }

    /// The machine says how long the wait is that it has just drawn.
    pub fn learn(&mut self, felt: Millis, retry_after: Option<f64>) {
        if let (Some(waiting), Some(seconds)) = (&mut self.last, retry_after)
            && waiting.at == felt
        {
            let end = felt + seconds * 1_000.0;
            // What is rounded on the way may differ by less than a microsecond.
            if (waiting.earliest - 1e-3..=waiting.latest + 1e-3).contains(&end) {
                (waiting.earliest, waiting.latest) = (end - 1e-3, end + 1e-3);
            }
        }
    }
}

impl Reference {
    /// A place in the queue for the login, or why there can't be one now.
    pub fn want_login(&mut self, force: bool) -> Result<u32, Failed> {
        match &mut self.login {
            Login::Idle => {
                if !force && let Some(failed) = self.refusal() {
                    return Err(failed);
                }
                self.start_login(None, force);
            }
            Login::Owed { forced, .. } => *forced |= force,
            _ => {}
        }
        self.queue += 1;
        Ok(self.queue)
    }

    fn refusal(&self) -> Option<Failed> {
        let waiting = self.pause.last?;
        let felt = self.at.felt;
        let between = felt >= waiting.earliest && felt < waiting.latest;
        // Between the two only the jitter knows: what the machine does tells. Nobody may be left to
        // be refused, but a login that starts or is owed is always seen.
        let starts = self.seen.iter().any(|deed| deed.starts_login());
        let drawn = !starts && !self.owed_seen;
        let refused = if between { drawn } else { felt < waiting.earliest };
        refused.then_some(waiting.failed)
    }

    fn start_login(&mut self, began: Option<Millis>, forced: bool) {
        if self.is_submitting() {
            let until = self.at.felt + self.setting.login_timeout();
            self.login = Login::Owed { forced, until };
            return;
        }
        let again = began.is_some();
        let until = began.unwrap_or(self.at.felt + self.setting.login_timeout());
        if self.setting.cloud {
            self.login = Login::Exchanging { flight: None, until, again };
            self.deeds.push(Deed::Exchange { with_code: false });
        } else {
            self.login = Login::Fetching { flight: None, asked_at: self.at.felt, until, again };
            self.deeds.push(Deed::CallLogin);
        }
    }

    /// The submission that the login waited for is over. What it brought may be enough.
    pub fn start_owed_login(&mut self) {
        let Login::Owed { forced, .. } = self.login else { return };
        if self.is_submitting() {
            return;
        }
        let key_is_dead =
            self.quests.iter().any(|quest| quest.want == Want::SessionKey && quest.stage.awaits_login());
        if self.is_fresh() && !forced && !key_is_dead {
            return self.login_ended(Ok(()));
        }
        self.start_login(None, forced);
    }

    pub fn login_times_out(&mut self) {
        let (Login::Owed { until, .. } | Login::Fetching { until, .. } | Login::Exchanging { until, .. }) =
            self.login
        else {
            return;
        };
        if until <= self.at.felt {
            self.cancel_exchange();
            self.login_fails(Failed::new(Code::LoginTimeout), None);
        }
    }

    fn cancel_exchange(&mut self) {
        if let Login::Exchanging { .. } = self.login {
            self.deeds.push(Deed::CancelFlight);
        }
    }

    pub fn log_out(&mut self) {
        self.logouts += 1;
        self.session = None;
        self.guest_grants.clear();
        if self.pause.code() == Some(Code::LoginBlocked) {
            self.pause = Pause::default();
        }
        self.cancel_exchange();
        self.login_ended(Err(Failed::new(Code::LoggedOut)));
    }

    pub fn take_for_login(&mut self, event: &Event) {
        match (self.login, event) {
            (
                Login::Fetching { flight, asked_at, until, again },
                Event::CodeReceived { flight: received, code },
            ) if flight == Some(*received) => {
                if code.is_none() {
                    self.login_fails(Failed::new(Code::LoginFailed), None);
                } else if self.at.felt - asked_at > CODE_LIFE {
                    self.start_login(Some(until), false);
                    self.set_again(again);
                } else {
                    self.login = Login::Exchanging { flight, until, again };
                    self.deeds.push(Deed::Exchange { with_code: true });
                }
            }
            (Login::Fetching { flight, .. }, Event::CodeFailed { flight: failed, error })
                if flight == Some(*failed) =>
            {
                let failed = without_privacy(error).unwrap_or(Failed::new(Code::LoginFailed));
                self.login_fails(failed, None);
            }
            (
                Login::Fetching { flight, .. } | Login::Exchanging { flight, .. },
                Event::HostLacked { flight: lacked, .. },
            ) if flight == Some(*lacked) => {
                self.login_fails(Failed::new(Code::HostUnsupported), None);
            }
            (Login::Exchanging { flight, .. }, Event::ReadSessionFailed { flight: failed, .. })
                if flight == Some(*failed) =>
            {
                self.login_fails(Failed::new(Code::CallbackFailed), None);
            }
            (Login::Exchanging { flight, until, again }, Event::Exchanged { flight: exchanged, reply })
                if flight == Some(*exchanged) =>
            {
                self.exchanged(until, again, reply);
            }
            _ => {}
        }
    }

    fn set_again(&mut self, value: bool) {
        if let Login::Fetching { again, .. } | Login::Exchanging { again, .. } = &mut self.login {
            *again = value;
        }
    }

    fn exchanged(&mut self, until: Millis, again: bool, reply: &ExchangeReply) {
        let code = match (reply.errcode, reply.status, &reply.session) {
            (Some(40029 | 40163), ..) if !again => return self.start_login(Some(until), false),
            (Some(40029 | 40163), ..) => Code::CodeInvalid,
            (Some(45009 | 45011), ..) | (_, Some(429), _) => Code::RateLimited,
            (Some(40226), ..) => Code::LoginBlocked,
            (Some(-1), ..) => Code::ExchangeFailed,
            (Some(_), ..) => Code::ExchangeInvalid,
            (None, None | Some(401 | 500..), _) => Code::ExchangeFailed,
            (None, Some(400..), _) | (None, _, Err(_)) => Code::ExchangeInvalid,
            (None, _, Ok(session)) => {
                self.pause = Pause::default();
                self.take_session(session);
                return self.login_ended(Ok(()));
            }
        };
        let unheard = reply.errcode.is_none() && reply.status.is_none();
        let without_privacy = without_privacy(&reply.said).filter(|_| unheard);
        self.login_fails(without_privacy.unwrap_or(Failed::new(code)), reply.retry_after);
    }

    pub fn take_session(&mut self, reply: &SessionReply) {
        let saved = reply.clone().begin(self.at.wall, DEFAULT_LIFE / 1_000.0);
        let begun = super::Session::of(&saved);
        self.begin_session(self.at.wall, begun.expires_at - begun.saved_at, &begun.granted);
    }

    fn login_fails(&mut self, failed: Failed, retry_after: Option<f64>) {
        self.pause.begin(failed, self.at.felt, retry_after);
        self.login_ended(Err(failed));
    }

    /// Law L1: all who wait settle with it, in the order in which they came.
    fn login_ended(&mut self, result: Result<(), Failed>) {
        self.login = Login::Idle;
        let mut places: Vec<u32> = self.quests.iter().filter_map(|quest| quest.stage.place()).collect();
        places.extend(self.calls.iter().flatten().filter_map(|call| match call.waits {
            Waits::Login(place) => Some(place),
            _ => None,
        }));
        places.sort_unstable();
        for place in places {
            for ticket in self.waiting(|waits| *waits == Waits::Login(place)) {
                match (result, self.call(ticket).map(|call| call.aim)) {
                    (Err(failed), _) => self.fail(ticket, failed),
                    (Ok(()), Some(Aim::Login)) => self.end(ticket, Verdict::Went(Outcome::Session)),
                    (Ok(()), _) => self.proceed(ticket),
                }
            }
            let quest = self.quests.iter().find(|quest| quest.stage.place() == Some(place));
            if let Some((want, stage)) = quest.map(|quest| (quest.want, quest.stage)) {
                match stage {
                    Stage::Holding(_) => self.detail_may_go(want, result),
                    _ => self.login_ended_for(want, result),
                }
            }
        }
    }
}

/// Law A5: the privacy contract stands in the way.
fn without_privacy(error: &HostError) -> Option<Failed> {
    match error.refusal()? {
        Refusal::ByUser => None,
        Refusal::PrivacyNotAgreed => Some(Failed::of(Code::AuthDenied, Want::Privacy)),
        Refusal::PrivacyNotDeclared => Some(Failed::of(Code::AuthUnavailable, Want::Privacy)),
    }
}
