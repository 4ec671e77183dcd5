//! Laws A: a prompt is on screen once, is closed where nobody answered it, and nobody is asked
//! for what already holds.

use crate::world::{Step, Violation};
use wxlogin::Event;
use wxlogin::command::Command;
use wxlogin::effect::{Effect, Question};
use wxlogin::id::{Flight, Ticket};
use wxlogin::need::Need;

#[derive(Default)]
pub struct Prompts {
    on_screen: Vec<Shown>,
    /// The call by which the app answers in this very step, too late perhaps.
    provider: Option<Ticket>,
}

struct Shown {
    need: Need,
    flight: Flight,
    /// The call by which the app has answered it.
    answered_by: Option<Ticket>,
    /// An answer comes in this very step, too late perhaps.
    is_answered: bool,
}

impl Prompts {
    pub fn hear(&mut self, step: &Step) {
        self.on_screen.retain(|shown| !shown.is_answered);
        let event = &step.told.event;
        self.provider = match event {
            Event::Called { ticket, command: Command::Provide { .. } } => Some(*ticket),
            _ => None,
        };
        for shown in &mut self.on_screen {
            shown.is_answered = match event {
                Event::Answered { flight, .. } => shown.flight == *flight,
                Event::Denied { need, .. } => shown.need == *need,
                _ => false,
            };
            if let Event::Called { ticket, command: Command::Provide { need, .. } } = event
                && shown.need == *need
            {
                shown.answered_by.get_or_insert(*ticket);
            }
        }
    }

    pub fn see(&mut self, effect: &Effect) -> Result<(), Violation> {
        match effect {
            Effect::Ask { flight, question: Question::Prompt { need, .. } } => {
                let is_open = |shown: &Shown| shown.answered_by.is_none() && !shown.is_answered;
                self.on_screen.retain(|shown| shown.need != *need || is_open(shown));
                if self.on_screen.iter().any(|shown| shown.need == *need) {
                    return Err(format!("A1: {} is asked for twice", need.name()));
                }
                let need = need.clone();
                let shown = Shown { need, flight: *flight, answered_by: None, is_answered: false };
                self.on_screen.push(shown);
            }
            Effect::ClosePrompt { need } => {
                let unanswered = |by: Option<Ticket>| by.is_none() || by == self.provider;
                let open = |shown: &Shown| shown.need == *need && unanswered(shown.answered_by);
                if !self.on_screen.iter().any(open) {
                    return Err(format!("A3: the prompt for {} is closed, and is not open", need.name()));
                }
                self.on_screen.retain(|shown| shown.need != *need);
            }
            // A wrong password: that prompt stays open.
            Effect::Fail { ticket, .. } => {
                for shown in self.on_screen.iter_mut().filter(|shown| shown.need == Need::Login) {
                    shown.answered_by = shown.answered_by.filter(|answered_by| answered_by != ticket);
                }
            }
            // Nobody waits for its promise any more: it is closed, or over with the app's answer.
            Effect::CancelFlight { flight } => {
                let is_over = |shown: &Shown| shown.flight == *flight && shown.answered_by.is_some();
                self.on_screen.retain(|shown| !is_over(shown));
            }
            _ => {}
        }
        Ok(())
    }

    /// Nothing is left on screen that nobody waits for.
    pub fn rest(&self) -> Result<(), Violation> {
        match self.on_screen.iter().find(|shown| shown.answered_by.is_none() && !shown.is_answered) {
            Some(shown) => Err(format!("A3: the prompt for {} stays open for ever", shown.need.name())),
            None => Ok(()),
        }
    }
}
