//! Laws A1–A8: what the user has to agree to, asked once and only when a feature needs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::{
    Drive, Happening, LIFE, LOGIN_TIMEOUT, PROMPT_TIMEOUT, SECOND, answered, detail, err_msg, errcode, errno,
    failed_detail, needs, session, unreachable_backend,
};
use serde_json::json;
use wxlogin::Event;
use wxlogin::effect::{ChangeKind, Outcome, Reason};
use wxlogin::error::{Code, HostError};
use wxlogin::event::Traits;
use wxlogin::need::Need;

/// A client whose prompt for the phone number is on screen, and the request that needs it.
fn asking_for_phone() -> (Drive, u32) {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["phone"]);
    assert_eq!(drive.prompts, [("phone".into(), Reason::Requested)]);
    (drive, request)
}

/// A client whose detail waits for a login, and the call that provided it.
fn holding_a_detail() -> (Drive, u32) {
    let (mut drive, _) = asking_for_phone();
    drive.force_login();
    let provided = drive.provide("phone");
    assert_eq!(drive.count("submit"), 0);
    (drive, provided)
}

/// A client whose login waits for a submission, and that login.
fn deferring_a_login() -> (Drive, u32) {
    let mut drive = Drive::logged_in("t");
    drive.provide("phone");
    let login = drive.force_login();
    assert_eq!(drive.count("login"), 1);
    (drive, login)
}

#[test]
fn a1_nothing_is_asked_before_a_feature_needs_it() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.reply(request, 200);
    assert_eq!(drive.prompts, []);
    drive.ensure(&["terms"]);
    assert_eq!(drive.prompts, [("terms".into(), Reason::Requested)]);
}

#[test]
fn a1_one_prompt_serves_all_who_wait_for_it() {
    let (mut drive, first) = asking_for_phone();
    let mut requests: Vec<_> = (0..999).map(|_| drive.request(&["phone"])).collect();
    requests.push(first);
    let asked_by_reply = drive.request(&[]);
    drive.reply_needing(asked_by_reply, &["phone"]);
    let provided = drive.provide("phone");
    drive.answer_submission(200, None);
    assert_eq!(drive.outcome(provided), Outcome::Done);
    for request in requests {
        assert_eq!(drive.tokens_sent(request), [Some("t")]);
    }
    assert_eq!(drive.tokens_sent(asked_by_reply).len(), 2);
    assert_eq!((drive.count("ask"), drive.count("submit")), (1, 1));
}

#[test]
fn a1_every_kind_of_need_is_shared() {
    for (need, call) in
        [("sessionKey", "checkSession"), ("privacy", "getPrivacySetting"), ("scope.record", "getSetting")]
    {
        let mut drive = Drive::logged_in("t");
        let waiting = [drive.ensure(&[need]), drive.ensure(&[need])];
        assert_eq!(drive.count(call), 1, "{need}");
        match need {
            "sessionKey" => drive.check_key(true),
            "privacy" => drive.read_privacy(false),
            _ => drive.read_setting(Some(true)),
        }
        assert!(waiting.iter().all(|ticket| drive.outcome(*ticket) == Outcome::Done), "{need}");
    }
}

#[test]
fn a1_a_step_whose_detail_is_posted_has_a_session_before_it_is_shown() {
    let mut drive = Drive::new();
    drive.ensure(&["phone"]);
    assert_eq!(drive.host_calls(), ["login"]);
    drive.complete_login("t");
    assert_eq!(drive.host_calls(), ["login", "exchange", "ask"]);
    drive.answer_prompt();
    assert_eq!(drive.submitted_with.as_deref(), Some("t"));
}

#[test]
fn a1_other_steps_are_shown_without_a_session() {
    for need in ["profile", "terms"] {
        let mut drive = Drive::new();
        drive.ensure(&[need]);
        assert_eq!(drive.host_calls(), ["ask"]);
    }
}

#[test]
fn a1_a_step_that_nobody_can_show_is_told_apart() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["address"]);
    let provided = drive.provide("address");
    for ticket in [request, provided] {
        assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some(Need::named("address"))));
    }
    assert_eq!(drive.sends, []);
}

