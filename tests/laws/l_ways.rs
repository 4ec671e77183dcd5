//! Laws L9 and X8: the ways to a session, and which of them is tried.

use crate::drive::host::given_session;
use crate::drive::values::{
    FRESH_FOR, SECOND, answered, err_msg, errcode, errno, lacking, login_error, nobody, not_accepted, prompt,
    rule, session, session_detail, status,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::answer::Answer;
use wxlogin::config::{Config, Exchange, Submission};
use wxlogin::error::{Code, Errcode, HostError};
use wxlogin::session::ChangeKind::{Expired, Login, Renewed};

/// A client whose session has run out and can be renewed.
fn renewing(change: impl FnOnce(&mut Config)) -> Drive {
    let mut drive = Drive::with(|config| {
        config.renews = true;
        change(config);
    });
    drive.set_session(&json!({ "token": "t", "refresh_token": "refresh of t" }));
    drive.set_clock(FRESH_FOR);
    drive
}

/// All three ways.
fn with_prompt(config: &mut Config) {
    config.prompts.push(prompt("login", Submission::Call));
}

fn only_the_user(config: &mut Config) {
    config.exchange = Exchange::None;
    with_prompt(config);
}

#[test]
fn l9_a_session_is_renewed_before_wechat_is_asked() {
    let mut drive = renewing(|_| {});
    let (login, request) = (drive.login(), drive.request(&["login"]));
    assert_eq!(drive.host_calls(), ["renew"]);
    drive.answer_renewal(session("u"));
    assert_eq!((drive.token_of(login), drive.tokens_sent(request)), (Some("u"), vec![Some("u")]));
    assert_eq!(drive.changes, [Login, Expired, Renewed]);
}

#[test]
fn l9_a_renewal_may_say_the_end_alone_or_bring_another_refresh_token() {
    let mut drive = renewing(|_| {});
    let login = drive.login();
    drive.answer_renewal(answered(200, json!({ "expires_in": 100, "refresh_token": "another" })));
    assert_eq!(drive.token_of(login), Some("t"));
    drive.set_clock(50.0 * SECOND);
    drive.login();
    assert_eq!(drive.renewed_with, ["refresh of t", "another"]);
}

#[test]
fn l9_without_a_refresh_token_or_without_renew_the_exchange_is_first() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in("t");
    drive.set_clock(FRESH_FOR);
    drive.login();
    assert_eq!(drive.count("renew"), 0);

    let mut drive = renewing(|config| config.renews = false);
    drive.login();
    assert_eq!(drive.host_calls(), ["login"]);
}

#[test]
fn l9_a_renewal_that_is_refused_drops_the_token_and_goes_on_to_the_next_way() {
    let refusals: [(&str, Happening); 9] = [
        ("400", |drive| drive.answer_renewal(answered(400, json!({})))),
        ("401", |drive| drive.answer_renewal(answered(401, json!({})))),
        ("403 with a session", |drive| drive.answer_renewal(answered(403, json!({ "token": "u" })))),
        ("accept", |drive| drive.answer_renewal(not_accepted(200, "no"))),
        ("null", |drive| drive.answer_renewal(nobody())),
        ("a function that rejects with a 401", |drive| drive.fail("renew", status(401))),
        ("with a STATUS", |drive| {
            drive.fail("renew", HostError { status: Some(403), ..login_error(Code::Status) });
        }),
        ("with a REFUSED", |drive| drive.fail("renew", login_error(Code::Refused))),
        ("a function that resolves with a 404", |drive| {
            drive.answer_renewal(answered(404, json!({})));
        }),
    ];
    for (name, refuse) in refusals {
        let mut drive = renewing(|_| {});
        let login = drive.login();
        refuse(&mut drive);
        assert!(drive.is_open(login), "{name}");
        assert!(drive.stored().unwrap().get("refreshToken").is_none(), "{name}");
        drive.complete_login("u");
        assert_eq!(drive.token_of(login), Some("u"), "{name}");
        assert_eq!(drive.host_calls(), ["renew", "login", "exchange"], "{name}");
    }
}

