//! What is told of the machine's steps, if somebody listens.

use crate::error::Code;
use crate::id::{Flight, Ticket};
use crate::need::Need;
use crate::session::Generation;
use serde::Serialize;

/// One step of the client. Holds no secret (law S3). What happens to each request (sent, replied,
/// settled) is told by whoever performs it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Step {
    /// What happened.
    pub step: &'static str,
    /// Whose call it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// Which login or authorization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flight: Option<Flight>,
    /// Which session, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Generation>,
    /// Which need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// Which failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

impl Step {
    /// A step of that name, about nothing in particular.
    pub fn named(step: &'static str) -> Self {
        Step { step, ..Step::default() }
    }

    /// Of that call.
    pub fn ticket(self, ticket: Ticket) -> Self {
        Step { ticket: Some(ticket), ..self }
    }

    /// Of that question.
    pub fn flight(self, flight: Flight) -> Self {
        Step { flight: Some(flight), ..self }
    }

    /// Of that need.
    pub fn need(self, need: &Need) -> Self {
        Step { need: Some(need.clone()), ..self }
    }

    /// With that failure.
    pub fn code(self, code: Code) -> Self {
        Step { code: Some(code), ..self }
    }
}
