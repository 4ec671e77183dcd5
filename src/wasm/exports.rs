//! The ways in, for `js/connection.js`.
//!
//! A client is a number. It is made once for an app and never given back, so it may be leaked:
//! then no borrow of it stands in anybody's way. What happens comes with the wall clock's `now`, in ms.

#![allow(clippy::too_many_arguments, reason = "numbers cross the border for nothing, a record does not")]

use super::answer::{self, Asked};
use super::client::Client;
use super::imports::{Calls, Host};
use super::value::{SessionFields, detail, host_error, integer, number as some_number};
use crate::config::{Config, Exchange, Prompt, Submission};
use crate::error::HostError;
use crate::event::{Event, ExchangeReply, Traits};
use crate::need::Need;
use crate::opaque::Opaque;
use crate::origin::Route;
use crate::record::Misfit;
use crate::session::SessionReply;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static CLIENTS: RefCell<Vec<&'static Client>> = const { RefCell::new(Vec::new()) };
}

/// Traits of a request as bits.
const TRUSTED: u32 = 1;
const ANONYMOUS: u32 = 2;
const REPEATABLE: u32 = 4;

/// What the app wants, as `js/wish.js` says it.
mod wish {
    pub const REQUEST: u32 = 0;
    pub const LOGIN: u32 = 1;
    pub const FORCED_LOGIN: u32 = 2;
    pub const ENSURE: u32 = 3;
    pub const PEEK: u32 = 4;
    pub const LOGOUT: u32 = 5;
    pub const PROVIDE: u32 = 6;
    pub const DENY: u32 = 7;
    pub const ABORT: u32 = 8;
}

fn client(number: u32) -> Option<&'static Client> {
    CLIENTS.with_borrow(|clients| {
        if Need::are_many() && clients.iter().all(|client| client.is_idle()) {
            Need::forget(|need| clients.iter().any(|client| client.remembers(need)));
        }
        clients.get(number as usize).copied()
    })
}

fn handle(number: u32, event: Event, now: f64) {
    if let Some(client) = client(number) {
        client.handle(event, now);
    }
}

/// Makes a client from checked options (`js/options.js`). `origins` and the names of needs are
/// one a line; `shown`, `posted` and `submitted` are those of prompts that submit nothing, to a
/// URL, to a function.
#[wasm_bindgen]
pub fn create(
    calls: Calls,
    host: Host,
    by_cloud: bool,
    origins: &str,
    shown: &str,
    posted: &str,
    submitted: &str,
    expiry_margin: f64,
    default_expires_in: f64,
    login_timeout: f64,
    prompt_timeout: f64,
    retries: u32,
    tracing: bool,
    now: f64,
) -> u32 {
    let mut prompts = Vec::new();
    for (names, submission) in
        [(shown, Submission::Nothing), (posted, Submission::Post), (submitted, Submission::Call)]
    {
        prompts.extend(Need::listed(names).into_iter().map(|need| Prompt { need, submission }));
    }
    let config = Config {
        expiry_margin,
        default_expires_in,
        login_timeout,
        prompt_timeout,
        retries,
        exchange: if by_cloud { Exchange::Cloud } else { Exchange::Code },
        prompts,
    };
    let client: &Client = Box::leak(Box::new(Client::new(calls, host, config, origins, now)));
    let number = CLIENTS.with_borrow_mut(|clients| {
        clients.push(client);
        clients.len() as u32 - 1
    });
    client.set_tracing(tracing);
    number
}

/// Takes over what storage holds. What can't be read is removed (law S4).
#[wasm_bindgen]
pub fn restore(number: u32, texts: &str, v: f64, expires_at: f64, saved_at: f64) {
    if let Some(client) = client(number) {
        let numbers = [("v", v), ("expiresAt", expires_at), ("savedAt", saved_at)];
        client.restore(&SessionFields { texts, numbers: &numbers });
    }
}

/// How a URL with that beginning is to be treated: 0 join, 1 trusted, 2 foreign.
#[wasm_bindgen]
pub fn route(number: u32, url: &str) -> u32 {
    match client(number).map(|client| client.route(url)) {
        Some(Route::Join) => 0,
        Some(Route::Trusted) => 1,
        _ => 2,
    }
}

/// The app wants something. `needs` are one a line, `traits` and `timeout` a request's.
#[wasm_bindgen]
pub fn wish(
    number: u32,
    wish: u32,
    ticket: u32,
    traits: u32,
    timeout: f64,
    needs: &str,
    value: JsValue,
    now: f64,
) {
    let Some(client) = client(number) else { return };
    let event = match wish {
        wish::REQUEST => {
            Event::Requested { ticket, traits: read_traits(traits, timeout), needs: Need::listed(needs) }
        }
        wish::LOGIN | wish::FORCED_LOGIN => Event::LoginWanted { ticket, force: wish == wish::FORCED_LOGIN },
        wish::ENSURE => Event::EnsureWanted { ticket, needs: Need::listed(needs) },
        wish::PEEK => Event::SessionPeeked { ticket },
        wish::LOGOUT => Event::LogoutWanted { ticket },
        wish::PROVIDE => {
            let detail = detail(client.host(), value);
            Event::DetailProvided { ticket, need: Need::named(needs), detail }
        }
        wish::DENY => {
            client.handle(
                Event::NeedDenied { need: Need::named(needs), reason: client.host().said(&value) },
                now,
            );
            return client.settle(ticket); // nobody waits for what comes of it
        }
        wish::ABORT => Event::Aborted { ticket },
        _ => return,
    };
    client.handle(event, now);
}