#[test]
fn a2_refused_is_refused_for_all_who_wait() {
    let refusals: [Happening; 4] = [
        |drive| drive.deny("phone"),
        |drive| drive.refuse_prompt(HostError::default()),
        |drive| {
            drive.provide_detail("phone", failed_detail(err_msg("getPhoneNumber:fail:user deny")));
        },
        |drive| {
            let (flight, detail) = (drive.flight("ask"), failed_detail(err_msg("fail user deny")));
            drive.handle(Event::PromptAnswered { flight, detail });
        },
    ];
    for refuse in refusals {
        let (mut drive, request) = asking_for_phone();
        let ensured = drive.ensure(&["phone", "terms"]);
        refuse(&mut drive);
        for ticket in [request, ensured] {
            assert_eq!(drive.unmet(ticket), (Code::AuthDenied, Some(Need::named("phone"))));
        }
        assert_eq!((drive.sends.len(), drive.count("ask"), drive.count("submit")), (0, 1, 0));
    }
}

#[test]
fn a2_a_refusal_ends_the_request_whose_reply_asked() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_needing(request, &["terms"]);
    drive.deny("terms");
    assert_eq!(drive.unmet(request), (Code::AuthDenied, Some(Need::named("terms"))));
    assert_eq!(drive.sends.len(), 1);
}

#[test]
fn a2_a_refusal_before_the_prompt_is_shown_counts() {
    let mut drive = Drive::new();
    let request = drive.request(&["phone"]);
    drive.deny("phone");
    drive.complete_login("t");
    assert_eq!(drive.unmet(request), (Code::AuthDenied, Some(Need::named("phone"))));
    assert_eq!(drive.count("ask"), 0);
}

#[test]
fn a2_the_next_call_may_ask_again() {
    let (mut drive, _) = asking_for_phone();
    let old = drive.flight("ask");
    drive.deny("phone");
    let request = drive.request(&["phone"]);
    // The first prompt's promise comes to its end only now.
    drive.handle(Event::PromptAnswered { flight: old, detail: detail() });
    drive.handle(Event::PromptRefused { flight: old, error: err_msg("closed") });
    assert!(drive.is_open(request));
    assert_eq!((drive.count("ask"), drive.count("submit")), (2, 0));
}

#[test]
fn a2_a_refusal_after_the_tap_comes_too_late() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.deny("phone");
    drive.answer_submission(200, None);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);

    let (mut drive, provided) = holding_a_detail();
    drive.deny("phone");
    drive.complete_login("new");
    drive.answer_submission(200, None);
    assert_eq!(drive.outcome(provided), Outcome::Done);
}

#[test]
fn a2_a_refusal_of_what_nobody_waits_for_is_nothing() {
    let mut drive = Drive::logged_in("t");
    drive.deny("phone");
    drive.deny("login");
    let request = drive.request(&["phone"]);
    assert!(drive.is_open(request));
}

#[test]
fn a2_a_failure_of_the_tap_is_no_refusal() {
    for (error, told) in
        [(errno(1_400_001), "quota"), (err_msg("getPhoneNumber:fail no permission"), "no permission")]
    {
        let (mut drive, request) = asking_for_phone();
        let provided = drive.provide_detail("phone", failed_detail(error));
        for ticket in [request, provided] {
            assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some(Need::named("phone"))));
            let message = &drive.failure(ticket).message;
            assert!(message.contains(told), "{message}");
            assert_eq!(message.contains("quota"), told == "quota", "{message}");
        }
    }
}

#[test]
fn a3_an_unanswered_prompt_ends_and_the_next_call_may_ask() {
    let (mut drive, request) = asking_for_phone();
    drive.pass(PROMPT_TIMEOUT - 1.0);
    let joined = drive.ensure(&["phone"]);
    drive.pass(1.0);
    for ticket in [request, joined] {
        assert_eq!(drive.unmet(ticket), (Code::AuthTimeout, Some(Need::named("phone"))));
        assert!(drive.failure(ticket).message.contains("nobody answered"));
    }
    drive.answer_prompt();
    assert_eq!((drive.sends.len(), drive.count("submit")), (0, 0));
    drive.request(&["phone"]);
    assert_eq!(drive.count("ask"), 2);
}

