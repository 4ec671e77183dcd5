//! Options, replies and failures, as tests need them.

use serde_json::{Map, Value as Json, json};
use wxlogin::Config;
use wxlogin::answer::{Detail, Granted, Judgement};
use wxlogin::clock::Millis;
use wxlogin::command::Traits;
use wxlogin::config::{Exchange, Prompt, Submission};
use wxlogin::error::{Code, Errcode, HostError};
use wxlogin::need::Need;
use wxlogin::opaque::Opaque;
use wxlogin::record::{Misfit, Record, Value};
use wxlogin::session::{STORED_VERSION, Saved, Session, SessionReply};

pub const SECOND: Millis = 1_000.0;
pub const MARGIN: Millis = 60.0 * SECOND;
pub const LOGIN_TIMEOUT: Millis = 15.0 * SECOND;
pub const PROMPT_TIMEOUT: Millis = 180.0 * SECOND;
/// A session's life in seconds, if a test does not care.
pub const LIFE: f64 = 7_200.0;
/// From a session's beginning to the first moment at which it is not fresh any more.
pub const FRESH_FOR: Millis = LIFE * SECOND - MARGIN;

/// A request as most are: GET, to the app's own backend.
pub const GET: Traits =
    Traits { trusted: true, anonymous: false, passive: false, repeatable: true, timeout: 0.0 };
pub const POST: Traits = Traits { repeatable: false, ..GET };
pub const FOREIGN: Traits = Traits { trusted: false, ..GET };
pub const ANONYMOUS: Traits = Traits { anonymous: true, ..GET };
pub const PASSIVE: Traits = Traits { passive: true, ..GET };

/// The defaults of the public contract, with prompts for three steps and one permission.
pub fn config() -> Config {
    Config {
        expiry_margin: MARGIN,
        default_expires_in: LIFE,
        login_timeout: LOGIN_TIMEOUT,
        prompt_timeout: PROMPT_TIMEOUT,
        retries: 0,
        renews: false,
        renew_ahead: 0.0,
        exchange: Exchange::Code,
        prompts: vec![
            prompt("phone", Submission::Post),
            prompt("profile", Submission::Call),
            prompt("terms", Submission::Nothing),
            prompt("scope.camera", Submission::Nothing),
        ],
        browse_only: false,
    }
}

pub fn prompt(need: &str, submission: Submission) -> Prompt {
    Prompt { need: Need::named(need), submission }
}

/// JSON from outside, as the shell shows it to the core.
pub struct Fields<'a>(pub &'a Json);

impl Record for Fields<'_> {
    fn field(&self, name: &str) -> Value {
        match self.0.get(name) {
            None | Some(Json::Null) => Value::Missing,
            Some(Json::String(text)) => Value::Text(text.clone()),
            Some(Json::Number(number)) => Value::Number(number.as_f64().unwrap()),
            Some(Json::Array(items)) => names(items).map_or(Value::Other("an array".into()), Value::Names),
            Some(Json::Object(object)) if name == "extra" => {
                Value::Object(Opaque::new(Json::Object(object.clone())))
            }
            Some(_) => Value::Other("something else".into()),
        }
    }
}

fn names(items: &[Json]) -> Option<Vec<String>> {
    items.iter().map(|item| item.as_str().map(String::from)).collect()
}

pub fn reply_of(body: &Json) -> Result<SessionReply, Misfit> {
    SessionReply::read(&Fields(body))
}

/// What the shell writes into storage.
pub fn stored(saved: &Saved) -> Json {
    let Session { token, openid, unionid, expires_at, granted, extra } = &saved.session;
    let texts = [("token", token), ("openid", openid), ("unionid", unionid)];
    let mut session: Map<String, Json> =
        texts.into_iter().filter_map(|(name, text)| Some((name.into(), text.as_deref()?.into()))).collect();
    session.insert("expiresAt".into(), json!(expires_at));
    session.insert("granted".into(), json!(granted));
    if let Some(extra) = extra {
        session.insert("extra".into(), extra.get::<Json>().unwrap().clone());
    }
    let Saved { saved_at, from, until, .. } = saved;
    let mut record =
        json!({ "v": STORED_VERSION, "session": session, "savedAt": saved_at, "from": from, "until": until });
    if let Some(token) = &saved.refresh_token {
        record["refreshToken"] = json!(**token);
    }
    record
}

/// A text that was in storage.
pub fn from_stored(stored: &Json) -> Option<Saved> {
    Saved::from_stored(&Fields(stored), &Fields(&stored["session"]))
}

/// A backend's answer to an exchange, a renewal or a submission.
pub fn answered(status: u16, body: Json) -> Granted {
    let errcode = body["errcode"].as_f64().map(Errcode::Number);
    Granted {
        judgement: Judgement { status: Some(status), ..Judgement::default() },
        session: reply_of(&body).map(Some),
        said: HostError { errcode, ..HostError::default() },
        response: Some(Opaque::new(body)),
    }
}

pub fn session(token: &str) -> Granted {
    answered(200, json!({ "token": token, "expires_in": LIFE }))
}

/// A session that can be renewed by `refresh of <token>`.
pub fn renewable(token: &str) -> Granted {
    let refresh_token = ["refresh of ", token].concat();
    answered(200, json!({ "token": token, "expires_in": LIFE, "refresh_token": refresh_token }))
}

/// A session of that user.
pub fn session_of(openid: &str, token: &str) -> Granted {
    answered(200, json!({ "token": token, "openid": openid, "expires_in": LIFE }))
}

/// `null`: this user has to be asked.
pub fn nobody() -> Granted {
    Granted { session: Ok(None), ..answered(200, Json::Null) }
}

/// `accept` said no, in these words.
pub fn not_accepted(status: u16, words: &str) -> Granted {
    let mut granted = answered(status, json!({ "token": "t" }));
    granted.judgement.refused = Some(err_msg(words));
    granted
}

/// WeChat's error code, as the backend passes it on.
pub fn errcode(errcode: i32) -> Granted {
    answered(200, json!({ "errcode": errcode }))
}

/// A failure of this package's own, that a function of the app's passes on.
pub fn login_error(code: Code) -> HostError {
    HostError { code: Some(code), ..err_msg("in its own words") }
}

pub fn err_msg(text: &str) -> HostError {
    HostError { err_msg: Some(text.into()), ..HostError::default() }
}

pub fn errno(errno: i32) -> HostError {
    HostError { errno: Some(errno), ..HostError::default() }
}

/// A rejection that names a status, as a response or an error of axios does.
pub fn status(status: u16) -> HostError {
    HostError { status: Some(status), ..err_msg("in its own words") }
}

/// The app's rule of that name threw.
pub fn rule(name: &str) -> HostError {
    HostError { rule: Some(name.into()), ..err_msg("oops") }
}

/// The host has no such call.
pub fn lacking(name: &str) -> HostError {
    HostError { lacks: Some(name.into()), ..HostError::default() }
}

/// What a tap gave.
pub fn detail() -> Detail {
    session_detail(&json!({}))
}

/// What a tap gave that says it failed.
pub fn failed_detail(error: HostError) -> Detail {
    Detail { error: Some(error), ..detail() }
}

/// What a tap gave that only the present `session_key` opens.
pub fn encrypted_detail() -> Detail {
    Detail { encrypted: true, ..detail() }
}

/// What the app's own login form gave.
pub fn session_detail(body: &Json) -> Detail {
    Detail { value: Opaque::new(()), error: None, encrypted: false, session: reply_of(body) }
}

pub fn needs(names: &[&str]) -> Vec<Need> {
    names.iter().map(|name| Need::named(name)).collect()
}