#[test]
fn l9_a_renewal_that_did_not_get_through_fails_the_login_and_keeps_the_token() {
    let failures: [(&str, Happening, Code); 11] = [
        ("network", |drive| drive.fail("renew", err_msg("request:fail")), Code::ExchangeFailed),
        ("timeout", |drive| drive.fail("renew", errno(5)), Code::ExchangeFailed),
        ("500", |drive| drive.answer_renewal(answered(500, json!({}))), Code::ExchangeFailed),
        (
            "503 with a session",
            |drive| drive.answer_renewal(answered(503, json!({ "token": "u" }))),
            Code::ExchangeFailed,
        ),
        ("429", |drive| drive.answer_renewal(answered(429, json!({}))), Code::RateLimited),
        ("a function that throws", |drive| drive.fail("renew", err_msg("oops")), Code::ExchangeFailed),
        ("a 502 of a function", |drive| drive.fail("renew", status(502)), Code::ExchangeFailed),
        ("a 429 of a function", |drive| drive.fail("renew", status(429)), Code::RateLimited),
        ("NETWORK", |drive| drive.fail("renew", login_error(Code::Network)), Code::ExchangeFailed),
        ("readSession throws", |drive| drive.fail("renew", rule("readSession")), Code::ExchangeFailed),
        ("no session", |drive| drive.answer_renewal(answered(200, json!({ "ok": 1 }))), Code::ExchangeFailed),
    ];
    for (name, fail, code) in failures {
        let mut drive = renewing(with_prompt);
        let login = drive.login();
        fail(&mut drive);
        let failure = drive.failure(login);
        assert_eq!((failure.code, failure.retryable), (code, true), "{name}");
        assert!(failure.retry_after.is_some(), "{name}");
        assert_eq!(drive.stored().unwrap()["refreshToken"], "refresh of t", "{name}");
        assert_eq!(drive.host_calls(), ["renew"], "{name}");
        drive.pass(80.0 * SECOND);
        drive.login();
        assert_eq!(drive.host_calls(), ["renew", "renew"], "{name}");
    }
}

#[test]
fn l9_an_exchange_that_knows_nobody_goes_on_to_the_user() {
    let knows_nobody: [Happening; 2] = [
        |drive| drive.answer_exchange(nobody()),
        |drive| {
            let mut reply = nobody();
            reply.judgement.status = None; // a function's
            drive.answer("exchange", Answer::Granted(Box::new(reply)));
        },
    ];
    for know_nobody in knows_nobody {
        let mut drive = Drive::with(with_prompt);
        let login = drive.login();
        drive.answer_login("code");
        know_nobody(&mut drive);
        assert_eq!(drive.host_calls(), ["login", "exchange", "ask"]);
        drive.answer_prompt();
        drive.answer("submit", given_session(&json!({ "token": "u" })));
        assert_eq!(drive.token_of(login), Some("u"));
    }
}

#[test]
fn l9_without_a_prompt_for_it_that_is_unavailable() {
    let mut drive = Drive::new();
    let (login, request) = (drive.login(), drive.request(&["login"]));
    drive.answer_login("code");
    drive.answer_exchange(nobody());
    for ticket in [login, request] {
        assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some("login")));
        assert_eq!(drive.failure(ticket).retry_after, None);
    }
}

#[test]
fn l9_without_an_exchange_the_user_is_asked_at_once() {
    let mut drive = Drive::with(only_the_user);
    let (login, request) = (drive.login(), drive.request(&["login"]));
    assert_eq!(drive.host_calls(), ["ask"]);
    drive.provide("login");
    drive.answer_submission(200, Some("t"));
    assert_eq!((drive.token_of(login), drive.tokens_sent(request)), (Some("t"), vec![Some("t")]));
}

#[test]
fn l9_without_an_exchange_a_refused_renewal_leads_to_the_user() {
    let mut drive = renewing(only_the_user);
    drive.login();
    drive.answer_renewal(nobody());
    assert_eq!(drive.host_calls(), ["renew", "ask"]);
}

#[test]
fn l9_the_detail_itself_is_the_session_if_nothing_is_submitted() {
    let only_the_form = |config: &mut Config| {
        config.exchange = Exchange::None;
        config.prompts.push(prompt("login", Submission::Nothing));
    };
    let whole = session_detail(&json!({ "token": "t", "extra": { "uid": 7 } }));
    let mut drive = Drive::with(only_the_form);
    let login = drive.login();
    drive.answer_prompt_with(whole.clone());
    assert_eq!(drive.token_of(login), Some("t"));

    // What is no session leaves the form open, if it was provided.
    let mut drive = Drive::with(only_the_form);
    let login = drive.login();
    let provided = drive.provide("login");
    assert_eq!((drive.code(provided), drive.is_open(login)), (Code::ExchangeInvalid, true));
    drive.provide_detail("login", whole);
    assert_eq!(drive.token_of(login), Some("t"));

    let mut drive = Drive::with(only_the_form);
    let login = drive.login();
    drive.answer_prompt();
    assert_eq!(drive.code(login), Code::ExchangeInvalid);
}

