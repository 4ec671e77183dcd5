//! Laws A9 and A10: what becomes of a detail.

use crate::drive::host::given_session;
use crate::drive::values::{
    PROMPT_TIMEOUT, SECOND, answered, encrypted_detail, err_msg, failed_detail, login_error, needs, nobody,
    not_accepted, prompt, status,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::answer::{Answer, Granted};
use wxlogin::config::{Exchange, Submission};
use wxlogin::error::{Code, Errcode, HostError};
use wxlogin::id::Ticket;
use wxlogin::session::ChangeKind::Login;

/// A reply that asks for that need.
fn asks_for(need: &str, status: u16) -> Granted {
    let mut granted = answered(status, json!({}));
    granted.judgement.asks = needs(&[need]);
    granted
}

#[test]
fn a9_a_reply_that_asks_for_a_login_gets_one_and_the_same_detail_once_more() {
    for need in ["phone", "profile"] {
        let mut drive = Drive::logged_in("old");
        let (request, provided) = (drive.request(&[need]), drive.provide(need));
        drive.answer_submission(401, None);
        assert!(drive.is_open(provided));
        drive.complete_login("new");
        assert_eq!(drive.submitted_with, [Some("old".into()), Some("new".into())]);
        drive.answer_submission(200, None);
        assert!(drive.is_done(provided));
        assert_eq!(drive.tokens_sent(request), [Some("new")]);
        assert_eq!((drive.count("ask"), drive.count("submit"), drive.count("login")), (1, 2, 2));
    }
}

#[test]
fn a9_the_app_s_rule_says_what_asks_for_a_login() {
    let mut drive = Drive::logged_in("old");
    drive.provide("phone");
    drive.answer_submission_with(asks_for("login", 200));
    drive.complete_login("new");
    assert_eq!(drive.count("submit"), 2);
}

#[test]
fn a9_what_a_guest_gave_is_submitted_again_with_the_session() {
    let mut drive = Drive::new();
    let provided = drive.provide("profile");
    drive.answer_submission(401, None);
    drive.complete_login("t");
    assert_eq!(drive.submitted_with, [None, Some("t".into())]);
    drive.answer_submission(200, None);
    assert!(drive.is_done(provided));
}

#[test]
fn a9_asked_a_second_time_it_is_rejected_and_not_hammered() {
    let mut drive = Drive::logged_in("old");
    let (request, provided) = (drive.request(&["phone"]), drive.provide("phone"));
    drive.answer_submission(401, None);
    drive.complete_login("new");
    drive.answer_submission(401, None);
    for ticket in [request, provided] {
        assert_eq!(drive.unmet(ticket), (Code::LoginRejected, Some("phone")));
        assert_eq!(drive.failure(ticket).status_code, Some(401));
    }
    // As after any rejection the session stays (law L10).
    assert_eq!((drive.token(), drive.count("login"), drive.lease().lends), (Some("new"), 2, false));
}

#[test]
fn a9_a_session_that_did_not_go_along_is_not_refused() {
    // The app's attach left it off.
    let asks = || Answer::Granted(Box::new(asks_for("login", 401)));
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("phone");
    drive.answer("submit", asks());
    assert_eq!((drive.token(), drive.count("login"), drive.count("submit")), (Some("t"), 1, 2));
    drive.answer("submit", asks());
    assert_eq!((drive.code(provided), drive.token()), (Code::LoginRejected, Some("t")));
    assert!(drive.lease().lends);
}

#[test]
fn a9_a_login_that_fails_is_the_submission_s_failure() {
    let mut drive = Drive::logged_in("old");
    let provided = drive.provide("phone");
    drive.answer_submission(401, None);
    drive.fail_login(err_msg("login:fail"));
    assert_eq!((drive.code(provided), drive.count("submit")), (Code::LoginFailed, 1));
}

#[test]
fn a9_what_a_login_spoils_is_not_submitted_again_and_the_next_call_asks_anew() {
    let mut drive = Drive::logged_in("old");
    let (request, provided) = (drive.request(&["phone"]), drive.provide_detail("phone", encrypted_detail()));
    drive.answer_submission(401, None);
    for ticket in [request, provided] {
        assert_eq!(drive.unmet(ticket), (Code::LoginRejected, Some("phone")));
        assert!(drive.failure(ticket).retryable);
    }
    assert_eq!((drive.token(), drive.count("submit")), (None, 1));
    // There is a session before the tap then. It is the next call's login: nobody waits for one now.
    drive.request(&["phone"]);
    drive.complete_login("new");
    assert_eq!(drive.count("ask"), 2);
}

#[test]
fn a9_a_refused_detail_says_why_and_the_need_does_not_hold() {
    let invalid = |status| {
        let mut granted = answered(status, json!({ "token": "u" }));
        granted.judgement.invalid = true;
        granted
    };
    for (reply, code, retryable) in [
        (not_accepted(200, "wrong number"), Code::Refused, false),
        (not_accepted(503, "wrong number"), Code::Refused, true),
        (answered(400, json!({ "token": "u" })), Code::Status, false),
        (answered(429, json!({})), Code::Status, true),
        (answered(500, json!({})), Code::Status, true),
        (invalid(302), Code::Status, false),
    ] {
        let mut drive = Drive::logged_in("t");
        let (request, provided) = (drive.request(&["phone"]), drive.provide("phone"));
        let status = reply.judgement.status;
        drive.answer_submission_with(reply.clone());
        for ticket in [request, provided] {
            let failure = drive.failure(ticket);
            assert_eq!((failure.code, failure.retryable), (code, retryable), "{reply:?}");
            assert_eq!((failure.status_code, &failure.response), (status, &reply.response), "{reply:?}");
        }
        if code == Code::Refused {
            assert_eq!(drive.failure(provided).err_msg.as_deref(), Some("wrong number"));
        }
        assert_eq!((drive.token(), drive.granted().len(), drive.sends.len()), (Some("t"), 0, 0));
    }
}

#[test]
fn a9_another_need_that_it_asks_for_is_named() {
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("phone");
    drive.answer_submission_with(asks_for("terms", 403));
    assert_eq!(drive.unmet(provided), (Code::AuthUnavailable, Some("terms")));
}

#[test]
fn a9_what_is_no_session_in_the_reply_is_none_for_other_needs() {
    for reply in [nobody(), answered(200, json!({})), answered(200, json!({ "token": 7 }))] {
        let mut drive = Drive::logged_in("t");
        let provided = drive.provide("phone");
        drive.answer_submission_with(reply);
        assert!(drive.is_done(provided));
        assert_eq!((drive.token(), drive.granted()), (Some("t"), vec!["phone"]));
    }
}

#[test]
fn a9_a_session_that_names_only_the_user_does_not_cost_the_token() {
    let mut drive = Drive::logged_in("t");
    drive.provide("phone");
    drive.answer_submission_with(answered(200, json!({ "openid": "o" })));
    assert_eq!((drive.token(), drive.changes.len()), (Some("t"), 2));
}

/// A client that asks its user to log in, and the login.
fn asking_to_log_in() -> (Drive, Ticket) {
    let mut drive = Drive::with(|config| {
        config.exchange = Exchange::None;
        config.prompts.push(prompt("login", Submission::Call));
    });
    let login = drive.login();
    (drive, login)
}

#[test]
fn a9_after_a_wrong_password_the_form_stays_open() {
    let refusals: [(Happening, Code); 6] = [
        (|drive| drive.answer_submission(401, None), Code::Status),
        (|drive| drive.answer_submission(422, None), Code::Status),
        (|drive| drive.answer_submission_with(asks_for("login", 200)), Code::Status),
        (|drive| drive.answer_submission_with(not_accepted(200, "wrong")), Code::Refused),
        (|drive| drive.answer_submission_with(nobody()), Code::ExchangeInvalid),
        (|drive| drive.fail("submit", err_msg("request:fail")), Code::Network),
    ];
    for (refuse, code) in refusals {
        let (mut drive, login) = asking_to_log_in();
        for _ in 0..2 {
            let provided = drive.provide("login");
            refuse(&mut drive);
            assert_eq!(drive.unmet(provided), (code, Some("login")));
            assert_eq!((drive.is_open(login), drive.closed.len(), drive.count("ask")), (true, 0, 1));
            drive.pass(PROMPT_TIMEOUT - SECOND); // each try has the time of a prompt
        }
        drive.provide("login");
        drive.answer_submission(200, Some("t"));
        assert_eq!((drive.token_of(login), &drive.changes), (Some("t"), &vec![Login]));
    }
}

fn log_out(drive: &mut Drive) {
    drive.logout();
}

#[test]
fn a9_the_form_stays_open_for_a_step_that_waits_for_the_login_as_well() {
    let mut drive = Drive::with(|config| {
        config.exchange = Exchange::None;
        config.prompts.push(prompt("login", Submission::Call));
    });
    let ensured = drive.ensure(&["phone"]);
    drive.provide("login");
    drive.answer_submission(401, None);
    assert_eq!((drive.is_open(ensured), drive.closed.len()), (true, 0));
    drive.provide("login");
    drive.answer_submission(200, Some("t"));
    assert_eq!(drive.prompts.last().map(|(need, _)| need.as_str()), Some("phone"));
}

#[test]
fn a9_a_form_that_stays_open_is_closed_like_any_other() {
    let ends: [(Happening, Code); 2] =
        [(|drive| drive.pass(PROMPT_TIMEOUT), Code::AuthTimeout), (log_out, Code::LoggedOut)];
    for (end, code) in ends {
        let (mut drive, login) = asking_to_log_in();
        drive.provide("login");
        drive.answer_submission(401, None);
        end(&mut drive);
        assert_eq!((drive.code(login), &drive.closed), (code, &vec!["login".into()]));
    }
    let (mut drive, login) = asking_to_log_in();
    drive.provide("login");
    drive.answer_submission(401, None);
    drive.deny("login");
    assert_eq!((drive.code(login), drive.closed.len()), (Code::AuthDenied, 0));
}

#[test]
fn a9_what_the_prompt_s_own_promise_gave_is_refused_for_good() {
    let (mut drive, login) = asking_to_log_in();
    drive.answer_prompt();
    drive.answer_submission(401, None);
    let failure = drive.failure(login);
    assert_eq!((failure.code, failure.status_code, failure.retryable), (Code::Status, Some(401), false));
    assert_eq!(drive.closed.len(), 0);
    drive.login();
    assert_eq!(drive.count("ask"), 2, "no wait: that was the user's, not the client's");
}

#[test]
fn a9_a_form_of_the_app_s_own_that_was_refused_keeps_nobody_waiting() {
    // Nobody was asked: the app has a login page of its own, which hears of the refusal.
    let mut drive = Drive::with(|config| config.prompts.push(prompt("login", Submission::Call)));
    let provided = drive.provide("login");
    let (waiting, asked) = (drive.login(), drive.request(&["login"]));
    assert_eq!(drive.count("login"), 0, "it shares the login by the user");
    drive.answer_submission(401, None);
    assert_eq!(drive.code(provided), Code::Status);
    drive.complete_login("t");
    assert_eq!((drive.token_of(waiting), drive.tokens_sent(asked)), (Some("t"), vec![Some("t")]));

    let mut drive = Drive::with(|config| config.prompts.push(prompt("login", Submission::Call)));
    let provided = drive.provide("login");
    drive.answer_submission(401, None);
    assert_eq!((drive.code(provided), drive.closed.len()), (Code::Status, 0));
    drive.login();
    assert_eq!(drive.count("login"), 1, "nothing is left open");
}

#[test]
fn a9_a_login_by_the_user_needs_no_session_and_takes_none_along() {
    let mut drive = Drive::with(|config| config.prompts.push(prompt("login", Submission::Post)));
    drive.log_in("t");
    let provided = drive.provide("login");
    assert_eq!(drive.submitted_with, [None]);
    drive.answer("submit", given_session(&json!({ "token": "u" })));
    assert!(drive.is_done(provided));
    assert_eq!(drive.token(), Some("u"));
}

#[test]
fn a9_a_tap_that_failed_ends_the_login_by_the_user() {
    let (mut drive, login) = asking_to_log_in();
    let provided = drive.provide_detail("login", failed_detail(err_msg("getPhoneNumber:fail user deny")));
    for ticket in [login, provided] {
        assert_eq!(drive.unmet(ticket), (Code::AuthDenied, Some("login")));
    }
}

#[test]
fn a10_what_a_submission_rejects_with_keeps_its_own_words() {
    let number = Some(Errcode::Number(1001.0));
    for (error, code, passed_on) in [
        (err_msg("oops"), Code::CallbackFailed, false),
        (HostError { errcode: number, ..err_msg("sold out") }, Code::CallbackFailed, false),
        (status(409), Code::Status, false),
        (status(503), Code::Status, false),
        (err_msg("request:fail"), Code::Network, false),
        (err_msg("request:fail timeout"), Code::Timeout, false),
        (err_msg("chooseImage:fail cancel"), Code::AuthDenied, false),
        (login_error(Code::Network), Code::Network, true),
        (HostError { status: Some(409), ..login_error(Code::Status) }, Code::Status, true),
        (login_error(Code::Refused), Code::Refused, true),
        (login_error(Code::AuthDenied), Code::AuthDenied, true),
    ] {
        let mut drive = Drive::logged_in("t");
        let provided = drive.provide("profile");
        drive.fail("submit", error.clone());
        let failure = drive.failure(provided);
        assert_eq!((failure.code, failure.passed_on), (code, passed_on), "{error:?}");
        assert_eq!((&failure.err_msg, failure.status_code), (&error.err_msg, error.status), "{error:?}");
        assert_eq!(failure.errcode, error.errcode);
    }
}

#[test]
fn a10_a_submission_that_resolves_with_a_response_is_judged_as_that() {
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("profile");
    drive.answer_submission_with(answered(409, json!({})));
    assert_eq!((drive.code(provided), drive.failure(provided).status_code), (Code::Status, Some(409)));
}

#[test]
fn a9_no_session_that_has_run_out_goes_along() {
    let mut drive = Drive::new();
    drive.log_in_as(answered(200, json!({ "token": "t", "expires_in": 100 })));
    drive.request(&["phone"]);
    drive.set_clock(50.0 * SECOND);
    let provided = drive.provide("phone");
    assert_eq!(drive.submitted_with, [None]);
    drive.answer_submission(401, None);
    drive.complete_login("u");
    drive.answer_submission(200, None);
    assert!(drive.is_done(provided));
}
