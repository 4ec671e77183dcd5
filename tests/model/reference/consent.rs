//! What hosts and users answer, and what a quest then comes to.

use super::call::Aim;
use super::deed::Deed;
use super::quest::{Quest, Stage, need_of};
use super::{Failed, Reference};
use crate::setting::submission;
use crate::words::Want;
use wxlogin::Event;
use wxlogin::config::Submission;
use wxlogin::effect::Reason;
use wxlogin::error::{Code, HostError, Refusal};
use wxlogin::event::{Detail, Flight, Ticket};

impl Reference {
    pub fn take_for_quests(&mut self, event: &Event) {
        match event {
            Event::DetailProvided { ticket, need, detail } => {
                if let Some(want) = need_of(*need) {
                    self.provided(*ticket, want, detail);
                }
                return;
            }
            Event::NeedDenied { need, .. } => {
                let denied = need_of(*need);
                let quest = self.quests.iter().find(|quest| Some(quest.want) == denied);
                if let Some(Quest { want, stage, .. }) = quest.cloned()
                    && !stage.has_detail()
                {
                    self.close(want, Err(Failed::of(Code::AuthDenied, want)));
                }
                return;
            }
            _ => {}
        }
        let Some((want, stage)) = self
            .quests
            .iter()
            .find(|quest| quest.flight.is_some() && quest.flight == answered(event))
            .map(|quest| (quest.want, quest.stage))
        else {
            return;
        };
        self.answered(want, stage, event);
    }

    fn answered(&mut self, want: Want, stage: Stage, event: &Event) {
        let denied = Err(Failed::of(Code::AuthDenied, want));
        match (stage, event) {
            (Stage::CheckingKey, Event::KeyChecked { alive: true, .. })
            | (Stage::ReadingPrivacy, Event::PrivacyRead { asks: false, .. } | Event::HostLacked { .. })
            | (Stage::AskingPrivacy | Stage::Authorizing, Event::Authorized { .. })
            | (
                Stage::ReadingSetting | Stage::ReadingSettingAgain,
                Event::SettingRead { allowed: Some(true), .. },
            ) => self.close(want, Ok(())),
            (Stage::CheckingKey, Event::KeyChecked { alive: false, .. }) => self.log_in_for(want),
            (Stage::ReadingPrivacy, Event::PrivacyRead { asks: true, .. }) => {
                self.enter(want, Stage::AskingPrivacy, Deed::AskPrivacy);
            }
            (Stage::ReadingSetting, Event::SettingRead { allowed: None, .. }) => {
                self.enter(want, Stage::Authorizing, Deed::Authorize(want));
            }
            (Stage::ReadingSetting, Event::SettingRead { allowed: Some(false), .. })
                if submission(want).is_some() =>
            {
                self.enter(want, Stage::Asking, Deed::Ask(want, Reason::DeniedBefore));
            }
            (Stage::ReadingSetting | Stage::ReadingSettingAgain, Event::SettingRead { .. }) => {
                self.close(want, denied);
            }
            (Stage::Asking, Event::PromptAnswered { detail, .. }) => self.take_detail(want, detail),
            (Stage::Asking, Event::PromptRefused { error, .. }) => {
                self.close(want, refused(error, want).map_or(denied, Err));
            }
            (_, Event::HostLacked { .. }) => self.close(want, Err(Failed::of(Code::AuthUnavailable, want))),
            (_, Event::HostRefused { error, .. }) => {
                let otherwise = match stage {
                    Stage::AskingPrivacy => Code::AuthDenied,
                    _ => Code::AuthUnavailable,
                };
                self.close(want, Err(refused(error, want).unwrap_or(Failed::of(otherwise, want))));
            }
            (Stage::Submitting, Event::Submitted { status, session, .. }) => match status {
                Some(status @ 400..) => {
                    if *status == 401 {
                        let sent_with = self.quest(want).and_then(|quest| quest.sent_with);
                        self.reject_session(sent_with);
                    }
                    self.close(want, Err(Failed::new(Code::Status)));
                }
                _ => {
                    let current = self.quest(want).map(|quest| quest.born) == Some(self.logouts);
                    if let Some(session) = session.as_ref().filter(|_| current) {
                        self.take_session(session);
                    }
                    self.met(want);
                }
            },
            (Stage::Submitting, Event::SubmitFailed { error, threw, .. }) => {
                let otherwise = match threw {
                    true => Code::CallbackFailed,
                    false if error.is_timeout() => Code::Timeout,
                    false => Code::Network,
                };
                self.close(want, Err(refused(error, want).unwrap_or(Failed::new(otherwise))));
            }
            _ => {}
        }
    }

    fn provided(&mut self, ticket: Ticket, want: Want, detail: &Detail) {
        self.begin(ticket, Aim::Ensure, Vec::new());
        let is_open = self.quest(want).is_some();
        let has_prompt = submission(want).is_some();
        match want {
            _ if is_open => {}
            // What the user settled is looked up afresh.
            Want::Camera | Want::Album | Want::Privacy => {
                self.open(want, self.logouts);
                self.wait_for(want, ticket);
                return self.set_out(want);
            }
            _ if has_prompt => self.open(want, self.logouts),
            _ => return self.fail(ticket, Failed::of(Code::AuthUnavailable, want)),
        }
        self.wait_for(want, ticket);
        self.take_detail(want, detail);
    }

    fn take_detail(&mut self, want: Want, detail: &Detail) {
        let Some(stage) = self.quest(want).map(|quest| quest.stage) else { return };
        if stage.has_detail() {
            return;
        }
        let logouts = self.logouts;
        if let Some(quest) = self.quest(want) {
            quest.born = logouts;
        }
        if let Some(error) = &detail.error {
            let failed = refused(error, want).unwrap_or(Failed::of(Code::AuthUnavailable, want));
            return self.close(want, Err(failed));
        }
        match (want, stage) {
            (Want::Camera | Want::Album, Stage::Asking) => {
                self.enter(want, Stage::ReadingSettingAgain, Deed::ReadSetting(want));
            }
            (Want::Camera | Want::Album | Want::Privacy | Want::SessionKey, _) => {}
            _ if submission(want) == Some(Submission::Nothing) => self.met(want),
            _ => {
                if let (Stage::AwaitingLogin(place @ 1..), true) = (stage, self.login.is_calling()) {
                    return self.await_login(want, Stage::Holding(place));
                }
                self.submit(want);
            }
        }
    }
}

fn refused(error: &HostError, want: Want) -> Option<Failed> {
    Some(match error.refusal()? {
        Refusal::ByUser => Failed::of(Code::AuthDenied, want),
        Refusal::PrivacyNotAgreed => Failed::of(Code::AuthDenied, Want::Privacy),
        Refusal::PrivacyNotDeclared => Failed::of(Code::AuthUnavailable, Want::Privacy),
    })
}

fn answered(event: &Event) -> Option<Flight> {
    Some(match event {
        Event::KeyChecked { flight, .. }
        | Event::PrivacyRead { flight, .. }
        | Event::SettingRead { flight, .. }
        | Event::Authorized { flight }
        | Event::HostRefused { flight, .. }
        | Event::HostLacked { flight, .. }
        | Event::PromptAnswered { flight, .. }
        | Event::PromptRefused { flight, .. }
        | Event::Submitted { flight, .. }
        | Event::SubmitFailed { flight, .. } => *flight,
        _ => return None,
    })
}
