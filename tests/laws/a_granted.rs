//! Law A7: a need that was met is remembered with the user.

use crate::drive::values::{
    FRESH_FOR, LIFE, SECOND, answered, err_msg, errno, failed_detail, from_stored, rule, session, session_of,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::error::Code;
use wxlogin::id::Ticket;
use wxlogin::session::ChangeKind;

/// A client whose prompt for the phone number is on screen, and the request that needs it.
fn asking_for_phone() -> (Drive, Ticket) {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["phone"]);
    (drive, request)
}

#[test]
fn a7_a_need_met_is_remembered_until_a_reply_asks_for_it() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.answer_submission(200, None);
    assert_eq!(drive.granted(), ["phone"]);
    assert_eq!(drive.stored().unwrap()["session"]["granted"], json!(["phone"]));
    assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Granted]);

    let ensured = drive.ensure(&["phone"]);
    assert_eq!((drive.is_done(ensured), drive.count("ask")), (true, 1));
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
    assert!(drive.is_replied(late));
}

#[test]
fn a7_a_need_met_is_remembered_with_the_user_whatever_becomes_of_the_session() {
    let goes_on: [(&str, Happening); 6] = [
        ("a renewal of the app's", |drive| {
            drive.set_session(&json!({ "token": "next" }));
        }),
        ("a new login", |drive| drive.log_in_as(session_of("one", "next"))),
        ("a renewal", |drive| {
            drive.set_session(&json!({ "refresh_token": "r" }));
            drive.set_clock(FRESH_FOR);
            drive.login();
            drive.answer_renewal(session("next"));
        }),
        ("a 401", |drive| {
            let rejected = drive.request(&[]);
            drive.reply(rejected, 401);
            drive.complete_login("next");
        }),
        // Between two sessions nothing says that it is somebody else's.
        ("its end", |drive| {
            drive.set_clock(LIFE * SECOND);
            drive.get_session();
        }),
        ("the next start", |drive| {
            let stored = from_stored(&drive.stored().unwrap()).unwrap();
            *drive = Drive::new();
            drive.restore(stored);
            drive.request(&["terms"]);
            drive.log_in_as(session_of("one", "next"));
        }),
    ];
    for (name, go_on) in goes_on {
        let mut drive = Drive::with(|config| config.renews = true);
        drive.set_session(&json!({ "token": "t", "openid": "one" }));
        drive.ensure(&["terms"]);
        drive.provide("terms");
        go_on(&mut drive);
        let (asked, ensured) = (drive.count("ask"), drive.ensure(&["terms"]));
        assert!(drive.is_done(ensured), "{name}");
        assert_eq!(drive.count("ask"), asked, "{name}");
    }
}

#[test]
fn a7_a_log_out_another_user_and_a_reply_that_names_what_is_granted_end_it() {
    let ends: [(&str, Happening); 4] = [
        ("a log-out", |drive| {
            drive.logout();
        }),
        ("a log-out and the same user", |drive| {
            drive.logout();
            drive.log_in_as(session_of("one", "next"));
        }),
        ("another user", |drive| drive.log_in_as(session_of("another", "next"))),
        ("a reply that names others", |drive| {
            drive.log_in_as(answered(200, json!({ "token": "t", "openid": "one", "granted": ["phone"] })));
        }),
    ];
    for (name, end) in ends {
        let mut drive = Drive::new();
        drive.log_in_as(session_of("one", "t"));
        drive.ensure(&["terms"]);
        drive.provide("terms");
        end(&mut drive);
        drive.ensure(&["terms"]);
        assert_eq!(drive.count("ask"), 2, "{name}");
    }
}

#[test]
fn a7_what_a_reply_asks_a_guest_for_is_forgotten_too() {
    let mut drive = Drive::new();
    drive.ensure(&["terms"]);
    drive.provide("terms");
    let request = drive.request(&["terms"]);
    drive.reply_needing(request, &["terms"]);
    assert_eq!((drive.is_open(request), drive.count("ask")), (true, 2));
}

