//! The one login: which way to a session is tried, and what comes of it (laws L).

use super::call::{Aim, Waits};
use super::deed::{Asked, Verdict};
use super::exchange::{Came, came, without_privacy};
use super::pause::Setback;
use super::{Failed, Reference};
use crate::answer::Given;
use crate::setting::CODE_LIFE;
use crate::words::{Exchange, LoginPrompt, Want};
use wxlogin::answer::Answer;
use wxlogin::clock::Millis;
use wxlogin::error::Code;
use wxlogin::id::{Flight, Ticket};
use wxlogin::session::Way;

#[derive(Clone, Copy, Debug)]
pub enum Login {
    Idle,
    /// Wanted, but a detail is being submitted (law A8).
    Owed {
        until: Millis,
    },
    Silent {
        stage: Stage,
        flight: Option<Flight>,
        until: Millis,
        /// WeChat has refused a code already.
        again: bool,
    },
    /// The user is asked.
    Prompting,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    Renewing,
    Fetching { asked_at: Millis },
    Exchanging,
}

impl Login {
    pub const fn is_silent(&self) -> bool {
        matches!(self, Login::Silent { .. })
    }

    /// It makes a new key, whatever comes of it.
    pub const fn makes_key(&self) -> bool {
        matches!(self, Login::Silent { stage: Stage::Fetching { .. } | Stage::Exchanging, .. })
    }

    pub const fn flight(&self) -> Option<Flight> {
        match self {
            Login::Silent { flight, .. } => *flight,
            _ => None,
        }
    }

    pub fn name(&mut self, number: Flight) {
        if let Login::Silent { flight, .. } = self {
            *flight = Some(number);
        }
    }
}

impl Reference {
    /// `login()`.
    pub fn log_in(&mut self, ticket: Ticket, force: bool, prompt: bool) {
        if !force && self.is_fresh() {
            return self.end_at_once(ticket, Verdict::Session);
        }
        let born = self.users.born_for_anyone();
        self.begin(ticket, Aim::Login { force, prompt }, born, Vec::new());
        if !prompt && matches!(self.login, Login::Prompting) {
            return self.fail(ticket, Failed::of(Code::AuthUnavailable, Want::Login));
        }
        if let Some(call) = self.call(ticket) {
            call.waits = Waits::Login;
        }
        self.join_login(force, false);
    }

    pub fn wait_for_login(&mut self, ticket: Ticket) {
        if let Some(call) = self.call(ticket) {
            call.waits = Waits::Login;
        }
        self.join_login(false, false);
    }

    /// The login under way, or another one. `new_key`: only `wx.login` helps (law A6).
    pub fn join_login(&mut self, force: bool, new_key: bool) {
        if !matches!(self.login, Login::Idle) {
            return;
        }
        if self.setting.browse {
            return self.login_ended(Err(Failed::new(Code::HostUnsupported)), None);
        }
        if !force && let Some(failed) = self.pause.refusal(self.at.felt) {
            return self.login_ended(Err(failed), None);
        }
        match self.users.refresh() {
            Some(_) if self.setting.renews && !new_key => self.renew(),
            _ => self.go_on(self.at.felt + self.setting.login_timeout()),
        }
    }

    fn renew(&mut self) {
        let Some(token) = self.users.refresh() else { return };
        let until = self.at.felt + self.setting.login_timeout();
        self.login = Login::Silent { stage: Stage::Renewing, flight: None, until, again: false };
        self.ask(Asked::Renewal(token));
    }

    /// Law L11.
    pub fn renew_ahead(&mut self) {
        let ahead = f64::from(self.setting.ahead);
        let is_close = self.users.renew_from(ahead).is_some_and(|from| self.at.wall >= from);
        let may = ahead > 0.0 && self.setting.renews && matches!(self.login, Login::Idle);
        if may && is_close && self.is_fresh() && self.pause.refusal(self.at.felt).is_none() {
            self.renew();
        }
    }

