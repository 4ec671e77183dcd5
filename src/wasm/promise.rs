//! What the app's own functions return becomes an answer like any other.

use super::answer::Asked;
use super::page::Host;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Waits for `value`, a promise or not, and delivers it. The way leads through JavaScript's
/// door so that a defect on this side is noticed there, whatever task it happens in.
pub fn deliver(host: &Host, asked: Asked, flight: u32, value: &JsValue) {
    let host = host.clone();
    let promise = Promise::resolve(value);
    spawn_local(async move {
        match JsFuture::from(promise).await {
            Ok(value) => host.deliver(asked, flight, true, &value),
            Err(error) => host.deliver(asked, flight, false, &error),
        }
    });
}
