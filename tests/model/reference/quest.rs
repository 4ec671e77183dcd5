//! Needs on their way to being met, one quest a need.

use super::call::Waits;
use super::deed::Deed;
use super::{Failed, Reference};
use crate::setting::{PROMPT_TIMEOUT, submission};
use crate::words::Want;
use wxlogin::Effect;
use wxlogin::clock::Millis;
use wxlogin::config::Submission;
use wxlogin::effect::Reason;
use wxlogin::error::Code;
use wxlogin::event::{Flight, Ticket};
use wxlogin::need::Need;

#[derive(Clone, Debug)]
pub struct Quest {
    pub want: Want,
    pub stage: Stage,
    /// The answer that is waited for.
    pub flight: Option<Flight>,
    until: Millis,
    /// How often the app had logged out when the newest of those who wait began, or when the
    /// detail was given: a grant belongs to whoever was logged in then.
    pub born: u32,
    /// The session that the detail went out with.
    pub sent_with: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    CheckingKey,
    ReadingPrivacy,
    AskingPrivacy,
    ReadingSetting,
    /// Once more, after the app's own step.
    ReadingSettingAgain,
    Authorizing,
    /// For a login, with the place in the queue.
    AwaitingLogin(u32),
    Asking,
    /// The detail waits for the login under way, with the place in the queue.
    Holding(u32),
    Submitting,
}

impl Stage {
    pub const fn place(&self) -> Option<u32> {
        match self {
            Stage::AwaitingLogin(place) | Stage::Holding(place) => Some(*place),
            _ => None,
        }
    }

    pub const fn has_detail(&self) -> bool {
        matches!(self, Stage::Holding(_) | Stage::Submitting)
    }

    pub const fn awaits_login(&self) -> bool {
        matches!(self, Stage::AwaitingLogin(_))
    }
}

pub fn need_of(need: Need) -> Option<Want> {
    Want::read(&need.name())
}

/// The quest and the answer that an effect is about.
pub fn flight_of(effect: &Effect) -> Option<(Want, Flight)> {
    Some(match effect {
        Effect::CheckKey { flight } => (Want::SessionKey, *flight),
        Effect::ReadPrivacy { flight } | Effect::AskPrivacy { flight } => (Want::Privacy, *flight),
        Effect::ReadSetting { flight, scope } | Effect::Authorize { flight, scope } => {
            (need_of(*scope)?, *flight)
        }
        Effect::Ask { flight, need, .. } | Effect::Submit { flight, need, .. } => (need_of(*need)?, *flight),
        _ => return None,
    })
}

impl Reference {
    pub fn is_submitting(&self) -> bool {
        self.quests.iter().any(|quest| quest.stage == Stage::Submitting)
    }

    pub fn quest(&mut self, want: Want) -> Option<&mut Quest> {
        self.quests.iter_mut().find(|quest| quest.want == want)
    }

    /// Does it hold already? If not, the call waits for its quest from now on.
    pub fn seek(&mut self, want: Want, ticket: Ticket) -> Result<bool, Failed> {
        let (born, logouts) = (self.call(ticket).map_or(0, |call| call.born), self.logouts);
        if let Some(quest) = self.quest(want) {
            if born == logouts && !quest.stage.has_detail() {
                quest.born = born;
            }
            self.wait_for(want, ticket);
            return Ok(false);
        }
        let is_step = matches!(want, Want::Phone | Want::Profile | Want::Tour | Want::Unknown);
        if is_step {
            if self.grants().contains(&want) {
                return Ok(true);
            }
            if submission(want).is_none() {
                return Err(Failed::of(Code::AuthUnavailable, want));
            }
        }
        self.open(want, born);
        self.wait_for(want, ticket);
        self.set_out(want);
        Ok(false)
    }

    pub fn wait_for(&mut self, want: Want, ticket: Ticket) {
        self.queue += 1;
        let place = self.queue;
        if let Some(call) = self.call(ticket) {
            call.waits = Waits::Quest(want, place);
        }
    }

    pub fn open(&mut self, want: Want, born: u32) {
        self.quests.push(Quest {
            want,
            stage: Stage::AwaitingLogin(0),
            flight: None,
            until: 0.0,
            born,
            sent_with: None,
        });
    }