    /// By the next way there is (law L9).
    fn go_on(&mut self, until: Millis) {
        match self.setting.exchange {
            _ if self.setting.browse => self.login_is_unavailable(),
            Exchange::None => self.ask_user(),
            _ if self.is_submitting() => self.login = Login::Owed { until },
            _ => self.fetch(until, false),
        }
    }

    fn fetch(&mut self, until: Millis, again: bool) {
        let (stage, asked) = match self.setting.exchange {
            Exchange::Cloud => (Stage::Exchanging, Asked::Exchange { with_code: false }),
            _ => (Stage::Fetching { asked_at: self.at.felt }, Asked::Code),
        };
        self.login = Login::Silent { stage, flight: None, until, again };
        self.ask(asked);
    }

    /// Law L1: whoever wants nobody asked waits no longer.
    fn ask_user(&mut self) {
        if self.setting.login_prompt == LoginPrompt::None {
            return self.login_ended(Err(Failed::of(Code::AuthUnavailable, Want::Login)), None);
        }
        self.login = Login::Prompting;
        for ticket in self.waiting(|waits| *waits == Waits::Login) {
            if let Some(Aim::Login { prompt: false, .. }) = self.call(ticket).map(|call| call.aim) {
                self.fail(ticket, Failed::of(Code::AuthUnavailable, Want::Login));
            }
        }
        if !self.is_login_wanted() {
            self.login = Login::Idle;
            return;
        }
        let born = self.users.born_for_anyone();
        let quest = self.open(Want::Login, born);
        self.set_out(quest);
    }

    pub fn is_login_wanted(&self) -> bool {
        let waits = self.calls.iter().flatten().any(|call| call.waits == Waits::Login);
        waits || self.quests.iter().any(|quest| quest.stage.awaits_login())
    }

    /// Does anybody want a new session in any case?
    pub fn is_login_forced(&self) -> bool {
        let forces = |call: &super::Call| {
            call.waits == Waits::Login && matches!(call.aim, Aim::Login { force: true, .. })
        };
        self.calls.iter().flatten().any(forces)
    }

    /// The submission that the login waited for is over. What it brought may be enough (law L2).
    pub fn start_owed_login(&mut self) {
        let Login::Owed { until } = self.login else { return };
        if self.is_submitting() {
            return;
        }
        let key_is_dead = self.quests.iter().any(|quest| quest.wants_new_key());
        if self.is_login_forced() || key_is_dead || !self.is_fresh() {
            return self.go_on(until);
        }
        self.login_ended(Ok(()), None);
    }

    pub fn login_times_out(&mut self) {
        let (Login::Owed { until } | Login::Silent { until, .. }) = self.login else { return };
        if until <= self.at.felt {
            self.login_fails(Setback::of(Code::LoginTimeout));
        }
    }

    /// A login by the user begins of itself.
    pub fn begin_prompting(&mut self) {
        self.drop_login();
        self.login = Login::Prompting;
    }

    /// Whatever is under way counts no longer.
    pub fn drop_login(&mut self) {
        if let Login::Silent { stage, flight: None, .. } = self.login {
            let asked = match stage {
                Stage::Renewing => self.users.refresh().map(Asked::Renewal),
                Stage::Fetching { .. } => Some(Asked::Code),
                Stage::Exchanging => Some(Asked::Exchange { with_code: false }),
            };
            asked.iter().for_each(|asked| self.retract(asked));
        }
        self.login = Login::Idle;
    }

    pub fn log_out(&mut self) {
        self.end_session_by_logout();
        if self.pause.code() == Some(Code::LoginBlocked) {
            self.pause.end();
        }
        self.rejections = super::Rejections::default();
        self.drop_login();
        let failed = Failed::new(Code::LoggedOut);
        let open: Vec<u32> =
            self.quests.iter().filter(|quest| !quest.is_abandoned).map(|quest| quest.number).collect();
        for number in open {
            self.abandon(number);
        }
        let abandoned: Vec<u32> = self.quests.iter().map(|quest| quest.number).collect();
        for ticket in self.waiting(|waits| match waits {
            Waits::Reply { .. } => false,
            Waits::Submission(number) => !abandoned.contains(number),
            _ => true,
        }) {
            self.fail(ticket, failed);
        }
    }

