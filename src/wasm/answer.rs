//! What the host, the backend and the app's functions answered, as events.

use super::imports::Host;
use super::value::{JsRecord, number};
use crate::error::HostError;
use crate::event::{Event, ExchangeReply, Flight};
use crate::opaque::Opaque;
use crate::record::Misfit;
use crate::session::SessionReply;
use wasm_bindgen::JsValue;

/// What was asked. JavaScript hands it back unread together with the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    /// `wx.login`.
    Code,
    /// The exchange, as a request to the backend.
    ExchangeRequest,
    /// The exchange, as a function of the app's own.
    ExchangeFunction,
    /// The exchange, as a cloud function.
    ExchangeCloud,
    /// `wx.checkSession`.
    Key,
    /// `wx.getPrivacySetting`.
    PrivacySetting,
    /// `wx.requirePrivacyAuthorize`.
    PrivacyConsent,
    /// `wx.getSetting`: whether the one scope is allowed.
    Setting,
    /// `wx.authorize`.
    Scope,
    /// A prompt of the app's own.
    Prompt,
    /// The submission of a detail, as a request to the backend.
    SubmitRequest,
    /// The same, as a function of the app's own.
    SubmitFunction,
    /// The same, as a request to an origin that may not see the session.
    SubmitElsewhere,
}

const ALL: [Asked; 13] = [
    Asked::Code,
    Asked::ExchangeRequest,
    Asked::ExchangeFunction,
    Asked::ExchangeCloud,
    Asked::Key,
    Asked::PrivacySetting,
    Asked::PrivacyConsent,
    Asked::Setting,
    Asked::Scope,
    Asked::Prompt,
    Asked::SubmitRequest,
    Asked::SubmitFunction,
    Asked::SubmitElsewhere,
];

impl Asked {
    /// What crosses the border.
    pub const fn number(self) -> u32 {
        self as u32
    }

    pub fn numbered(number: u32) -> Option<Self> {
        ALL.get(number as usize).copied()
    }
}

/// How it was answered, as `js/host.js` says it; anything else is a failure.
pub mod how {
    pub const SUCCEEDED: u32 = 1;
    /// The host has no such call; the value is the call's name.
    pub const LACKED: u32 = 2;
    /// A function of the app's own threw before anything was asked.
    pub const THREW: u32 = 3;
}

/// What happened. `None` where a prompt returned nothing: then `provide` or `deny` will come.
pub fn event(host: &Host, asked: Asked, flight: Flight, how: u32, value: JsValue) -> Option<Event> {
    let answer = JsRecord { host, object: value };
    if how == how::LACKED {
        return Some(Event::HostLacked { flight, name: answer.object.as_string().unwrap_or_default() });
    }
    if how != how::SUCCEEDED {
        return Some(failure(asked, flight, how == how::THREW, &answer));
    }
    Some(match asked {
        Asked::Code => {
            let code = answer.get("code");
            let is_there = code.is_string() && code.is_truthy();
            Event::CodeReceived { flight, code: is_there.then(|| Opaque::new(code)) }
        }
        Asked::ExchangeRequest => {
            let retry_after = number(host.retry_after(&answer.get("header")));
            exchanged(flight, answer.status().unwrap_or_default(), retry_after, answer.child("data"))
        }
        Asked::ExchangeCloud => exchanged(flight, 200, None, answer.child("result")),
        Asked::ExchangeFunction => exchanged(flight, 200, None, answer),
        Asked::Key => Event::KeyChecked { flight, alive: true },
        Asked::PrivacySetting => {
            Event::PrivacyRead { flight, asks: answer.get("needAuthorization").is_truthy() }
        }
        Asked::Setting => Event::SettingRead { flight, allowed: answer.object.as_bool() },
        Asked::Scope | Asked::PrivacyConsent => Event::Authorized { flight },
        Asked::Prompt if answer.object.is_object() => {
            Event::PromptAnswered { flight, detail: answer.detail() }
        }
        Asked::Prompt => return None,
        Asked::SubmitRequest | Asked::SubmitElsewhere => match answer.status() {
            None => Event::SubmitFailed { flight, error: answer.host_error(), threw: false },
            status => {
                let picked = host.pick(&answer.get("data")).ok();
                let session = picked.and_then(|object| SessionReply::read(&JsRecord { host, object }).ok());
                Event::Submitted { flight, status, session, attached: asked == Asked::SubmitRequest }
            }
        },
        Asked::SubmitFunction => {
            let session = SessionReply::read(&answer).ok();
            Event::Submitted { flight, status: None, session, attached: false }
        }
    })
}

fn failure(asked: Asked, flight: Flight, threw: bool, answer: &JsRecord<'_>) -> Event {
    let error = answer.host_error();
    match asked {
        Asked::Code => Event::CodeFailed { flight, error },
        Asked::ExchangeRequest | Asked::ExchangeCloud | Asked::ExchangeFunction => {
            let reply = ExchangeReply {
                status: answer.status(),
                errcode: answer.integer("errcode"),
                retry_after: answer.number("retryAfter"),
                session: Err(NO_REPLY),
                said: error,
            };
            Event::Exchanged { flight, reply: Box::new(reply) }
        }
        Asked::Key => Event::KeyChecked { flight, alive: false },
        Asked::PrivacySetting | Asked::PrivacyConsent | Asked::Setting | Asked::Scope => {
            Event::HostRefused { flight, error }
        }
        Asked::Prompt => Event::PromptRefused { flight, error },
        Asked::SubmitRequest | Asked::SubmitElsewhere | Asked::SubmitFunction => {
            Event::SubmitFailed { flight, error, threw: threw || asked == Asked::SubmitFunction }
        }
    }
}

const NO_REPLY: Misfit = Misfit { field: "reply", expected: "an answer" };

/// The reply itself is nobody's cause: it may hold a `session_key` (law S3).
fn exchanged(flight: Flight, status: u16, retry_after: Option<f64>, reply: JsRecord<'_>) -> Event {
    let host = reply.host;
    let inner = reply.child("data");
    let errcode = reply.integer("errcode").or_else(|| inner.integer("errcode"));
    let session = if status < 400 && errcode.unwrap_or_default() == 0 {
        match host.pick(&reply.object) {
            Ok(object) => SessionReply::read(&JsRecord { host, object }),
            Err(object) => {
                let error = JsRecord { host, object }.host_error();
                return Event::ReadSessionFailed { flight, error };
            }
        }
    } else {
        Err(NO_REPLY)
    };
    let mut said = HostError::default();
    if session.is_err() {
        // A backend's reason, under the names in use; no other part of the reply is shown.
        let names = ["errmsg", "message", "msg"];
        said.err_msg = names.iter().find_map(|name| reply.text(name).or_else(|| inner.text(name)));
    }
    let reply = ExchangeReply { status: Some(status), errcode, retry_after, session, said };
    Event::Exchanged { flight, reply: Box::new(reply) }
}
