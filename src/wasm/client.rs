//! One client: the machine, and its effects performed one after the other.

use super::answer::{self, Asked};
use super::page::{Calls, Host};
use super::store;
use super::value::{JsRecord, unwrap};
use crate::config::{Config, Exchange, Prompt, Submission};
use crate::effect::{Effect, Effects, Outcome};
use crate::error::Failure;
use crate::event::{Event, Traits};
use crate::machine::Machine;
use crate::need::Need;
use crate::origin::{Origins, Route};
use crate::request::Sending;
use crate::trace::Step;
use js_sys::Math;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use store::Store;
use wasm_bindgen::prelude::*;

/// Traits of a request as bits, so that its way in takes numbers only.
const TRUSTED: u32 = 1;
const ANONYMOUS: u32 = 2;
const REPEATABLE: u32 = 4;

/// What `js/connection.js` drives. Every method takes the wall clock's `now` in ms last.
#[wasm_bindgen]
pub struct Client {
    machine: RefCell<Machine>,
    /// Effects wait here while others are performed: what a listener starts comes after what
    /// it was told of.
    queue: RefCell<VecDeque<Effect>>,
    performing: Cell<bool>,
    origins: Origins,
    calls: Calls,
    host: Host,
    store: Store,
    exchange: Asked,
    /// The wall-clock instant that the timer is set for, or infinity.
    armed: Cell<f64>,
    now: Cell<f64>,
    /// The error object made last: all who fail together share it.
    last_error: RefCell<Option<(Rc<Failure>, JsValue)>>,
}

#[wasm_bindgen]
impl Client {
    /// `settings` are checked options (`js/options.js`).
    #[wasm_bindgen(constructor)]
    pub fn new(calls: Calls, host: Host, settings: JsValue, now: f64) -> Client {
        let settings = JsRecord { host: &host, object: settings };
        let exchange = match settings.text("exchangeBy").as_deref() {
            Some("cloud") => Asked::ExchangeCloud,
            Some("function") => Asked::ExchangeFunction,
            _ => Asked::ExchangeRequest,
        };
        let origins = settings.texts("origins");
        let client = Client {
            machine: RefCell::new(Machine::new(config(&settings, exchange), seed())),
            queue: RefCell::default(),
            performing: Cell::new(false),
            origins: Origins::new(origins.iter().map(String::as_str)),
            store: Store::new(&host),
            calls,
            host: host.clone(),
            exchange,
            armed: Cell::new(f64::INFINITY),
            now: Cell::new(now),
            last_error: RefCell::default(),
        };
        client.set_tracing(settings.get("tracing").is_truthy());
        client.restore();
        client
    }

    /// How a URL with that beginning is to be treated: 0 join, 1 trusted, 2 foreign.
    pub fn route(&self, url: &str) -> u32 {
        match self.origins.route(url) {
            Route::Join => 0,
            Route::Trusted => 1,
            Route::Foreign => 2,
        }
    }

    /// A request without needs: the hot path. Where it is to be sent at once, returns its
    /// attempt, doubled, plus 1 where the session is to be attached; else 0, and effects follow.
    pub fn request(&self, ticket: u32, traits: u32, timeout: f64, now: f64) -> u32 {
        let traits = read_traits(traits, timeout);
        // What a listener starts comes after what it was told of.
        if !self.performing.get() {
            let sending = self.machine.borrow_mut().try_request(ticket, traits, now);
            if let Some(Sending { attempt, attach }) = sending {
                self.now.set(now);
                self.arm();
                return attempt << 1 | u32::from(attach);
            }
        }
        self.handle(Event::Requested { ticket, traits, needs: Vec::new() }, now);
        0
    }

    /// A request with needs, one a line.
    #[wasm_bindgen(js_name = requestNeeding)]
    pub fn request_needing(&self, ticket: u32, traits: u32, timeout: f64, needs: &str, now: f64) {
        let traits = read_traits(traits, timeout);
        self.handle(Event::Requested { ticket, traits, needs: named(needs) }, now);
    }

    pub fn login(&self, ticket: u32, force: bool, now: f64) {
        self.handle(Event::LoginWanted { ticket, force }, now);
    }

    pub fn ensure(&self, ticket: u32, needs: &str, now: f64) {
        self.handle(Event::EnsureWanted { ticket, needs: named(needs) }, now);
    }

    pub fn peek(&self, ticket: u32, now: f64) {
        self.handle(Event::SessionPeeked { ticket }, now);
    }

    pub fn logout(&self, ticket: u32, now: f64) {
        self.handle(Event::LogoutWanted { ticket }, now);
    }

    pub fn provide(&self, ticket: u32, need: &str, detail: JsValue, now: f64) {
        let detail = JsRecord { host: &self.host, object: detail }.detail();
        self.handle(Event::DetailProvided { ticket, need: Need::named(need), detail }, now);
    }

