//! Laws S5, S6 and S8: what ends a session early, and what does not.

use crate::drive::values::{
    LIFE, LOGIN_TIMEOUT, PASSIVE, SECOND, answered, err_msg, errcode, from_stored, renewable, session_of,
    status,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::session::ChangeKind;

#[test]
fn s5_a_late_401_of_an_old_session_is_sent_again_with_the_new_one() {
    let mut drive = Drive::logged_in("old");
    let late = drive.request(&[]);
    drive.log_in("new");
    drive.reply(late, 401);
    assert_eq!(drive.tokens_sent(late), [Some("old"), Some("new")]);
    assert_eq!((drive.count("login"), drive.token()), (2, Some("new")));
}

#[test]
fn s5_a_401_of_a_request_sent_before_the_login_causes_no_other_one() {
    let mut drive = Drive::new();
    let early = drive.request(&[]);
    drive.log_in("t");
    drive.reply(early, 401);
    assert_eq!(drive.tokens_sent(early), [None, Some("t")]);
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn s5_many_401s_of_one_session_end_it_once() {
    let mut drive = Drive::logged_in("old");
    let requests: Vec<_> = (0..10).map(|_| drive.request(&[])).collect();
    for request in &requests[..5] {
        drive.reply(*request, 401);
    }
    drive.complete_login("new");
    for request in &requests[5..] {
        drive.reply(*request, 401);
    }
    for request in requests {
        assert_eq!(drive.tokens_sent(request), [Some("old"), Some("new")]);
    }
    assert_eq!(drive.count("login"), 2);
    assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Expired, ChangeKind::Renewed]);
}

#[test]
fn s5_a_detail_refused_for_want_of_a_login_ends_the_session_it_went_out_with() {
    let mut drive = Drive::logged_in("old");
    drive.provide("phone");
    drive.answer_submission(401, None);
    assert_eq!(drive.token(), None);
    drive.complete_login("new");
    assert_eq!(drive.submitted_with, [Some("old".into()), Some("new".into())]);
}

#[test]
fn s5_a_late_401_to_a_detail_harms_no_newer_session() {
    let mut drive = Drive::logged_in("old");
    let provided = drive.provide("phone");
    drive.set_session(&json!({ "token": "new" }));
    drive.answer_submission(401, None);
    assert_eq!((drive.token(), drive.count("login")), (Some("new"), 1));
    assert_eq!(drive.submitted_with, [Some("old".into()), Some("new".into())]);
    drive.answer_submission(200, None);
    assert!(drive.is_done(provided));
}

#[test]
fn s5_a_reply_that_asks_for_something_else_ends_no_session() {
    // The app's rule says what a 401 means: here that the user has not accepted the terms.
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.reply_asking(request, 401, &["terms"]);
    drive.provide("terms");
    assert_eq!(drive.tokens_sent(request), [Some("t"), Some("t")]);
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn s6_no_failed_login_costs_a_fresh_session() {
    let failures: [Happening; 7] = [
        |drive| drive.fail_login(err_msg("login:fail")),
        |drive| drive.pass(LOGIN_TIMEOUT),
        |drive| {
            drive.answer_login("code");
            drive.fail("exchange", err_msg("request:fail"));
        },
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(answered(401, json!({})));
        },
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(answered(200, json!({ "hello": "world" })));
        },
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(errcode(40226));
        },
        |drive| {
            drive.answer_login("code");
            drive.fail("exchange", status(403));
        },
    ];
    for fail in failures {
        let mut drive = Drive::logged_in("t");
        let forced = drive.force_login();
        fail(&mut drive);
        assert!(!drive.is_open(forced));
        let request = drive.request(&["login"]);
        assert_eq!(drive.tokens_sent(request), [Some("t")]);
        assert_eq!(drive.changes, [ChangeKind::Login]);
    }
}

#[test]
fn s6_no_failed_renewal_costs_a_fresh_session() {
    for fail in [
        (|drive| drive.fail("renew", err_msg("request:fail"))) as Happening,
        |drive| drive.answer_renewal(answered(401, json!({}))),
        |drive| drive.pass(LOGIN_TIMEOUT),
    ] {
        let mut drive = Drive::with(|config| {
            config.renews = true;
            config.renew_ahead = LIFE * SECOND;
        });
        drive.log_in_as(renewable("t"));
        drive.request(&[]);
        fail(&mut drive);
        assert_eq!((drive.token(), drive.changes.len()), (Some("t"), 1));
    }
}

#[test]
fn s6_no_failed_request_costs_a_fresh_session() {
    let mut drive = Drive::logged_in("t");
    let failed = drive.request(&[]);
    drive.fail_send(failed, err_msg("request:fail"));
    for status in [400, 403, 419, 500] {
        let refused = drive.request(&[]);
        drive.reply(refused, status);
    }
    let request = drive.request(&[]);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
}

#[test]
fn s6_logout_ends_the_session_and_storage_with_it() {
    let mut drive = Drive::logged_in("t");
    let logout = drive.logout();
    assert!(drive.is_done(logout));
    assert_eq!((drive.token(), drive.stored()), (None, None));
    let request = drive.request(&[]);
    assert_eq!(drive.tokens_sent(request), [None]);
}

#[test]
fn s8_a_session_that_was_refused_is_shown_neither_now_nor_at_the_next_start() {
    let refusals: [Happening; 3] = [
        |drive| {
            let request = drive.request(&[]);
            drive.reply(request, 401);
        },
        |drive| {
            let request = drive.request_as(PASSIVE, &[]);
            drive.reply(request, 401);
        },
        |drive| {
            drive.provide("phone");
            drive.answer_submission(401, None);
        },
    ];
    for refuse in refusals {
        let mut drive = Drive::logged_in("t");
        refuse(&mut drive);
        let mut next = Drive::new();
        next.restore(from_stored(&drive.stored().unwrap()).unwrap());
        for (drive, changes) in [(&mut drive, 2), (&mut next, 0)] {
            let peek = drive.get_session();
            assert_eq!((drive.token(), drive.token_of(peek)), (None, None));
            assert_eq!(drive.changes.len(), changes, "an end is told once");
            let request = drive.request(&[]);
            assert_eq!(drive.tokens_sent(request), [None]);
        }
    }
}

#[test]
fn s8_who_it_was_of_is_still_known() {
    let mut drive = Drive::new();
    drive.log_in_as(session_of("o", "t"));
    let request = drive.request(&[]);
    drive.reply(request, 401);
    let mut next = Drive::new();
    next.restore(from_stored(&drive.stored().unwrap()).unwrap());
    next.log_in_as(session_of("o", "u"));
    assert_eq!(next.changes, [ChangeKind::Renewed]);
}
