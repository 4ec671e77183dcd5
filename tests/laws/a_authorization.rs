//! Laws A4–A6: permissions, the privacy contract and the `session_key`.

use crate::drive::Drive;
use crate::drive::values::{FRESH_FOR, POST, err_msg, errno, failed_detail, lacking, renewable, session};
use serde_json::json;
use wxlogin::answer::Answer;
use wxlogin::effect::Reason;
use wxlogin::error::{Code, HostError};
use wxlogin::id::Ticket;

#[test]
fn a4_a_permission_already_granted_asks_nobody() {
    let mut drive = Drive::new();
    let request = drive.request(&["scope.camera"]);
    drive.read_setting(Some(true));
    assert_eq!(drive.sends.len(), 1);
    assert_eq!((drive.host_calls(), drive.is_open(request)), (vec!["getSetting"], true));
}

#[test]
fn a4_a_permission_never_asked_for_is_asked_for_by_wechat() {
    for refused in [false, true] {
        let mut drive = Drive::new();
        let ensured = drive.ensure(&["scope.camera"]);
        drive.read_setting(None);
        if refused {
            drive.fail("authorize", err_msg("authorize:fail auth deny"));
            assert_eq!(drive.unmet(ensured), (Code::AuthDenied, Some("scope.camera")));
        } else {
            drive.answer("authorize", Answer::Done);
            assert!(drive.is_done(ensured));
        }
        assert_eq!(drive.host_calls(), ["getSetting", "authorize"]);
    }
}

#[test]
fn a4_a_permission_refused_earlier_takes_the_prompt_and_a_second_look() {
    for (allowed_then, code) in
        [(Some(true), None), (Some(false), Some(Code::AuthDenied)), (None, Some(Code::AuthDenied))]
    {
        let mut drive = Drive::new();
        let ensured = drive.ensure(&["scope.camera"]);
        drive.read_setting(Some(false));
        assert_eq!(drive.prompts, [("scope.camera".into(), Reason::DeniedBefore)]);
        drive.answer_prompt();
        drive.read_setting(allowed_then);
        assert_eq!(drive.host_calls(), ["getSetting", "ask", "getSetting"]);
        match code {
            None => assert!(drive.is_done(ensured)),
            Some(code) => assert_eq!(drive.unmet(ensured), (code, Some("scope.camera"))),
        }
    }
}

#[test]
fn a4_a_permission_refused_earlier_without_a_prompt_is_denied() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["scope.record"]);
    drive.read_setting(Some(false));
    assert_eq!(drive.unmet(ensured), (Code::AuthDenied, Some("scope.record")));
    assert_eq!(drive.host_calls(), ["getSetting"]);
}

#[test]
fn a4_what_the_user_did_in_the_settings_is_looked_up_and_not_believed() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["scope.camera"]);
    drive.read_setting(Some(false));
    let provided = drive.provide("scope.camera");
    assert!(drive.is_open(provided) && drive.is_open(ensured));
    drive.read_setting(Some(true));
    assert!(drive.is_done(provided) && drive.is_done(ensured));

    // Nothing was asked, and the next use looks again.
    let unasked = drive.provide("scope.record");
    assert!(drive.is_done(unasked));
    assert_eq!(drive.count("getSetting"), 2);
}

#[test]
fn a4_every_use_looks_again() {
    let mut drive = Drive::new();
    for _ in 0..2 {
        drive.ensure(&["scope.camera"]);
        drive.read_setting(Some(true));
    }
    assert_eq!(drive.count("getSetting"), 2);
}

#[test]
fn a4_a_host_that_fails_or_lacks_the_call_is_no_refusal() {
    let mut drive = Drive::new();
    let failed = drive.ensure(&["scope.camera"]);
    drive.fail("getSetting", err_msg("getSetting:fail"));
    let lacked = drive.ensure(&["scope.camera"]);
    drive.fail("getSetting", lacking("getSetting"));
    for ticket in [failed, lacked] {
        assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some("scope.camera")));
    }
}

