//! The shell against JavaScript values, in Node and in a browser.

#![allow(clippy::panic, reason = "a test that can't go on fails")]

use super::answer::{self, Asked};
use super::exports;
use super::imports::{Calls, Host};
use super::value::JsRecord;
use crate::event::Event;
use crate::record::{Record, Value};
use gloo_storage::Storage;
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(inline_js = "
    const hasOwn = Object.prototype.hasOwnProperty
    const own = (object, key) => {
        try { return (hasOwn.call(object, key) ? object[key] : undefined) ?? undefined } catch { return undefined }
    }
    const KEY = 'wxlogin-test'
    export function hostWith(readSession, storage) {
        const notes = []
        const note = (name) => (...given) => { notes.push([name, ...given]) }
        return {
            notes, own,
            text: (object, key) => typeof own(object, key) === 'string' ? object[key] : undefined,
            number: (object, key) => typeof own(object, key) === 'number' ? object[key] : NaN,
            lines: (value) =>
                Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join('\\n') : undefined,
            pick: readSession || ((reply) => own(reply, 'data') || reply),
            retryAfter: (header) => (header && header['Retry-After']) || NaN,
            stored: () => {
                const text = storage && storage.getItem(KEY)
                return text ? Object(JSON.parse(text)) : undefined
            },
            store: (v, savedAt) => {
                note('store')(v, savedAt)
                const [token, openid, unionid, expiresAt, granted] = notes.findLast(([name]) => name === 'publish')[1]
                if (storage) storage.setItem(KEY, JSON.stringify({ v, session: { token, expiresAt, granted }, savedAt }))
            },
            forget: () => { note('forget')(); if (storage) storage.removeItem(KEY) },
            arm: note('arm'), trace: note('trace'), changed: note('changed'), call: note('call'),
            cancel: note('cancel'), exchange: note('exchange'),
            error: (failure, cause) => Object.assign(new Error(failure[1]), { code: failure[0], cause }),
        }
    }
    export function callsNoting(host) {
        const note = (name) => (...given) => { host.notes.push([name, ...given]) }
        return { send: note('send'), cancel: note('cancel'), settle: note('settle'), fail: note('fail'),
            publish: note('publish') }
    }
    const map = new Map()
    const inNode = {
        getItem: (key) => map.has(key) ? map.get(key) : null,
        setItem: (key, text) => { map.set(key, text) },
        removeItem: (key) => { map.delete(key) },
    }
    export const webStorage = () => typeof window === 'undefined' ? inNode : window.localStorage
    export const trap = () => ({ get token() { throw new Error('getter') }, __proto__: { openid: 'inherited' } })
")]
extern "C" {
    #[wasm_bindgen(js_name = hostWith)]
    fn host_with(read_session: &JsValue, storage: &JsValue) -> Host;
    #[wasm_bindgen(js_name = callsNoting)]
    fn calls_noting(host: &Host) -> Calls;
    #[wasm_bindgen(js_name = webStorage)]
    fn web_storage() -> JsValue;
    fn trap() -> JsValue;
}

/// The browser's own storage; Node has none, so there it is a map of that shape.
struct WebStorage;

impl Storage for WebStorage {
    fn raw() -> web_sys::Storage {
        web_storage().unchecked_into()
    }
}

const NOTHING: &JsValue = &JsValue::UNDEFINED;
const SUCCEEDED: u32 = 1;

fn host() -> Host {
    host_with(NOTHING, NOTHING)
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

/// What the host and the calls were told, with its name.
fn notes(host: &Host) -> Vec<(String, String)> {
    let notes: Array = get(host.as_ref(), "notes").unchecked_into();
    let text = |note: JsValue| String::from(JSON::stringify(&Object::from(note)).unwrap());
    notes.iter().map(|note| (Array::from(&note).get(0).as_string().unwrap(), text(note))).collect()
}

fn create(host: &Host) -> u32 {
    exports::create(
        calls_noting(host),
        host.clone(),
        Asked::ExchangeRequest.number(),
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

fn log_in(client: u32) {
    wish(client, LOGIN, 0, "");
    exports::answered(client, Asked::Code.number(), 1, SUCCEEDED, json(r#"{ "code": "c" }"#), 1_001.0);
    let reply = json(r#"{ "statusCode": 200, "data": { "token": "t", "session_key": "KEY" } }"#);
    exports::answered(client, Asked::ExchangeRequest.number(), 1, SUCCEEDED, reply, 1_002.0);
}

#[wasm_bindgen_test]
fn records_are_read_by_their_own_fields_alone() {
    let host = host();
    let record = |object| JsRecord { host: &host, object };
    let mixed = record(json(
        r#"{ "t": "ü", "n": 1.5, "l": ["a", 1, null, []], "o": {}, "z": null, "names": ["a", "b"] }"#,
    ));
    assert_eq!(mixed.field("t"), Value::Text("ü".into()));
    assert_eq!(mixed.field("n"), Value::Number(1.5));
    assert_eq!(mixed.field("z"), Value::Missing);
    assert_eq!(mixed.field("toString"), Value::Missing);
    assert_eq!(mixed.field("o"), Value::Other);
    assert_eq!(mixed.field("l"), Value::Other);
    assert_eq!(mixed.field("names"), Value::Lines("a\nb".into()));

    let hostile = record(trap());
    assert_eq!(hostile.field("token"), Value::Missing);
    assert_eq!(hostile.field("openid"), Value::Missing);
    for nothing in [JsValue::NULL, JsValue::UNDEFINED, 7.into(), "text".into()] {
        assert_eq!(record(nothing).field("token"), Value::Missing);
    }
}

#[wasm_bindgen_test]
fn host_errors_are_read_in_every_shape() {
    let host = host();
    let error = |object| JsRecord { host: &host, object }.host_error();
    let wechat = error(json(r#"{ "errMsg": "login:fail", "errno": 5 }"#));
    assert_eq!((wechat.err_msg.as_deref(), wechat.errno), (Some("login:fail"), Some(5)));
    assert_eq!(error(json(r#"{ "errCode": -1 }"#)).errno, Some(-1));
    assert_eq!(error(js_sys::Error::new("boom").into()).err_msg.as_deref(), Some("boom"));
    assert_eq!(error("boom".into()).err_msg.as_deref(), Some("boom"));
    assert_eq!(error(JsValue::UNDEFINED).err_msg, None);
}

#[wasm_bindgen_test]
fn what_was_asked_comes_back_by_its_number() {
    for number in 0..13 {
        assert_eq!(Asked::numbered(number).map(Asked::number), Some(number));
    }
    assert_eq!(Asked::numbered(13), None);
}

#[wasm_bindgen_test]
fn l7_a_login_without_a_code_has_none() {
    let host = host();
    for (text, expected) in [
        (r#"{ "code": "c" }"#, true),
        ("{}", false),
        (r#"{ "code": "" }"#, false),
        (r#"{ "code": 7 }"#, false),
        ("null", false),
    ] {
        match answer::event(&host, Asked::Code, 1, SUCCEEDED, json(text)) {
            Some(Event::CodeReceived { flight: 1, code }) => assert_eq!(code.is_some(), expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

fn exchanged(host: &Host, reply: &str) -> crate::event::ExchangeReply {
    match answer::event(host, Asked::ExchangeRequest, 1, SUCCEEDED, json(reply)) {
        Some(Event::Exchanged { reply, .. }) => *reply,
        other => panic!("{reply}: {other:?}"),
    }
}

#[wasm_bindgen_test]
fn s3_a_session_is_picked_out_of_the_reply() {
    let host = host();
    for data in [r#"{ "token": "t" }"#, r#"{ "data": { "token": "t" } }"#] {
        let reply = exchanged(&host, &format!(r#"{{ "statusCode": 200, "data": {data} }}"#));
        assert!(reply.session.is_ok(), "{data}");
    }
    for data in ["null", "\"text\"", "[]", "{}", r#"{ "data": null }"#, r#"{ "token": 7 }"#] {
        let reply = exchanged(&host, &format!(r#"{{ "statusCode": 200, "data": {data} }}"#));
        assert!(reply.session.is_err(), "{data}");
    }
}

#[wasm_bindgen_test]
fn l4_l6_what_wechat_said_is_picked_out_of_the_reply() {
    let reply = r#"{ "statusCode": 429, "header": { "Retry-After": 90 },
        "data": { "data": { "errcode": 45011, "errmsg": "slow" }, "session_key": "KEY" } }"#;
    let reply = exchanged(&host(), reply);
    assert_eq!((reply.status, reply.errcode, reply.retry_after), (Some(429), Some(45011), Some(90.0)));
    assert_eq!(reply.said.err_msg.as_deref(), Some("slow"));
    assert!(reply.said.cause.is_none());
}

#[wasm_bindgen_test]
fn r6_a_read_session_that_throws_is_told_apart() {
    let throwing = js_sys::Function::new_no_args("throw new Error('mine')");
    let host = host_with(&throwing, NOTHING);
    match answer::event(&host, Asked::ExchangeFunction, 1, SUCCEEDED, json("{}")) {
        Some(Event::ReadSessionFailed { error, .. }) => assert_eq!(error.err_msg.as_deref(), Some("mine")),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn a3_a_prompt_that_returns_nothing_is_no_answer() {
    let host = host();
    assert!(answer::event(&host, Asked::Prompt, 1, SUCCEEDED, JsValue::UNDEFINED).is_none());
    let detail = json(r#"{ "errMsg": "getPhoneNumber:fail user deny" }"#);
    match answer::event(&host, Asked::Prompt, 1, SUCCEEDED, detail) {
        Some(Event::PromptAnswered { detail, .. }) => assert!(detail.error.is_some()),
        other => panic!("{other:?}"),
    }
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
        assert!(!text.contains("KEY"), "{text}");
        assert_eq!(text.contains(r#""t""#), name == "publish", "{text}");
    }
}

#[wasm_bindgen_test]
fn s4_what_cannot_be_read_is_removed() {
    for text in ["7", "null", r#"{"v":2}"#, r#"{"v":1,"session":{"token":"t"}}"#] {
        WebStorage::raw().set_item("wxlogin-test", text).unwrap();
        create(&host_with(NOTHING, &web_storage()));
        assert_eq!(WebStorage::raw().get_item("wxlogin-test").unwrap(), None, "{text}");
    }
}

#[wasm_bindgen_test]
fn s3_web_storage_keeps_a_session() {
    log_in(create(&host_with(NOTHING, &web_storage())));
    let stored: serde_json::Value = WebStorage::get("wxlogin-test").unwrap();
    assert_eq!((&stored["v"], &stored["session"]["token"]), (&1.into(), &"t".into()));
    let host = host_with(NOTHING, &web_storage());
    let restored = create(&host);
    wish(restored, REQUEST, 0, "login");
    assert!(notes(&host).iter().any(|(_, text)| text == r#"["send",0,1,true]"#), "{:?}", notes(&host));
    WebStorage::delete("wxlogin-test");
}