#[test]
fn a7_what_a_reply_asks_for_stays_forgotten_after_the_session_s_end() {
    let mut drive = Drive::logged_in("t");
    drive.ensure(&["terms"]);
    drive.provide("terms");
    drive.set_clock(LIFE * SECOND);
    let guest = drive.request(&["terms"]);
    drive.reply_needing(guest, &["terms"]);
    assert_eq!(drive.count("ask"), 2);
    drive.deny("terms");
    drive.log_in("next");
    assert!(drive.granted().is_empty());
}

#[test]
fn a7_a_need_met_without_a_session_goes_with_the_next_one() {
    let mut drive = Drive::new();
    drive.ensure(&["terms"]);
    drive.provide("terms");
    let guest = drive.ensure(&["terms"]);
    assert!(drive.is_done(guest));
    drive.log_in("t");
    assert_eq!(drive.granted(), ["terms"]);
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
    assert_eq!(drive.granted(), ["terms"]);
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
    assert!(drive.is_done(before_the_login) && drive.is_done(after_it));
    assert_eq!(drive.count("ask"), 0);
}

#[test]
fn a7_what_did_not_reach_the_backend_is_not_remembered() {
    let failures: [(&str, Happening, Code); 6] = [
        ("phone", |drive| drive.answer_submission(500, None), Code::Status),
        ("phone", |drive| drive.fail("submit", err_msg("request:fail")), Code::Network),
        ("phone", |drive| drive.fail("submit", errno(5)), Code::Timeout),
        ("phone", |drive| drive.fail("submit", rule("needs")), Code::CallbackFailed),
        ("profile", |drive| drive.fail("submit", err_msg("oops")), Code::CallbackFailed),
        ("profile", |drive| drive.fail("submit", err_msg("request:fail")), Code::Network),
    ];
    for (need, fail, code) in failures {
        let mut drive = Drive::logged_in("t");
        let (request, provided) = (drive.request(&[need]), drive.provide(need));
        fail(&mut drive);
        for ticket in [request, provided] {
            assert_eq!(drive.unmet(ticket), (code, Some(need)));
        }
        assert!(drive.granted().is_empty());
        drive.ensure(&[need]);
        assert_eq!(drive.count("ask"), 2);
    }
}

#[test]
fn a7_a_session_in_the_reply_replaces_the_session() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.answer_submission(200, Some("with phone"));
    assert_eq!(drive.tokens_sent(request), [Some("with phone")]);
    assert_eq!(drive.granted(), ["phone"]);
    assert_eq!(drive.stored().unwrap()["session"]["token"], "with phone");
}

#[test]
fn a7_needs_of_different_names_share_neither_prompt_nor_detail() {
    let mut drive = Drive::logged_in("t");
    let (phone, profile) = (drive.ensure(&["phone"]), drive.ensure(&["profile"]));
    assert_eq!(drive.count("ask"), 2);
    drive.provide("profile");
    drive.answer_submission(200, None);
    assert!(drive.is_done(profile));
    drive.deny("phone");
    assert_eq!(drive.code(phone), Code::AuthDenied);
}

#[test]
fn a7_a_detail_nobody_waits_for_is_submitted_and_remembered() {
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("phone");
    drive.answer_submission(200, None);
    let ensured = drive.ensure(&["phone"]);
    assert!(drive.is_done(provided) && drive.is_done(ensured));
    assert_eq!(drive.host_calls()[2..], ["submit"]);
}

#[test]
fn a7_a_second_tap_shares_what_the_first_one_comes_to() {
    let mut drive = Drive::logged_in("t");
    let taps = [drive.provide("phone"), drive.provide("phone")];
    let refused_tap = drive.provide_detail("phone", failed_detail(err_msg("fail user deny")));
    drive.answer_submission(200, None);
    for tap in [taps[0], taps[1], refused_tap] {
        assert!(drive.is_done(tap));
    }
    assert_eq!(drive.count("submit"), 1);
}

#[test]
fn a7_an_answer_given_twice_counts_once() {
    let (mut drive, request) = asking_for_phone();
    drive.answer_prompt();
    drive.answer_prompt();
    drive.fail("ask", err_msg("closed"));
    drive.answer_submission(200, None);
    drive.answer_submission(500, None);
    drive.fail("submit", err_msg("request:fail"));
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
    assert_eq!(drive.count("submit"), 1);
}