#[test]
fn l9_every_answer_of_an_exchange_has_one_name() {
    for (reply, code) in [
        (not_accepted(200, "no"), Code::Refused),
        (not_accepted(403, "no"), Code::Refused),
        (answered(500, json!({ "token": "t" })), Code::ExchangeFailed),
        (answered(503, json!({})), Code::ExchangeFailed),
        (errcode(-1), Code::ExchangeFailed),
        (answered(404, json!({ "token": "t" })), Code::ExchangeInvalid),
        (answered(200, json!({})), Code::ExchangeInvalid),
        (errcode(40013), Code::ExchangeInvalid),
        (answered(503, json!({ "errcode": 45011 })), Code::RateLimited),
        (answered(403, json!({ "errcode": 40226 })), Code::LoginBlocked),
    ] {
        let mut drive = Drive::with(with_prompt);
        let said = format!("{reply:?}");
        let login = drive.login();
        drive.answer_login("code");
        drive.answer_exchange(reply);
        assert_eq!(drive.code(login), code, "{said}");
        assert_eq!(drive.count("ask"), 0, "{said}");
    }
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "errcode": 0, "token": "t" })));
    assert_eq!(drive.token_of(login), Some("t"));
}

#[test]
fn a10_a_function_that_fails_keeps_its_own_words() {
    let said = |status, errcode, code| HostError {
        status,
        errcode,
        code,
        retry_after: Some(90.0),
        ..err_msg("in its own words")
    };
    let number = |number: f64| Some(Errcode::Number(number));
    for (error, code) in [
        (said(None, None, None), Code::ExchangeFailed),
        (said(Some(401), None, None), Code::ExchangeFailed),
        (said(Some(403), None, Some(Code::Status)), Code::ExchangeInvalid),
        (said(Some(500), None, None), Code::ExchangeFailed),
        (said(Some(429), None, None), Code::RateLimited),
        (said(None, number(45011.0), None), Code::RateLimited),
        (said(None, number(40226.0), None), Code::LoginBlocked),
        (said(None, number(-1.0), None), Code::ExchangeFailed),
        (said(None, number(1001.0), Some(Code::Refused)), Code::Refused),
        // A shop's own number, which only looks like WeChat's.
        (said(None, number(-1.0), Some(Code::Refused)), Code::Refused),
        (said(None, None, Some(Code::Network)), Code::ExchangeFailed),
        (said(None, None, Some(Code::AuthDenied)), Code::AuthDenied),
    ] {
        let mut drive = Drive::new();
        let login = drive.login();
        drive.answer_login("code");
        drive.fail("exchange", error.clone());
        let failure = drive.failure(login);
        assert_eq!(failure.code, code, "{error:?}");
        assert_eq!(failure.err_msg.as_deref(), Some("in its own words"));
        assert_eq!((failure.status_code, &failure.errcode), (error.status, &error.errcode));
        if code == Code::RateLimited {
            assert!(failure.retry_after.is_some_and(|wait| wait >= 90.0));
        }
    }
}

#[test]
fn a10_a_rule_of_the_app_s_that_throws_is_named() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.fail("exchange", rule("readSession"));
    let failure = drive.failure(login);
    assert_eq!(failure.code, Code::CallbackFailed);
    assert!(failure.message.contains("readSession"), "{}", failure.message);
}

#[test]
fn l9_a_host_that_can_not_even_try_is_named_and_its_call_as_well() {
    let mut drive = Drive::with(|config| config.exchange = Exchange::Cloud);
    let login = drive.login();
    drive.fail("exchange", lacking("wx.cloud"));
    assert_eq!(drive.code(login), Code::HostUnsupported);
    assert!(drive.failure(login).message.contains("wx.cloud"));
}

#[test]
fn x8_in_single_page_mode_a_login_is_unsupported_at_once_and_without_a_wait() {
    let mut drive = Drive::with(|config| {
        config.browse_only = true;
        with_prompt(config);
    });
    let browsing = drive.request(&[]);
    drive.reply(browsing, 200);
    assert!(drive.is_replied(browsing));
    let rejected = drive.request(&[]);
    drive.reply(rejected, 401);
    let calls =
        [drive.login(), drive.force_login(), drive.ensure(&["phone"]), rejected, drive.silent_login()];
    for call in calls {
        let failure = drive.failure(call);
        assert_eq!((failure.code, failure.retry_after), (Code::HostUnsupported, None));
        assert!(failure.message.contains("full mini-program"), "{}", failure.message);
    }
    assert_eq!(drive.host_calls().len(), 0);
}
