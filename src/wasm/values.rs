//! The values that cross the border: read by their fields, written by serde.

use crate::answer;
use crate::command;
use crate::config::{Config, Exchange, Prompt, Submission};
use crate::error::{Code as FailureCode, Errcode, HostError};
use crate::need::Need;
use crate::opaque::Opaque;
use crate::record::{Misfit, Record, Value};
use crate::session::{Generation, Moment, STORED_VERSION, Saved, SessionReply};
use crate::sessions::Lease;
use js_sys::{Array, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Checked options of `createClient`; times in ms but for `defaultExpiresIn`.
    pub type Options;
    #[wasm_bindgen(method, getter, js_name = expiryMargin)]
    fn expiry_margin(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = defaultExpiresIn)]
    fn default_expires_in(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = loginTimeout)]
    fn login_timeout(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = promptTimeout)]
    fn prompt_timeout(this: &Options) -> f64;
    #[wasm_bindgen(method, getter)]
    fn retries(this: &Options) -> u32;
    #[wasm_bindgen(method, getter)]
    fn renews(this: &Options) -> bool;
    #[wasm_bindgen(method, getter, js_name = renewAhead)]
    fn renew_ahead(this: &Options) -> f64;
    /// `none`, `code` or `cloud`.
    #[wasm_bindgen(method, getter)]
    fn exchange(this: &Options) -> String;
    /// Of [`PromptOption`]s.
    #[wasm_bindgen(method, getter)]
    fn prompts(this: &Options) -> Array;
    /// Texts, `baseURL` first.
    #[wasm_bindgen(method, getter)]
    pub fn origins(this: &Options) -> Array;
    #[wasm_bindgen(method, getter, js_name = browseOnly)]
    fn browse_only(this: &Options) -> bool;
    #[wasm_bindgen(method, getter, js_name = storageKey)]
    pub fn storage_key(this: &Options) -> String;
    /// In the shape of Web Storage; `undefined` if there is none.
    #[wasm_bindgen(method, getter)]
    pub fn storage(this: &Options) -> JsValue;
    /// The browser's own storage is to be used.
    #[wasm_bindgen(method, getter, js_name = webStorage)]
    pub fn web_storage(this: &Options) -> bool;

    type PromptOption;
    #[wasm_bindgen(method, getter)]
    fn need(this: &PromptOption) -> String;
    /// `nothing`, `post` or `call`.
    #[wasm_bindgen(method, getter)]
    fn submission(this: &PromptOption) -> String;

    /// What a request is like.
    pub type Traits;
    #[wasm_bindgen(method, getter)]
    fn trusted(this: &Traits) -> bool;
    #[wasm_bindgen(method, getter)]
    fn anonymous(this: &Traits) -> bool;
    #[wasm_bindgen(method, getter)]
    fn passive(this: &Traits) -> bool;
    #[wasm_bindgen(method, getter)]
    fn repeatable(this: &Traits) -> bool;
    #[wasm_bindgen(method, getter)]
    fn timeout(this: &Traits) -> f64;

    /// What somebody said of a failure.
    pub type Said;
    #[wasm_bindgen(method, getter, js_name = errMsg)]
    fn err_msg(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn errno(this: &Said) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn errcode(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = statusCode)]
    fn status_code(this: &Said) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    fn retry_after(this: &Said) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn lacks(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn rule(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn code(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn cause(this: &Said) -> JsValue;

    /// A response, as the app's rules judge it.
    pub type Judgement;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Judgement) -> Option<f64>;
    /// Names of needs.
    #[wasm_bindgen(method, getter)]
    fn asks(this: &Judgement) -> Array;
    #[wasm_bindgen(method, getter)]
    fn refused(this: &Judgement) -> Option<Said>;
    #[wasm_bindgen(method, getter)]
    fn invalid(this: &Judgement) -> bool;
    #[wasm_bindgen(method, getter)]
    fn attached(this: &Judgement) -> bool;

    /// What came of an exchange, a renewal or a submission.
    pub type Granted;
    #[wasm_bindgen(method, getter)]
    fn judgement(this: &Granted) -> Judgement;
    /// [`Fields`]; `null` for nobody's session, `undefined` if there is none to be read.
    #[wasm_bindgen(method, getter)]
    fn session(this: &Granted) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn said(this: &Granted) -> Said;
    #[wasm_bindgen(method, getter)]
    fn response(this: &Granted) -> JsValue;

    /// What a tap gave.
    pub type Detail;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Detail) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn error(this: &Detail) -> Option<Said>;
    #[wasm_bindgen(method, getter)]
    fn encrypted(this: &Detail) -> bool;
    #[wasm_bindgen(method, getter)]
    fn session(this: &Detail) -> Option<Fields>;

    /// What `wx.login` gave.
    pub type Code;
    #[wasm_bindgen(method, getter)]
    fn code(this: &Code) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn said(this: &Code) -> Said;

    /// An object from outside.
    pub type Fields;
    /// The object's own field of that name, read once. Of `extra` a copy that can be kept, or a
    /// text that says what is there instead.
    #[wasm_bindgen(method)]
    fn field(this: &Fields, name: &str) -> JsValue;
}

