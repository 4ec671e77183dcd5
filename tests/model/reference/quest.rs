//! Needs on their way to being met, one quest a need (laws A).

use super::call::Waits;
use super::deed::{Asked, Deed, Verdict};
use super::session::Born;
use super::{Failed, Reference};
use crate::setting::{PROMPT_TIMEOUT, is_step};
use crate::words::Want;
use wxlogin::clock::Millis;
use wxlogin::config::Submission;
use wxlogin::effect::Reason;
use wxlogin::error::Code;
use wxlogin::id::{Flight, Ticket};
use wxlogin::session::Way;

#[derive(Clone, Debug)]
pub struct Quest {
    pub number: u32,
    pub want: Want,
    pub stage: Stage,
    /// The answer that is waited for, but for the prompt's own.
    pub flight: Option<Flight>,
    /// What was asked for it, until its number is known.
    asked: Option<Asked>,
    /// The app's step.
    pub prompt: Prompt,
    pub until: Millis,
    pub born: Born,
    /// The session that the detail went out with.
    pub sent_with: Option<u32>,
    is_key_checked: bool,
    /// Its user has left while the detail was with the backend: it is only whose who gave that.
    pub is_abandoned: bool,
}

/// Where the app's own step stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prompt {
    Unshown,
    /// Its promise has not been answered.
    Shown(Option<Flight>),
    Answered,
}

impl Prompt {
    pub const fn flight(self) -> Option<Flight> {
        match self {
            Prompt::Shown(flight) => flight,
            _ => None,
        }
    }

    pub const fn is_shown(self) -> bool {
        matches!(self, Prompt::Shown(_))
    }
}

/// What the user gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detail {
    pub provided: bool,
    pub encrypted: bool,
    /// It has been submitted before.
    pub again: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// About to be decided on.
    Open,
    CheckingKey,
    ReadingPrivacy,
    AskingPrivacy,
    ReadingSetting,
    /// Once more, after the app's own step.
    ReadingSettingAgain,
    Authorizing,
    AwaitingLogin,
    Asking,
    /// The detail waits for the login under way.
    Holding(Detail),
    Submitting(Detail),
}

impl Stage {
    pub const fn has_detail(&self) -> bool {
        matches!(self, Stage::Holding(_) | Stage::Submitting(_))
    }

    pub const fn awaits_login(&self) -> bool {
        matches!(self, Stage::AwaitingLogin | Stage::Holding(_))
    }
}

impl Quest {
    pub fn wants_new_key(&self) -> bool {
        self.want == Want::SessionKey && self.stage == Stage::AwaitingLogin
    }

    /// The machine's name for what was asked.
    pub fn name(&mut self, flight: Flight, asked: &Asked) {
        match asked {
            Asked::Prompt(..) => self.prompt = Prompt::Shown(Some(flight)),
            _ => self.flight = Some(flight),
        }
        self.asked = None;
    }
}

impl Reference {
    /// No `wx.login` then (law A8); a login by the user needs no key.
    pub fn is_submitting(&self) -> bool {
        let submits =
            |quest: &Quest| quest.want != Want::Login && matches!(quest.stage, Stage::Submitting(_));
        self.quests.iter().any(submits)
    }

    pub fn quest(&mut self, number: u32) -> Option<&mut Quest> {
        self.quests.iter_mut().find(|quest| quest.number == number)
    }

    pub fn quest_of(&self, want: Want) -> Option<u32> {
        let open = |quest: &&Quest| quest.want == want && !quest.is_abandoned;
        self.quests.iter().find(open).map(|quest| quest.number)
    }

    /// Does it hold already? If not, the call waits for its quest from now on, or is over.
    pub fn seek(&mut self, want: Want, ticket: Ticket) -> bool {
        if is_step(want) && self.users.holds(want) {
            return true;
        }
        if let Some(quest) = self.quest_of(want) {
            self.claim(quest);
            self.wait_for(ticket, Waits::Quest(quest));
            return false;
        }
        if is_step(want) && self.setting.submission(want).is_none() {
            self.fail(ticket, Failed::of(Code::AuthUnavailable, want));
            return false;
        }
        let born = self.users.born(self.at.wall);
        let quest = self.open(want, born);
        self.wait_for(ticket, Waits::Quest(quest));
        self.set_out(quest);
        false
    }

    pub fn claim(&mut self, number: u32) {
        let Some(mut born) = self.quest(number).map(|quest| quest.born) else { return };
        self.users.claim(&mut born, self.at.wall);
        if let Some(quest) = self.quest(number) {
            quest.born = born;
        }
    }

