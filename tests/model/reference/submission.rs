//! A detail on its way to the backend (laws A8, A9).

use super::consent::refused;
use super::deed::Asked;
use super::quest::{Detail, Stage};
use super::session::is_whole;
use super::{Failed, Reference};
use crate::answer::{Given, wants_of};
use crate::words::Want;
use wxlogin::answer::{Answer, Granted, Judgement};
use wxlogin::config::Submission;
use wxlogin::error::{Code, HostError};

impl Reference {
    pub fn submit(&mut self, number: u32, detail: Detail) {
        let Some(want) = self.quest(number).map(|quest| quest.want) else { return };
        // That login may renew the key with which it is encrypted.
        if self.login.is_silent() && want != Want::Login {
            return self.await_login(number, Stage::Holding(detail));
        }
        let attach = self.is_fresh() && want != Want::Login;
        let generation = self.users.generation;
        self.enter(number, Stage::Submitting(detail), Asked::Submission { want, attach });
        if let Some(quest) = self.quest(number) {
            quest.sent_with = attach.then_some(generation);
        }
    }

    pub fn submission_answered(
        &mut self,
        number: u32,
        detail: Detail,
        answer: &Answer,
        given: Option<&Given>,
    ) {
        let Some(want) = self.quest(number).map(|quest| quest.want) else { return };
        if self.quest(number).is_some_and(|quest| quest.is_abandoned) {
            let is_taken = match answer {
                Answer::Granted(granted) => said_no(granted, want).is_none(),
                _ => false,
            };
            return self.abandoned_answered(number, is_taken);
        }
        let failed = match answer {
            Answer::Granted(granted) => match said_no(granted, want) {
                Some(SaidNo::AsksLogin) => return self.login_asked(number, detail),
                Some(SaidNo::Failed(failed)) => failed,
                None => {
                    let given = given.filter(|given| is_whole(given, false));
                    if want != Want::Login || given.is_some() {
                        return self.met(number, given);
                    }
                    Failed::new(Code::ExchangeInvalid)
                }
            },
            Answer::Failed(error) => {
                let by_function = self.setting.submission(want) == Some(Submission::Call);
                failed(error, want, by_function)
            }
            _ => return,
        };
        self.detail_is_refused(number, failed, detail.provided);
    }

    /// Laws A9 and L10: one login, and the same detail once more.
    fn login_asked(&mut self, number: u32, detail: Detail) {
        let sent_with = self.quest(number).and_then(|quest| quest.sent_with);
        let rejected = Err(Failed::new(Code::LoginRejected));
        if self.rejects() {
            return self.close(number, rejected, true);
        }
        if detail.again {
            self.reject(sent_with);
            return self.close(number, rejected, true);
        }
        self.refuse_session(sent_with);
        if detail.encrypted {
            return self.close(number, rejected, true);
        }
        self.await_login(number, Stage::Holding(Detail { again: true, ..detail }));
        // A session of someone else's making is there already.
        if self.is_fresh() {
            self.login_ended_for(number, Ok(()), None);
        } else {
            self.join_login(false, false);
        }
        self.start_owed_login();
    }
}

enum SaidNo {
    AsksLogin,
    Failed(Failed),
}

fn said_no(granted: &Granted, want: Want) -> Option<SaidNo> {
    let Judgement { status, asks, refused, invalid, .. } = &granted.judgement;
    let asks = wants_of(asks);
    // The submission of a login has no login to wait for.
    if asks.contains(&Want::Login) && want != Want::Login {
        return Some(SaidNo::AsksLogin);
    }
    let asks_login = asks.contains(&Want::Login);
    let code = match asks.into_iter().find(|asked| *asked != Want::Login) {
        Some(other) => return Some(SaidNo::Failed(Failed::of(Code::AuthUnavailable, other))),
        None if refused.is_some() => Code::Refused,
        None if *invalid || asks_login || status.is_some_and(|status| status >= 400) => Code::Status,
        None => return None,
    };
    Some(SaidNo::Failed(Failed::new(code)))
}

fn failed(error: &HostError, want: Want, by_function: bool) -> Failed {
    match error.code {
        Some(code) => Failed::new(code),
        None => refused(error, want).unwrap_or_else(|| {
            Failed::new(match () {
                () if error.rule.is_some() => Code::CallbackFailed,
                () if error.status.is_some_and(|status| status >= 400) => Code::Status,
                () if by_function && !error.is_of_host() => Code::CallbackFailed,
                () if error.is_timeout() => Code::Timeout,
                () => Code::Network,
            })
        }),
    }
}
