//! What the shell calls in JavaScript: `js/calls.js` and `js/host.js`.
//!
//! `asked` is an [`super::answer::Asked`]. What may throw is caught on its own side of the
//! border, but for `pick`: what an app's rule throws there is an answer.

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
    /// The lease from now on; `session` is a row of `Session::FIELDS`, or `undefined`.
    #[wasm_bindgen(method)]
    pub fn publish(this: &Calls, session: &JsValue, moment: u32, from: f64, until: f64);

    /// The mini-program API, the app's functions, and the one timer.
    #[derive(Clone)]
    pub type Host;

    /// Calls a callback-style API, which then answers as `asked`. `scope` may be empty.
    #[wasm_bindgen(method)]
    pub fn call(this: &Host, name: &str, scope: &str, asked: u32, flight: u32);
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Host, flight: u32);
    #[wasm_bindgen(method)]
    pub fn exchange(this: &Host, code: &JsValue, asked: u32, flight: u32);
    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, need: &str, reason: &str, asked: u32, flight: u32);
    #[wasm_bindgen(method)]
    pub fn submit(this: &Host, need: &str, detail: &JsValue, attach: bool, asked: u32, flight: u32);

    /// The object that storage holds; `None` where there is nothing.
    #[wasm_bindgen(method)]
    pub fn stored(this: &Host) -> Option<js_sys::Object>;
    /// Stores the session published last.
    #[wasm_bindgen(method)]
    pub fn store(this: &Host, version: f64, saved_at: f64);
    #[wasm_bindgen(method)]
    pub fn forget(this: &Host);

    #[wasm_bindgen(method)]
    pub fn changed(this: &Host, kind: &str);
    #[wasm_bindgen(method)]
    pub fn trace(this: &Host, step: &JsValue);
    #[wasm_bindgen(method)]
    pub fn error(this: &Host, failure: &JsValue, cause: &JsValue) -> JsValue;
    /// Sets the one timer, or ends it where `delay` is below 0.
    #[wasm_bindgen(method)]
    pub fn arm(this: &Host, delay: f64);

    /// The part of a reply that holds the session, by the app's own rule or by the usual one.
    #[wasm_bindgen(method, catch)]
    pub fn pick(this: &Host, reply: &JsValue) -> Result<JsValue, JsValue>;
    /// Seconds, from a `Retry-After` header in whatever case; `NaN` for none.
    #[wasm_bindgen(method, js_name = retryAfter)]
    pub fn retry_after(this: &Host, header: &JsValue) -> f64;

    // Own properties only: nothing that stands on `Object.prototype` is a backend's word.

    /// `undefined` for `null` as well.
    #[wasm_bindgen(method)]
    pub fn own(this: &Host, object: &JsValue, key: &str) -> JsValue;
    #[wasm_bindgen(method)]
    pub fn text(this: &Host, object: &JsValue, key: &str) -> Option<String>;
    /// `NaN` where it is no number.
    #[wasm_bindgen(method)]
    pub fn number(this: &Host, object: &JsValue, key: &str) -> f64;
    /// The items of an array of names, one a line; `None` for anything else.
    #[wasm_bindgen(method)]
    pub fn lines(this: &Host, value: &JsValue) -> Option<String>;
}