#[test]
fn a3_an_answer_that_overtakes_the_timer_is_late_all_the_same() {
    let (mut drive, request) = asking_for_phone();
    drive.set_clock(PROMPT_TIMEOUT);
    drive.answer_prompt();
    assert_eq!(drive.code(request), Code::AuthTimeout);
    assert_eq!(drive.count("submit"), 0);
}

#[test]
fn a3_a_host_that_never_answers_ends_the_wait_as_well() {
    for (need, limit) in
        [("sessionKey", LOGIN_TIMEOUT), ("privacy", LOGIN_TIMEOUT), ("scope.record", LOGIN_TIMEOUT)]
    {
        let mut drive = Drive::logged_in("t");
        let ensured = drive.ensure(&[need]);
        drive.pass(limit);
        assert_eq!(drive.unmet(ensured), (Code::AuthTimeout, Some(Need::named(need))));
        assert!(drive.failure(ensured).message.contains("the host gave no answer"));
    }
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("phone");
    drive.pass(PROMPT_TIMEOUT);
    assert!(drive.failure(provided).message.contains("promptTimeout"));
    assert_eq!(drive.code(provided), Code::AuthTimeout);
    assert_eq!(drive.cancelled_flights, [drive.flight("submit")]);
    drive.answer_submission(200, None);
    assert_eq!(drive.changes, [ChangeKind::Login]);
}

#[test]
fn a3_each_prompt_has_its_own_time() {
    let (mut drive, first) = asking_for_phone();
    drive.pass(100.0 * SECOND);
    let second = drive.ensure(&["terms"]);
    drive.pass(80.0 * SECOND);
    assert_eq!(drive.code(first), Code::AuthTimeout);
    drive.pass(100.0 * SECOND - 1.0);
    assert!(drive.is_open(second));
    drive.pass(1.0);
    assert_eq!(drive.code(second), Code::AuthTimeout);
}

#[test]
fn a3_a_clock_that_stands_still_keeps_no_prompt_open() {
    let (mut drive, request) = asking_for_phone();
    drive.fire_timer();
    assert_eq!(drive.code(request), Code::AuthTimeout);
}

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
            drive.refuse("authorize", err_msg("authorize:fail auth deny"));
            assert_eq!(drive.unmet(ensured), (Code::AuthDenied, Some(Need::named("scope.camera"))));
        } else {
            drive.authorize("authorize");
            assert_eq!(drive.outcome(ensured), Outcome::Done);
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
            None => assert_eq!(drive.outcome(ensured), Outcome::Done),
            Some(code) => assert_eq!(drive.unmet(ensured), (code, Some(Need::named("scope.camera")))),
        }
    }
}

#[test]
fn a4_a_permission_refused_earlier_without_a_prompt_is_denied() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["scope.record"]);
    drive.read_setting(Some(false));
    assert_eq!(drive.unmet(ensured), (Code::AuthDenied, Some(Need::named("scope.record"))));
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
    assert_eq!((drive.outcome(provided), drive.outcome(ensured)), (Outcome::Done, Outcome::Done));

    let unasked = drive.provide("scope.record");
    drive.read_setting(Some(false));
    assert_eq!(drive.code(unasked), Code::AuthDenied);
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
    drive.refuse("getSetting", err_msg("getSetting:fail"));
    let lacked = drive.ensure(&["scope.camera"]);
    drive.lack("getSetting");
    for ticket in [failed, lacked] {
        assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some(Need::named("scope.camera"))));
    }
}

#[test]
fn a5_the_contract_is_shown_where_it_is_not_agreed_to() {
    let mut drive = Drive::new();
    let agreed = drive.ensure(&["privacy"]);
    drive.read_privacy(false);
    assert_eq!(drive.outcome(agreed), Outcome::Done);
    assert_eq!(drive.host_calls(), ["getPrivacySetting"]);

    let agreeing = drive.ensure(&["privacy"]);
    drive.read_privacy(true);
    drive.authorize("requirePrivacyAuthorize");
    assert_eq!(drive.outcome(agreeing), Outcome::Done);

    let refusing = drive.ensure(&["privacy"]);
    drive.read_privacy(true);
    drive.refuse("requirePrivacyAuthorize", err_msg("requirePrivacyAuthorize:fail"));
    assert_eq!(drive.unmet(refusing), (Code::AuthDenied, Some(Need::named("privacy"))));
}

