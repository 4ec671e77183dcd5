//! Law S7: a call belongs to the user for whom it began.

use crate::drive::host::given_code;
use crate::drive::values::{SECOND, answered, errno, session, session_of};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::answer::Answer;
use wxlogin::error::Code;
use wxlogin::id::Ticket;
use wxlogin::session::ChangeKind::Login;

fn one_s_session() -> Drive {
    let mut drive = Drive::with(|config| config.retries = 1);
    drive.log_in_as(session_of("one", "t"));
    drive
}

fn another_comes(drive: &mut Drive) {
    drive.set_session(&json!({ "token": "another's", "openid": "another" }));
}

type Wait = fn(&mut Drive) -> Ticket;

/// Calls of the user before, by what they wait for.
const WAITS: [(&str, Wait); 8] = [
    ("a prompt", |drive| drive.request(&["terms"])),
    ("a prompt of a step that is posted", |drive| drive.ensure(&["phone"])),
    ("a look into the settings", |drive| drive.request(&["scope.record"])),
    ("the session_key", |drive| drive.request(&["sessionKey"])),
    ("the privacy contract", |drive| drive.ensure(&["privacy"])),
    ("the next try", |drive| {
        let request = drive.request(&[]);
        drive.fail_send(request, errno(5));
        request
    }),
    ("a login that a reply asked for", |drive| {
        let request = drive.request(&[]);
        drive.reply(request, 401);
        request
    }),
    ("a submission", |drive| {
        let request = drive.request(&["profile"]);
        drive.provide("profile");
        request
    }),
];

#[test]
fn s7_whatever_a_call_waits_for_it_is_logged_out() {
    for (name, wait) in WAITS {
        let mut drive = one_s_session();
        let call = wait(&mut drive);
        let sends = drive.sends.len();
        assert!(drive.is_open(call), "{name}");
        drive.logout();
        assert_eq!(drive.code(call), Code::LoggedOut, "{name}");
        drive.set_session(&json!({ "token": "next" }));
        drive.pass(60.0 * SECOND);
        assert_eq!(drive.sends.len(), sends, "{name}");
    }
}

#[test]
fn s7_nothing_of_one_user_is_done_as_another() {
    for (name, wait) in WAITS {
        let mut drive = one_s_session();
        let call = wait(&mut drive);
        let sends = drive.sends.len();
        another_comes(&mut drive);
        match name {
            "a look into the settings" => drive.read_setting(Some(true)),
            "the session_key" => drive.check_key(true),
            "the privacy contract" => drive.read_privacy(false),
            _ => {}
        }
        drive.pass(60.0 * SECOND);
        assert_eq!(drive.code(call), Code::LoggedOut, "{name}");
        assert_eq!(drive.sends.len(), sends, "{name}");
        assert_eq!(drive.token(), Some("another's"), "{name}");
    }
}

#[test]
fn s7_another_user_is_told_by_unionid_too_and_by_every_way_to_a_session() {
    let ways: [Happening; 3] = [
        |drive| {
            drive.set_session(&json!({ "token": "u", "unionid": "another" }));
        },
        |drive| drive.log_in_as(answered(200, json!({ "token": "u", "unionid": "another" }))),
        |drive| {
            drive.provide("profile");
            let reply = answered(200, json!({ "token": "u", "unionid": "another" }));
            drive.answer_submission_with(reply);
        },
    ];
    for come in ways {
        let mut drive = Drive::new();
        drive.log_in_as(answered(200, json!({ "token": "t", "openid": "one", "unionid": "one" })));
        let request = drive.request(&["terms"]);
        come(&mut drive);
        assert_eq!(drive.code(request), Code::LoggedOut);
        assert_eq!(drive.changes[..2], [Login, Login]);
    }
}

#[test]
fn s7_a_guest_s_call_goes_on_with_whoever_logs_in() {
    let mut drive = Drive::new();
    let (asked, waiting) = (drive.request(&[]), drive.request(&["terms"]));
    drive.reply_needing(asked, &["terms"]);
    drive.log_in_as(session_of("one", "t"));
    drive.provide("terms");
    for request in [asked, waiting] {
        assert_eq!(drive.tokens_sent(request).last(), Some(&Some("t")));
    }
}

#[test]
fn s7_what_was_a_guest_s_is_the_user_s_whose_session_it_went_with() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.answer_login("code");
    drive.answer_exchange(session_of("one", "t"));
    another_comes(&mut drive);
    drive.reply_needing(request, &["terms"]);
    assert_eq!(drive.code(request), Code::LoggedOut);
    assert_eq!(drive.prompts.len(), 0);
}

#[test]
fn s7_what_was_under_way_and_is_answered_well_still_resolves() {
    let leave: [Happening; 2] = [
        |drive| {
            drive.logout();
        },
        another_comes,
    ];
    for leave in leave {
        let mut drive = one_s_session();
        let (content, rejected, missing, failing) =
            (drive.request(&[]), drive.request(&[]), drive.request(&[]), drive.request(&[]));
        leave(&mut drive);
        let logins = drive.count("login");
        drive.reply(content, 200);
        drive.reply(rejected, 401);
        drive.reply_needing(missing, &["terms"]);
        drive.fail_send(failing, errno(5));
        drive.pass(60.0 * SECOND);
        assert!(drive.is_replied(content));
        for request in [rejected, missing, failing] {
            assert_eq!(drive.code(request), Code::LoggedOut);
        }
        assert_eq!((drive.sends.len(), drive.count("login"), drive.prompts.len()), (4, logins, 0));
    }
}

