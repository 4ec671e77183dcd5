//! What is asked of JavaScript: the app's calls, the host's API and the app's own functions.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The app's calls, by ticket: their options, native tasks and promises. They stay in
    /// JavaScript, since nothing in them but their traits decides anything.
    pub type Calls;

    /// Makes the native request.
    #[wasm_bindgen(method)]
    pub fn send(this: &Calls, ticket: u32, attempt: u32, attach: bool);
    /// Aborts it.
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Calls, ticket: u32);
    /// The call is over: its last response is what it ends with.
    #[wasm_bindgen(method)]
    pub fn settle(this: &Calls, ticket: u32);
    /// The call is over, with that value.
    #[wasm_bindgen(method, js_name = settleWith)]
    pub fn settle_with(this: &Calls, ticket: u32, value: &JsValue);
    /// The call is over, with that error. `shows_reply`: it is about its last response.
    #[wasm_bindgen(method)]
    pub fn fail(this: &Calls, ticket: u32, error: &JsValue, shows_reply: bool);
    /// The lease from now on, a [`super::values::LeaseFields`].
    #[wasm_bindgen(method)]
    pub fn publish(this: &Calls, lease: &JsValue);

    /// The mini-program API and the app's functions. A question is put at once, in the same turn;
    /// its promise gives the answer, or rejects with a [`super::values::Said`]. `flight` is for
    /// [`Host::cancel`].
    #[derive(Clone)]
    pub type Host;

    /// `wx.login`: a [`super::values::Code`].
    #[wasm_bindgen(method)]
    pub fn code(this: &Host, flight: u32) -> Promise;
    /// A [`super::values::Granted`].
    #[wasm_bindgen(method)]
    pub fn exchange(this: &Host, code: &JsValue, flight: u32) -> Promise;
    /// A [`super::values::Granted`].
    #[wasm_bindgen(method)]
    pub fn renew(this: &Host, refresh_token: &str, flight: u32) -> Promise;
    /// Anything means yes.
    #[wasm_bindgen(method, js_name = checkSession)]
    pub fn check_session(this: &Host, flight: u32) -> Promise;
    /// A boolean: has the user still to agree?
    #[wasm_bindgen(method, js_name = getPrivacySetting)]
    pub fn get_privacy_setting(this: &Host, flight: u32) -> Promise;
    /// Anything means yes.
    #[wasm_bindgen(method, js_name = requirePrivacyAuthorize)]
    pub fn require_privacy_authorize(this: &Host, flight: u32) -> Promise;
    /// A boolean, or `undefined` if the user was never asked.
    #[wasm_bindgen(method, js_name = getSetting)]
    pub fn get_setting(this: &Host, scope: &str, flight: u32) -> Promise;
    /// Anything means yes.
    #[wasm_bindgen(method)]
    pub fn authorize(this: &Host, scope: &str, flight: u32) -> Promise;
    /// A [`super::values::Detail`], `false`, or `undefined`: `provide` or `deny` will come.
    #[wasm_bindgen(method)]
    pub fn ask(this: &Host, need: &str, reason: &JsValue, flight: u32) -> Promise;
    /// A [`super::values::Granted`].
    #[wasm_bindgen(method)]
    pub fn submit(this: &Host, need: &str, detail: &JsValue, attach: bool, flight: u32) -> Promise;

    /// Nobody waits for that answer any more: whatever runs for it is aborted, and its promise
    /// settles, so that nothing is kept.
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Host, flight: u32);
    /// Hides the app's step.
    #[wasm_bindgen(method, js_name = closePrompt)]
    pub fn close_prompt(this: &Host, need: &str);
    /// Tells the app's listeners.
    #[wasm_bindgen(method)]
    pub fn changed(this: &Host, kind: &JsValue, session: &JsValue);
    /// Tells those who watch.
    #[wasm_bindgen(method)]
    pub fn trace(this: &Host, step: &JsValue);
    /// Storage threw.
    #[wasm_bindgen(method, js_name = storageFailed)]
    pub fn storage_failed(this: &Host);
    /// The `LoginError` for a [`crate::error::Failure`]. `passed_on`: the cause is one already.
    #[wasm_bindgen(method)]
    pub fn error(
        this: &Host,
        failure: &JsValue,
        cause: &JsValue,
        response: &JsValue,
        passed_on: bool,
    ) -> JsValue;
    /// Sets the one timer, in ms, or ends it if `delay` is below 0.
    #[wasm_bindgen(method)]
    pub fn arm(this: &Host, delay: f64);
}