#[test]
fn a5_a_base_library_without_the_contract_does_not_enforce_it() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["privacy"]);
    drive.lack("getPrivacySetting");
    assert_eq!(drive.outcome(ensured), Outcome::Done);
}

#[test]
fn a5_a_request_refused_for_want_of_consent_is_sent_again_after_it() {
    let mut drive = Drive::new();
    let request = drive.request_as(drive::POST, &[]);
    drive.fail_send(request, errno(104));
    drive.read_privacy(true);
    drive.authorize("requirePrivacyAuthorize");
    assert_eq!(drive.tokens_sent(request).len(), 2);
    drive.fail_send(request, errno(104));
    assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some(Need::named("privacy"))));
}

#[test]
fn a5_what_the_contract_stands_in_the_way_of_is_its_need_s_wherever_it_shows() {
    type Way = fn(&mut Drive, HostError) -> u32;
    let ways: [(&str, Way); 6] = [
        ("authorize", |drive, error| {
            let ensured = drive.ensure(&["scope.camera"]);
            drive.read_setting(None);
            drive.refuse("authorize", error);
            ensured
        }),
        ("a detail", |drive, error| drive.provide_detail("phone", failed_detail(error))),
        ("a prompt", |drive, error| {
            let ensured = drive.ensure(&["phone"]);
            drive.refuse_prompt(error);
            ensured
        }),
        ("a submission", |drive, error| {
            let provided = drive.provide("phone");
            drive.fail_submission(error, true);
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
            drive.answer_exchange(wxlogin::event::ExchangeReply { said: error, ..unreachable_backend() });
            login
        }),
    ];
    for (name, way) in ways {
        for (number, code) in [(104, Code::AuthDenied), (112, Code::AuthUnavailable)] {
            let mut drive = Drive::logged_in("t");
            let ticket = way(&mut drive, errno(number));
            assert_eq!(drive.unmet(ticket), (code, Some(Need::named("privacy"))), "{name}");
        }
    }
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.fail_send(request, errno(112));
    assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some(Need::named("privacy"))));
}

#[test]
fn a6_a_living_key_costs_no_login() {
    let mut drive = Drive::logged_in("t");
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(true);
    assert_eq!(drive.outcome(ensured), Outcome::Done);
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
        assert_eq!(drive.outcome(ticket), Outcome::Done);
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
    assert_eq!(drive.outcome(ensured), Outcome::Done);
    assert_eq!(drive.count("checkSession"), 0);
}

#[test]
fn a7_a_need_met_is_remembered_until_a_reply_asks_for_it() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.answer_submission(200, None);
    assert_eq!(drive.session.as_ref().unwrap().session.granted, needs(&["phone"]));
    assert_eq!(drive.stored, drive.session);
    assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Granted]);

    let ensured = drive.ensure(&["phone"]);
    assert_eq!((drive.outcome(ensured), drive.count("ask")), (Outcome::Done, 1));
    drive.reply_needing(request, &["phone"]);
    assert_eq!(drive.count("ask"), 2);
}

#[test]
fn a7_a_late_reply_does_not_ask_again_for_what_was_met_since() {
    let mut drive = Drive::logged_in("t");
    let (first, late) = (drive.request(&[]), drive.request(&[]));
    drive.reply_needing(first, &["phone"]);
    drive.provide("phone");
    drive.answer_submission(200, None);
    drive.reply_needing(late, &["phone"]);
    assert_eq!(drive.count("ask"), 1);
    drive.reply(late, 200);
    assert_eq!(drive.outcome(late), Outcome::Reply);
}

#[test]
fn a7_a_need_met_is_forgotten_with_the_session() {
    let ends: [Happening; 4] = [
        |drive| {
            drive.logout();
        },
        |drive| drive.set_clock(LIFE * SECOND),
        |drive| {
            let rejected = drive.request(&[]);
            drive.reply(rejected, 401);
            drive.complete_login("next");
        },
        |drive| drive.log_in("next"),
    ];
    for end in ends {
        let mut drive = Drive::logged_in("t");
        drive.ensure(&["terms"]);
        drive.provide("terms");
        end(&mut drive);
        drive.ensure(&["terms"]);
        assert_eq!(drive.count("ask"), 2);
    }
}

