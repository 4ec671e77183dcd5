//! What a test looks at.

use super::values::stored;
use super::{Drive, End};
use serde_json::Value as Json;
use std::rc::Rc;
use wxlogin::effect::Outcome;
use wxlogin::error::{Code, Failure};
use wxlogin::id::{Flight, Ticket};
use wxlogin::need::Need;
use wxlogin::session::Saved;
use wxlogin::sessions::Lease;

impl Drive {
    /// What JavaScript may go by.
    pub fn lease(&self) -> &Lease {
        self.machine.lease()
    }

    /// What `client.session` shows.
    pub fn session(&self) -> Option<&Rc<Saved>> {
        self.lease().saved.as_ref().filter(|saved| saved.is_fresh(self.now))
    }

    /// The token of that.
    pub fn token(&self) -> Option<&str> {
        self.session()?.session.token.as_deref()
    }

    /// The needs that it knows to hold.
    pub fn granted(&self) -> Vec<&str> {
        self.session().expect("no session").session.granted.iter().map(Need::name).collect()
    }

    /// What lies in storage.
    pub fn stored(&self) -> Option<Json> {
        self.lease().saved.as_deref().map(stored)
    }

    /// The flight of the newest host call of that name.
    pub fn flight(&self, name: &str) -> Flight {
        let newest = self.host_calls.iter().rev().find(|(called, _)| *called == name);
        newest.unwrap_or_else(|| panic!("{name} was not called")).1
    }

    /// The names of the host calls so far, in order.
    pub fn host_calls(&self) -> Vec<&'static str> {
        self.host_calls.iter().map(|(name, _)| *name).collect()
    }

    /// How often the host was called by that name.
    pub fn count(&self, name: &str) -> usize {
        self.host_calls.iter().filter(|(called, _)| *called == name).count()
    }

    pub fn is_open(&self, ticket: Ticket) -> bool {
        self.open.contains(&ticket)
    }

    fn ended(&self, ticket: Ticket) -> &End {
        self.ends.get(&ticket).unwrap_or_else(|| panic!("{ticket:?} is still open"))
    }

    fn outcome(&self, ticket: Ticket) -> &Outcome {
        match self.ended(ticket) {
            End::Well(outcome) => outcome,
            End::Failed(failure) => panic!("failed with {failure:?}"),
        }
    }

    /// It resolved with its response.
    pub fn is_replied(&self, ticket: Ticket) -> bool {
        matches!(self.outcome(ticket), Outcome::Reply)
    }

    /// It resolved with nothing.
    pub fn is_done(&self, ticket: Ticket) -> bool {
        matches!(self.outcome(ticket), Outcome::Done)
    }

    /// The session that the call ended with.
    pub fn session_of(&self, ticket: Ticket) -> Option<&Saved> {
        match self.outcome(ticket) {
            Outcome::Session(session) => session.as_deref(),
            outcome => panic!("ended with no session: {outcome:?}"),
        }
    }

    /// The token of that.
    pub fn token_of(&self, ticket: Ticket) -> Option<&str> {
        self.session_of(ticket)?.session.token.as_deref()
    }

    pub fn failure(&self, ticket: Ticket) -> &Failure {
        match self.ended(ticket) {
            End::Failed(failure) => failure,
            End::Well(outcome) => panic!("went well: {outcome:?}"),
        }
    }

    pub fn code(&self, ticket: Ticket) -> Code {
        self.failure(ticket).code
    }

    /// The failure with the need that stayed unmet.
    pub fn unmet(&self, ticket: Ticket) -> (Code, Option<&str>) {
        let failure = self.failure(ticket);
        (failure.code, failure.need.as_ref().map(Need::name))
    }

    /// The tokens that the sends of that ticket went out with.
    pub fn tokens_sent(&self, ticket: Ticket) -> Vec<Option<&str>> {
        let own = self.sends.iter().filter(|sent| sent.ticket == ticket);
        own.map(|sent| sent.token.as_deref()).collect()
    }
}