/// See [`Event::Adopted`].
#[wasm_bindgen]
pub fn adopt(
    number: u32,
    ticket: u32,
    traits: u32,
    timeout: f64,
    attempt: u32,
    moment: u32,
    attached: bool,
    now: f64,
) {
    let traits = read_traits(traits, timeout);
    handle(number, Event::Adopted { ticket, traits, attempt, moment, attached }, now);
}

/// A reply. `asks` are the needs that the app's rule says are missing, one a line; `None` where
/// it has no opinion.
#[wasm_bindgen]
pub fn replied(
    number: u32,
    ticket: u32,
    attempt: u32,
    status: u32,
    valid: bool,
    asks: Option<String>,
    now: f64,
) {
    // First of all, since looking for the client may forget names.
    let Some(client) = client(number) else { return };
    let asks = asks.map(|lines| Need::listed(&lines));
    client.handle(Event::Replied { ticket, attempt, status: status as u16, asks, valid }, now);
}

/// A native request failed, or the app's function of that name did.
#[wasm_bindgen]
pub fn failed(number: u32, ticket: u32, attempt: u32, error: JsValue, function: Option<String>, now: f64) {
    let Some(client) = client(number) else { return };
    let error = host_error(client.host(), error);
    let event = match function {
        Some(name) => Event::CallbackFailed { ticket, attempt, name, error },
        None => Event::SendFailed { ticket, attempt, error },
    };
    client.handle(event, now);
}

/// What came of a call that [`Host`] made, but for the replies below.
#[wasm_bindgen]
pub fn answered(number: u32, asked: u32, flight: u32, how: u32, value: JsValue, now: f64) {
    let (Some(client), Some(asked)) = (client(number), Asked::numbered(asked)) else { return };
    client.handle(answer::event(client.host(), asked, flight, how, value), now);
}

/// What came of an exchange. `texts` are those of [`SessionFields`]: `None` where nobody answered,
/// or with an error. `said`, `errno` and `cause` are of what went wrong; numbers may be `NaN`.
#[wasm_bindgen]
pub fn exchanged(
    number: u32,
    flight: u32,
    status: f64,
    errcode: f64,
    retry_after: f64,
    texts: Option<String>,
    expires_in: f64,
    said: Option<String>,
    errno: f64,
    cause: JsValue,
    now: f64,
) {
    let Some(client) = client(number) else { return };
    let session = texts.map_or(Err(Misfit { field: "reply", expected: "an answer" }), |texts| {
        read_session(&texts, expires_in)
    });
    let reply = ExchangeReply {
        status: integer(status).map(|status| status as u16),
        errcode: integer(errcode),
        retry_after: some_number(retry_after),
        session,
        said: HostError {
            err_msg: said,
            errno: integer(errno),
            cause: cause.is_truthy().then(|| Opaque::new(cause)),
        },
    };
    client.handle(Event::Exchanged { flight, reply: Box::new(reply) }, now);
}

/// A submission was answered: by a backend with a `status`, or by a function of the app's own.
/// `texts` as for [`exchanged`].
#[wasm_bindgen]
pub fn submitted(
    number: u32,
    flight: u32,
    status: f64,
    attached: bool,
    texts: Option<String>,
    expires_in: f64,
    now: f64,
) {
    let Some(client) = client(number) else { return };
    let session = texts.and_then(|texts| read_session(&texts, expires_in).ok());
    let status = integer(status).map(|status| status as u16);
    client.handle(Event::Submitted { flight, status, session, attached }, now);
}

fn read_session(texts: &str, expires_in: f64) -> Result<SessionReply, Misfit> {
    SessionReply::read(&SessionFields { texts, numbers: &[("expires_in", expires_in)] })
}

#[wasm_bindgen(js_name = timerFired)]
pub fn timer_fired(number: u32, now: f64) {
    if let Some(client) = client(number) {
        client.timer_fired(now);
    }
}

#[wasm_bindgen(js_name = setTracing)]
pub fn set_tracing(number: u32, tracing: bool) {
    if let Some(client) = client(number) {
        client.set_tracing(tracing);
    }
}

const fn read_traits(bits: u32, timeout: f64) -> Traits {
    Traits {
        trusted: bits & TRUSTED != 0,
        anonymous: bits & ANONYMOUS != 0,
        repeatable: bits & REPEATABLE != 0,
        timeout,
    }
}