#[test]
fn a5_the_contract_is_shown_if_it_is_not_agreed_to() {
    let mut drive = Drive::new();
    let agreed = drive.ensure(&["privacy"]);
    drive.read_privacy(false);
    assert!(drive.is_done(agreed));
    assert_eq!(drive.host_calls(), ["getPrivacySetting"]);

    let agreeing = drive.ensure(&["privacy"]);
    drive.read_privacy(true);
    drive.answer("requirePrivacyAuthorize", Answer::Done);
    assert!(drive.is_done(agreeing));

    let refusing = drive.ensure(&["privacy"]);
    drive.read_privacy(true);
    drive.fail("requirePrivacyAuthorize", err_msg("requirePrivacyAuthorize:fail"));
    assert_eq!(drive.unmet(refusing), (Code::AuthDenied, Some("privacy")));
}

#[test]
fn a5_a_base_library_without_the_contract_does_not_enforce_it() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["privacy"]);
    drive.fail("getPrivacySetting", lacking("getPrivacySetting"));
    assert!(drive.is_done(ensured));
}

#[test]
fn a5_a_request_refused_for_want_of_consent_is_sent_again_after_it() {
    let mut drive = Drive::new();
    let request = drive.request_as(POST, &[]);
    drive.fail_send(request, errno(104));
    drive.read_privacy(true);
    drive.answer("requirePrivacyAuthorize", Answer::Done);
    assert_eq!(drive.tokens_sent(request).len(), 2);
    drive.fail_send(request, errno(104));
    assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some("privacy")));
}

#[test]
fn a5_what_the_contract_stands_in_the_way_of_is_its_need_s_wherever_it_shows() {
    type Way = fn(&mut Drive, HostError) -> Ticket;
    let ways: [(&str, Way); 7] = [
        ("authorize", |drive, error| {
            let ensured = drive.ensure(&["scope.camera"]);
            drive.read_setting(None);
            drive.fail("authorize", error);
            ensured
        }),
        ("a detail", |drive, error| drive.provide_detail("phone", failed_detail(error))),
        ("a prompt", |drive, error| {
            let ensured = drive.ensure(&["phone"]);
            drive.fail("ask", error);
            ensured
        }),
        ("a submission", |drive, error| {
            let provided = drive.provide("phone");
            drive.fail("submit", error);
            provided
        }),
        ("wx.login", |drive, error| {
            let login = drive.force_login();
            drive.fail_login(error);
            login
        }),
        ("an exchange", |drive, error| {
            let login = drive.force_login();
            drive.answer_login("code");
            drive.fail("exchange", error);
            login
        }),
        ("a renewal", |drive, error| {
            drive.set_clock(FRESH_FOR);
            let login = drive.login();
            drive.fail("renew", error);
            login
        }),
    ];
    for (name, way) in ways {
        for (number, code) in [(104, Code::AuthDenied), (112, Code::AuthUnavailable)] {
            let mut drive = Drive::with(|config| config.renews = name == "a renewal");
            drive.log_in_as(renewable("t"));
            let ticket = way(&mut drive, errno(number));
            assert_eq!(drive.unmet(ticket), (code, Some("privacy")), "{name}");
        }
    }
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.fail_send(request, errno(112));
    assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some("privacy")));
}

#[test]
fn a6_a_living_key_costs_no_login() {
    let mut drive = Drive::logged_in("t");
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(true);
    assert!(drive.is_done(ensured));
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn a6_a_dead_key_costs_one_login_though_the_session_is_fresh() {
    let mut drive = Drive::logged_in("old");
    let waiting = [drive.ensure(&["sessionKey"]), drive.ensure(&["sessionKey"])];
    drive.check_key(false);
    let joined = drive.ensure(&["sessionKey"]);
    drive.complete_login("new");
    for ticket in [waiting[0], waiting[1], joined] {
        assert!(drive.is_done(ticket));
    }
    assert_eq!((drive.count("checkSession"), drive.count("login")), (1, 2));
}

#[test]
fn a6_a_dead_key_shares_the_login_under_way_and_its_failure() {
    let mut drive = Drive::logged_in("t");
    let ensured = drive.ensure(&["sessionKey"]);
    drive.force_login();
    drive.check_key(false);
    drive.fail_login(err_msg("login:fail"));
    assert_eq!(drive.code(ensured), Code::LoginFailed);
    assert_eq!(drive.count("login"), 2);

    let refused = drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    assert_eq!(drive.code(refused), Code::LoginFailed);
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn a6_a_login_under_way_is_waited_for_since_it_renews_the_key() {
    let mut drive = Drive::logged_in("t");
    drive.force_login();
    let ensured = drive.ensure(&["sessionKey"]);
    assert!(drive.is_open(ensured));
    drive.complete_login("new");
    assert!(drive.is_done(ensured));
    assert_eq!(drive.count("checkSession"), 0);
}

#[test]
fn a5_what_an_app_says_of_the_contract_waits_for_what_wechat_says() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["privacy"]);
    let provided = drive.provide("privacy");
    drive.read_privacy(true);
    drive.answer("requirePrivacyAuthorize", Answer::Done);
    assert!(drive.is_done(ensured) && drive.is_done(provided));
    assert_eq!(drive.count("submit"), 0);
}