    pub fn wait_for(&mut self, ticket: Ticket, waits: Waits) {
        if let Some(call) = self.call(ticket) {
            call.waits = waits;
        }
    }

    pub fn open(&mut self, want: Want, born: Born) -> u32 {
        self.last_quest += 1;
        self.quests.push(Quest {
            number: self.last_quest,
            want,
            stage: Stage::Open,
            flight: None,
            asked: None,
            prompt: Prompt::Unshown,
            until: Millis::INFINITY,
            born,
            sent_with: None,
            is_key_checked: false,
            is_abandoned: false,
        });
        self.last_quest
    }

    /// The first step.
    pub fn set_out(&mut self, number: u32) {
        let Some(want) = self.quest(number).map(|quest| quest.want) else { return };
        match want {
            // What the old key is worth says nothing any more.
            Want::SessionKey if self.login.makes_key() => self.log_in_for(number),
            Want::SessionKey => self.enter(number, Stage::CheckingKey, Asked::Key),
            Want::Privacy => self.enter(number, Stage::ReadingPrivacy, Asked::PrivacySetting),
            Want::Camera | Want::Album => self.enter(number, Stage::ReadingSetting, Asked::Setting(want)),
            _ if want != Want::Login
                && self.setting.submission(want) == Some(Submission::Post)
                && !self.is_fresh() =>
            {
                self.log_in_for(number);
            }
            _ => self.show(number, Reason::Requested),
        }
    }

    pub fn show(&mut self, number: u32, reason: Reason) {
        let Some(want) = self.quest(number).map(|quest| quest.want) else { return };
        self.enter(number, Stage::Asking, Asked::Prompt(want, reason));
        if let Some(quest) = self.quest(number) {
            quest.prompt = Prompt::Shown(None);
        }
    }

    pub fn enter(&mut self, number: u32, stage: Stage, asked: Asked) {
        let limit = match stage {
            Stage::CheckingKey
            | Stage::ReadingPrivacy
            | Stage::ReadingSetting
            | Stage::ReadingSettingAgain => self.setting.login_timeout(),
            _ => PROMPT_TIMEOUT,
        };
        let until = self.at.felt + limit;
        if let Some(quest) = self.quest(number) {
            (quest.stage, quest.flight, quest.until) = (stage, None, until);
            quest.is_key_checked |= stage == Stage::CheckingKey;
            quest.asked = Some(asked.clone());
        }
        self.ask(asked);
    }

    /// It waits for a login, which has its own time limit.
    pub fn await_login(&mut self, number: u32, stage: Stage) {
        if let Some(quest) = self.quest(number) {
            (quest.stage, quest.flight, quest.until) = (stage, None, Millis::INFINITY);
        }
    }

    pub fn log_in_for(&mut self, number: u32) {
        self.await_login(number, Stage::AwaitingLogin);
        let new_key = self.quest(number).is_some_and(|quest| quest.wants_new_key());
        self.join_login(false, new_key);
    }

    /// The login that it waited for is over.
    pub fn login_ended_for(&mut self, number: u32, result: Result<(), Failed>, way: Option<Way>) {
        let Some(quest) = self.quest(number).cloned() else { return };
        if !self.users.permit(quest.born) {
            return self.close(number, Err(Failed::new(Code::LoggedOut)), false);
        }
        // Neither a renewal nor a session from elsewhere makes a new key.
        if quest.wants_new_key() && result.is_ok() && matches!(way, Some(Way::Renewal | Way::Given)) {
            return if quest.is_key_checked { self.join_login(false, true) } else { self.set_out(number) };
        }
        let holds = self.users.holds(quest.want);
        self.claim(number);
        match (quest.stage, result) {
            (Stage::AwaitingLogin, Ok(())) if is_step(quest.want) && !holds => {
                self.show(number, Reason::Requested);
            }
            (Stage::AwaitingLogin, Ok(())) => self.met(number, None),
            (Stage::AwaitingLogin, Err(_)) => self.close(number, result, true),
            (Stage::Holding(detail), Err(_)) if detail.again => self.close(number, result, true),
            // Whatever came of the login, a first submission goes out as things are.
            (Stage::Holding(detail), _) => self.submit(number, detail),
            _ => {}
        }
    }

    pub fn quests_time_out(&mut self) {
        while let Some(quest) = self.quests.iter().find(|quest| quest.until <= self.at.felt) {
            let failed = Failed::of(Code::AuthTimeout, quest.want);
            self.close(quest.number, Err(failed), false);
        }
    }

