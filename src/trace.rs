//! What the machine tells of its steps, where somebody listens.

use crate::effect::Effect;
use crate::error::Code;
use crate::event::{Attempt, Flight, Ticket};
use crate::machine::Machine;
use crate::need::Need;
use crate::session::Generation;
use serde::{Serialize, Serializer};

/// One step of the client, for whoever listens. Holds no secret (law S3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// What happened.
    pub step: &'static str,
    /// Whose call it was.
    pub ticket: Option<Ticket>,
    /// Which native request.
    pub attempt: Option<Attempt>,
    /// Which login or authorization.
    pub flight: Option<Flight>,
    /// Which session, counted from 1.
    pub session: Option<Generation>,
    /// Which need.
    pub need: Option<Need>,
    /// Which HTTP status.
    pub status: Option<u16>,
    /// Which failure.
    pub code: Option<Code>,
}

/// A row: nothing but the values, to save the names their way across the border.
impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Step { step, ticket, attempt, flight, session, need, status, code } = self;
        (step, ticket, attempt, flight, session, need, status, code).serialize(serializer)
    }
}

impl Step {
    /// The public names of what [`Serialize`] writes as a row.
    pub const FIELDS: &[&str] = &["step", "ticket", "attempt", "flight", "session", "need", "status", "code"];

    /// A step of that name, about nothing in particular.
    pub fn named(step: &'static str) -> Self {
        Step { step, ..Step::default() }
    }
}

// Out of line, so that a machine nobody listens to pays one comparison for each.
impl Machine {
    #[inline(never)]
    pub(crate) fn trace(&mut self, step: &'static str) {
        self.push_step(Step::named(step));
    }

    #[inline(never)]
    pub(crate) fn trace_call(&mut self, step: &'static str, ticket: Ticket) {
        self.push_step(Step { ticket: Some(ticket), ..Step::named(step) });
    }

    #[inline(never)]
    pub(crate) fn trace_failure(&mut self, ticket: Ticket, code: Code, need: Option<Need>) {
        self.push_step(Step { ticket: Some(ticket), code: Some(code), need, ..Step::named("failed") });
    }

    #[inline(never)]
    pub(crate) fn trace_sent(&mut self, ticket: Ticket, attempt: Attempt, attached: bool) {
        let session = self.keeper.generation().filter(|_| attached);
        let (ticket, attempt) = (Some(ticket), Some(attempt));
        self.push_step(Step { ticket, attempt, session, ..Step::named("sent") });
    }

    #[inline(never)]
    pub(crate) fn trace_reply(&mut self, ticket: Ticket, attempt: Attempt, status: u16) {
        let (ticket, attempt, status) = (Some(ticket), Some(attempt), Some(status));
        self.push_step(Step { ticket, attempt, status, ..Step::named("replied") });
    }

    #[inline(never)]
    pub(crate) fn trace_login(&mut self, step: &'static str, flight: Flight) {
        let session = self.keeper.generation();
        self.push_step(Step { flight: Some(flight), session, ..Step::named(step) });
    }

    #[inline(never)]
    pub(crate) fn trace_need(&mut self, step: &'static str, need: Need, code: Option<Code>) {
        self.push_step(Step { need: Some(need), code, ..Step::named(step) });
    }

    fn push_step(&mut self, step: Step) {
        if self.tracing {
            self.effects.push(Effect::Trace(Box::new(step)));
        }
    }
}