#[test]
fn a7_a_need_met_without_a_session_goes_with_the_next_one() {
    let mut drive = Drive::new();
    drive.ensure(&["terms"]);
    drive.provide("terms");
    let guest = drive.ensure(&["terms"]);
    assert_eq!(drive.outcome(guest), Outcome::Done);
    drive.log_in("t");
    assert_eq!(drive.session.as_ref().unwrap().session.granted, needs(&["terms"]));
}

#[test]
fn a7_a_need_met_after_the_session_s_end_goes_with_the_next_one_too() {
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 100 })));
    drive.ensure(&["terms"]);
    drive.set_clock(100.0 * SECOND);
    drive.provide("terms");
    assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Expired]);
    drive.log_in("next");
    assert_eq!(drive.session.as_ref().unwrap().session.granted, needs(&["terms"]));
}

#[test]
fn a7_a_need_met_without_a_session_is_forgotten_at_logout() {
    let mut drive = Drive::new();
    drive.ensure(&["terms"]);
    drive.provide("terms");
    drive.logout();
    drive.log_in("next");
    drive.ensure(&["terms"]);
    assert_eq!(drive.count("ask"), 2);
}

#[test]
fn a7_what_the_backend_knows_to_hold_is_not_asked() {
    let mut drive = Drive::new();
    let before_the_login = drive.ensure(&["phone"]);
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "granted": ["phone"] })));
    let after_it = drive.ensure(&["phone"]);
    assert_eq!((drive.outcome(before_the_login), drive.outcome(after_it)), (Outcome::Done, Outcome::Done));
    assert_eq!(drive.count("ask"), 0);
}

#[test]
fn a7_what_did_not_reach_the_backend_is_not_remembered() {
    let failures: [(Happening, Code); 4] = [
        (|drive| drive.answer_submission(500, None), Code::Status),
        (|drive| drive.fail_submission(err_msg("request:fail"), false), Code::Network),
        (|drive| drive.fail_submission(errno(5), false), Code::Timeout),
        (|drive| drive.fail_submission(err_msg("oops"), true), Code::CallbackFailed),
    ];
    for (fail, code) in failures {
        let (mut drive, request) = asking_for_phone();
        let provided = drive.provide("phone");
        fail(&mut drive);
        for ticket in [request, provided] {
            assert_eq!(drive.unmet(ticket), (code, Some(Need::named("phone"))));
        }
        assert!(drive.session.as_ref().unwrap().session.granted.is_empty());
        drive.ensure(&["phone"]);
        assert_eq!(drive.count("ask"), 2);
    }
}

#[test]
fn a7_a_session_in_the_reply_replaces_the_session() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.answer_submission(200, Some("with phone"));
    assert_eq!(drive.tokens_sent(request), [Some("with phone")]);
    assert_eq!(drive.session.as_ref().unwrap().session.granted, needs(&["phone"]));
    assert_eq!(drive.stored, drive.session);
}

#[test]
fn a7_needs_of_different_names_share_neither_prompt_nor_detail() {
    let mut drive = Drive::logged_in("t");
    let (phone, profile) = (drive.ensure(&["phone"]), drive.ensure(&["profile"]));
    assert_eq!(drive.count("ask"), 2);
    drive.provide("profile");
    drive.answer_submission(200, None);
    assert_eq!(drive.outcome(profile), Outcome::Done);
    drive.deny("phone");
    assert_eq!(drive.code(phone), Code::AuthDenied);
}

#[test]
fn a7_a_detail_nobody_waits_for_is_submitted_and_remembered() {
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("phone");
    drive.answer_submission(200, None);
    let ensured = drive.ensure(&["phone"]);
    assert_eq!((drive.outcome(provided), drive.outcome(ensured)), (Outcome::Done, Outcome::Done));
    assert_eq!(drive.host_calls()[2..], ["submit"]);
}

#[test]
fn a7_a_second_tap_shares_what_the_first_one_comes_to() {
    let mut drive = Drive::logged_in("t");
    let taps = [drive.provide("phone"), drive.provide("phone")];
    let refused_tap = drive.provide_detail("phone", failed_detail(err_msg("fail user deny")));
    drive.answer_submission(200, None);
    for tap in [taps[0], taps[1], refused_tap] {
        assert_eq!(drive.outcome(tap), Outcome::Done);
    }
    assert_eq!(drive.count("submit"), 1);
}