/// The options, as the machine takes them.
pub fn config(options: &Options) -> Config {
    let prompts = options.prompts();
    let prompts = prompts.iter().map(|prompt| {
        let prompt: PromptOption = prompt.unchecked_into();
        let submission = match prompt.submission().as_str() {
            "post" => Submission::Post,
            "call" => Submission::Call,
            _ => Submission::Nothing,
        };
        Prompt { need: Need::named(&prompt.need()), submission }
    });
    Config {
        expiry_margin: options.expiry_margin(),
        default_expires_in: options.default_expires_in(),
        login_timeout: options.login_timeout(),
        prompt_timeout: options.prompt_timeout(),
        retries: options.retries(),
        renews: options.renews(),
        renew_ahead: options.renew_ahead(),
        exchange: match options.exchange().as_str() {
            "code" => Exchange::Code,
            "cloud" => Exchange::Cloud,
            _ => Exchange::None,
        },
        prompts: prompts.collect(),
        browse_only: options.browse_only(),
    }
}

/// What a request is like.
pub fn traits(traits: &Traits) -> command::Traits {
    command::Traits {
        trusted: traits.trusted(),
        anonymous: traits.anonymous(),
        passive: traits.passive(),
        repeatable: traits.repeatable(),
        timeout: traits.timeout(),
    }
}

/// Texts of an array.
pub fn texts(array: &Array) -> impl Iterator<Item = String> + '_ {
    array.iter().filter_map(|text| text.as_string())
}

/// Needs of those names.
pub fn needs(names: &Array) -> Vec<Need> {
    texts(names).map(|name| Need::named(&name)).collect()
}

/// What somebody said of a failure.
pub fn host_error(said: &Said) -> HostError {
    let errcode = said.errcode();
    HostError {
        err_msg: said.err_msg(),
        errno: said.errno().map(|errno| errno as i32),
        errcode: errcode.as_f64().map(Errcode::Number).or_else(|| errcode.as_string().map(Errcode::Text)),
        status: said.status_code().map(|status| status as u16),
        retry_after: said.retry_after(),
        lacks: said.lacks(),
        rule: said.rule(),
        code: said.code().and_then(|code| FailureCode::named(&code)),
        cause: opaque(said.cause()),
    }
}

/// A response, as the app's rules judge it.
pub fn judgement(judgement: &Judgement) -> answer::Judgement {
    answer::Judgement {
        status: judgement.status().map(|status| status as u16),
        asks: needs(&judgement.asks()),
        refused: judgement.refused().as_ref().map(host_error),
        invalid: judgement.invalid(),
        attached: judgement.attached(),
    }
}

