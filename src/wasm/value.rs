//! JavaScript values, as the core reads them.

use super::page::{Host, is_array, items};
use crate::error::HostError;
use crate::event::Detail;
use crate::opaque::Opaque;
use crate::record::{Record, Value};
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

    pub fn object(&self, name: &str) -> Self {
        JsRecord { host: self.host, object: self.get(name) }
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Option<i32> {
        self.get(name).as_f64().map(|number| number as i32)
    }

    pub fn number(&self, name: &str) -> f64 {
        self.get(name).as_f64().unwrap_or_default()
    }

    pub fn texts(&self, name: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for item in items(&self.get(name)) {
            texts.extend(item.as_string());
        }
        texts
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
        let failed = error.errno.is_some_and(|errno| errno != 0)
            || error.err_msg.as_deref().is_some_and(|text| text.contains(":fail"));
        Detail { value: Opaque::new(self.object.clone()), error: failed.then_some(error) }
    }
}

impl Record for JsRecord<'_> {
    fn field(&self, name: &str) -> Value {
        value(&self.get(name))
    }
}

fn value(js: &JsValue) -> Value {
    if js.is_null() || js.is_undefined() {
        Value::Missing
    } else if let Some(text) = js.as_string() {
        Value::Text(text)
    } else if let Some(number) = js.as_f64() {
        Value::Number(number)
    } else if is_array(js) {
        // No field is read any deeper, and a reply may be nested as deep as it likes.
        Value::List(items(js).map(|item| item.as_string().map_or(Value::Other, Value::Text)).collect())
    } else {
        Value::Other
    }
}

/// The JavaScript value that the core carried along.
pub fn unwrap(opaque: Option<&Opaque>) -> JsValue {
    opaque.and_then(|opaque| opaque.get::<JsValue>()).cloned().unwrap_or_default()
}