    pub fn deny(&self, need: &str, reason: Option<String>, now: f64) {
        self.handle(Event::NeedDenied { need: Need::named(need), reason }, now);
    }

    pub fn abort(&self, ticket: u32, now: f64) {
        self.handle(Event::Aborted { ticket }, now);
    }

    /// The hot path of [`Client::replied`]: true where the reply is the answer to the call, and
    /// nothing else is to be done. Takes no `now`, since asking for it costs as much as this.
    pub fn settles(&self, ticket: u32, attempt: u32, status: u32) -> bool {
        !self.performing.get() && self.machine.borrow_mut().try_reply(ticket, attempt, status as u16)
    }

    /// A reply that the app's rule has no word on.
    pub fn replied(&self, ticket: u32, attempt: u32, status: u32, valid: bool, now: f64) {
        self.handle(Event::Replied { ticket, attempt, status: status as u16, asks: None, valid }, now);
    }

    /// A reply of which the app's rule says what is missing, one need a line.
    #[wasm_bindgen(js_name = repliedAsking)]
    pub fn replied_asking(&self, ticket: u32, attempt: u32, status: u32, needs: &str, valid: bool, now: f64) {
        let asks = Some(named(needs));
        self.handle(Event::Replied { ticket, attempt, status: status as u16, asks, valid }, now);
    }

    #[wasm_bindgen(js_name = sendFailed)]
    pub fn send_failed(&self, ticket: u32, attempt: u32, error: JsValue, now: f64) {
        let error = JsRecord { host: &self.host, object: error }.host_error();
        self.handle(Event::SendFailed { ticket, attempt, error }, now);
    }

    #[wasm_bindgen(js_name = callbackFailed)]
    pub fn callback_failed(&self, ticket: u32, attempt: u32, name: String, error: JsValue, now: f64) {
        let error = JsRecord { host: &self.host, object: error }.host_error();
        self.handle(Event::CallbackFailed { ticket, attempt, name, error }, now);
    }

    /// What came of a call that [`Host`] made.
    pub fn answered(&self, asked: Asked, flight: u32, ok: bool, value: JsValue, scope: JsValue, now: f64) {
        if let Some(event) = answer::event(&self.host, asked, flight, ok, value, &scope) {
            self.handle(event, now);
        }
    }

    #[wasm_bindgen(js_name = timerFired)]
    pub fn timer_fired(&self, now: f64) {
        self.armed.set(f64::INFINITY);
        self.handle(Event::TimerFired, now);
    }

    #[wasm_bindgen(js_name = setTracing)]
    pub fn set_tracing(&self, tracing: bool) {
        self.machine.borrow_mut().set_tracing(tracing);
    }
}

impl Client {
    fn restore(&self) {
        match self.store.read(&self.host) {
            Ok(Some(saved)) => {
                let effects = self.machine.borrow_mut().restore(saved);
                self.perform_all(effects);
            }
            Ok(None) => {}
            Err(error) => self.storage_failed(&error),
        }
    }

    fn handle(&self, event: Event, now: f64) {
        self.now.set(now);
        let effects = self.machine.borrow_mut().handle(event, now);
        self.perform_all(effects);
    }

    fn perform_all(&self, effects: Effects) {
        self.queue.borrow_mut().extend(effects);
        if self.performing.replace(true) {
            return; // whoever is performing takes these too
        }
        loop {
            let effect = self.queue.borrow_mut().pop_front();
            match effect {
                Some(effect) => self.perform(effect),
                None => break,
            }
        }
        self.performing.set(false);
        self.arm();
    }