/// What came of an exchange, a renewal or a submission.
pub fn granted(granted: &Granted) -> answer::Granted {
    let session = granted.session();
    answer::Granted {
        judgement: judgement(&granted.judgement()),
        session: if session.is_null() {
            Ok(None)
        } else if session.is_undefined() {
            Err(Misfit { field: "reply", expected: "a session", found: "nothing".into() })
        } else {
            session_reply(session.unchecked_ref()).map(Some)
        },
        said: host_error(&granted.said()),
        response: opaque(granted.response()),
    }
}

/// What a tap gave.
pub fn detail(detail: &Detail) -> answer::Detail {
    let session = detail.session();
    answer::Detail {
        value: Opaque::new(detail.value()),
        error: detail.error().as_ref().map(host_error),
        encrypted: detail.encrypted(),
        session: session.as_ref().map_or_else(
            || Err(Misfit { field: "detail", expected: "a session", found: "no object".into() }),
            session_reply,
        ),
    }
}

/// What `wx.login` gave.
pub fn code(code: &Code) -> answer::Answer {
    answer::Answer::Code {
        code: code.code().filter(|text| !text.is_empty()).map(|text| Opaque::new(JsValue::from(text))),
        said: host_error(&code.said()),
    }
}

/// A session from outside.
pub fn session_reply(fields: &Fields) -> Result<SessionReply, Misfit> {
    SessionReply::read(fields)
}

impl Record for Fields {
    fn field(&self, name: &str) -> Value {
        let value = Fields::field(self, name);
        if value.is_undefined() || value.is_null() {
            Value::Missing
        } else if let Some(text) = value.as_string() {
            Value::Text(text)
        } else if let Some(number) = value.as_f64() {
            Value::Number(number)
        } else if let Some(array) = value.dyn_ref::<Array>() {
            let names: Option<Vec<String>> = array.iter().map(|name| name.as_string()).collect();
            names.map_or_else(|| Value::Other("an array of other things".into()), Value::Names)
        } else if value.is_object() {
            Value::Object(Opaque::new(value))
        } else {
            Value::Other(value.js_typeof().as_string().unwrap_or_default())
        }
    }
}

fn opaque(value: JsValue) -> Option<Opaque> {
    (!value.is_undefined() && !value.is_null()).then(|| Opaque::new(value))
}

/// The JavaScript value that the core carried along.
pub fn unwrap(opaque: Option<&Opaque>) -> JsValue {
    opaque.and_then(|opaque| opaque.get::<JsValue>()).cloned().unwrap_or_default()
}

/// An object of the value's fields.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}

/// What `Calls::publish` takes, beside the session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LeaseFields {
    from: f64,
    until: f64,
    generation: Generation,
    moment: Moment,
    renew_from: f64,
    lends: bool,
}

/// What is written into storage, beside the session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredFields<'a> {
    v: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    saved_at: f64,
    from: f64,
    until: f64,
}

/// The session as the app sees it.
pub fn session(saved: &Saved) -> JsValue {
    let session = to_js(&saved.session);
    if let Some(extra) = &saved.session.extra {
        set(&session, "extra", &unwrap(Some(extra)));
    }
    session
}

/// A lease, with the session that it is about.
pub fn lease(lease: &Lease, session: &JsValue) -> JsValue {
    let saved = lease.saved.as_ref().filter(|saved| saved.stands());
    let fields = to_js(&LeaseFields {
        from: saved.map_or(f64::NEG_INFINITY, |saved| saved.from),
        until: saved.map_or(f64::INFINITY, |saved| saved.until),
        generation: lease.generation,
        moment: lease.moment,
        renew_from: lease.renew_from,
        lends: lease.lends,
    });
    set(&fields, "session", session);
    fields
}

/// What is stored of a session.
pub fn stored(saved: &Saved) -> JsValue {
    let fields = to_js(&StoredFields {
        v: STORED_VERSION,
        refresh_token: saved.refresh_token.as_deref(),
        saved_at: saved.saved_at,
        from: saved.from,
        until: saved.until,
    });
    set(&fields, "session", &session(saved));
    fields
}

/// On an object that was made just now: it can't fail.
fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}
