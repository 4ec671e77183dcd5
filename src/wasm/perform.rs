//! Performs effects, one after the other.

use super::host::{Calls, Host};
use super::storage::Store;
use super::values::{self, Options, to_js, unwrap};
use crate::answer::Answer;
use crate::effect::{Effect, Outcome, Question};
use crate::error::Failure;
use crate::event::Event;
use crate::id::Flight;
use crate::machine::Machine;
use crate::session::Saved;
use crate::sessions::Lease;
use js_sys::{Date, Math, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The machine, and what it takes to do as it says.
pub struct Performer {
    machine: RefCell<Machine>,
    /// What a listener starts comes after what it was told of.
    performing: Cell<bool>,
    calls: Calls,
    host: Host,
    store: Store,
    published: RefCell<Rc<Lease>>,
    /// The session of the lease, as JavaScript has it.
    session: RefCell<JsValue>,
    stored: RefCell<Option<Rc<Saved>>>,
    /// The wall-clock instant that the timer is set for, or infinity.
    armed: Cell<f64>,
    /// The error object made last: all who fail together share it.
    last_error: RefCell<Option<(Rc<Failure>, JsValue)>>,
}

impl Performer {
    pub fn new(calls: Calls, host: Host, options: &Options) -> Rc<Self> {
        let seed = (Math::random() * f64::from(u32::MAX)) as u64;
        let machine = Machine::new(values::config(options), seed);
        let performer = Performer {
            published: RefCell::new(Rc::clone(machine.lease())),
            machine: RefCell::new(machine),
            performing: Cell::new(false),
            calls,
            host,
            store: Store::new(options),
            session: RefCell::new(JsValue::UNDEFINED),
            stored: RefCell::default(),
            armed: Cell::new(f64::INFINITY),
            last_error: RefCell::default(),
        };
        performer.publish_lease(&performer.published.borrow());
        Rc::new(performer)
    }

    pub fn set_tracing(&self, tracing: bool) {
        self.machine.borrow_mut().set_tracing(tracing);
    }

    /// Takes over what storage held, or clears that away.
    pub fn restore(self: &Rc<Self>, saved: Option<Saved>) {
        match saved {
            Some(saved) => {
                self.machine.borrow_mut().restore(saved.clone(), Date::now());
                let held = self.machine.borrow().lease().saved.clone();
                // As it lies there, unless it has ended since.
                *self.stored.borrow_mut() = held.filter(|held| **held == saved);
                self.publish();
                self.perform_all();
            }
            None => self.write(None),
        }
    }

    pub fn handle(self: &Rc<Self>, event: Event) {
        self.machine.borrow_mut().handle(event, Date::now());
        self.publish();
        self.perform_all();
    }

    pub fn timer_fired(self: &Rc<Self>) {
        self.armed.set(f64::INFINITY);
        self.handle(Event::TimerFired);
    }

    /// At once, whoever is performing: nothing more goes out by the lease of before.
    fn publish(&self) {
        let lease = Rc::clone(self.machine.borrow().lease());
        let before = self.published.replace(Rc::clone(&lease));
        if Rc::ptr_eq(&before, &lease) {
            return;
        }
        let is_same = match (&before.saved, &lease.saved) {
            (Some(before), Some(saved)) => Rc::ptr_eq(before, saved),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            *self.session.borrow_mut() = session_of(lease.saved.as_deref());
        }
        self.publish_lease(&lease);
        let is_stored = match (&*self.stored.borrow(), &lease.saved) {
            (Some(stored), Some(saved)) => Rc::ptr_eq(stored, saved),
            (None, None) => true,
            _ => false,
        };
        if !is_stored {
            self.stored.borrow_mut().clone_from(&lease.saved);
            self.write(lease.saved.as_deref());
        }
    }

    fn publish_lease(&self, lease: &Lease) {
        let session = self.session.borrow().clone();
        self.calls.publish(&values::lease(lease, &session));
    }

    fn write(&self, saved: Option<&Saved>) {
        if self.store.write(saved).is_err() {
            self.host.storage_failed();
        }
    }

    fn perform_all(self: &Rc<Self>) {
        if self.performing.replace(true) {
            return; // whoever is performing takes these, too
        }
        loop {
            let effect = self.machine.borrow_mut().poll();
            let Some(effect) = effect else { break };
            self.perform(effect);
        }
        self.performing.set(false);
        self.arm();
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Send { ticket, attempt, attach } => self.calls.send(ticket.0, attempt.0, attach),
            Effect::CancelSend { ticket } => self.calls.cancel(ticket.0),
            Effect::Settle { ticket, outcome: Outcome::Reply } => self.calls.settle(ticket.0),
            Effect::Settle { ticket, outcome: Outcome::Session(saved) } => {
                let session = saved.map_or(JsValue::NULL, |saved| self.session(Some(&saved)));
                self.calls.settle_with(ticket.0, &session);
            }
            Effect::Settle { ticket, outcome: Outcome::Done } => {
                self.calls.settle_with(ticket.0, &JsValue::UNDEFINED);
            }
            Effect::Fail { ticket, failure } => {
                let error = self.error(&failure);
                self.calls.fail(ticket.0, &error, failure.shows_reply);
            }
            Effect::Ask { flight, question } => self.ask(flight, question),
            Effect::CancelFlight { flight } => self.host.cancel(flight.0),
            Effect::ClosePrompt { need } => self.host.close_prompt(need.name()),
            Effect::Changed { kind, session } => {
                self.host.changed(&to_js(&kind), &self.session(session.as_ref()));
            }
            Effect::Trace(step) => self.host.trace(&to_js(&*step)),
        }
    }

    /// Puts the question now, and tells the machine of the answer when it comes.
    fn ask(self: &Rc<Self>, flight: Flight, question: Question) {
        let host = &self.host;
        let number = flight.0;
        let (promise, read): (Promise, fn(JsValue) -> Option<Answer>) = match question {
            Question::Code => (host.code(number), |code| Some(values::code(code.unchecked_ref()))),
            Question::Exchange(code) => (host.exchange(&unwrap(code.as_ref()), number), granted),
            Question::Renewal(token) => (host.renew(&token, number), granted),
            Question::Key => (host.check_session(number), done),
            Question::PrivacySetting => (host.get_privacy_setting(number), |asks| {
                Some(Answer::PrivacySetting { asks: asks.as_bool() == Some(true) })
            }),
            Question::Privacy => (host.require_privacy_authorize(number), done),
            Question::Setting(scope) => {
                (host.get_setting(scope.name(), number), |allowed| Some(Answer::Setting(allowed.as_bool())))
            }
            Question::Scope(scope) => (host.authorize(scope.name(), number), done),
            Question::Prompt { need, reason } => (host.ask(need.name(), &to_js(&reason), number), prompted),
            Question::Submission { need, detail, attach } => {
                (host.submit(need.name(), &unwrap(Some(&detail)), attach, number), granted)
            }
        };
        let performer = Rc::clone(self);
        spawn_local(async move {
            let answer = match JsFuture::from(promise).await {
                Ok(value) => read(value),
                Err(said) => Some(Answer::Failed(values::host_error(said.unchecked_ref()))),
            };
            if let Some(answer) = answer {
                performer.handle(Event::Answered { flight, answer });
            }
        });
    }

    /// The very object that was published, if it is that session.
    fn session(&self, saved: Option<&Rc<Saved>>) -> JsValue {
        match (saved, &self.published.borrow().saved) {
            (Some(saved), Some(published)) if Rc::ptr_eq(saved, published) => self.session.borrow().clone(),
            _ => session_of(saved.map(|saved| &**saved)),
        }
    }

    fn error(&self, failure: &Rc<Failure>) -> JsValue {
        let made = self.last_error.borrow().clone();
        match made {
            Some((known, error)) if Rc::ptr_eq(&known, failure) => error,
            _ => {
                let Failure { cause, response, passed_on, .. } = &**failure;
                let (cause, response) = (unwrap(cause.as_ref()), unwrap(response.as_ref()));
                let error = self.host.error(&to_js(&**failure), &cause, &response, *passed_on);
                *self.last_error.borrow_mut() = Some((Rc::clone(failure), error.clone()));
                error
            }
        }
    }

    /// Keeps the one timer at the machine's next deadline.
    fn arm(&self) {
        let deadline = self.machine.borrow().next_deadline().unwrap_or(f64::INFINITY);
        let now = Date::now();
        // A deadline that has passed without its timer having fired was slept through: timers
        // stand still in the background, where the clock does not.
        let slept = deadline <= now;
        if deadline != self.armed.replace(deadline) || slept {
            self.host.arm(if deadline.is_finite() { (deadline - now).max(0.0) } else { -1.0 });
        }
    }
}

fn session_of(saved: Option<&Saved>) -> JsValue {
    saved.filter(|saved| saved.stands()).map_or(JsValue::UNDEFINED, values::session)
}

fn granted(value: JsValue) -> Option<Answer> {
    Some(Answer::Granted(Box::new(values::granted(value.unchecked_ref()))))
}

fn done(_: JsValue) -> Option<Answer> {
    Some(Answer::Done)
}

fn prompted(value: JsValue) -> Option<Answer> {
    if value.is_undefined() {
        None
    } else if value.is_falsy() {
        Some(Answer::Refused)
    } else {
        Some(Answer::Detail(values::detail(value.unchecked_ref())))
    }
}
