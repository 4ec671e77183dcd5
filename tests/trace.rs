//! What a listener hears of a day in the life of a client, word for word.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::stored::stored;
use drive::{Drive, GET, POST, SECOND, answered, err_msg, from_stored};
use serde_json::{Value as Json, json};
use wxlogin::trace::Step;

/// What was heard since the last time: the step, then its fields.
fn heard(drive: &mut Drive) -> Vec<String> {
    let line = |step: Step| {
        let Ok(Json::Array(values)) = serde_json::to_value(&step) else { panic!("no row") };
        assert_eq!(values.len(), Step::FIELDS.len());
        let mut fields: Vec<_> =
            Step::FIELDS.iter().zip(values).filter(|(_, value)| !value.is_null()).collect();
        fields[1..].sort_by_key(|(field, _)| **field);
        let name = step.step.to_owned();
        fields[1..].iter().fold(name, |line, (field, value)| {
            format!("{line} {field}={}", value.to_string().replace('"', ""))
        })
    };
    drive.trace.drain(..).map(line).collect()
}

#[test]
fn a_request_that_turns_out_to_need_a_login() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "errcode": 40029 })));
    drive.complete_login("t");
    drive.reply(request, 200);
    assert_eq!(
        heard(&mut drive),
        [
            "requested ticket=0",
            "sent attempt=1 ticket=0",
            "replied attempt=1 status=401 ticket=0",
            "asked-for need=login",
            "login-started flight=1",
            "exchange-started flight=1",
            "code-refused flight=1",
            "login-started flight=2",
            "exchange-started flight=2",
            "login-succeeded flight=2 session=1",
            "sent attempt=2 session=1 ticket=0",
            "replied attempt=2 status=200 ticket=0",
            "settled ticket=0",
        ]
    );
}

#[test]
fn a_start_with_what_storage_held() {
    let before = Drive::logged_in("t");
    let stored = stored(before.stored.as_ref().unwrap());
    let mut drive = Drive::new();
    drive.restore(from_stored(&stored).unwrap());
    drive.request(&[]);
    assert_eq!(
        heard(&mut drive),
        ["session-restored", "requested ticket=0", "sent attempt=1 session=1 ticket=0"]
    );
}

#[test]
fn a_login_that_fails_and_one_that_is_given_up() {
    let mut drive = Drive::new();
    drive.request(&["login"]);
    drive.fail_login(err_msg("login:fail"));
    drive.pass(SECOND);
    drive.login();
    drive.logout();
    assert_eq!(
        heard(&mut drive),
        [
            "requested ticket=0",
            "login-started flight=1",
            "login-failed code=LOGIN_FAILED need=login",
            "failed code=LOGIN_FAILED ticket=0",
            "login-started flight=2",
            "logged-out",
            "failed code=LOGGED_OUT ticket=1",
            "settled ticket=2",
        ]
    );
}

#[test]
fn needs_that_are_met_and_one_that_is_not() {
    let mut drive = Drive::logged_in("t");
    drive.trace.clear();
    let request = drive.request(&["phone"]);
    drive.answer_prompt();
    drive.force_login();
    drive.answer_submission(200, None);
    drive.complete_login("u");
    drive.reply_needing(request, &["scope.camera"]);
    drive.read_setting(Some(false));
    drive.refuse_prompt(err_msg("fail"));
    assert_eq!(
        heard(&mut drive),
        [
            "requested ticket=1",
            "prompt-shown need=phone",
            "detail-given need=phone",
            "detail-submitted need=phone",
            "login-deferred",
            "need-met need=phone",
            "sent attempt=1 session=1 ticket=1",
            "login-started flight=5 session=1",
            "exchange-started flight=5 session=1",
            "login-succeeded flight=5 session=2",
            "settled ticket=2",
            "replied attempt=1 status=200 ticket=1",
            "asked-for need=scope.camera",
            "prompt-shown need=scope.camera",
            "need-unmet code=AUTH_DENIED need=scope.camera",
            "failed code=AUTH_DENIED need=scope.camera ticket=1",
        ]
    );
}

#[test]
fn a_request_that_waits_before_it_is_sent_again() {
    let mut drive = Drive::with(|config| config.retries = 1);
    let again = drive.request_as(GET, &[]);
    drive.fail_send(again, err_msg("request:fail"));
    let once = drive.request_as(POST, &[]);
    drive.fail_send(once, err_msg("request:fail"));
    assert_eq!(
        heard(&mut drive),
        [
            "requested ticket=0",
            "sent attempt=1 ticket=0",
            "retry-waits ticket=0",
            "requested ticket=1",
            "sent attempt=2 ticket=1",
            "failed code=NETWORK ticket=1",
        ]
    );
}
