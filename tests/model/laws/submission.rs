//! Laws A8, A9 and S7: a detail is submitted once, once more after a login, and for nobody else.

use super::session::{Names, Sessions, fresh};
use crate::setting::PROMPT_TIMEOUT;
use crate::world::{Step, Violation};
use wxlogin::Event;
use wxlogin::answer::{Answer, Detail};
use wxlogin::clock::Millis;
use wxlogin::command::Command;
use wxlogin::effect::{Effect, Question};
use wxlogin::id::Flight;
use wxlogin::need::Need;
use wxlogin::session::ChangeKind;

#[derive(Default)]
pub struct Submissions {
    details: Vec<Given>,
    under_way: Vec<UnderWay>,
}

/// A detail that was given.
struct Given {
    serial: u32,
    encrypted: bool,
    given_for: Option<Names>,
    submissions: u32,
}

struct UnderWay {
    need: Need,
    flight: Flight,
    /// The session that went with it.
    generation: Option<u32>,
    until: Millis,
    /// Its user has left.
    is_left: bool,
}

/// So many details are remembered.
const MOST_DETAILS: usize = 32;

impl Submissions {
    /// Not those of a login by the user, which no `wx.login` can spoil.
    pub fn are_under_way(&self) -> bool {
        self.under_way.iter().any(|submission| submission.need != Need::Login)
    }

    /// The session whose end the step announces (law S5), if it does so in time.
    pub fn refused_generation(&self, step: &Step) -> Option<u32> {
        let Event::Answered { flight, answer: Answer::Granted(granted) } = &step.told.event else {
            return None;
        };
        let submission = self.under_way.iter().find(|submission| submission.flight == *flight)?;
        let counts = granted.judgement.asks.contains(&Need::Login) && step.at.felt < submission.until;
        submission.generation.filter(|_| counts)
    }

    /// No detail that was given before is submitted any more.
    pub fn left(&mut self) {
        self.details.clear();
        self.under_way.iter_mut().for_each(|submission| submission.is_left = true);
    }

    fn given(&mut self, detail: &Detail, given_for: Option<Names>) {
        let Some(serial) = detail.value.get::<u32>().copied() else { return };
        if self.details.len() == MOST_DETAILS {
            self.details.remove(0);
        }
        self.details.push(Given { serial, encrypted: detail.encrypted, given_for, submissions: 0 });
    }

    pub fn hear(&mut self, step: &Step, sessions: &Sessions) {
        let given_for = sessions.fresh(step.at.wall).map(|saved| Names::of(&saved.session));
        self.under_way.retain(|submission| step.at.felt < submission.until);
        match &step.told.event {
            Event::Answered { flight, answer } => {
                self.under_way.retain(|submission| submission.flight != *flight);
                if let Answer::Detail(detail) = answer {
                    self.given(detail, given_for);
                }
            }
            Event::Called { command: Command::Provide { detail, .. }, .. } => self.given(detail, given_for),
            _ => {}
        }
    }

    pub fn see(&mut self, effect: &Effect, step: &Step, sessions: &Sessions) -> Result<(), Violation> {
        match effect {
            Effect::Ask { flight, question: Question::Submission { need, detail, attach } } => {
                let now = fresh(step.known.saved.as_ref(), step.at.wall);
                let before = sessions.fresh(step.at.wall);
                if *attach && now.or(before).is_none() {
                    return Err("S1: a detail is submitted with a session that is not fresh".into());
                }
                if *need == Need::Login && *attach {
                    return Err("A9: the login by the user carries a session".into());
                }
                let was_there = before.is_some() && now.is_some();
                if *need != Need::Login && !*attach && was_there {
                    return Err("A9: a detail is submitted without the fresh session".into());
                }
                let is_same = |submission: &UnderWay| submission.need == *need && !submission.is_left;
                if self.under_way.iter().any(is_same) {
                    return Err(format!("A1: {} is submitted twice at once", need.name()));
                }
                let serial = detail.get::<u32>().copied();
                let Some(given) = self.details.iter_mut().find(|given| Some(given.serial) == serial) else {
                    return Err("S7: a detail is submitted that was given before the log-out".into());
                };
                given.submissions += 1;
                if given.submissions > if given.encrypted { 1 } else { 2 } {
                    return Err("A9: a detail is submitted once too often".into());
                }
                let now = now.filter(|_| *attach).map(|saved| Names::of(&saved.session));
                if let (Some(given_for), Some(now)) = (&given.given_for, &now)
                    && given_for.differ_from(now)
                {
                    return Err("S7: a detail is submitted as another user than it was given by".into());
                }
                self.under_way.push(UnderWay {
                    need: need.clone(),
                    flight: *flight,
                    generation: attach.then_some(sessions.generation),
                    until: step.at.felt + PROMPT_TIMEOUT,
                    is_left: false,
                });
            }
            Effect::Changed { kind: ChangeKind::Login, .. } => {
                self.under_way.iter_mut().for_each(|submission| submission.is_left = true);
            }
            Effect::CancelFlight { flight } => {
                self.under_way.retain(|submission| submission.flight != *flight);
            }
            _ => {}
        }
        Ok(())
    }
}