    fn perform(&self, effect: Effect) {
        let nothing = &JsValue::UNDEFINED;
        match effect {
            Effect::Send { ticket, attempt, attach } => {
                // A listener told of an earlier effect may have given the call up (law R7).
                let wanted = self.machine.borrow_mut().awaits(ticket, attempt);
                if wanted {
                    self.calls.send(ticket, attempt, attach);
                }
            }
            Effect::Cancel { ticket } => self.calls.cancel(ticket),
            Effect::Settle { ticket, outcome } => self.calls.settle(ticket, outcome_number(outcome)),
            Effect::Fail { ticket, failure } => {
                let error = self.error(&failure);
                self.calls.fail(ticket, &error, failure.shows_reply);
            }

            Effect::CallLogin { flight } => self.call("login", nothing, Asked::Code, flight, nothing),
            Effect::Exchange { flight, code } => self.exchange(flight, &unwrap(code.as_ref())),
            Effect::CancelExchange { flight } => self.host.cancel(flight),

            Effect::CheckKey { flight } => self.call("checkSession", nothing, Asked::Key, flight, nothing),
            Effect::ReadPrivacy { flight } => {
                self.call("getPrivacySetting", nothing, Asked::PrivacySetting, flight, nothing);
            }
            Effect::AskPrivacy { flight } => {
                self.call("requirePrivacyAuthorize", nothing, Asked::PrivacyConsent, flight, nothing);
            }
            Effect::ReadSetting { flight, scope } => {
                self.call("getSetting", nothing, Asked::Setting, flight, &JsValue::from_str(&scope));
            }
            Effect::Authorize { flight, scope } => {
                self.call("authorize", nothing, Asked::Scope, flight, &JsValue::from_str(&scope));
            }
            Effect::Ask { flight, need, reason } => {
                self.host.ask(need.name(), reason.as_str(), Asked::Prompt, flight);
            }
            Effect::Submit { flight, need, detail, attach } => {
                let detail = unwrap(Some(&detail));
                match self.host.submit_options(need.name(), &detail, attach) {
                    Ok(Some(options)) => {
                        self.call("request", &options, Asked::SubmitRequest, flight, nothing)
                    }
                    Ok(None) => self.host.run_submit(need.name(), &detail, Asked::SubmitFunction, flight),
                    Err(error) => self.failed(Asked::SubmitFunction, flight, error),
                }
            }

            Effect::Publish(saved) => {
                let session = saved.map_or(JsValue::UNDEFINED, |saved| store::to_js(&saved.session));
                self.calls.publish(&session);
            }
            Effect::Store(saved) => {
                if let Err(error) = self.store.write(saved.as_deref()) {
                    self.storage_failed(&error);
                }
            }
            Effect::Changed(kind) => self.host.changed(kind.as_str()),
            Effect::Trace(step) => self.host.trace(&store::to_js(&*step)),
        }
    }

    fn call(&self, name: &'static str, options: &JsValue, asked: Asked, flight: u32, scope: &JsValue) {
        if !self.host.call(name, options, asked, flight, scope) {
            self.handle(Event::HostLacked { flight, name }, self.now.get());
        }
    }

    fn exchange(&self, flight: u32, code: &JsValue) {
        match self.host.exchange_options(code) {
            Ok(Some(options)) => {
                let name = match self.exchange {
                    Asked::ExchangeCloud => "cloud.callFunction",
                    _ => "request",
                };
                self.call(name, &options, self.exchange, flight, &JsValue::UNDEFINED);
            }
            Ok(None) => self.host.run_exchange(code, self.exchange, flight),
            Err(error) => self.failed(self.exchange, flight, error),
        }
    }

    /// A function or a field of the app's own threw before anything was asked.
    fn failed(&self, asked: Asked, flight: u32, error: JsValue) {
        self.answered(asked, flight, false, error, JsValue::UNDEFINED, self.now.get());
    }

    fn error(&self, failure: &Rc<Failure>) -> JsValue {
        let made = self.last_error.borrow().clone();
        match made {
            Some((known, error)) if Rc::ptr_eq(&known, failure) => error,
            _ => {
                let error = self.host.error(&store::to_js(&**failure), &unwrap(failure.cause.as_ref()));
                *self.last_error.borrow_mut() = Some((Rc::clone(failure), error.clone()));
                error
            }
        }
    }

    /// Law S4: the session lives on in memory, and the trace says so.
    fn storage_failed(&self, _error: &JsValue) {
        self.host.trace(&store::to_js(&Step::named("storage-failed")));
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

fn read_traits(bits: u32, timeout: f64) -> Traits {
    Traits {
        trusted: bits & TRUSTED != 0,
        anonymous: bits & ANONYMOUS != 0,
        repeatable: bits & REPEATABLE != 0,
        timeout,
    }
}

fn named(needs: &str) -> Vec<Need> {
    let lines = needs.as_bytes().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.filter_map(|line| std::str::from_utf8(line).ok()).map(Need::named).collect()
}

const fn outcome_number(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Reply => 0,
        Outcome::Session => 1,
        Outcome::Done => 2,
        Outcome::Nothing => 3,
    }
}

fn config(settings: &JsRecord<'_>, exchange: Asked) -> Config {
    let mut prompts = Vec::new();
    let submissions = [Submission::Nothing, Submission::Post, Submission::Call];
    for (field, submission) in ["shown", "posted", "submitted"].into_iter().zip(submissions) {
        for need in settings.texts(field) {
            prompts.push(Prompt { need, submission });
        }
    }
    Config {
        expiry_margin: settings.number("expiryMargin") * 1_000.0,
        default_expires_in: settings.number("defaultExpiresIn"),
        login_timeout: settings.number("loginTimeout"),
        prompt_timeout: settings.number("promptTimeout"),
        retries: settings.number("retries") as u32,
        exchange: match exchange {
            Asked::ExchangeCloud => Exchange::Cloud,
            _ => Exchange::Code,
        },
        prompts,
    }
}

fn seed() -> u64 {
    (Math::random() * f64::from(u32::MAX)) as u64
}
