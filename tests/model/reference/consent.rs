//! What hosts and users answer, and what a quest then comes to.

use super::call::{Aim, Waits};
use super::deed::{Asked, Verdict};
use super::quest::{self, Prompt, Quest, Stage};
use super::session::is_whole;
use super::{Failed, Reference};
use crate::answer::Given;
use crate::setting::{PROMPT_TIMEOUT, is_step, want_of};
use crate::words::Want;
use wxlogin::answer::{Answer, Detail};
use wxlogin::config::Submission;
use wxlogin::effect::Reason;
use wxlogin::error::{Code, HostError, Refusal};
use wxlogin::id::{Flight, Ticket};
use wxlogin::need::Need;
use wxlogin::session::Way;

impl Reference {
    pub fn quest_answered(&mut self, flight: Flight, answer: &Answer, given: Option<&Given>) {
        let own = |quest: &&Quest| quest.prompt.flight() == Some(flight);
        if let Some(Quest { number, stage, .. }) = self.quests.iter().find(own).cloned() {
            if let Some(quest) = self.quest(number) {
                quest.prompt = Prompt::Answered;
            }
            if stage == Stage::Asking {
                self.prompt_answered(number, answer, given);
            }
            return;
        }
        let Some(quest) = self.quests.iter().find(|quest| quest.flight == Some(flight)).cloned() else {
            return;
        };
        if let Some(quest) = self.quest(quest.number) {
            quest.flight = None;
        }
        self.answered(&quest, answer, given);
    }

    fn answered(&mut self, quest: &Quest, answer: &Answer, given: Option<&Given>) {
        let (number, want) = (quest.number, quest.want);
        let denied = Err(Failed::of(Code::AuthDenied, want));
        match (quest.stage, answer) {
            (Stage::Submitting(detail), _) => self.submission_answered(number, detail, answer, given),
            (Stage::CheckingKey | Stage::AskingPrivacy | Stage::Authorizing, Answer::Done)
            | (Stage::ReadingPrivacy, Answer::PrivacySetting { asks: false })
            | (Stage::ReadingSetting | Stage::ReadingSettingAgain, Answer::Setting(Some(true))) => {
                self.met(number, None);
            }
            (Stage::CheckingKey, _) => self.log_in_for(number),
            (Stage::ReadingPrivacy, Answer::Failed(error)) if error.lacks.is_some() => {
                self.met(number, None);
            }
            (Stage::ReadingPrivacy, Answer::PrivacySetting { asks: true }) => {
                self.enter(number, Stage::AskingPrivacy, Asked::Privacy);
            }
            (Stage::ReadingSetting, Answer::Setting(None)) => {
                self.enter(number, Stage::Authorizing, Asked::Scope(want));
            }
            (Stage::ReadingSetting, Answer::Setting(Some(false)))
                if self.setting.submission(want).is_some() =>
            {
                self.show(number, Reason::DeniedBefore);
            }
            (_, Answer::Setting(_)) => self.close(number, denied, true),
            (stage, Answer::Failed(error)) => {
                let otherwise = match stage {
                    Stage::AskingPrivacy if error.lacks.is_none() => Code::AuthDenied,
                    _ => Code::AuthUnavailable,
                };
                let refused = refused(error, want).unwrap_or(Failed::of(otherwise, want));
                self.close(number, Err(refused), true);
            }
            _ => {}
        }
    }

    /// What `ask` returned (law A3).
    fn prompt_answered(&mut self, number: u32, answer: &Answer, given: Option<&Given>) {
        let Some(want) = self.quest(number).map(|quest| quest.want) else { return };
        let denied = Failed::of(Code::AuthDenied, want);
        match answer {
            Answer::Detail(detail) => self.take_detail(number, detail, given, false),
            Answer::Failed(error) => {
                let failed = match error.code {
                    Some(code) => Failed::new(code),
                    None => refused(error, want).unwrap_or(denied),
                };
                self.close(number, Err(failed), true);
            }
            _ => self.close(number, Err(denied), true),
        }
    }

    pub fn denied(&mut self, need: &Need) {
        let open = want_of(need).and_then(|want| self.quest_of(want)).and_then(|open| self.quest(open));
        let Some(Quest { number, want, stage, .. }) = open.cloned() else { return };
        if !stage.has_detail() {
            return self.close(number, Err(Failed::of(Code::AuthDenied, want)), true);
        }
        // What was given before goes its way, but there is no prompt to go back to.
        if let Some(quest) = self.quest(number) {
            quest.prompt = Prompt::Answered;
        }
    }

