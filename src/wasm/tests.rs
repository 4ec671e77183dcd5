//! The shell against JavaScript values, in Node and in a browser.

#![allow(clippy::panic, reason = "a test that can't go on fails")]

use super::client::{Client, Route};
use super::host::{Calls, Host};
use super::values::{self, Detail, Fields, Judgement, Options, Said, Traits};
use crate::error::{Code, Errcode};
use crate::record::{Record, Value};
use crate::session::Saved;
use js_sys::{Array, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(inline_js = "
    const said = {}
    export function fieldsOf(object) {
        return { field: (name) => object[name] }
    }
    const reply = (data) => ({
        judgement: { status: 200, asks: [], invalid: false, attached: false }, session: fieldsOf(data), said,
    })
    export function hostThatNotes(answers) {
        const notes = []
        const note = (name) => (...given) => { notes.push([name, ...given]) }
        const asked = (name) => (...given) => {
            notes.push([name, ...given])
            const answer = answers[name]
            if (answer === 'never') return new Promise(() => {})
            return answer === undefined ? Promise.reject({ errMsg: name + ':fail' }) : Promise.resolve(answer)
        }
        const host = { notes }
        for (const name of ['code', 'exchange', 'renew', 'checkSession', 'getPrivacySetting',
            'requirePrivacyAuthorize', 'getSetting', 'authorize', 'ask', 'submit']) host[name] = asked(name)
        for (const name of ['cancel', 'closePrompt', 'changed', 'trace', 'storageFailed', 'arm'])
            host[name] = note(name)
        host.error = (failure, cause, response, passedOn) => (passedOn ? cause : failure)
        return host
    }
    export function callsThatNote(host) {
        const note = (name) => (...given) => { host.notes.push([name, ...given]) }
        return { send: note('send'), cancel: note('cancel'), settle: note('settle'),
            settleWith: note('settleWith'), fail: note('fail'), publish: note('publish') }
    }
    export function answersOfALogin() {
        return { code: { code: 'c', said }, exchange: reply({ token: 't', unionid: 'ü', granted: ['phone'] }) }
    }
    export function optionsWith(storage) {
        return { expiryMargin: 60000, defaultExpiresIn: 7200, loginTimeout: 15000, promptTimeout: 1000,
            retries: 0, renews: false, renewAhead: 0, exchange: 'code', browseOnly: false,
            prompts: [{ need: 'phone', submission: 'post' }],
            origins: ['https://a.example', 'https://b.example:8443'],
            storageKey: 'key', storage, webStorage: false }
    }
    export function storageIn(kept) {
        return {
            getItem: (key) => kept[key] ?? null,
            setItem(key, text) {
                if (kept.full) throw { errMsg: 'setStorage:fail' }
                kept[key] = text
            },
            removeItem(key) { delete kept[key] },
        }
    }
")]
extern "C" {
    #[wasm_bindgen(js_name = fieldsOf)]
    fn fields_of(object: &JsValue) -> Fields;
    #[wasm_bindgen(js_name = hostThatNotes)]
    fn host_that(answers: &JsValue) -> Host;
    #[wasm_bindgen(js_name = callsThatNote)]
    fn calls(host: &Host) -> Calls;
    #[wasm_bindgen(js_name = answersOfALogin)]
    fn answers_of_a_login() -> JsValue;
    #[wasm_bindgen(js_name = optionsWith)]
    fn options_with(storage: &JsValue) -> Options;
    #[wasm_bindgen(js_name = storageIn)]
    fn storage_in(kept: &JsValue) -> JsValue;
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn client(host: &Host, storage: &JsValue) -> Client {
    Client::new(calls(host), host.clone(), &options_with(storage))
}

/// What the host and the calls were told, each as JSON behind its name.
fn notes(host: &Host) -> Vec<(String, String)> {
    let notes: Array = Reflect::get(host.as_ref(), &"notes".into()).unwrap().unchecked_into();
    let text = |note: &JsValue| String::from(JSON::stringify(note).unwrap());
    notes.iter().map(|note| (Array::from(&note).get(0).as_string().unwrap(), text(&note))).collect()
}

fn names(host: &Host) -> Vec<String> {
    notes(host).into_iter().map(|(name, _)| name).collect()
}

/// Lets everything happen that is only waiting for its turn.
async fn turns() {
    for _ in 0..20 {
        let _ = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await;
    }
}

#[wasm_bindgen_test]
async fn a_client_performs_what_the_machine_decides() {
    let kept = json("{}");
    let host = host_that(&answers_of_a_login());
    let client = client(&host, &storage_in(&kept));
    client.login(0, false, true);
    assert_eq!(names(&host), ["publish", "code", "arm"], "a question is put in the same turn");
    turns().await;
    let told: Vec<String> = names(&host).into_iter().skip(3).collect();
    assert_eq!(told, ["exchange", "publish", "changed", "settleWith", "arm"]);
}

#[wasm_bindgen_test]
async fn s3_a_session_is_written_as_it_is_read() {
    let kept = json("{}");
    let host = host_that(&answers_of_a_login());
    client(&host, &storage_in(&kept)).login(0, false, true);
    turns().await;
    let text = Reflect::get(&kept, &"key".into()).unwrap().as_string().unwrap();
    let stored = json(&text);
    let session = Reflect::get(&stored, &"session".into()).unwrap();
    let saved = Saved::from_stored(&fields_of(&stored), &fields_of(&session)).unwrap();
    assert_eq!((saved.session.token.as_deref(), saved.session.unionid.as_deref()), (Some("t"), Some("ü")));
    assert_eq!(String::from(JSON::stringify(&values::stored(&saved)).unwrap()).len(), text.len());
}

#[wasm_bindgen_test]
async fn s4_storage_that_throws_fails_no_call() {
    let kept = json(r#"{ "full": true }"#);
    let host = host_that(&answers_of_a_login());
    client(&host, &storage_in(&kept)).login(0, false, true);
    turns().await;
    let names = names(&host);
    assert!(names.contains(&"storageFailed".into()) && names.contains(&"settleWith".into()), "{names:?}");
}

#[wasm_bindgen_test]
fn s4_what_was_stored_is_taken_over_or_removed() {
    let session = r#"{ "token": "t", "expiresAt": 9e15, "granted": [] }"#;
    let restore = |record: &str, session: &str| {
        let kept = json(r#"{ "key": "text" }"#);
        let host = host_that(&json("{}"));
        let client = client(&host, &storage_in(&kept));
        client.restore(&fields_of(&json(record)), &fields_of(&json(session)));
        let traits: Traits = json(
            r#"{ "trusted": true, "anonymous": false, "passive": false, "repeatable": true, "timeout": 0 }"#,
        )
        .unchecked_into();
        client.request(0, &traits, &Array::of(&["login".into()]));
        let is_sent = notes(&host).iter().any(|(_, text)| text == r#"["send",0,1,true]"#);
        let is_kept = !Reflect::get(&kept, &"key".into()).unwrap().is_undefined();
        (is_sent, is_kept)
    };
    let record = r#"{ "v": 2, "savedAt": 1, "from": 0, "until": 8e15 }"#;
    assert_eq!(restore(record, session), (true, true));
    assert_eq!(restore(r#"{ "v": 1, "savedAt": 1, "from": 0, "until": 8e15 }"#, session), (false, false));
    assert_eq!(restore(record, "{}"), (false, false));
    assert_eq!(restore("{}", "{}"), (false, false));
}

#[wasm_bindgen_test]
async fn x4_an_answer_that_nobody_waits_for_is_cancelled() {
    let answers = json(r#"{ "code": "never" }"#);
    let host = host_that(&answers);
    let client = client(&host, &JsValue::UNDEFINED);
    client.login(0, false, true);
    client.logout(1);
    let notes = notes(&host);
    assert!(notes.iter().any(|(_, text)| text == r#"["cancel",1]"#), "{notes:?}");
}

#[wasm_bindgen_test]
async fn l6_what_the_host_said_reaches_the_caller() {
    let host = host_that(&json("{}"));
    client(&host, &JsValue::UNDEFINED).login(0, false, true);
    turns().await;
    let failed = notes(&host).into_iter().find(|(name, _)| name == "fail").unwrap().1;
    for words in [r#""code":"LOGIN_FAILED""#, r#""errMsg":"code:fail""#, r#""retryAfter":"#] {
        assert!(failed.contains(words), "{words}: {failed}");
    }
}

#[wasm_bindgen_test]
fn fields_of_other_types_are_told_apart() {
    let record =
        fields_of(&json(r#"{ "t": "t", "n": 1.5, "l": ["a"], "m": [1], "o": {}, "b": true, "0": null }"#));
    assert_eq!(Record::field(&record, "t"), Value::Text("t".into()));
    assert_eq!(Record::field(&record, "n"), Value::Number(1.5));
    assert_eq!(Record::field(&record, "l"), Value::Names(vec!["a".into()]));
    assert!(matches!(Record::field(&record, "m"), Value::Other(_)));
    assert!(matches!(Record::field(&record, "o"), Value::Object(_)));
    assert_eq!(Record::field(&record, "b"), Value::Other("boolean".into()));
    assert_eq!(Record::field(&record, "0"), Value::Missing);
    assert_eq!(Record::field(&record, "none"), Value::Missing);
}

#[wasm_bindgen_test]
fn what_was_said_is_read_and_nothing_is_invented() {
    let said: Said = json(
        r#"{ "errMsg": "m", "errno": 5, "errcode": "E1", "statusCode": 429, "retryAfter": 7, "code": "STATUS" }"#,
    )
    .unchecked_into();
    let error = values::host_error(&said);
    assert_eq!((error.err_msg.as_deref(), error.errno, error.status), (Some("m"), Some(5), Some(429)));
    assert_eq!((error.errcode, error.code), (Some(Errcode::Text("E1".into())), Some(Code::Status)));
    assert_eq!(error.retry_after, Some(7.0));
    let silent = values::host_error(&json("{}").unchecked_into());
    assert!(silent.err_msg.is_none() && silent.errno.is_none() && silent.status.is_none());
    assert!(silent.errcode.is_none() && silent.code.is_none() && silent.cause.is_none());
}

#[wasm_bindgen_test]
fn r10_a_judgement_is_read() {
    let judged: Judgement =
        json(r#"{ "status": 200, "asks": ["login"], "refused": { "errMsg": "no" }, "invalid": true, "attached": false }"#)
            .unchecked_into();
    let judged = values::judgement(&judged);
    assert_eq!((judged.status, judged.asks.len(), judged.invalid), (Some(200), 1, true));
    assert_eq!(judged.refused.and_then(|said| said.err_msg).as_deref(), Some("no"));
    assert!(!judged.attached);
}

#[wasm_bindgen_test]
fn a9_a_detail_is_read() {
    let given: Detail = json(r#"{ "value": { "a": 1 }, "encrypted": true }"#).unchecked_into();
    let given = values::detail(&given);
    assert!(given.encrypted && given.error.is_none() && given.session.is_err());
    assert!(values::unwrap(Some(&given.value)).is_object());
}

#[wasm_bindgen_test]
fn r4_every_trusted_origin_is_known() {
    let host = host_that(&json("{}"));
    let client = client(&host, &JsValue::UNDEFINED);
    for (url, route) in [
        ("/path", Route::Join),
        ("https://a.example/x", Route::Trusted),
        ("https://b.example:8443/x", Route::Trusted),
        ("https://b.example/x", Route::Foreign),
        ("//a.example/x", Route::Foreign),
    ] {
        assert_eq!(client.route(url) as u32, route as u32, "{url}");
    }
}

#[wasm_bindgen_test]
async fn l1_two_clients_share_nothing() {
    let (one, other) = (host_that(&answers_of_a_login()), host_that(&answers_of_a_login()));
    let (first, _second) = (client(&one, &JsValue::UNDEFINED), client(&other, &JsValue::UNDEFINED));
    first.login(0, false, true);
    turns().await;
    assert_eq!(names(&other), ["publish"]);
}
