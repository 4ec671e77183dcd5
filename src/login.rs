//! One login at a time, for whoever and how many wait for it (laws L1–L8).

use crate::clock::Millis;
use crate::config::Exchange;
use crate::effect::Effect;
use crate::error::{Code, Failure, HostError, Refusal};
use crate::event::{ExchangeReply, Flight};
use crate::machine::{Machine, Standing, Waiter};
use crate::need::Need;
use crate::opaque::Opaque;
use crate::session::SessionReply;
use std::rc::Rc;

/// WeChat's codes live 5 minutes. Half a minute is left for the way (law L3).
const CODE_LIFE: Millis = 270_000.0;

/// WeChat's error codes that mean something to a login (WeChat docs: code2Session).
mod errcode {
    pub const BUSY: i32 = -1;
    pub const CODE_INVALID: i32 = 40029;
    pub const CODE_USED: i32 = 40163;
    pub const USER_BLOCKED: i32 = 40226;
    pub const QUOTA_USED: i32 = 45009;
    pub const TOO_OFTEN: i32 = 45011;
}

/// The login under way, if there is one.
#[derive(Debug, Default)]
pub(crate) enum Login {
    #[default]
    Idle,
    /// A detail is being submitted, and a new `session_key` would spoil it (law A8).
    Deferred { forced: bool, deadline: Millis },
    /// `wx.login` is asked for a code.
    Fetching { flight: Flight, asked_at: Millis, deadline: Millis, second: bool },
    /// The code is with the exchange.
    Exchanging { flight: Flight, deadline: Millis, second: bool },
}

impl Login {
    pub(crate) const fn deadline(&self) -> Option<Millis> {
        match *self {
            Login::Idle => None,
            Login::Deferred { deadline, .. }
            | Login::Fetching { deadline, .. }
            | Login::Exchanging { deadline, .. } => Some(deadline),
        }
    }

    /// The answer that is waited for.
    pub(crate) const fn flight(&self) -> Option<Flight> {
        match *self {
            Login::Fetching { flight, .. } | Login::Exchanging { flight, .. } => Some(flight),
            Login::Idle | Login::Deferred { .. } => None,
        }
    }

    pub(crate) const fn is_calling(&self) -> bool {
        self.flight().is_some()
    }
}

/// What an exchange came to.
enum Verdict {
    Session(SessionReply),
    /// WeChat refused the code: one more login is worth it (law L4).
    CodeRefused(Box<Failure>),
    Failed(Box<Failure>),
}

impl Machine {
    /// Waits for the login under way, or starts one, unless back-off says not yet (law L6).
    pub(crate) fn join_login(&mut self, waiter: Waiter, force: bool) -> Standing {
        match &mut self.login {
            Login::Idle => {
                if !force && let Some(failure) = self.backoff.refusal(self.clock.time()) {
                    return Standing::Failed(failure);
                }
                if self.is_submitting() {
                    self.trace("login-deferred");
                    let deadline = self.clock.time() + self.config.login_timeout;
                    self.login = Login::Deferred { forced: force, deadline };
                } else {
                    self.fetch_code(None, false);
                }
            }
            Login::Deferred { forced, .. } => *forced |= force,
            Login::Fetching { .. } | Login::Exchanging { .. } => {}
        }
        self.calls.add_waiter(&mut self.login_waiters, waiter);
        Standing::Waiting
    }

    /// Asks for a code that nobody has used. `deadline` is that of a login already begun.
    fn fetch_code(&mut self, deadline: Option<Millis>, second: bool) {
        let time = self.clock.time();
        let deadline = deadline.unwrap_or(time + self.config.login_timeout);
        let flight = self.new_flight();
        self.trace_login("login-started", flight);
        match self.config.exchange {
            Exchange::Code => {
                self.login = Login::Fetching { flight, asked_at: time, deadline, second };
                self.effects.push(Effect::CallLogin { flight });
            }
            Exchange::Cloud => {
                self.login = Login::Exchanging { flight, deadline, second };
                self.effects.push(Effect::Exchange { flight, code: None });
            }
        }
    }

