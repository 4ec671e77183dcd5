//! The shell against JavaScript values, in Node and in a browser.

#![allow(clippy::panic, reason = "a test that can't go on fails")]

use super::answer::{self, Asked, how};
use super::exports;
use super::imports::{Calls, Host};
use super::value::{SessionFields, detail, host_error, session_texts, unwrap};
use crate::event::Event;
use crate::record::{Record, Value};
use crate::session::{Saved, SessionReply};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(inline_js = "
    export function hostThatNotes() {
        const notes = []
        const note = (name) => (...given) => { notes.push([name, ...given]) }
        return {
            notes,
            said: (value) => typeof value === 'string' ? value : value?.errMsg,
            errno: (value) => value?.errno ?? NaN,
            store: note('store'), forget: note('forget'), arm: note('arm'), trace: note('trace'),
            changed: note('changed'), call: note('call'), cancel: note('cancel'), exchange: note('exchange'),
            error: (failure, cause) => Object.assign(new Error(failure[1]), { code: failure[0], cause }),
        }
    }
    export function callsThatNote(host) {
        const note = (name) => (...given) => { host.notes.push([name, ...given]) }
        return { send: note('send'), cancel: note('cancel'), settle: note('settle'), fail: note('fail'),
            publish: note('publish') }
    }
")]
extern "C" {
    #[wasm_bindgen(js_name = hostThatNotes)]
    fn host() -> Host;
    #[wasm_bindgen(js_name = callsThatNote)]
    fn calls(host: &Host) -> Calls;
}

const NAN: f64 = f64::NAN;

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

/// What the host and the calls were told, with its name.
fn notes(host: &Host) -> Vec<(String, String)> {
    let notes: Array = Reflect::get(host.as_ref(), &"notes".into()).unwrap().unchecked_into();
    let text = |note: JsValue| String::from(JSON::stringify(&Object::from(note)).unwrap());
    notes.iter().map(|note| (Array::from(&note).get(0).as_string().unwrap(), text(note))).collect()
}

fn create(host: &Host) -> u32 {
    exports::create(
        calls(host),
        host.clone(),
        false,
        "https://a.example\nhttps://b.example:8443",
        "",
        "phone",
        "",
        60_000.0,
        7_200.0,
        15_000.0,
        1_000.0,
        0,
        false,
        1_000.0,
    )
}

const REQUEST: u32 = 0;
const LOGIN: u32 = 1;

fn wish(client: u32, wish: u32, ticket: u32, needs: &str) {
    exports::wish(client, wish, ticket, 1, 0.0, needs, JsValue::UNDEFINED, 1_000.0);
}

fn exchanged(client: u32, status: f64, texts: Option<&str>, said: Option<&str>) {
    let (texts, said) = (texts.map(String::from), said.map(String::from));
    exports::exchanged(client, 1, status, NAN, NAN, texts, NAN, said, NAN, JsValue::UNDEFINED, 1_002.0);
}

fn begin_login(client: u32) {
    wish(client, LOGIN, 0, "");
    exports::answered(client, Asked::Code.number(), 1, how::SUCCEEDED, "c".into(), 1_001.0);
}

fn log_in(client: u32) {
    begin_login(client);
    exchanged(client, 200.0, Some("t\n\nü\nphone"), None);
}

#[wasm_bindgen_test]
fn fields_are_found_by_their_place() {
    let fields = SessionFields { texts: "t\n\nü\na\nb", numbers: &[("expires_in", 1.5), ("v", NAN)] };
    assert_eq!(fields.field("token"), Value::Text("t".into()));
    assert_eq!(fields.field("openid"), Value::Text(String::new()));
    assert_eq!(fields.field("unionid"), Value::Text("ü".into()));
    assert_eq!(fields.field("granted"), Value::Lines("a\nb".into()));
    assert_eq!(fields.field("expires_in"), Value::Number(1.5));
    assert_eq!(fields.field("v"), Value::Missing);
    assert_eq!(fields.field("savedAt"), Value::Missing);
    for texts in ["", "t", "t\no", "t\no\nu"] {
        let short = SessionFields { texts, numbers: &[] };
        assert_eq!(short.field("granted"), Value::Lines(String::new()), "{texts}");
    }
}

#[wasm_bindgen_test]
fn a_field_that_does_not_fit_is_refused() {
    let read = |texts, expires_in| {
        SessionReply::read(&SessionFields { texts, numbers: &[("expires_in", expires_in)] })
    };
    assert!(read("t\no\nu\na", 5.0).is_ok());
    for (texts, expires_in, field) in [
        ("\n\n\n", NAN, "token"),
        ("\x7f\no\n\n", NAN, "token"),
        ("t\n\x7f\n\n", NAN, "openid"),
        ("t\n\n\x7f\n", NAN, "unionid"),
        ("t\n\n\n\x7f", NAN, "granted"),
        ("t\n\n\n", -1.0, "expires_in"),
    ] {
        assert_eq!(read(texts, expires_in).unwrap_err().field, field);
    }
}

#[wasm_bindgen_test]
fn s3_a_session_is_written_as_it_is_read() {
    let numbers = [("v", 1.0), ("expiresAt", 9e9), ("savedAt", 5.0)];
    let fields = SessionFields { texts: "t\n\nü\na\nb", numbers: &numbers };
    let saved = Saved::from_stored(&fields, &fields).unwrap();
    let texts = session_texts(&saved.session);
    let again = SessionFields { texts: &texts, numbers: &numbers };
    assert_eq!(Saved::from_stored(&again, &again), Some(saved));
}

#[wasm_bindgen_test]
fn host_errors_carry_what_was_thrown() {
    let host = host();
    let error = host_error(&host, json(r#"{ "errMsg": "login:fail", "errno": 5 }"#));
    assert_eq!((error.err_msg.as_deref(), error.errno), (Some("login:fail"), Some(5)));
    assert!(unwrap(error.cause.as_ref()).is_object());
    let silent = host_error(&host, JsValue::UNDEFINED);
    assert_eq!((silent.err_msg, silent.errno), (None, None));
}

#[wasm_bindgen_test]
fn what_was_asked_comes_back_by_its_number() {
    for number in 0..9 {
        assert_eq!(Asked::numbered(number).map(Asked::number), Some(number));
    }
    assert_eq!(Asked::numbered(9), None);
}

#[wasm_bindgen_test]
fn l7_a_login_without_a_code_has_none() {
    for (code, expected) in [("c", true), ("", false)] {
        match answer::event(&host(), Asked::Code, 1, how::SUCCEEDED, code.into()) {
            Event::CodeReceived { flight: 1, code } => assert_eq!(code.is_some(), expected),
            other => panic!("{other:?}"),
        }
    }
}

#[wasm_bindgen_test]
fn l4_l6_what_the_backend_said_reaches_the_caller() {
    let host = host();
    let client = create(&host);
    begin_login(client);
    exchanged(client, 429.0, None, Some("slow down"));
    let failed = notes(&host).into_iter().find(|(name, _)| name == "fail").unwrap().1;
    assert!(failed.contains("RATE_LIMITED"), "{failed}");
}

#[wasm_bindgen_test]
fn r6_a_read_session_that_throws_is_told_apart() {
    match answer::event(&host(), Asked::Exchange, 1, how::THREW, "mine".into()) {
        Event::ReadSessionFailed { error, .. } => assert_eq!(error.err_msg.as_deref(), Some("mine")),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn a4_whether_a_scope_is_allowed_has_three_answers() {
    for (value, expected) in
        [(JsValue::TRUE, Some(true)), (JsValue::FALSE, Some(false)), (JsValue::UNDEFINED, None)]
    {
        match answer::event(&host(), Asked::Setting, 1, how::SUCCEEDED, value) {
            Event::SettingRead { allowed, .. } => assert_eq!(allowed, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[wasm_bindgen_test]
fn a2_a_detail_tells_that_it_failed() {
    let host = host();
    assert!(detail(&host, json(r#"{ "errMsg": "getPhoneNumber:fail user deny" }"#)).error.is_some());
    assert!(detail(&host, json(r#"{ "errno": 1400001 }"#)).error.is_some());
    assert!(detail(&host, json(r#"{ "errMsg": "getPhoneNumber:ok", "errno": 0 }"#)).error.is_none());
}

#[wasm_bindgen_test]
fn r4_every_trusted_origin_is_known() {
    let client = create(&host());
    for (url, route) in [
        ("/path", 0),
        ("https://a.example/x", 1),
        ("https://b.example:8443/x", 1),
        ("https://b.example/x", 2),
        ("//a.example/x", 2),
    ] {
        assert_eq!(exports::route(client, url), route, "{url}");
    }
}

#[wasm_bindgen_test]
fn l1_two_clients_share_nothing() {
    let (one, other) = (host(), host());
    let (first, _second) = (create(&one), create(&other));
    log_in(first);
    assert!(notes(&other).is_empty());
}

#[wasm_bindgen_test]
fn a_client_performs_what_the_machine_decides() {
    let host = host();
    log_in(create(&host));
    let notes = notes(&host);
    let names: Vec<&str> = notes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["call", "arm", "exchange", "publish", "store", "changed", "settle", "arm"]);
    for (name, text) in &notes {
        assert_eq!(text.contains(r"t\n\nü\nphone\n"), name == "publish", "{text}");
    }
}

#[wasm_bindgen_test]
fn s4_what_was_stored_is_taken_over_or_removed() {
    let host = host();
    let client = create(&host);
    exports::restore(client, "t\n\n\n", 1.0, 9e9, 900.0);
    wish(client, REQUEST, 0, "login");
    assert!(notes(&host).iter().any(|(_, text)| text == r#"["send",0,1,true]"#), "{:?}", notes(&host));
    for (texts, v, expires_at) in [("t\n\n\n", 2.0, 9e9), ("\n\n\n", 1.0, 9e9), ("t\n\n\n", 1.0, NAN)] {
        let host = self::host();
        exports::restore(create(&host), texts, v, expires_at, 900.0);
        assert!(notes(&host).iter().any(|(name, _)| name == "forget"));
    }
}
