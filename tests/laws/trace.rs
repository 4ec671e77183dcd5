//! What a listener hears of a day in the life of a client, word for word. What happens to each
//! request (sent, replied, settled) is told by JavaScript.

use crate::drive::Drive;
use crate::drive::values::{
    FRESH_FOR, GET, POST, SECOND, answered, err_msg, errcode, from_stored, not_accepted, renewable,
};
use serde_json::{Value as Json, json};
use wxlogin::trace::Step;

/// What was heard since the last time: the step, then its fields.
fn heard(drive: &mut Drive) -> Vec<String> {
    let line = |step: Step| {
        let Ok(Json::Object(mut fields)) = serde_json::to_value(&step) else { panic!("no object") };
        let name = fields.remove("step").unwrap();
        let mut line = name.as_str().unwrap().to_owned();
        for (field, value) in &fields {
            line += &format!(" {field}={}", value.to_string().replace('"', ""));
        }
        line
    };
    drive.trace.drain(..).map(line).collect()
}

#[test]
fn a_request_that_turns_out_to_need_a_login() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.answer_login("code");
    drive.answer_exchange(errcode(40029));
    drive.complete_login("t");
    drive.reply(request, 200);
    assert_eq!(
        heard(&mut drive),
        [
            "asked-for need=login ticket=0",
            "login-started flight=1",
            "exchange-started flight=2",
            "code-refused flight=2",
            "login-started flight=3",
            "exchange-started flight=4",
            "session-begun session=1",
        ]
    );
}

#[test]
fn a_start_with_what_storage_held() {
    let stored = Drive::logged_in("t").stored().unwrap();
    let mut drive = Drive::new();
    drive.restore(from_stored(&stored).unwrap());
    drive.request(&[]);
    assert_eq!(heard(&mut drive), ["session-restored"]);
}

#[test]
fn a_renewal_that_is_refused() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.trace.clear();
    drive.login();
    drive.answer_renewal(not_accepted(200, "no"));
    assert_eq!(heard(&mut drive), ["renewal-started flight=3", "renewal-refused", "login-started flight=4"]);
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
            "login-started flight=1",
            "login-failed code=LOGIN_FAILED need=login",
            "login-started flight=2",
            "logged-out",
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
    drive.fail("ask", err_msg("fail"));
    assert_eq!(
        heard(&mut drive),
        [
            "prompt-shown need=phone",
            "detail-given need=phone",
            "detail-submitted need=phone",
            "login-deferred",
            "need-met need=phone",
            "login-started flight=6",
            "exchange-started flight=7",
            "session-begun session=2",
            "asked-for need=scope.camera ticket=1",
            "prompt-shown need=scope.camera",
            "need-unmet code=AUTH_DENIED need=scope.camera",
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
    assert_eq!(heard(&mut drive), ["retry-waits ticket=0"]);
}

#[test]
fn nothing_is_told_if_nobody_listens() {
    let mut drive = Drive::logged_in("t");
    drive.trace.clear();
    drive.machine.set_tracing(false);
    drive.force_login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "u" })));
    assert_eq!(drive.trace.len(), 0);
}