    /// Ends a quest. `answered`: by the app itself, so that nothing of its is left on screen.
    pub fn close(&mut self, number: u32, result: Result<(), Failed>, answered: bool) {
        let is_login = self.quest_of(Want::Login) == Some(number);
        self.close_alone(number, result, answered);
        if is_login {
            self.login_ended(result, None);
        }
        self.start_owed_login();
    }

    /// The same, without what follows for the login.
    pub fn close_alone(&mut self, number: u32, result: Result<(), Failed>, answered: bool) {
        if self.take_out(number, answered).is_some() {
            self.wake_waiting(number, result);
        }
    }

    pub fn take_out(&mut self, number: u32, answered: bool) -> Option<Quest> {
        let place = self.quests.iter().position(|quest| quest.number == number)?;
        let quest = self.quests.remove(place);
        if let Some(asked) = &quest.asked {
            self.retract(asked);
        }
        let was_shown = quest.stage == Stage::Asking && quest.prompt.flight().is_some();
        if was_shown && !answered {
            self.deeds.push(Deed::ClosePrompt(quest.want));
        }
        if quest.want == Want::Login {
            self.login = super::Login::Idle;
        }
        Some(quest)
    }

    pub fn wake_waiting(&mut self, number: u32, result: Result<(), Failed>) {
        let needing = self.waiting(|waits| *waits == Waits::Quest(number));
        let providing = self.waiting(|waits| *waits == Waits::Submission(number));
        for ticket in needing.into_iter().chain(providing) {
            self.wake(ticket, result);
        }
    }

    /// What was opened for another user is not for this one (S7), nor is any sheet where one came (S10).
    pub fn close_for_other_user(&mut self, is_login: bool) {
        let stale = |quest: &Quest| {
            let is_sheet_of_user = is_login && quest.stage == Stage::Asking && quest.born.user.is_some();
            let is_stale = is_sheet_of_user || !self.users.permit(quest.born);
            quest.want != Want::Login && !quest.is_abandoned && is_stale
        };
        let stale: Vec<u32> =
            self.quests.iter().filter(|quest| stale(quest)).map(|quest| quest.number).collect();
        for number in stale {
            self.abandon(number);
        }
    }

    /// Its user leaves (law S7). What is with the backend is still waited for by whoever gave it.
    pub fn abandon(&mut self, number: u32) {
        let failed = Failed::new(Code::LoggedOut);
        let given_by_call = self.calls.iter().flatten().any(|call| call.waits == Waits::Submission(number));
        match self.quest(number) {
            Some(quest)
                if given_by_call
                    && quest.want != Want::Login
                    && matches!(quest.stage, Stage::Submitting(_)) =>
            {
                quest.is_abandoned = true;
                quest.prompt = Prompt::Answered;
            }
            _ => return self.close(number, Err(failed), false),
        }
        for ticket in self.waiting(|waits| *waits == Waits::Quest(number)) {
            self.fail(ticket, failed);
        }
    }

    pub fn abandoned_answered(&mut self, number: u32, is_taken: bool) {
        self.take_out(number, true);
        for ticket in self.waiting(|waits| *waits == Waits::Submission(number)) {
            if is_taken {
                self.end(ticket, Verdict::Done);
            } else {
                self.fail(ticket, Failed::new(Code::LoggedOut));
            }
        }
        self.start_owed_login();
    }

    /// A call is over: what only it waited for may be over, too (law A3).
    pub fn left_waiting(&mut self, waits: Waits) {
        match waits {
            Waits::Login => self.drop_login_prompt(),
            Waits::Quest(number) | Waits::Submission(number) => self.drop_quest(number),
            _ => {}
        }
    }

    fn drop_login_prompt(&mut self) {
        let is_prompting = matches!(self.login, super::Login::Prompting);
        if is_prompting
            && !self.is_login_wanted()
            && let Some(number) = self.quest_of(Want::Login)
        {
            self.drop_quest(number);
        }
    }

    fn drop_quest(&mut self, number: u32) {
        let is_login = self.quest_of(Want::Login) == Some(number);
        let is_wanted = self.calls.iter().flatten().any(|call| match call.waits {
            Waits::Quest(waited_for) | Waits::Submission(waited_for) => waited_for == number,
            _ => false,
        });
        let is_wanted = is_wanted || is_login && self.is_login_wanted();
        let can_go = self.quest(number).is_some_and(|quest| {
            // Nothing takes a popup of WeChat's own away.
            !quest.stage.has_detail() && !matches!(quest.stage, Stage::AskingPrivacy | Stage::Authorizing)
        });
        if !is_wanted && can_go {
            self.close(number, Err(Failed::new(Code::Aborted)), false);
            self.drop_login_prompt(); // it may have been all that the login was for
        }
    }
}
