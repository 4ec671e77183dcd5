//! What the host, the backend and the app's functions answered, as events.

use super::page::Host;
use super::value::JsRecord;
use crate::error::HostError;
use crate::event::{Event, ExchangeReply, Flight};
use crate::opaque::Opaque;
use crate::record::Misfit;
use crate::session::SessionReply;
use wasm_bindgen::prelude::*;

/// What was asked. JavaScript hands it back unread together with the answer.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
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
    /// `wx.getSetting`.
    Setting,
    /// `wx.authorize`.
    Scope,
    /// A prompt of the app's own.
    Prompt,
    /// The submission of a detail, as a request to the backend.
    SubmitRequest,
    /// The same, as a function of the app's own.
    SubmitFunction,
}

/// What happened. `None` where a prompt returned nothing: then `provide` or `deny` will come.
pub fn event(
    host: &Host,
    asked: Asked,
    flight: Flight,
    ok: bool,
    value: JsValue,
    scope: &JsValue,
) -> Option<Event> {
    let answer = JsRecord { host, object: value };
    Some(match (asked, ok) {
        (Asked::Code, true) => Event::CodeReceived { flight, code: code(&answer) },
        (Asked::Code, false) => Event::CodeFailed { flight, error: answer.host_error() },

        (Asked::ExchangeRequest, true) => {
            let status = answer.number("statusCode") as u16;
            let retry_after = host.retry_after(&answer.get("header"));
            exchanged(flight, status, retry_after, answer.object("data"))
        }
        (Asked::ExchangeCloud, true) => exchanged(flight, 200, None, answer.object("result")),
        (Asked::ExchangeFunction, true) => exchanged(flight, 200, None, answer),
        (Asked::ExchangeRequest | Asked::ExchangeCloud | Asked::ExchangeFunction, false) => {
            let reply = ExchangeReply {
                status: answer.integer("statusCode").map(|status| status as u16),
                errcode: answer.integer("errcode"),
                retry_after: answer.get("retryAfter").as_f64(),
                session: Err(NO_REPLY),
                said: answer.host_error(),
            };
            Event::Exchanged { flight, reply: Box::new(reply) }
        }

        (Asked::Key, alive) => Event::KeyChecked { flight, alive },
        (Asked::PrivacySetting, true) => {
            Event::PrivacyRead { flight, asks: answer.get("needAuthorization").is_truthy() }
        }
        (Asked::Setting, true) => {
            let scope = scope.as_string().unwrap_or_default();
            Event::SettingRead { flight, allowed: answer.object("authSetting").get(&scope).as_bool() }
        }
        (Asked::Scope | Asked::PrivacyConsent, true) => Event::Authorized { flight },
        (Asked::PrivacySetting | Asked::PrivacyConsent | Asked::Setting | Asked::Scope, false) => {
            Event::HostRefused { flight, error: answer.host_error() }
        }

        (Asked::Prompt, true) if answer.object.is_object() => {
            Event::PromptAnswered { flight, detail: answer.detail() }
        }
        (Asked::Prompt, true) => return None,
        (Asked::Prompt, false) => Event::PromptRefused { flight, error: answer.host_error() },

        (Asked::SubmitRequest, true) if answer.get("statusCode").as_f64().is_none() => {
            Event::SubmitFailed { flight, error: answer.host_error(), threw: false }
        }
        (Asked::SubmitRequest, true) => {
            let session =
                pick(&answer.object("data")).ok().and_then(|picked| SessionReply::read(&picked).ok());
            Event::Submitted { flight, status: Some(answer.number("statusCode") as u16), session }
        }
        (Asked::SubmitFunction, true) => {
            Event::Submitted { flight, status: None, session: SessionReply::read(&answer).ok() }
        }
        (Asked::SubmitRequest | Asked::SubmitFunction, false) => {
            let threw = matches!(asked, Asked::SubmitFunction);
            Event::SubmitFailed { flight, error: answer.host_error(), threw }
        }
    })
}

const NO_REPLY: Misfit = Misfit { field: "reply", expected: "an answer" };

fn code(answer: &JsRecord<'_>) -> Option<Opaque> {
    let code = answer.get("code");
    (code.is_string() && code.is_truthy()).then(|| Opaque::new(code))
}

/// The reply itself is nobody's cause: it may hold a `session_key` (law S3).
fn exchanged(flight: Flight, status: u16, retry_after: Option<f64>, reply: JsRecord<'_>) -> Event {
    let inner = reply.object("data");
    let errcode = reply.integer("errcode").or_else(|| inner.integer("errcode"));
    // A backend's reason, under the names in use; no other part of the reply is shown.
    let err_msg =
        ["errmsg", "message", "msg"].iter().find_map(|name| reply.text(name).or_else(|| inner.text(name)));
    let said = HostError { err_msg, ..HostError::default() };
    let session = if status < 400 && errcode.unwrap_or_default() == 0 {
        match pick(&reply) {
            Ok(picked) => SessionReply::read(&picked),
            Err(error) => {
                let error = JsRecord { host: reply.host, object: error }.host_error();
                return Event::ReadSessionFailed { flight, error };
            }
        }
    } else {
        Err(NO_REPLY)
    };
    let reply = ExchangeReply { status: Some(status), errcode, retry_after, session, said };
    Event::Exchanged { flight, reply: Box::new(reply) }
}

/// Picks the part of a reply that holds the session: by the app's own rule, or `reply`, or
/// `reply.data` where that holds a token or an openid.
fn pick<'a>(reply: &JsRecord<'a>) -> Result<JsRecord<'a>, JsValue> {
    let host = reply.host;
    let object = match host.read_session() {
        Some(read_session) => read_session.call1(&JsValue::UNDEFINED, &reply.object)?,
        None => {
            let inner = reply.object("data");
            let holds_session = |name| !inner.get(name).is_undefined();
            if holds_session("token") || holds_session("openid") {
                inner.object
            } else {
                reply.object.clone()
            }
        }
    };
    Ok(JsRecord { host, object })
}
