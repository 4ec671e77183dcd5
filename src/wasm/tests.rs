//! The shell against JavaScript values, in Node and in a browser.

#![allow(clippy::panic, reason = "a test that can't go on fails")]

use super::answer::{self, Asked};
use super::client::Client;
use super::page::{Calls, Host};
use super::store::Store;
use super::value::JsRecord;
use crate::event::Event;
use crate::record::{Record, Value};
use crate::session::{Saved, SessionReply};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(inline_js = "
    const hasOwn = Object.prototype.hasOwnProperty
    const own = (object, key) => {
        try { return hasOwn.call(object, key) ? object[key] : undefined } catch { return undefined }
    }
    export function hostWith(storage, readSession, hasLocalStorage) {
        const notes = []
        return {
            notes, own, readSession, hasLocalStorage,
            storage: () => storage,
            storageKey: () => 'wxlogin-test',
            retryAfter: (header) => header && header['Retry-After'],
            arm: (delay) => notes.push(['arm', delay]),
            trace: (step) => notes.push(['trace', step.step]),
            changed: (kind) => notes.push(['changed', kind]),
            error: (fields, cause) => Object.assign(new Error(fields.message), fields, { cause }),
            call: (name, options, asked, flight) => { notes.push(['call', name, asked, flight]); return true },
            cancel: (flight) => notes.push(['cancel', flight]),
            exchangeOptions: (code) => ({ data: { code } }),
        }
    }
    export function callsNoting(host) {
        const note = (name) => (...given) => { host.notes.push([name, ...given]) }
        return { send: note('send'), cancel: note('cancel'), settle: note('settle'), fail: note('fail'),
            publish: note('publish') }
    }
    export function mapStorage(trouble) {
        const map = new Map()
        const check = (name) => { if (trouble === name) throw { errMsg: name + ':fail' } }
        return {
            map,
            getItem: (key) => { check('get'); return map.has(key) ? map.get(key) : null },
            setItem: (key, value) => { check('set'); map.set(key, value) },
            removeItem: (key) => { check('remove'); map.delete(key) },
        }
    }
    export const hasWindow = () => typeof localStorage !== 'undefined' && typeof window !== 'undefined'
    export const trap = () => ({ get token() { throw new Error('getter') }, __proto__: { openid: 'inherited' } })
")]
extern "C" {
    #[wasm_bindgen(js_name = hostWith)]
    fn host_with(storage: &JsValue, read_session: &JsValue, has_local_storage: bool) -> Host;
    #[wasm_bindgen(js_name = callsNoting)]
    fn calls_noting(host: &Host) -> Calls;
    #[wasm_bindgen(js_name = mapStorage)]
    fn map_storage(trouble: &str) -> JsValue;
    #[wasm_bindgen(js_name = hasWindow)]
    fn has_window() -> bool;
    fn trap() -> JsValue;
}

const NOTHING: &JsValue = &JsValue::UNDEFINED;

fn host() -> Host {
    host_with(NOTHING, NOTHING, false)
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

fn saved(host: &Host) -> Saved {
    let object = json(r#"{ "token": "登录", "openid": "o", "expires_in": 60, "granted": ["phone"] }"#);
    SessionReply::read(&JsRecord { host, object }).unwrap().begin(5.0, 1.0)
}

/// What is stored comes back, through gloo's seam; what can't be read is removed.
fn keeps(host: &Host, set: impl Fn(&str)) {
    let store = Store::new(host);
    assert!(store.read(host).unwrap().is_none());
    store.write(Some(&saved(host))).unwrap();
    assert_eq!(store.read(host).unwrap(), Some(saved(host)));
    for text in ["", "{", "7", "null", r#"{"v":2}"#] {
        set(text);
        assert!(store.read(host).unwrap().is_none(), "{text}");
        store.write(Some(&saved(host))).unwrap();
    }
    store.write(None).unwrap();
    assert!(store.read(host).unwrap().is_none());
}

#[wasm_bindgen_test]
fn s3_the_hosts_storage_keeps_a_session() {
    let storage = map_storage("");
    let items: web_sys::Storage = storage.clone().unchecked_into();
    keeps(&host_with(&storage, NOTHING, false), |text| {
        items.set_item("wxlogin-test", text).unwrap();
    });
    assert_eq!(get(&get(&storage, "map"), "size").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
fn s3_the_browsers_own_storage_keeps_a_session() {
    if !has_window() {
        return; // Node has none.
    }
    let items = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    items.clear().unwrap();
    keeps(&host_with(NOTHING, NOTHING, true), |text| items.set_item("wxlogin-test", text).unwrap());
}

#[wasm_bindgen_test]
fn s4_storage_that_throws_a_plain_object_is_an_error_and_no_panic() {
    for trouble in ["get", "set", "remove"] {
        let host = host_with(&map_storage(trouble), NOTHING, false);
        let store = Store::new(&host);
        let failed = match trouble {
            "get" => store.read(&host).map(drop),
            "set" => store.write(Some(&saved(&host))),
            _ => store.write(None),
        };
        assert_eq!(get(&failed.unwrap_err(), "errMsg"), format!("{trouble}:fail").as_str());
    }
}

#[wasm_bindgen_test]
fn without_any_storage_nothing_is_kept() {
    let host = host();
    let store = Store::new(&host);
    store.write(Some(&saved(&host))).unwrap();
    assert!(store.read(&host).unwrap().is_none());
}

#[wasm_bindgen_test]
fn records_are_read_by_their_own_fields_alone() {
    let host = host();
    let record = |object| JsRecord { host: &host, object };
    let mixed = record(json(r#"{ "t": "ü", "n": 1.5, "l": ["a", 1, null, []], "o": {}, "z": null }"#));
    assert_eq!(mixed.field("t"), Value::Text("ü".into()));
    assert_eq!(mixed.field("n"), Value::Number(1.5));
    assert_eq!(mixed.field("z"), Value::Missing);
    assert_eq!(mixed.field("toString"), Value::Missing);
    assert_eq!(mixed.field("o"), Value::Other);
    // A list is read for its texts; how deep the rest is nested does not matter.
    let list = [Value::Text("a".into()), Value::Other, Value::Other, Value::Other];
    assert_eq!(mixed.field("l"), Value::List(list.into()));
    assert_eq!(mixed.texts("l"), ["a"]);

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
fn l7_a_login_without_a_code_has_none() {
    let host = host();
    for (text, expected) in [
        (r#"{ "code": "c" }"#, true),
        ("{}", false),
        (r#"{ "code": "" }"#, false),
        (r#"{ "code": 7 }"#, false),
        ("null", false),
    ] {
        match answer::event(&host, Asked::Code, 1, true, json(text), NOTHING) {
            Some(Event::CodeReceived { flight: 1, code }) => assert_eq!(code.is_some(), expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

fn exchanged(host: &Host, reply: &str) -> crate::event::ExchangeReply {
    match answer::event(host, Asked::ExchangeRequest, 1, true, json(reply), NOTHING) {
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
    let host = host_with(NOTHING, &throwing, false);
    match answer::event(&host, Asked::ExchangeFunction, 1, true, json("{}"), NOTHING) {
        Some(Event::ReadSessionFailed { error, .. }) => assert_eq!(error.err_msg.as_deref(), Some("mine")),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn a3_a_prompt_that_returns_nothing_is_no_answer() {
    let host = host();
    assert!(answer::event(&host, Asked::Prompt, 1, true, JsValue::UNDEFINED, NOTHING).is_none());
    let detail = json(r#"{ "errMsg": "getPhoneNumber:fail user deny" }"#);
    match answer::event(&host, Asked::Prompt, 1, true, detail, NOTHING) {
        Some(Event::PromptAnswered { detail, .. }) => assert!(detail.error.is_some()),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn a_client_performs_what_the_machine_decides() {
    let host = host();
    let settings = json(
        r#"{ "exchangeBy": "request", "origins": ["https://a.example"], "shown": [], "posted": [],
            "submitted": [], "expiryMargin": 60, "defaultExpiresIn": 7200, "loginTimeout": 15000,
            "promptTimeout": 1000, "retries": 0, "tracing": false }"#,
    );
    let client = Client::new(calls_noting(&host), host.clone(), settings, 1_000.0);
    assert_eq!(client.route("/path"), 0);
    assert_eq!(client.route("https://a.example/x"), 1);
    assert_eq!(client.route("https://b.example/x"), 2);
    client.login(0, false, 1_000.0);
    client.answered(Asked::Code, 1, true, json(r#"{ "code": "c" }"#), JsValue::UNDEFINED, 1_001.0);
    let reply = json(r#"{ "statusCode": 200, "data": { "token": "t", "session_key": "KEY" } }"#);
    client.answered(Asked::ExchangeRequest, 1, true, reply, JsValue::UNDEFINED, 1_002.0);
    let notes: Array = get(host.as_ref(), "notes").unchecked_into();
    let names: Vec<String> = notes.iter().filter_map(|note| Array::from(&note).get(0).as_string()).collect();
    for expected in ["call", "publish", "changed", "settle"] {
        assert!(names.iter().any(|name| name == expected), "{expected} in {names:?}");
    }
    let text = String::from(JSON::stringify(&Object::from(JsValue::from(notes))).unwrap());
    assert!(text.contains(r#""token":"t""#) && !text.contains("KEY"), "{text}");
}
