//! How time passes, and what timers there are.

use super::{Moment, Violation, World};
use crate::words::Passing;
use wxlogin::clock::Millis;
use wxlogin::{Event, Machine};

/// More timers than this, one after the other with nothing happening in between, is a loop.
const MOST_TIMERS: usize = 400;

impl World {
    /// How long until the timer fires.
    pub fn patience(&self) -> Option<Millis> {
        self.next_timer().map(|timer| (timer - self.steady).max(0.0))
    }

    /// Nobody answers any more: time alone has to end everything.
    pub fn run_out(&mut self) -> Result<(), Violation> {
        if !self.calls.is_empty() {
            self.arrive()?;
        }
        for _ in 0..MOST_TIMERS {
            let Some(timer) = self.next_timer() else {
                return match self.calls.first() {
                    Some(ticket) => Err(format!("R6: call {} waits, and no timer is set", ticket.0)),
                    None => self.laws.rest(),
                };
            };
            self.elapse(Passing::Awake, (timer - self.steady).max(0.0));
            self.fire()?;
        }
        Err(format!("X4: {MOST_TIMERS} timers fired, and there is still another one"))
    }

    pub(super) fn pass(&mut self, passing: Passing, ms: Millis) -> Result<(), Violation> {
        let until = self.steady + ms;
        for _ in 0..MOST_TIMERS {
            match self.next_timer() {
                Some(timer) if timer <= until && passing != Passing::Asleep => {
                    self.elapse(passing, (timer - self.steady).max(0.0));
                    self.fire()?;
                }
                _ => {
                    self.elapse(passing, until - self.steady);
                    return Ok(());
                }
            }
        }
        Err(format!("X4: {MOST_TIMERS} timers fired within {ms} ms"))
    }

    pub(super) fn next_timer(&self) -> Option<Millis> {
        let look = self.reader.look_at.filter(|_| self.machine.is_some());
        match (self.timer, look) {
            (Some(timer), Some(look)) => Some(timer.min(look)),
            (timer, look) => timer.or(look),
        }
    }

    fn fire(&mut self) -> Result<(), Violation> {
        if self.next_timer() == self.reader.look_at {
            return self.hand_over_all();
        }
        self.happen(Event::TimerFired.into())
    }

    fn elapse(&mut self, passing: Passing, ms: Millis) {
        self.steady += ms;
        if passing != Passing::Frozen {
            self.wall += ms;
        }
    }

    pub(super) fn feel(&self, event: &Event) -> Moment {
        let mut felt = self.moment.felt + (self.wall - self.moment.wall).max(0.0);
        let deadline = self.machine.as_ref().and_then(Machine::next_deadline);
        if let (Event::TimerFired, Some(deadline)) = (event, deadline) {
            felt = felt.max(self.moment.felt + (deadline - self.moment.wall));
        }
        Moment { wall: self.wall, felt }
    }

    pub(super) fn set_timer(&mut self) -> Result<(), Violation> {
        let Some(machine) = &self.machine else { return Ok(()) };
        let known = machine.calls_under_way();
        let under_way = known + self.reader.under_way();
        if under_way != self.calls.len() {
            return Err(format!("X4: {} calls wait, {under_way} are known of", self.calls.len()));
        }
        let deadline = machine.next_deadline();
        if deadline.is_some_and(|deadline| !deadline.is_finite()) {
            return Err("R6: the next deadline is not finite".into());
        }
        if deadline.is_none() && known > 0 {
            return Err(format!("R6: {known} calls wait, and there is no deadline"));
        }
        if deadline != self.armed {
            self.armed = deadline;
            self.timer = deadline.map(|deadline| self.steady + (deadline - self.wall).max(0.0));
        }
        Ok(())
    }
}