#[test]
fn a7_an_answer_given_twice_counts_once() {
    let (mut drive, request) = asking_for_phone();
    drive.answer_prompt();
    drive.answer_prompt();
    drive.refuse_prompt(err_msg("closed"));
    drive.answer_submission(200, None);
    drive.answer_submission(500, None);
    drive.fail_submission(err_msg("request:fail"), false);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
    assert_eq!(drive.count("submit"), 1);
}

#[test]
fn l5_a_deferred_login_waits_no_longer_than_any_other() {
    let (mut drive, login) = deferring_a_login();
    drive.pass(LOGIN_TIMEOUT);
    assert_eq!((drive.code(login), drive.count("login")), (Code::LoginTimeout, 1));
}

#[test]
fn a8_no_login_starts_while_a_detail_is_being_submitted() {
    let ends: [Happening; 3] = [
        |drive| drive.answer_submission(200, None),
        |drive| drive.answer_submission(500, None),
        |drive| drive.fail_submission(err_msg("request:fail"), false),
    ];
    for end in ends {
        let (mut drive, login) = deferring_a_login();
        let joined = drive.request(&["sessionKey"]);
        drive.check_key(false);
        assert_eq!(drive.count("login"), 1);
        end(&mut drive);
        assert_eq!(drive.count("login"), 2);
        drive.complete_login("new");
        assert_eq!(drive.token_of(login), Some("new"));
        assert_eq!(drive.tokens_sent(joined), [Some("new")]);
    }
}

#[test]
fn a8_a_401_during_the_submission_waits_too() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.provide("phone");
    drive.reply(request, 401);
    assert_eq!(drive.count("login"), 1);
    drive.answer_submission(200, None);
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [Some("t"), Some("new")]);
}

#[test]
fn a8_a_session_that_the_submission_brings_is_enough_for_who_waited_for_any() {
    let mut drive = Drive::new();
    drive.provide("profile");
    let (login, request) = (drive.login(), drive.request(&["login"]));
    drive.answer_submission(200, Some("with profile"));
    assert_eq!(drive.token_of(login), Some("with profile"));
    assert_eq!(drive.tokens_sent(request), [Some("with profile")]);
    assert_eq!(drive.count("login"), 0);
}

#[test]
fn a8_a_session_that_the_submission_brings_neither_renews_the_key_nor_is_a_forced_login() {
    let waits: [Happening; 2] = [
        |drive| {
            drive.ensure(&["sessionKey"]);
            drive.check_key(false);
        },
        |drive| {
            drive.force_login();
        },
    ];
    for wait in waits {
        let mut drive = Drive::new();
        drive.provide("profile");
        drive.login();
        wait(&mut drive);
        drive.answer_submission(200, Some("with profile"));
        assert_eq!(drive.count("login"), 1);
    }
}

#[test]
fn a8_a_login_waits_for_the_last_of_several_submissions() {
    let (mut drive, _) = deferring_a_login();
    let phone = drive.flight("submit");
    drive.provide("profile");
    drive.answer_submission(200, None);
    assert_eq!(drive.count("login"), 1);
    drive.handle(Event::Submitted { flight: phone, status: Some(200), session: None, attached: true });
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn a8_a_tap_during_a_login_is_submitted_after_it() {
    let ends: [(Happening, &str); 3] = [
        (|drive| drive.complete_login("new"), "new"),
        (|drive| drive.fail_login(err_msg("login:fail")), "t"),
        (|drive| drive.pass(LOGIN_TIMEOUT), "t"),
    ];
    for (end, token) in ends {
        let (mut drive, provided) = holding_a_detail();
        end(&mut drive);
        assert_eq!(drive.submitted_with.as_deref(), Some(token));
        drive.answer_submission(200, None);
        assert_eq!(drive.outcome(provided), Outcome::Done);
    }
}

#[test]
fn a8_a_tap_between_the_two_codes_of_a_login_waits_for_the_second() {
    let (mut drive, _) = holding_a_detail();
    drive.answer_login("first");
    drive.answer_exchange(errcode(40029));
    assert_eq!((drive.count("login"), drive.count("submit")), (3, 0));
    drive.complete_login("new");
    assert_eq!(drive.submitted_with.as_deref(), Some("new"));
}

#[test]
fn a8_a_tap_before_its_prompt_is_shown_waits_for_the_login_as_well() {
    let mut drive = Drive::new();
    let request = drive.request(&["phone"]);
    drive.provide("phone");
    drive.complete_login("t");
    drive.answer_submission(200, None);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
    assert_eq!(drive.host_calls(), ["login", "exchange", "submit"]);
}

#[test]
fn a8_a_tap_during_a_login_waits_for_the_next_one_where_that_follows_at_once() {
    let mut drive = Drive::new();
    // The session is too short to be fresh, so that "phone" has to log in once more.
    drive.request(&["login", "phone"]);
    drive.provide("profile");
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 1 })));
    assert_eq!((drive.count("login"), drive.count("submit")), (2, 0));
    drive.complete_login("next");
    assert_eq!(drive.submitted_with.as_deref(), Some("next"));
}

