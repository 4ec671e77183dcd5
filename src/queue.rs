//! Where decisions wait until they are performed.

use crate::effect::{Effect, Question};
use crate::id::{Attempt, Flight};
use crate::trace::Step;
use std::collections::VecDeque;

/// Effects in the order in which they were decided, and the numbers that name their answers.
#[derive(Debug, Default)]
pub struct Queue {
    effects: VecDeque<Effect>,
    last_flight: u32,
    last_attempt: u32,
    tracing: bool,
}

impl Queue {
    /// Decides on an effect.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// The effect decided on first.
    pub fn pop(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Asks the host or the app. The answer will come under the number returned.
    pub fn ask(&mut self, question: Question) -> Flight {
        let flight = self.flight();
        self.push(Effect::Ask { flight, question });
        flight
    }

    /// A number that was never used.
    pub fn flight(&mut self) -> Flight {
        self.last_flight = self.last_flight.wrapping_add(1);
        Flight(self.last_flight)
    }

    /// A number that no request had before.
    pub fn attempt(&mut self) -> Attempt {
        self.last_attempt = self.last_attempt.wrapping_add(1).max(1); // 0 is for those sent by a lease
        Attempt(self.last_attempt)
    }

    /// Turns [`Effect::Trace`] on and off.
    pub fn set_tracing(&mut self, tracing: bool) {
        self.tracing = tracing;
    }

    /// Tells of a step, if somebody listens.
    pub fn trace(&mut self, step: Step) {
        if self.tracing {
            self.push(Effect::Trace(Box::new(step)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_never_that_of_a_lease() {
        let mut queue = Queue { last_attempt: u32::MAX - 1, ..Queue::default() };
        assert_eq!([queue.attempt(), queue.attempt()], [Attempt(u32::MAX), Attempt(1)]);
    }

    #[test]
    fn effects_come_out_as_they_went_in_and_steps_only_for_listeners() {
        let mut queue = Queue::default();
        queue.trace(Step::named("unheard"));
        let flight = queue.ask(Question::Key);
        queue.set_tracing(true);
        queue.trace(Step::named("heard"));
        assert!(matches!(queue.pop(), Some(Effect::Ask { flight: first, .. }) if first == flight));
        assert!(matches!(queue.pop(), Some(Effect::Trace(step)) if step.step == "heard"));
        assert!(queue.pop().is_none());
    }
}