#[test]
fn s7_a_detail_that_is_with_the_backend_still_resolves_and_means_nothing_more() {
    let mut drive = one_s_session();
    let (provided, request) = (drive.provide("phone"), drive.request(&["phone"]));
    let submission = drive.flight("submit");
    another_comes(&mut drive);
    assert_eq!((drive.is_open(provided), drive.code(request)), (true, Code::LoggedOut));
    let ensured = drive.ensure(&["phone"]);
    assert_eq!(drive.prompts.len(), 1, "the next user is asked for a detail of their own");
    let reply = answered(200, json!({ "token": "from before", "openid": "one" }));
    drive.answer_flight(submission, Answer::Granted(Box::new(reply)));
    assert!(drive.is_done(provided) && drive.is_open(ensured));
    assert_eq!((drive.token(), drive.granted().len()), (Some("another's"), 0));
}

#[test]
fn s7_a_detail_that_the_backend_refuses_after_a_log_out_is_logged_out() {
    for status in [401, 500] {
        let mut drive = one_s_session();
        let provided = drive.provide("phone");
        drive.logout();
        drive.answer_submission(status, None);
        assert_eq!(drive.code(provided), Code::LoggedOut);
        assert_eq!((drive.count("submit"), drive.count("login")), (1, 1));
    }
}

#[test]
fn s7_a_detail_given_before_is_not_submitted() {
    let leave: [Happening; 2] = [
        |drive| {
            drive.logout();
        },
        another_comes,
    ];
    for leave in leave {
        let mut drive = one_s_session();
        drive.force_login();
        let provided = drive.provide("phone");
        leave(&mut drive);
        assert_eq!(drive.code(provided), Code::LoggedOut);
        drive.log_in_as(session_of("another", "u"));
        assert_eq!(drive.count("submit"), 0);

        let mut drive = one_s_session();
        let provided = drive.provide("phone");
        drive.answer_submission(401, None);
        leave(&mut drive);
        assert_eq!(drive.code(provided), Code::LoggedOut);
        assert_eq!(drive.count("submit"), 1, "nor again");
    }
}

#[test]
fn s7_logout_wins_over_a_session_still_on_its_way() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.logout();
    assert_eq!(drive.code(login), Code::LoggedOut);
    drive.answer_exchange(session("t"));
    assert_eq!((drive.token(), drive.stored()), (None, None));
}

#[test]
fn s7_logout_closes_what_was_opened_for_the_user() {
    let mut drive = one_s_session();
    drive.ensure(&["terms"]);
    drive.logout();
    assert_eq!(drive.closed, ["terms"]);
    let ensured = drive.ensure(&["terms"]);
    assert!(drive.is_open(ensured));
    assert_eq!(drive.prompts.len(), 2);
}

#[test]
fn s7_a_log_out_without_a_session_changes_nothing() {
    let mut drive = Drive::new();
    drive.logout();
    assert_eq!(drive.changes, []);
}

#[test]
fn s7_a_call_begun_after_logout_may_log_in_again() {
    let mut drive = Drive::logged_in("old");
    drive.logout();
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [None, Some("new")]);
}

#[test]
fn s7_a_guest_s_step_that_waits_for_its_login_is_logged_out_as_well() {
    let mut drive = Drive::new();
    let ensured = drive.ensure(&["phone"]);
    drive.logout();
    assert_eq!((drive.code(ensured), drive.count("ask")), (Code::LoggedOut, 0));
}

#[test]
fn s7_who_comes_after_a_log_out_shares_nothing_with_who_came_before() {
    let mut drive = Drive::logged_in("old");
    drive.ensure(&["sessionKey"]);
    drive.logout();
    let ensured = drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    drive.complete_login("new");
    assert!(drive.is_done(ensured));
}

#[test]
fn s7_all_who_wait_for_a_login_are_logged_out_and_the_next_login_is_a_new_one() {
    let mut drive = Drive::new();
    let waiting = [drive.login(), drive.request(&["login"]), drive.ensure(&["phone"])];
    let old = drive.flight("login");
    drive.logout();
    for ticket in waiting {
        assert_eq!(drive.code(ticket), Code::LoggedOut);
    }
    let login = drive.login();
    drive.answer_flight(old, given_code("old"));
    assert_eq!(drive.host_calls(), ["login", "login"]);
    drive.complete_login("t");
    assert_eq!(drive.token_of(login), Some("t"));
    assert_eq!(drive.sends, []);
}

#[test]
fn s7_a_log_out_gives_an_exchange_up() {
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("code");
    drive.logout();
    assert_eq!(drive.cancelled_flights, [drive.flight("exchange")]);
}