    /// The submission that a login waited for is over. It may have brought a session, which is
    /// enough for whoever did not want a new one in any case (law L2).
    pub(crate) fn resume_login(&mut self) {
        let Login::Deferred { forced, .. } = self.login else { return };
        if self.is_submitting() {
            return;
        }
        if forced || self.renews_key() || !self.has_fresh_session() {
            return self.fetch_code(None, false);
        }
        self.login = Login::Idle;
        self.end_login(&Ok(()));
    }

    pub(crate) fn code_received(&mut self, received: Flight, code: Option<Opaque>) {
        let Login::Fetching { flight, asked_at, deadline, second } = self.login else { return };
        if flight != received {
            return;
        }
        let Some(code) = code else {
            let failure = Failure::new(Code::LoginFailed, &["wx.login succeeded without a code"]);
            return self.login_failed(failure);
        };
        if self.clock.time() - asked_at > CODE_LIFE {
            return self.fetch_code(Some(deadline), second);
        }
        self.login = Login::Exchanging { flight, deadline, second };
        self.trace_login("exchange-started", flight);
        self.effects.push(Effect::Exchange { flight, code: Some(code) });
    }

    pub(crate) fn code_failed(&mut self, failed: Flight, error: HostError) {
        if !matches!(self.login, Login::Fetching { flight, .. } if flight == failed) {
            return;
        }
        self.login_failed(
            without_privacy(&error)
                .unwrap_or_else(|| Failure::new(Code::LoginFailed, &["wx.login failed"]).said(error)),
        );
    }

    /// The host has no such call at all. Says whether it was the login's.
    pub(crate) fn login_lacked(&mut self, lacked: Flight, name: &str) -> bool {
        let ours = match self.login {
            Login::Fetching { flight, .. } | Login::Exchanging { flight, .. } => flight == lacked,
            _ => false,
        };
        if ours {
            self.login_failed(Failure::new(Code::HostUnsupported, &["the host has no ", name]));
        }
        ours
    }

    pub(crate) fn exchanged(&mut self, exchanged: Flight, reply: ExchangeReply) {
        let Login::Exchanging { flight, deadline, second } = self.login else { return };
        if flight != exchanged {
            return;
        }
        match judge(reply) {
            Verdict::Session(session) => {
                self.login = Login::Idle;
                self.backoff.succeeded();
                self.keeper.begin(session, self.wall, self.config.default_expires_in, &mut self.effects);
                self.trace_login("login-succeeded", flight);
                self.end_login(&Ok(()));
            }
            Verdict::CodeRefused(failure) => {
                self.trace_login("code-refused", flight);
                if second {
                    self.login_failed(failure);
                } else {
                    self.fetch_code(Some(deadline), true);
                }
            }
            Verdict::Failed(failure) => self.login_failed(failure),
        }
    }

    pub(crate) fn read_session_failed(&mut self, failed: Flight, error: HostError) {
        if matches!(self.login, Login::Exchanging { flight, .. } if flight == failed) {
            self.login_failed(Failure::new(Code::CallbackFailed, &["readSession failed"]).said(error));
        }
    }

    /// Law L5: nothing that arrives later counts.
    pub(crate) fn login_timed_out(&mut self) {
        if let Login::Exchanging { flight, .. } = self.login {
            self.effects.push(Effect::CancelFlight { flight });
        }
        self.login_failed(Failure::new(Code::LoginTimeout, &["the login took longer than loginTimeout"]));
    }

    /// Law S6: a session that is still fresh outlives this.
    fn login_failed(&mut self, failure: Box<Failure>) {
        self.login = Login::Idle;
        let failure = self.backoff.failed(failure, self.clock.time(), &mut self.rng);
        self.trace_need("login-failed", Need::LOGIN, Some(failure.code));
        self.end_login(&Err(failure));
    }