#[test]
fn a8_an_exchange_without_a_code_keeps_out_of_the_way_too() {
    let mut drive = Drive::with(|config| config.exchange = wxlogin::config::Exchange::Cloud);
    drive.provide("profile");
    let login = drive.login();
    assert_eq!(drive.host_calls(), ["submit"]);
    drive.answer_submission(200, None);
    drive.answer_exchange(session("t"));
    assert_eq!(drive.token_of(login), Some("t"));
}

#[test]
fn logout_while_a_login_is_deferred_rejects_and_starts_none() {
    let (mut drive, login) = deferring_a_login();
    drive.logout();
    assert_eq!(drive.code(login), Code::LoggedOut);
    drive.answer_submission(200, Some("from before"));
    assert_eq!(drive.count("login"), 1);
    assert!(drive.session.is_none(), "a session asked for before logout does not outlive it");
}

#[test]
fn logout_while_a_detail_is_held_rejects_it() {
    let (mut drive, provided) = holding_a_detail();
    drive.logout();
    assert_eq!(drive.code(provided), Code::LoggedOut);
    assert_eq!(drive.count("submit"), 0);
}

#[test]
fn logout_while_a_detail_is_submitted_remembers_nothing_of_it() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.logout();
    drive.ensure(&["phone"]);
    drive.answer_submission(200, None);
    assert_eq!(drive.tokens_sent(request), [None]);
    drive.log_in("next");
    drive.ensure(&["phone"]);
    assert_eq!(drive.count("ask"), 2);
}

#[test]
fn logout_while_a_step_waits_for_its_login_rejects_it() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["phone"]);
    drive.logout();
    assert_eq!(drive.code(ensured), Code::LoggedOut);
    assert_eq!(drive.count("ask"), 0);
}

#[test]
fn logout_closes_no_prompt_and_a_later_tap_counts_for_the_session_it_is_given_in() {
    let (mut drive, _) = asking_for_phone();
    drive.logout();
    drive.log_in("next");
    drive.provide("phone");
    drive.answer_submission(200, None);
    assert_eq!(drive.submitted_with.as_deref(), Some("next"));
    let ensured = drive.ensure(&["phone"]);
    assert_eq!((drive.outcome(ensured), drive.count("ask")), (Outcome::Done, 1));
}

#[test]
fn who_joins_a_need_after_logout_is_not_logged_out_by_it() {
    let mut drive = Drive::logged_in("old");
    drive.ensure(&["sessionKey"]);
    drive.logout();
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    drive.complete_login("new");
    assert_eq!(drive.outcome(ensured), Outcome::Done);
}

#[test]
fn a_prompt_given_up_by_everybody_is_still_the_one_on_screen() {
    let (mut drive, request) = asking_for_phone();
    drive.abort(request);
    let again = drive.request(&["phone"]);
    assert_eq!(drive.count("ask"), 1);
    drive.answer_prompt();
    drive.answer_submission(200, None);
    assert_eq!(drive.tokens_sent(again), [Some("t")]);
}

#[test]
fn needs_met_for_an_anonymous_request_attach_nothing() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request_as(Traits { anonymous: true, ..drive::GET }, &["terms"]);
    drive.provide("terms");
    drive.reply_needing(request, &["phone"]);
    assert_eq!(drive.tokens_sent(request), [None]);
    assert_eq!(drive.outcome(request), Outcome::Reply);
}