    pub fn provided(&mut self, ticket: Ticket, need: &Need, detail: &Detail, given: Option<&Given>) {
        let Some(want) = want_of(need) else { return };
        let is_wechats = matches!(want, Want::Camera | Want::Album | Want::Privacy);
        if !is_wechats && self.setting.submission(want).is_none() {
            let failed = Failed::of(Code::AuthUnavailable, want);
            return self.end_at_once(ticket, Verdict::Failed(failed));
        }
        let number = match (self.quest_of(want), want) {
            (Some(number), _) => number,
            // Nothing was asked, so there is nothing to look at again.
            (None, _) if is_wechats => return self.end_at_once(ticket, Verdict::Done),
            (None, _) => {
                if want == Want::Login {
                    self.begin_prompting();
                }
                let born = self.users.born(self.at.wall);
                self.open(want, born)
            }
        };
        self.claim(number);
        let born = self.users.born_for_anyone();
        self.begin(ticket, Aim::Ensure, born, Vec::new());
        self.wait_for(ticket, Waits::Submission(number));
        self.take_detail(number, detail, given, true);
    }

    fn take_detail(&mut self, number: u32, detail: &Detail, given: Option<&Given>, provided: bool) {
        let Some(Quest { want, stage, .. }) = self.quest(number).cloned() else { return };
        if stage.has_detail() {
            return;
        }
        self.claim(number); // it is of whoever is there now
        if let Some(error) = &detail.error {
            let failed = refused(error, want).unwrap_or(Failed::of(Code::AuthUnavailable, want));
            return self.close(number, Err(failed), true);
        }
        match (want, stage) {
            (Want::Camera | Want::Album, Stage::Asking) => {
                return self.enter(number, Stage::ReadingSettingAgain, Asked::Setting(want));
            }
            // No detail settles these: the host does.
            (Want::Camera | Want::Album | Want::Privacy | Want::SessionKey, _) => return,
            _ => {}
        }
        if self.setting.submission(want) != Some(Submission::Nothing) {
            let detail = quest::Detail { provided, encrypted: detail.encrypted, again: false };
            return self.submit(number, detail);
        }
        match given.filter(|given| is_whole(given, false)) {
            _ if want != Want::Login => self.met(number, None),
            Some(given) => self.met(number, Some(given)),
            None => self.detail_is_refused(number, Failed::new(Code::ExchangeInvalid), provided),
        }
    }

    /// A login by the user that was refused may be tried again, if it was typed (law A9).
    pub fn detail_is_refused(&mut self, number: u32, failed: Failed, provided: bool) {
        let Some(Quest { want, stage, prompt, .. }) = self.quest(number).cloned() else { return };
        if want != Want::Login || !provided {
            return self.close(number, Err(failed), true);
        }
        if !prompt.is_shown() {
            // There is no form to go back to: whoever waits goes the usual ways.
            self.take_out(number, true);
            self.wake_waiting(number, Err(failed));
            if self.is_login_wanted() {
                let is_forced = self.is_login_forced();
                self.join_login(is_forced, self.quests.iter().any(Quest::wants_new_key));
            }
            return;
        }
        let until = self.at.felt + PROMPT_TIMEOUT;
        if stage != Stage::Asking
            && let Some(quest) = self.quest(number)
        {
            (quest.stage, quest.flight, quest.until) = (Stage::Asking, None, until);
        }
        for ticket in self.waiting(|waits| *waits == Waits::Submission(number)) {
            self.fail(ticket, failed);
        }
    }

    /// The need holds, and a session may have come with it.
    pub fn met(&mut self, number: u32, given: Option<&Given>) {
        let Some(quest) = self.quest(number).cloned() else { return };
        if quest.want == Want::Login {
            self.take_out(number, true);
            self.wake_waiting(number, Ok(()));
            if let Some(given) = given {
                self.begin_session(given, Way::Prompt);
            }
            return self.login_ended(Ok(()), Some(Way::Prompt));
        }
        if !self.users.permit(quest.born) {
            return self.close(number, Err(Failed::new(Code::LoggedOut)), true);
        }
        self.take_out(number, true);
        // What comes along with a detail must not lose the token that there is.
        let may_replace = |given: &&Given| given.has_token() || !self.is_fresh() || !self.users.has_token();
        if let Some(given) = given.filter(may_replace) {
            self.begin_session(given, Way::Prompt);
        }
        if is_step(quest.want) {
            self.grant(quest.want);
        }
        self.wake_waiting(number, Ok(()));
        self.start_owed_login();
    }
}

pub fn refused(error: &HostError, want: Want) -> Option<Failed> {
    Some(match error.refusal()? {
        Refusal::ByUser => Failed::of(Code::AuthDenied, want),
        Refusal::PrivacyNotAgreed => Failed::of(Code::AuthDenied, Want::Privacy),
        Refusal::PrivacyNotDeclared => Failed::of(Code::AuthUnavailable, Want::Privacy),
    })
}