#[test]
fn a6_nobody_can_provide_a_session_key() {
    let mut drive = Drive::logged_in("t");
    for is_open in [false, true] {
        let provided = drive.provide("sessionKey");
        assert_eq!(drive.code(provided), Code::AuthUnavailable);
        assert_eq!(drive.count("submit"), 0);
        if !is_open {
            drive.ensure(&["sessionKey"]);
        }
    }
}

#[test]
fn a6_after_a_login_of_the_same_call_the_key_is_new() {
    let mut drive = Drive::new();
    let request = drive.request(&["login", "sessionKey"]);
    drive.complete_login("t");
    assert_eq!(drive.tokens_sent(request), [Some("t")]);

    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("u");
    drive.reply_needing(request, &["sessionKey"]);
    assert_eq!((drive.tokens_sent(request).len(), drive.count("checkSession")), (3, 0));
}

#[test]
fn a6_a_login_of_another_call_or_without_wx_login_says_nothing_of_the_key() {
    let mut drive = Drive::logged_in("t");
    drive.request(&["sessionKey"]);
    assert_eq!(drive.count("checkSession"), 1);

    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.request(&["login", "sessionKey"]);
    drive.answer_renewal(session("u"));
    assert_eq!(drive.count("checkSession"), 1);

    let mut drive = Drive::new();
    drive.request(&["login", "sessionKey"]);
    drive.set_session(&json!({ "token": "t" }));
    assert_eq!(drive.count("checkSession"), 1);
}

#[test]
fn a6_a_host_without_the_call_counts_as_dead() {
    let mut drive = Drive::logged_in("t");
    let ensured = drive.ensure(&["sessionKey"]);
    drive.fail("checkSession", lacking("checkSession"));
    drive.complete_login("u");
    assert!(drive.is_done(ensured));
}

#[test]
fn a6_a_dead_key_is_made_new_by_wx_login_alone() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    assert_eq!(drive.host_calls(), ["login", "exchange", "checkSession", "login"]);
    drive.complete_login("u");
    assert!(drive.is_done(ensured));

    // A renewal under way is waited for, and does not help.
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.login();
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    drive.answer_renewal(session("u"));
    assert!(drive.is_open(ensured));
    drive.complete_login("v");
    assert!(drive.is_done(ensured));
    assert_eq!(drive.count("checkSession"), 2);
}

#[test]
fn a6_during_a_renewal_the_key_may_well_be_alive() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.login();
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(true);
    assert!(drive.is_done(ensured));
    drive.answer_renewal(session("u"));
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn a6_a_key_that_was_not_asked_about_is_if_the_login_that_would_have_made_a_new_one_is_over() {
    let mut drive = Drive::new();
    drive.login();
    let ensured = drive.ensure(&["sessionKey"]);
    assert_eq!(drive.count("checkSession"), 0);
    drive.set_session(&json!({ "token": "u" }));
    drive.check_key(true);
    assert!(drive.is_done(ensured));
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn a6_nor_does_a_session_that_is_given() {
    let mut drive = Drive::logged_in("t");
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    drive.set_session(&json!({ "token": "u" }));
    assert!(drive.is_open(ensured));
    assert_eq!(drive.count("login"), 3);
    drive.complete_login("v");
    assert!(drive.is_done(ensured));
}
