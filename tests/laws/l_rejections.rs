//! Law L10: a server that refuses the session it has just given is not hammered.

use crate::drive::values::{FOREIGN, FRESH_FOR, PASSIVE, SECOND, answered, err_msg};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::error::Code;

/// A request whose reply asks for a login, gets one, and asks for one again.
fn reject(drive: &mut Drive, token: &str) {
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login(token);
    drive.reply(request, 401);
    assert_eq!(drive.unmet(request), (Code::LoginRejected, Some("login")));
}

/// A client whose server has just refused the session that it had given.
fn rejected() -> Drive {
    let mut drive = Drive::logged_in("old");
    reject(&mut drive, "new");
    drive
}

/// A request whose reply asks for a login; did that reject at once?
fn rejects_at_once(drive: &mut Drive) -> bool {
    let (request, logins) = (drive.request(&[]), drive.count("login"));
    drive.reply(request, 401);
    let rejects = !drive.is_open(request);
    if rejects {
        assert_eq!(drive.code(request), Code::LoginRejected);
        assert!(drive.failure(request).retry_after.is_some_and(|wait| wait > 0.0));
        assert_eq!(drive.count("login"), logins);
    }
    rejects
}

#[test]
fn l10_after_a_rejection_replies_that_ask_for_a_login_reject_at_once_and_the_session_stays() {
    let mut drive = rejected();
    assert_eq!((drive.token(), drive.count("login")), (Some("new"), 2));
    assert!(!drive.lease().lends, "JavaScript has to ask now");
    assert!(rejects_at_once(&mut drive));
    let passive = drive.request_as(PASSIVE, &[]);
    drive.reply(passive, 401);
    assert!(drive.is_replied(passive));
    assert_eq!((drive.token(), drive.changes.len()), (Some("new"), 3));

    drive.pass(SECOND);
    assert!(!rejects_at_once(&mut drive), "the wait is over");
    assert_eq!((drive.token(), drive.count("login")), (None, 3));
}

#[test]
fn l10_the_lease_lends_again_when_the_wait_is_over() {
    let mut drive = rejected();
    drive.pass(SECOND);
    drive.get_session();
    assert!(drive.lease().lends);
}

#[test]
fn l10_a_detail_is_rejected_at_once_as_well() {
    let mut drive = rejected();
    let provided = drive.provide("phone");
    drive.answer_submission(401, None);
    assert_eq!(drive.unmet(provided), (Code::LoginRejected, Some("phone")));
    assert_eq!((drive.token(), drive.count("login")), (Some("new"), 2));
}

#[test]
fn l10_a_reply_that_asks_for_nothing_ends_the_wait_but_not_the_doubling() {
    let mut drive = rejected();
    let good = drive.request(&[]);
    drive.reply(good, 404);
    assert!(drive.lease().lends);
    assert!(!rejects_at_once(&mut drive));
    drive.complete_login("third");
    reject(&mut drive, "fourth");
    drive.pass(SECOND);
    assert!(rejects_at_once(&mut drive), "2 s, in jitter");
    drive.pass(SECOND);
    assert!(!rejects_at_once(&mut drive));
}

#[test]
fn l10_no_other_reply_ends_the_wait() {
    let replies: [Happening; 4] = [
        |drive| {
            let foreign = drive.request_as(FOREIGN, &[]);
            drive.reply(foreign, 200);
        },
        |drive| {
            let asking = drive.request(&[]);
            drive.reply_needing(asking, &["terms"]);
        },
        |drive| {
            let passive = drive.request_as(PASSIVE, &[]);
            drive.reply_needing(passive, &["terms"]);
        },
        |drive| {
            let failed = drive.request(&[]);
            drive.fail_send(failed, err_msg("request:fail"));
        },
    ];
    for reply in replies {
        let mut drive = rejected();
        reply(&mut drive);
        assert!(rejects_at_once(&mut drive));
    }
    // Nor does a late one to the session before.
    let mut drive = Drive::logged_in("old");
    let late = drive.request(&[]);
    reject(&mut drive, "new");
    drive.reply(late, 200);
    assert!(rejects_at_once(&mut drive));
}

#[test]
fn l10_a_new_session_ends_the_wait() {
    let comes: [Happening; 2] = [
        |drive| {
            drive.force_login();
            drive.complete_login("third");
        },
        |drive| {
            drive.set_session(&json!({ "token": "third" }));
        },
    ];
    for come in comes {
        let mut drive = rejected();
        come(&mut drive);
        assert!(!rejects_at_once(&mut drive));
    }
}

#[test]
fn l10_ten_minutes_later_the_wait_is_a_short_one_again() {
    for (pause, is_forgotten) in [(500.0, false), (602.0, true)] {
        let mut drive = rejected();
        drive.pass(pause * SECOND);
        reject(&mut drive, "later");
        drive.pass(SECOND);
        assert_eq!(!rejects_at_once(&mut drive), is_forgotten, "{pause} s later");
    }
}

#[test]
fn l10_what_refuses_an_older_session_says_nothing_of_the_one_that_there_is() {
    let mut drive = Drive::logged_in("old");
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("new");
    drive.log_in("newer");
    drive.reply(request, 401);
    // The second time is the last in any case (law R2).
    assert_eq!((drive.code(request), drive.token()), (Code::LoginRejected, Some("newer")));
    assert!(!rejects_at_once(&mut drive));
}

#[test]
fn l10_a_log_out_forgets_the_doubling_as_well() {
    let mut drive = rejected();
    drive.logout();
    drive.log_in("next");
    reject(&mut drive, "after");
    drive.pass(SECOND);
    assert!(!rejects_at_once(&mut drive));
}

#[test]
fn l10_without_a_session_there_is_nothing_to_hold_on_to() {
    let mut drive = Drive::logged_in("old");
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "new", "expires_in": 1 })));
    drive.reply(request, 401);
    assert!(rejects_at_once(&mut drive));
    drive.set_clock(0.5 * SECOND); // its end, within the wait
    assert!(!rejects_at_once(&mut drive));
    assert_eq!(drive.count("login"), 3);
}

#[test]
fn l10_a_login_is_not_held_up_by_the_wait() {
    let mut drive = rejected();
    drive.set_clock(FRESH_FOR);
    let login = drive.login();
    drive.complete_login("third");
    assert_eq!(drive.token_of(login), Some("third"));
}