    pub fn login_answered(&mut self, answer: &Answer, given: Option<&Given>) {
        let Login::Silent { stage, until, again, .. } = self.login else { return };
        match stage {
            Stage::Renewing => self.renewed(came(answer, given, true)),
            Stage::Fetching { asked_at } => match answer {
                Answer::Code { code: Some(_), .. } if self.at.felt - asked_at > CODE_LIFE => {
                    self.fetch(until, again);
                }
                Answer::Code { code: Some(_), .. } => {
                    let stage = Stage::Exchanging;
                    self.login = Login::Silent { stage, flight: None, until, again };
                    self.ask(Asked::Exchange { with_code: true });
                }
                Answer::Failed(error) if error.lacks.is_some() => self.login_is_unavailable(),
                Answer::Failed(error) => {
                    let failed = without_privacy(error).unwrap_or(Failed::new(Code::LoginFailed));
                    self.login_fails(Setback { failed, ..Setback::of(Code::LoginFailed) });
                }
                _ => self.login_fails(Setback::of(Code::LoginFailed)),
            },
            Stage::Exchanging => match came(answer, given, false) {
                Came::Session(given) => self.login_succeeds(given, Way::Exchange),
                Came::Nobody => self.ask_user(),
                Came::BadCode if again => self.login_fails(Setback::of(Code::CodeInvalid)),
                Came::BadCode => self.fetch(until, true),
                Came::Refused(code) => self.login_fails(Setback::of(code)),
                Came::Failed(setback) => self.login_fails(setback),
                Came::Lacked => self.login_is_unavailable(),
            },
        }
    }

    /// Law L9.
    fn renewed(&mut self, came: Came<'_>) {
        let Login::Silent { until, .. } = self.login else { return };
        match came {
            Came::Session(given) => self.login_succeeds(given, Way::Renewal),
            Came::Nobody | Came::BadCode | Came::Refused(_) => {
                self.users.drop_refresh();
                self.login = Login::Idle;
                if self.is_login_wanted() {
                    self.go_on(until);
                }
            }
            Came::Failed(mut setback) => {
                // What the privacy contract stands in the way of is that need's (law A5).
                if setback.failed.code != Code::RateLimited && setback.failed.want.is_none() {
                    setback.failed = Failed::new(Code::ExchangeFailed);
                }
                self.login_fails(setback);
            }
            Came::Lacked => self.login_is_unavailable(),
        }
    }

    fn login_succeeds(&mut self, given: &Given, way: Way) {
        self.login = Login::Idle;
        self.begin_session(given, way);
        self.login_ended(Ok(()), Some(way));
    }

    fn login_fails(&mut self, setback: Setback) {
        self.pause.begin(setback, self.at.felt, &mut self.dice);
        self.login_ended(Err(setback.failed), None);
    }

    /// Nothing failed on the way, but there is none.
    fn login_is_unavailable(&mut self) {
        self.login_ended(Err(Failed::new(Code::HostUnsupported)), None);
    }

    /// Law L1: all who wait settle with it. `way`: how a session came.
    pub fn login_ended(&mut self, result: Result<(), Failed>, way: Option<Way>) {
        self.drop_login();
        if let Some(quest) = self.quest_of(Want::Login) {
            self.close_alone(quest, result, false);
        }
        let quests: Vec<u32> =
            self.quests.iter().filter(|quest| quest.stage.awaits_login()).map(|quest| quest.number).collect();
        for ticket in self.waiting(|waits| *waits == Waits::Login) {
            if let Some(call) = self.call(ticket) {
                call.has_new_key |= way == Some(Way::Exchange);
            }
            self.wake(ticket, result);
        }
        for quest in quests {
            self.login_ended_for(quest, result, way);
        }
    }

    pub fn wake(&mut self, ticket: Ticket, result: Result<(), Failed>) {
        match result {
            Ok(()) => self.proceed(ticket),
            Err(failed) => self.fail(ticket, failed),
        }
    }
}
