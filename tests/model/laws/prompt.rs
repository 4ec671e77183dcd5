//! Laws A: a prompt is on screen once, and nobody is asked for what already holds.

use super::session::Sessions;
use crate::setting::PROMPT_TIMEOUT;
use crate::world::{Moment, Step, Violation};
use wxlogin::clock::Millis;
use wxlogin::event::Flight;
use wxlogin::need::Need;
use wxlogin::{Effect, Event};

#[derive(Default)]
pub struct Prompts {
    on_screen: Vec<Shown>,
    submitting: Vec<Shown>,
}

struct Shown {
    need: Need,
    flight: Flight,
    until: Millis,
    /// The session that went with it.
    generation: Option<u32>,
}

impl Prompts {
    pub fn is_submitting(&self) -> bool {
        !self.submitting.is_empty()
    }

    /// The session whose end the event announces (law S5).
    pub fn rejected_generation(&self, event: &Event) -> Option<u32> {
        let Event::Submitted { flight, status: Some(401), .. } = event else { return None };
        self.submitting.iter().find(|shown| shown.flight == *flight)?.generation
    }

    pub fn hear(&mut self, step: &Step) {
        let felt = step.at.felt;
        self.on_screen.retain(|shown| felt < shown.until);
        self.submitting.retain(|shown| felt < shown.until);
        match step.event {
            Event::PromptAnswered { flight, .. }
            | Event::PromptRefused { flight, .. }
            | Event::Authorized { flight }
            | Event::HostRefused { flight, .. }
            | Event::HostLacked { flight, .. }
            | Event::Submitted { flight, .. }
            | Event::SubmitFailed { flight, .. } => {
                self.on_screen.retain(|shown| shown.flight != *flight);
                self.submitting.retain(|shown| shown.flight != *flight);
            }
            Event::NeedDenied { need, .. } | Event::DetailProvided { need, .. } => {
                self.on_screen.retain(|shown| shown.need != *need);
            }
            _ => {}
        }
    }

    pub fn see(&mut self, effect: &Effect, at: Moment, sessions: &Sessions) -> Result<(), Violation> {
        let (need, flight) = match effect {
            Effect::Ask { flight, need, .. } => {
                let granted = sessions.fresh(at).map_or(&[][..], |saved| &saved.session.granted);
                if granted.contains(need) {
                    return Err(format!("A7: {} is asked for, and holds", need.name()));
                }
                (*need, *flight)
            }
            Effect::Authorize { flight, scope } => (*scope, *flight),
            Effect::AskPrivacy { flight } => (Need::PRIVACY, *flight),
            Effect::Submit { flight, need, attach, .. } => {
                if *attach != sessions.fresh(at).is_some() {
                    return Err(
                        "S1: a detail is submitted without the fresh session, or with a stale one".into()
                    );
                }
                let generation = attach.then_some(sessions.generation);
                return put(&mut self.submitting, *need, *flight, generation, at);
            }
            _ => return Ok(()),
        };
        put(&mut self.on_screen, need, flight, None, at)
    }
}

fn put(
    list: &mut Vec<Shown>,
    need: Need,
    flight: Flight,
    generation: Option<u32>,
    at: Moment,
) -> Result<(), Violation> {
    if list.iter().any(|shown| shown.need == need) {
        return Err(format!("A1: {} is there twice", need.name()));
    }
    list.push(Shown { need, flight, generation, until: at.felt + PROMPT_TIMEOUT });
    Ok(())
}
