//! What the shell calls in JavaScript: `js/calls.js` and `js/host.js`.

use super::answer::Asked;
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The app's calls: their options, native tasks and promises, by ticket. They stay in
    /// JavaScript, since nothing in them but their traits decides anything.
    pub type Calls;

    #[wasm_bindgen(method)]
    pub fn send(this: &Calls, ticket: u32, attempt: u32, attach: bool);
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Calls, ticket: u32);
    #[wasm_bindgen(method)]
    pub fn settle(this: &Calls, ticket: u32, outcome: u32);
    #[wasm_bindgen(method)]
    pub fn fail(this: &Calls, ticket: u32, error: &JsValue, shows_reply: bool);
    /// The session from now on; `undefined` for none.
    #[wasm_bindgen(method)]
    pub fn publish(this: &Calls, session: &JsValue);

    /// The mini-program API, the app's functions, and the one timer.
    #[derive(Clone)]
    pub type Host;

    /// Calls a callback-style API, which then answers as `asked`. False where there is none.
    #[wasm_bindgen(method)]
    pub fn call(
        this: &Host,
        name: &str,
        options: &JsValue,
        asked: Asked,
        flight: u32,
        scope: &JsValue,
    ) -> bool;
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Host, flight: u32);
    /// `None` where the exchange is a function of the app's own.
    #[wasm_bindgen(method, catch, js_name = exchangeOptions)]
    pub fn exchange_options(this: &Host, code: &JsValue) -> Result<Option<js_sys::Object>, JsValue>;
    #[wasm_bindgen(method, js_name = runExchange)]
    pub fn run_exchange(this: &Host, code: &JsValue, asked: Asked, flight: u32);
    #[wasm_bindgen(method, getter, js_name = readSession)]
    pub fn read_session(this: &Host) -> Option<Function>;

    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, need: &str, reason: &str, asked: Asked, flight: u32);
    /// `None` where the submission is a function of the app's own.
    #[wasm_bindgen(method, catch, js_name = submitOptions)]
    pub fn submit_options(
        this: &Host,
        need: &str,
        detail: &JsValue,
        attach: bool,
    ) -> Result<Option<js_sys::Object>, JsValue>;
    #[wasm_bindgen(method, js_name = runSubmit)]
    pub fn run_submit(this: &Host, need: &str, detail: &JsValue, asked: Asked, flight: u32);

    /// In the shape of Web Storage; `None` where the browser's own is to be used, if any.
    #[wasm_bindgen(method)]
    pub fn storage(this: &Host) -> Option<web_sys::Storage>;
    #[wasm_bindgen(method, getter, js_name = hasLocalStorage)]
    pub fn has_local_storage(this: &Host) -> bool;
    #[wasm_bindgen(method, js_name = storageKey)]
    pub fn storage_key(this: &Host) -> String;

    #[wasm_bindgen(method)]
    pub fn changed(this: &Host, kind: &str);
    #[wasm_bindgen(method)]
    pub fn trace(this: &Host, step: &JsValue);
    #[wasm_bindgen(method)]
    pub fn error(this: &Host, fields: &JsValue, cause: &JsValue) -> JsValue;
    /// Sets the one timer, or ends it where `delay` is below 0.
    #[wasm_bindgen(method)]
    pub fn arm(this: &Host, delay: f64);

    /// Seconds, from a `Retry-After` header in whatever case.
    #[wasm_bindgen(method, js_name = retryAfter)]
    pub fn retry_after(this: &Host, header: &JsValue) -> Option<f64>;

    /// Own properties only: nothing that stands on `Object.prototype` is a backend's word.
    #[wasm_bindgen(method)]
    pub fn own(this: &Host, object: &JsValue, key: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = Array, js_name = isArray)]
    pub fn is_array(value: &JsValue) -> bool;
}

/// The items of an array.
pub fn items(value: &JsValue) -> impl Iterator<Item = JsValue> {
    let array: &Array = value.unchecked_ref();
    (0..array.length()).map(|index| array.get(index))
}