    /// `logout()`: whoever waits for a login rejects, and what it still brings is ignored.
    pub(crate) fn log_out(&mut self) {
        self.backoff.lift_block();
        self.keeper.log_out(&mut self.effects);
        self.trace("logged-out");
        if let Login::Exchanging { flight, .. } = self.login {
            self.effects.push(Effect::CancelFlight { flight });
        }
        self.login = Login::Idle;
        self.end_login(&Err(Self::logged_out().shared()));
    }

    pub(crate) fn logged_out() -> Box<Failure> {
        Failure::new(Code::LoggedOut, &["logout() was called meanwhile"])
    }

    /// Law L1: all who wait settle with its outcome.
    fn end_login(&mut self, result: &Result<(), Rc<Failure>>) {
        let waiters = std::mem::take(&mut self.login_waiters);
        // A session may be too short to be fresh at all. Whoever wants to see it comes before
        // whoever notices that when about to use it.
        for sees_session in [true, false] {
            for waiter in &waiters {
                match *waiter {
                    waiter if self.calls.wants_session(waiter) != sees_session => {}
                    Waiter::Call(ticket, serial) => self.wake_call(ticket, serial, result),
                    Waiter::Gate(gate) => self.gate_login_ended(gate, result),
                }
            }
        }
    }
}

/// Law A5: the failure of whatever the privacy contract stands in the way of.
fn without_privacy(error: &HostError) -> Option<Box<Failure>> {
    match error.refusal()? {
        Refusal::ByUser => None,
        refusal => Some(Failure::refused(refusal, Need::PRIVACY, error.clone())),
    }
}

/// What the reply to an exchange means. WeChat's own codes say most, so they come first.
fn judge(reply: ExchangeReply) -> Verdict {
    let ExchangeReply { status, errcode, retry_after, session, said } = reply;
    let errcode = errcode.filter(|errcode| *errcode != 0);
    let failure = |code: Code, message: &str| {
        let mut failure = Failure::new(code, &[message]).said(said.clone());
        failure.status_code = status;
        failure.errcode = errcode;
        failure.retry_after = retry_after;
        failure
    };
    match (errcode, status) {
        (Some(errcode::CODE_INVALID | errcode::CODE_USED), _) => {
            Verdict::CodeRefused(failure(Code::CodeInvalid, "WeChat refused two fresh codes in a row"))
        }
        (Some(errcode::QUOTA_USED | errcode::TOO_OFTEN), _) | (_, Some(429)) => {
            Verdict::Failed(failure(Code::RateLimited, "too many logins"))
        }
        (Some(errcode::USER_BLOCKED), _) => {
            Verdict::Failed(failure(Code::LoginBlocked, "WeChat blocks this user"))
        }
        (Some(errcode::BUSY), _) => Verdict::Failed(failure(Code::ExchangeFailed, "WeChat is busy")),
        (Some(_), _) => Verdict::Failed(failure(Code::ExchangeInvalid, "WeChat refused the exchange")),
        (None, None) => Verdict::Failed(
            without_privacy(&said)
                .unwrap_or_else(|| failure(Code::ExchangeFailed, "the exchange did not get through")),
        ),
        // A backend that asks for a login in order to log in is misconfigured (law L8).
        (None, Some(401 | 500..)) => {
            Verdict::Failed(failure(Code::ExchangeFailed, "the backend refused the exchange"))
        }
        (None, Some(400..)) => {
            Verdict::Failed(failure(Code::ExchangeInvalid, "the backend refused the exchange"))
        }
        (None, Some(_)) => match session {
            Ok(session) => Verdict::Session(session),
            Err(misfit) => {
                let message = ["the reply holds no session: ", &misfit.message()].concat();
                Verdict::Failed(failure(Code::ExchangeInvalid, &message))
            }
        },
    }
}
