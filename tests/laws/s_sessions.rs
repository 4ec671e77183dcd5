//! Laws S1–S6 and S8: what a session is worth, and for how long.

use crate::drive::values::{FRESH_FOR, MARGIN, SECOND, answered, from_stored, renewable, stored};
use crate::drive::{Drive, Happening, START};
use serde_json::json;
use wxlogin::error::Code;
use wxlogin::session::{ChangeKind, Saved};

/// A client whose session came with that reply.
fn logged_in_with(body: serde_json::Value) -> Drive {
    let mut drive = Drive::new();
    drive.log_in_as(answered(200, body));
    drive
}

fn saved(drive: &Drive) -> Saved {
    drive.lease().saved.as_deref().unwrap().clone()
}

#[test]
fn s1_a_session_goes_along_until_the_margin_before_its_end() {
    let mut drive = Drive::logged_in("t");
    drive.set_clock(FRESH_FOR - 1.0);
    let in_time = drive.request(&[]);
    drive.set_clock(1.0);
    let too_late = drive.request(&[]);
    assert_eq!(drive.tokens_sent(in_time), [Some("t")]);
    assert_eq!(drive.tokens_sent(too_late), [None]);
}

#[test]
fn s1_the_margin_is_never_more_than_half_of_a_session_s_life() {
    for (life, fresh_for) in [(1.0, 0.5), (119.0, 59.5), (120.0, 60.0), (121.0, 61.0)] {
        let mut drive = logged_in_with(json!({ "token": "t", "expires_in": life }));
        drive.set_clock(fresh_for * SECOND - 1.0);
        assert_eq!(drive.token(), Some("t"), "{life} s");
        drive.set_clock(1.0);
        assert_eq!(drive.token(), None, "{life} s");
    }
}

#[test]
fn s1_an_end_in_place_of_a_life_counts_as_well() {
    let end = START + 100.0 * SECOND;
    let mut drive = logged_in_with(json!({ "token": "t", "expires_at": end, "expires_in": 9_999 }));
    assert_eq!(drive.session().unwrap().session.expires_at, end);
    drive.set_clock(50.0 * SECOND);
    assert_eq!(drive.token(), None);
}

#[test]
fn s1_every_use_notices_the_end_after_a_hot_start() {
    let uses: [Happening; 5] = [
        |drive| {
            let peek = drive.get_session();
            assert!(drive.session_of(peek).is_none());
        },
        |drive| {
            drive.login();
            assert_eq!(drive.count("login"), 2);
        },
        |drive| {
            drive.ensure(&["login"]);
            assert_eq!(drive.count("login"), 2);
        },
        |drive| {
            drive.request(&["login"]);
            assert_eq!((drive.count("login"), drive.sends.len()), (2, 0));
        },
        |drive| {
            // There is none to be added to any more.
            let given = drive.set_session(&json!({ "extra": {} }));
            assert_eq!(drive.code(given), Code::ExchangeInvalid);
        },
    ];
    for use_session in uses {
        let mut drive = Drive::logged_in("t");
        drive.set_clock(FRESH_FOR);
        use_session(&mut drive);
        assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Expired]);
        assert!(!saved(&drive).stands());
    }
}

#[test]
fn s1_a_session_that_ends_while_a_request_waits_does_not_go_along() {
    let mut drive = Drive::new();
    let request = drive.request(&["login", "terms"]);
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 200 })));
    drive.set_clock(200.0 * SECOND - MARGIN);
    drive.provide("terms");
    assert!(drive.tokens_sent(request).is_empty());
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [Some("new")]);

    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_needing(request, &["login", "terms"]);
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 200 })));
    drive.set_clock(200.0 * SECOND - MARGIN);
    drive.provide("terms");
    assert_eq!(drive.tokens_sent(request), [None], "it is not sent again as a guest's");
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [None, Some("new")]);
}

#[test]
fn s1_what_storage_held_is_judged_by_the_same_clock() {
    let saved = saved(&Drive::logged_in("t"));
    for (later, token) in [(FRESH_FOR - 1.0, Some("t")), (FRESH_FOR, None)] {
        let mut drive = Drive::new();
        drive.restore(saved.clone());
        drive.set_clock(later);
        let peek = drive.get_session();
        assert_eq!(drive.token_of(peek), token);
    }
}

