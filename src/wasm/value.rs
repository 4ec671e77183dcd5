//! JavaScript values, as the core reads them.

use super::imports::Host;
use crate::error::HostError;
use crate::event::Detail;
use crate::opaque::Opaque;
use crate::record::{Record, Value};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// A JavaScript object, read by its own properties.
pub struct JsRecord<'a> {
    pub host: &'a Host,
    pub object: JsValue,
}

impl JsRecord<'_> {
    pub fn get(&self, name: &str) -> JsValue {
        self.host.own(&self.object, name)
    }

    pub fn child(&self, name: &str) -> Self {
        JsRecord { host: self.host, object: self.get(name) }
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.host.text(&self.object, name)
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        number(self.host.number(&self.object, name))
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Option<i32> {
        self.number(name).map(|number| number as i32)
    }

    pub fn status(&self) -> Option<u16> {
        self.integer("statusCode").map(|status| status as u16)
    }

    /// What a failure says, in the shape of the host's errors or of an `Error`.
    pub fn host_error(&self) -> HostError {
        let err_msg =
            self.text("errMsg").or_else(|| self.text("message")).or_else(|| self.object.as_string());
        HostError {
            err_msg,
            errno: self.integer("errno").or_else(|| self.integer("errCode")),
            cause: Some(Opaque::new(self.object.clone())),
        }
    }

    /// What a tap gave. Buttons report their failures in the detail itself.
    pub fn detail(&self) -> Detail {
        let mut error = self.host_error();
        // What wx.showModal answers where the user tapped "cancel".
        if self.get("confirm").as_bool() == Some(false) {
            error.err_msg = Some("showModal:fail cancel".into());
        }
        let failed = error.errno.is_some_and(|errno| errno != 0) || error.says(":fail");
        Detail { value: Opaque::new(self.object.clone()), error: failed.then_some(error) }
    }
}

impl Record for JsRecord<'_> {
    fn field(&self, name: &str) -> Value {
        let value = self.get(name);
        if value.is_undefined() {
            Value::Missing
        } else if let Some(text) = value.as_string() {
            Value::Text(text)
        } else if let Some(number) = value.as_f64() {
            Value::Number(number)
        } else {
            self.host.lines(&value).map_or(Value::Other, Value::Lines)
        }
    }
}

/// JavaScript says "none" with `NaN` where that can't be a value.
pub fn number(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

/// The JavaScript value that the core carried along.
pub fn unwrap(opaque: Option<&Opaque>) -> JsValue {
    opaque.and_then(|opaque| opaque.get::<JsValue>()).cloned().unwrap_or_default()
}

/// An array of the fields, in their order.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}
