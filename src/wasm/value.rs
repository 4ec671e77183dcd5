//! JavaScript values, as the core reads them.

use super::imports::Host;
use crate::error::HostError;
use crate::event::Detail;
use crate::opaque::Opaque;
use crate::record::{Record, Value};
use crate::session::Session;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// A session as `js/reading.js` takes it out of a reply or of storage.
pub struct SessionFields<'a> {
    /// `token`, `openid` and `unionid`, one a line, and the names of `granted` after them.
    pub texts: &'a str,
    /// The others by name: `NaN` where there is none, below 0 where there is something else.
    pub numbers: &'a [(&'static str, f64)],
}

/// Stands where a field is not what it should be. A control character, which none may hold.
const MISFIT: &str = "\x7f";

impl SessionFields<'_> {
    /// What follows that many lines.
    fn after(&self, lines: usize) -> &str {
        let ends = self.texts.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let begin = lines.checked_sub(1).map_or(Some(0), |last| ends.map(|(at, _)| at + 1).nth(last));
        begin.and_then(|begin| self.texts.get(begin..)).unwrap_or_default()
    }

    fn line(&self, number: usize) -> Value {
        let rest = self.after(number);
        let end = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
        Value::Text(rest.get(..end).unwrap_or_default().into())
    }
}

impl Record for SessionFields<'_> {
    fn field(&self, name: &str) -> Value {
        match name {
            "token" => self.line(0),
            "openid" => self.line(1),
            "unionid" => self.line(2),
            "granted" => match self.after(3) {
                MISFIT => Value::Other,
                names => Value::Lines(names.into()),
            },
            _ => {
                let given = self.numbers.iter().find(|(known, _)| *known == name);
                given.and_then(|(_, value)| number(*value)).map_or(Value::Missing, Value::Number)
            }
        }
    }
}

/// The other way round, for `Calls::publish`.
pub fn session_texts(session: &Session) -> String {
    let mut texts = String::new();
    for text in [&session.token, &session.openid, &session.unionid] {
        texts.push_str(text.as_deref().unwrap_or_default());
        texts.push('\n');
    }
    for need in &session.granted {
        texts.push_str(&need.name());
        texts.push('\n');
    }
    texts
}

/// What a failure says, in the shape of the host's errors or of an `Error`.
pub fn host_error(host: &Host, error: JsValue) -> HostError {
    HostError {
        err_msg: host.said(&error),
        errno: integer(host.errno(&error)),
        cause: Some(Opaque::new(error)),
    }
}

/// What a tap gave. Buttons report their failures in the detail itself.
pub fn detail(host: &Host, value: JsValue) -> Detail {
    let error = host_error(host, value.clone());
    let failed = error.errno.is_some_and(|errno| errno != 0) || error.says(":fail");
    Detail { value: Opaque::new(value), error: failed.then_some(error) }
}

/// JavaScript says "none" with `NaN` where that can't be a value.
pub fn number(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

/// A whole number, or none.
pub fn integer(given: f64) -> Option<i32> {
    number(given).map(|number| number as i32)
}

/// The JavaScript value that the core carried along.
pub fn unwrap(opaque: Option<&Opaque>) -> JsValue {
    opaque.and_then(|opaque| opaque.get::<JsValue>()).cloned().unwrap_or_default()
}

/// An array of the fields, in their order.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}
