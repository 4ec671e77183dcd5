//! What the app does.

use super::Drive;
use super::values::{GET, POST, detail, needs, reply_of};
use serde_json::Value as Json;
use wxlogin::answer::Detail;
use wxlogin::command::Traits;
use wxlogin::id::{Attempt, Ticket};
use wxlogin::need::Need;
use wxlogin::session::Moment;
use wxlogin::{Command, Event};

impl Drive {
    /// A new call under a ticket of its own.
    pub fn call(&mut self, command: Command) -> Ticket {
        let ticket = self.next_ticket();
        self.reuse(ticket, command);
        ticket
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets - 1)
    }

    /// A new call under the ticket of one that is over.
    pub fn reuse(&mut self, ticket: Ticket, command: Command) {
        self.open.insert(ticket);
        self.handle(Event::Called { ticket, command });
    }

    pub fn request(&mut self, wanted: &[&str]) -> Ticket {
        self.request_as(GET, wanted)
    }

    pub fn post(&mut self) -> Ticket {
        self.request_as(POST, &[])
    }

    pub fn request_as(&mut self, traits: Traits, wanted: &[&str]) -> Ticket {
        self.call(Command::Request { traits, needs: needs(wanted) })
    }

    /// A request that was sent by a lease of that moment, and of which the machine hears only now.
    pub fn adopt(&mut self, traits: Traits, moment: Moment, attached: bool) -> Ticket {
        self.adopt_with(traits, Vec::new(), moment, attached)
    }

    /// The same, with needs that the lease said to hold.
    pub fn adopt_with(&mut self, traits: Traits, needs: Vec<Need>, moment: Moment, attached: bool) -> Ticket {
        let ticket = self.next_ticket();
        self.open.insert(ticket);
        self.unanswered.insert(ticket, Attempt::BY_LEASE);
        self.handle(Event::Adopted { ticket, traits, needs, moment, attached });
        ticket
    }

    pub fn login(&mut self) -> Ticket {
        self.call(Command::Login { force: false, prompt: true })
    }

    pub fn force_login(&mut self) -> Ticket {
        self.call(Command::Login { force: true, prompt: true })
    }

    /// `login({ prompt: false })`
    pub fn silent_login(&mut self) -> Ticket {
        self.call(Command::Login { force: false, prompt: false })
    }

    pub fn ensure(&mut self, wanted: &[&str]) -> Ticket {
        self.call(Command::Ensure { needs: needs(wanted) })
    }

    pub fn get_session(&mut self) -> Ticket {
        self.call(Command::GetSession)
    }

    pub fn set_session(&mut self, reply: &Json) -> Ticket {
        self.call(Command::SetSession(reply_of(reply)))
    }

    pub fn logout(&mut self) -> Ticket {
        self.call(Command::Logout)
    }

    pub fn provide(&mut self, need: &str) -> Ticket {
        self.provide_detail(need, detail())
    }

    pub fn provide_detail(&mut self, need: &str, detail: Detail) -> Ticket {
        self.call(Command::Provide { need: Need::named(need), detail })
    }

    pub fn deny(&mut self, need: &str) {
        self.handle(Event::Denied { need: Need::named(need), reason: None });
    }

    pub fn abort(&mut self, ticket: Ticket) {
        self.handle(Event::Aborted { ticket });
    }
}