    pub fn set_out(&mut self, want: Want) {
        match want {
            Want::SessionKey if self.login.is_calling() => self.log_in_for(want),
            Want::SessionKey => self.enter(want, Stage::CheckingKey, Deed::CheckKey),
            Want::Privacy => self.enter(want, Stage::ReadingPrivacy, Deed::ReadPrivacy),
            Want::Camera | Want::Album => self.enter(want, Stage::ReadingSetting, Deed::ReadSetting(want)),
            _ if submission(want) == Some(Submission::Post) && !self.is_fresh() => self.log_in_for(want),
            _ => self.enter(want, Stage::Asking, Deed::Ask(want, Reason::Requested)),
        }
    }

    pub fn enter(&mut self, want: Want, stage: Stage, deed: Deed) {
        let limit = match stage {
            Stage::CheckingKey
            | Stage::ReadingPrivacy
            | Stage::ReadingSetting
            | Stage::ReadingSettingAgain => self.setting.login_timeout(),
            _ => PROMPT_TIMEOUT,
        };
        let until = self.at.felt + limit;
        if let Some(quest) = self.quest(want) {
            (quest.stage, quest.flight, quest.until) = (stage, None, until);
        }
        self.deeds.push(deed);
    }

    pub fn await_login(&mut self, want: Want, stage: Stage) {
        if let Some(quest) = self.quest(want) {
            (quest.stage, quest.flight, quest.until) = (stage, None, Millis::INFINITY);
        }
    }

    /// What began before a log-out starts no login after it.
    pub fn log_in_for(&mut self, want: Want) {
        if self.quest(want).map(|quest| quest.born) != Some(self.logouts) {
            return self.close(want, Err(Failed::new(Code::LoggedOut)));
        }
        match self.want_login(false) {
            Ok(place) => self.await_login(want, Stage::AwaitingLogin(place)),
            Err(failed) => self.close(want, Err(failed)),
        }
    }

    pub fn login_ended_for(&mut self, want: Want, result: Result<(), Failed>) {
        match result {
            Ok(()) if want != Want::SessionKey && !self.grants().contains(&want) => {
                self.enter(want, Stage::Asking, Deed::Ask(want, Reason::Requested));
            }
            _ => self.close(want, result),
        }
    }

    /// The login that a detail waited for is over. Whatever came of it, the detail goes on,
    /// unless somebody logged out.
    pub fn detail_may_go(&mut self, want: Want, result: Result<(), Failed>) {
        match result {
            Err(Failed { code: Code::LoggedOut, .. }) => self.close(want, result),
            _ => self.submit(want),
        }
    }

    pub fn submit(&mut self, want: Want) {
        if self.login.is_calling() {
            self.queue += 1;
            let place = self.queue;
            return self.await_login(want, Stage::Holding(place));
        }
        let attach = self.is_fresh();
        let sent_with = attach.then_some(self.generation);
        self.enter(want, Stage::Submitting, Deed::Submit { want, attach });
        if let Some(quest) = self.quest(want) {
            quest.sent_with = sent_with;
        }
    }

    pub fn quests_time_out(&mut self) {
        while let Some(quest) = self.quests.iter().find(|quest| quest.until <= self.at.felt) {
            let want = quest.want;
            if quest.stage == Stage::Submitting {
                self.deeds.push(Deed::CancelFlight);
            }
            self.close(want, Err(Failed::of(Code::AuthTimeout, want)));
        }
    }

    pub fn close(&mut self, want: Want, result: Result<(), Failed>) {
        self.quests.retain(|quest| quest.want != want);
        let waiting = self.waiting(|waits| matches!(waits, Waits::Quest(sought, _) if *sought == want));
        for ticket in &waiting {
            // Who goes on may open the same quest anew, which is not theirs.
            if let Some(call) = self.call(*ticket) {
                call.waits = Waits::Nothing;
            }
        }
        for ticket in waiting {
            match result {
                Ok(()) => self.proceed(ticket),
                Err(failed) => self.fail(ticket, failed),
            }
        }
        self.start_owed_login();
    }

    pub fn met(&mut self, want: Want) {
        let current = self.quest(want).map(|quest| quest.born) == Some(self.logouts);
        let is_step = submission(want).is_some() && want != Want::Camera;
        if current && is_step {
            self.met.retain(|(met, _)| *met != want);
            self.met.push((want, self.sends));
            if !self.grants().contains(&want) {
                self.grants().push(want);
            }
        }
        self.close(want, Ok(()));
    }
}
