//! What the shell calls in JavaScript: `js/calls.js` and `js/host.js`.
//!
//! `asked` is an [`super::answer::Asked`]. What may throw is caught on its own side of the
//! border; only where the module broke further in do they throw, so that it goes no further (law X5).

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
    /// The lease from now on. `texts` are those of [`super::value::SessionFields`]; `None` for no
    /// session.
    #[wasm_bindgen(method)]
    pub fn publish(this: &Calls, texts: Option<String>, expires_at: f64, moment: u32, from: f64, until: f64);

    /// The mini-program API, the app's functions, and the one timer.
    #[derive(Clone)]
    pub type Host;

    /// Calls a callback-style API, which then answers as `asked`. `scope` may be empty.
    #[wasm_bindgen(method)]
    pub fn call(this: &Host, name: &str, scope: &str, asked: u32, flight: u32);
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Host, flight: u32);
    #[wasm_bindgen(method)]
    pub fn exchange(this: &Host, code: &JsValue, flight: u32);
    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, need: &str, reason: &str, asked: u32, flight: u32);
    #[wasm_bindgen(method)]
    pub fn submit(this: &Host, need: &str, detail: &JsValue, attach: bool, flight: u32);

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

    /// What a failure, a detail or a name says of itself.
    #[wasm_bindgen(method)]
    pub fn said(this: &Host, value: &JsValue) -> Option<String>;
    /// The host's number for a failure; `NaN` where there is none.
    #[wasm_bindgen(method)]
    pub fn errno(this: &Host, value: &JsValue) -> f64;
}
