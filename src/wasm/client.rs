//! The class that JavaScript makes: a method for each thing that can be wanted or happen.
//!
//! It is made once for an app and lives as long as that, so nothing is ever freed; every method
//! takes `&self`, since whatever is called from here may call again.

use super::host::{Calls, Host};
use super::perform::Performer;
use super::values::{
    Detail, Fields, Judgement, Options, Said, Traits, detail, host_error, judgement, needs, session_reply,
    texts, traits,
};
use crate::answer::Reply;
use crate::command::Command;
use crate::event::Event;
use crate::id::{Attempt, Ticket};
use crate::need::Need;
use crate::origin::{self, Origins};
use crate::session::{Moment, Saved};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What is to be done with a request's URL (law R4).
#[wasm_bindgen]
pub enum Route {
    /// Relative: `baseURL` is joined in front.
    Join,
    /// Absolute, of an origin that may see the session.
    Trusted,
    /// Anything else: as given, and never with the session.
    Foreign,
}

/// One client's core. Tickets are JavaScript's own: small, dense, used again.
#[wasm_bindgen]
pub struct Client {
    performer: Rc<Performer>,
    origins: Origins,
}

#[wasm_bindgen]
impl Client {
    /// Makes it, without a session.
    #[wasm_bindgen(constructor)]
    pub fn new(calls: Calls, host: Host, options: &Options) -> Client {
        let origins: Vec<String> = texts(&options.origins()).collect();
        Client {
            performer: Performer::new(calls, host, options),
            origins: Origins::new(origins.iter().map(String::as_str)),
        }
    }

    /// Takes over what storage held. What does not fit is removed (law S4).
    pub fn restore(&self, record: &Fields, session: &Fields) {
        self.performer.restore(Saved::from_stored(record, session));
    }

    /// The word on a URL that is not plainly one of the three.
    pub fn route(&self, url: &str) -> Route {
        match self.origins.route(url) {
            origin::Route::Join => Route::Join,
            origin::Route::Trusted => Route::Trusted,
            origin::Route::Foreign => Route::Foreign,
        }
    }

    fn call(&self, ticket: u32, command: Command) {
        self.performer.handle(Event::Called { ticket: Ticket(ticket), command });
    }

    /// A request. `needs`: names.
    pub fn request(&self, ticket: u32, request: &Traits, wanted: &Array) {
        self.call(ticket, Command::Request { traits: traits(request), needs: needs(wanted) });
    }

    /// See [`Event::Adopted`].
    pub fn adopt(&self, ticket: u32, request: &Traits, wanted: &Array, moment: u32, attached: bool) {
        self.performer.handle(Event::Adopted {
            ticket: Ticket(ticket),
            traits: traits(request),
            needs: needs(wanted),
            moment: Moment(moment),
            attached,
        });
    }

    /// `login()`
    pub fn login(&self, ticket: u32, force: bool, prompt: bool) {
        self.call(ticket, Command::Login { force, prompt });
    }

    /// `ensure()`
    pub fn ensure(&self, ticket: u32, wanted: &Array) {
        self.call(ticket, Command::Ensure { needs: needs(wanted) });
    }

    /// `getSession()`
    #[wasm_bindgen(js_name = getSession)]
    pub fn get_session(&self, ticket: u32) {
        self.call(ticket, Command::GetSession);
    }

    /// `setSession()`
    #[wasm_bindgen(js_name = setSession)]
    pub fn set_session(&self, ticket: u32, reply: &Fields) {
        self.call(ticket, Command::SetSession(session_reply(reply)));
    }

    /// `logout()`
    pub fn logout(&self, ticket: u32) {
        self.call(ticket, Command::Logout);
    }

    /// `provide()`
    pub fn provide(&self, ticket: u32, need: &str, given: &Detail) {
        self.call(ticket, Command::Provide { need: Need::named(need), detail: detail(given) });
    }

    /// `deny()`
    pub fn deny(&self, need: &str, reason: Option<String>) {
        self.performer.handle(Event::Denied { need: Need::named(need), reason });
    }

    /// `abort()` of one call.
    pub fn abort(&self, ticket: u32) {
        self.performer.handle(Event::Aborted { ticket: Ticket(ticket) });
    }

    /// A native request was answered.
    pub fn replied(&self, ticket: u32, attempt: u32, judged: &Judgement) {
        self.returned(ticket, attempt, Reply::Judged(judgement(judged)));
    }

    /// A native request failed. `repeatable`: as it went out, GET or HEAD.
    pub fn failed(&self, ticket: u32, attempt: u32, said: &Said, repeatable: bool) {
        let reply = if repeatable { Reply::Failed } else { Reply::FailedForGood };
        self.returned(ticket, attempt, reply(host_error(said)));
    }

    /// The app's function of that name threw.
    #[wasm_bindgen(js_name = callbackFailed)]
    pub fn callback_failed(&self, ticket: u32, attempt: u32, name: String, said: &Said) {
        self.returned(ticket, attempt, Reply::CallbackFailed { name, error: host_error(said) });
    }

    fn returned(&self, ticket: u32, attempt: u32, reply: Reply) {
        self.performer.handle(Event::Replied { ticket: Ticket(ticket), attempt: Attempt(attempt), reply });
    }

    /// See [`Event::SessionUsed`].
    #[wasm_bindgen(js_name = sessionUsed)]
    pub fn session_used(&self) {
        self.performer.handle(Event::SessionUsed);
    }

    /// The timer of [`Host::arm`] fired.
    #[wasm_bindgen(js_name = timerFired)]
    pub fn timer_fired(&self) {
        self.performer.timer_fired();
    }

    /// Somebody listens to steps, or nobody any more.
    #[wasm_bindgen(js_name = setTracing)]
    pub fn set_tracing(&self, tracing: bool) {
        self.performer.set_tracing(tracing);
    }
}
