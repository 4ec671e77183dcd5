//! One client: the machine, and its effects performed one after the other.

use super::answer::Asked;
use super::imports::{Calls, Host};
use super::value::{SessionFields, session_texts, to_js, unwrap};
use crate::config::Config;
use crate::effect::{Effect, Effects, Outcome};
use crate::error::Failure;
use crate::event::{Event, Ticket};
use crate::keeper::Lease;
use crate::machine::Machine;
use crate::need::Need;
use crate::origin::{Origins, Route};
use crate::record;
use crate::session::{STORED_VERSION, Saved};
use js_sys::Math;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

pub struct Client {
    machine: RefCell<Machine>,
    /// Effects wait here while others are performed: what a listener starts comes after what
    /// it was told of.
    queue: RefCell<Effects>,
    performing: Cell<bool>,
    origins: Origins,
    calls: Calls,
    host: Host,
    /// The wall-clock instant that the timer is set for, or infinity.
    armed: Cell<f64>,
    now: Cell<f64>,
    /// The error object made last: all who fail together share it.
    last_error: RefCell<Option<(Rc<Failure>, JsValue)>>,
}

impl Client {
    pub fn new(calls: Calls, host: Host, config: Config, origins: &str, now: f64) -> Self {
        let seed = (Math::random() * f64::from(u32::MAX)) as u64;
        Client {
            machine: RefCell::new(Machine::new(config, seed)),
            queue: RefCell::default(),
            performing: Cell::new(false),
            origins: Origins::new(record::lines(origins)),
            calls,
            host,
            armed: Cell::new(f64::INFINITY),
            now: Cell::new(if now.is_finite() { now } else { 0.0 }),
            last_error: RefCell::default(),
        }
    }

    pub fn host(&self) -> &Host {
        &self.host
    }

    pub fn is_idle(&self) -> bool {
        !self.performing.get() && self.machine.borrow().is_idle()
    }

    pub fn remembers(&self, need: Need) -> bool {
        self.machine.borrow().remembers(need)
    }

    pub fn route(&self, url: &str) -> Route {
        self.origins.route(url)
    }

    pub fn set_tracing(&self, tracing: bool) {
        self.machine.borrow_mut().set_tracing(tracing);
    }

    pub fn handle(&self, event: Event, now: f64) {
        if now.is_finite() {
            self.now.set(now); // else the clock stands still, as it does for the machine
        }
        let effects = self.machine.borrow_mut().handle(event, now);
        self.perform_all(effects);
    }

    /// A call that the machine knows nothing of is over.
    pub fn settle(&self, ticket: Ticket) {
        self.calls.settle(ticket, outcome_number(Outcome::Done));
    }

    pub fn timer_fired(&self, now: f64) {
        self.armed.set(f64::INFINITY);
        self.handle(Event::TimerFired, now);
    }

    pub fn restore(&self, stored: &SessionFields<'_>) {
        match Saved::from_stored(stored, stored) {
            Some(saved) => {
                let effects = self.machine.borrow_mut().restore(saved);
                self.perform_all(effects);
            }
            None => self.host.forget(),
        }
    }

    fn perform_all(&self, effects: Effects) {
        if self.performing.replace(true) {
            // Whoever is performing takes these too. But what it still sends goes by the lease of now.
            if effects.publishes() {
                self.publish();
            }
            self.queue.borrow_mut().append(effects);
            return;
        }
        let mut effects = effects;
        while !effects.is_empty() {
            effects.into_iter().for_each(|effect| self.perform(effect));
            effects = self.queue.take();
        }
        self.performing.set(false);
        self.arm();
    }

    fn publish(&self) {
        let Lease { saved, moment, from, until } = self.machine.borrow().lease();
        let texts = saved.as_ref().map(|saved| session_texts(&saved.session));
        let end = saved.map_or(0.0, |saved| saved.session.expires_at);
        self.calls.publish(texts, end, moment, from, until);
    }

    fn perform(&self, effect: Effect) {
        let wanted = self.machine.borrow().wants(&effect);
        if !wanted {
            return;
        }
        let host = &self.host;
        match effect {
            Effect::Send { ticket, attempt, attach } => self.calls.send(ticket, attempt, attach),
            Effect::Cancel { ticket } => self.calls.cancel(ticket),
            Effect::Settle { ticket, outcome } => self.calls.settle(ticket, outcome_number(outcome)),
            Effect::Fail { ticket, failure } => {
                let error = self.error(&failure);
                self.calls.fail(ticket, &error, failure.shows_reply);
            }

            Effect::CallLogin { flight } => host.call("login", "", Asked::Code.number(), flight),
            Effect::Exchange { flight, code } => {
                host.exchange(&unwrap(code.as_ref()), flight);
            }
            Effect::CancelFlight { flight } => host.cancel(flight),

            Effect::CheckKey { flight } => host.call("checkSession", "", Asked::Key.number(), flight),
            Effect::ReadPrivacy { flight } => {
                host.call("getPrivacySetting", "", Asked::PrivacySetting.number(), flight);
            }
            Effect::AskPrivacy { flight } => {
                host.call("requirePrivacyAuthorize", "", Asked::PrivacyConsent.number(), flight);
            }
            Effect::ReadSetting { flight, scope } => {
                host.call("getSetting", &scope.name(), Asked::Setting.number(), flight);
            }
            Effect::Authorize { flight, scope } => {
                host.call("authorize", &scope.name(), Asked::Scope.number(), flight);
            }
            Effect::Ask { flight, need, reason } => {
                host.ask(&need.name(), reason.as_str(), Asked::Prompt.number(), flight);
            }
            Effect::Submit { flight, need, detail, attach } => {
                host.submit(&need.name(), &unwrap(Some(&detail)), attach, flight);
            }

            Effect::Publish(_) => self.publish(),
            Effect::Store(Some(saved)) => host.store(STORED_VERSION, saved.saved_at),
            Effect::Store(None) => host.forget(),
            Effect::Changed(kind) => host.changed(kind.as_str()),
            Effect::Trace(step) => host.trace(&to_js(&*step)),
        }
    }

    fn error(&self, failure: &Rc<Failure>) -> JsValue {
        let made = self.last_error.borrow().clone();
        match made {
            Some((known, error)) if Rc::ptr_eq(&known, failure) => error,
            _ => {
                let error = self.host.error(&to_js(&**failure), &unwrap(failure.cause.as_ref()));
                *self.last_error.borrow_mut() = Some((Rc::clone(failure), error.clone()));
                error
            }
        }
    }

    /// Keeps the one timer at the machine's next deadline.
    fn arm(&self) {
        let deadline = self.machine.borrow().next_deadline().unwrap_or(f64::INFINITY);
        // A deadline that has passed without its timer having fired was slept through: timers
        // stand still in the background, where the clock does not.
        let slept = deadline <= self.now.get();
        if deadline != self.armed.replace(deadline) || slept {
            let delay = if deadline.is_finite() { (deadline - self.now.get()).max(0.0) } else { -1.0 };
            self.host.arm(delay);
        }
    }
}

const fn outcome_number(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Reply => 0,
        Outcome::Session => 1,
        Outcome::Done => 2,
        Outcome::Nothing => 3,
    }
}