#[test]
fn s1_a_session_that_ran_out_before_the_start_is_told_to_have_expired() {
    let saved = saved(&Drive::logged_in("t"));
    let mut drive = Drive::new();
    drive.set_clock(FRESH_FOR);
    drive.restore(saved);
    assert_eq!(drive.changes, [ChangeKind::Expired]);
}

#[test]
fn s1_a_session_without_any_life_is_none() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 1e-9 })));
    assert_eq!(drive.code(login), Code::ExchangeInvalid);
}

#[test]
fn s2_a_clock_set_back_beyond_the_margin_ends_the_session() {
    for (back, tokens) in [(MARGIN, [Some("t")]), (MARGIN + 1.0, [None])] {
        let mut drive = Drive::logged_in("t");
        drive.set_clock(-back);
        let request = drive.request(&[]);
        assert_eq!(drive.tokens_sent(request), tokens);
    }
}

#[test]
fn s3_what_is_stored_is_named_and_nothing_else_of_a_reply() {
    let drive = logged_in_with(json!({
        "token": "t", "openid": "o", "unionid": "u", "expires_in": 100, "granted": ["phone"],
        "refresh_token": "r", "extra": { "uid": 7 }, "session_key": "the key", "name": "the name"
    }));
    assert_eq!(
        drive.stored().unwrap(),
        json!({
            "v": 2.0, "savedAt": START, "from": START - 50_000.0, "until": START + 50_000.0,
            "refreshToken": "r",
            "session": {
                "token": "t", "openid": "o", "unionid": "u", "expiresAt": START + 100_000.0,
                "granted": ["phone"], "extra": { "uid": 7 }
            }
        })
    );
    let shown = format!("{:?}", drive.machine);
    assert!(!shown.contains("the key") && !shown.contains("the name"), "{shown}");
}

#[test]
fn s3_the_trace_holds_no_secret() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("the token"));
    let request = drive.request(&["phone"]);
    drive.provide("phone");
    drive.answer_submission(200, Some("the next token"));
    drive.reply(request, 401);
    drive.answer_login("the code");
    drive.answer_exchange(answered(
        200,
        json!({ "token": "the last token", "session_key": "the key", "refresh_token": "the last refresh" }),
    ));
    drive.reply(request, 401);
    let trace = serde_json::to_string(&drive.trace).unwrap();
    assert!(trace.contains("session-begun") && trace.contains("detail-submitted"), "{trace}");
    assert!(!trace.contains("the ") && !trace.contains("refresh of"), "{trace}");
}

#[test]
fn s3_a_refresh_token_reaches_renew_alone() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.login();
    assert_eq!(drive.renewed_with, ["refresh of t"]);
    let shown = serde_json::to_string(&drive.session().map(|saved| saved.session.clone())).unwrap();
    assert!(!shown.contains("refresh of"), "{shown}");
}

#[test]
fn s4_what_was_stored_is_the_session_of_the_next_start() {
    let mut before = Drive::logged_in("t");
    before.ensure(&["terms"]);
    before.provide("terms");
    let mut after = Drive::new();
    after.restore(from_stored(&before.stored().unwrap()).unwrap());
    let request = after.request(&["login", "terms"]);
    assert_eq!(after.tokens_sent(request), [Some("t")]);
    assert_eq!(after.host_calls().len(), 0);
}

#[test]
fn s4_a_stored_text_that_does_not_fit_is_none() {
    let whole = stored(&saved(&logged_in_with(json!({ "token": "t", "refresh_token": "r" }))));
    assert!(from_stored(&whole).is_some());
    for (pointer, value) in [
        ("/v", json!(1)),
        ("/v", json!("2")),
        ("/session", json!(null)),
        ("/session/token", json!("two\nlines")),
        ("/session/token", json!(null)),
        ("/session/expiresAt", json!("soon")),
        ("/session/granted", json!("phone")),
        ("/savedAt", json!(null)),
        ("/from", json!(null)),
        ("/until", json!("soon")),
        ("/refreshToken", json!(7)),
    ] {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(pointer).unwrap() = value;
        assert_eq!(from_stored(&damaged), None, "{damaged}");
    }
}
