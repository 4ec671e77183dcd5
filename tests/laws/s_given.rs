//! Laws S9 and S10: sessions that are given, and how the same user is known.

use crate::drive::values::{
    FRESH_FOR, SECOND, answered, err_msg, prompt, renewable, session, session_detail, session_of,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::config::{Exchange, Submission};
use wxlogin::error::Code;
use wxlogin::id::Ticket;
use wxlogin::session::ChangeKind::{Expired, Granted, Login, Logout, Renewed};

fn logged_in_as_one() -> Drive {
    let mut drive = Drive::new();
    drive.log_in_as(session_of("one", "t"));
    drive
}

fn another_comes(drive: &mut Drive) {
    drive.set_session(&json!({ "token": "another's", "openid": "another" }));
}

fn asked_to_log_in() -> (Drive, Ticket) {
    let mut drive = Drive::with(|config| {
        config.exchange = Exchange::None;
        config.prompts.push(prompt("login", Submission::Call));
    });
    let login = drive.login();
    assert_eq!(drive.count("ask"), 1);
    (drive, login)
}

#[test]
fn s9_a_session_that_is_given_counts_from_the_call_on() {
    let mut drive = Drive::new();
    let given = drive.set_session(&json!({ "token": "t" }));
    assert_eq!((drive.token_of(given), drive.token()), (Some("t"), Some("t")));
    assert_eq!(drive.stored().unwrap()["session"]["token"], "t");
    assert_eq!(drive.changes, [Login]);
    let request = drive.request(&["login"]);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
}

#[test]
fn s9_everyone_who_waits_for_a_login_goes_on_and_the_login_is_dropped() {
    for answered_code in [false, true] {
        let mut drive = Drive::new();
        let (login, request, step) =
            (drive.force_login(), drive.request(&["login"]), drive.ensure(&["phone"]));
        if answered_code {
            drive.answer_login("code");
        }
        drive.set_session(&json!({ "token": "t" }));
        assert_eq!((drive.token_of(login), drive.tokens_sent(request)), (Some("t"), vec![Some("t")]));
        assert_eq!(drive.prompts.len(), 1);
        assert!(drive.is_open(step));
        assert_eq!(drive.cancelled_flights.len(), 1);
        if answered_code {
            drive.answer_exchange(session("late"));
        } else {
            drive.answer_login("late");
        }
        assert_eq!((drive.token(), &drive.changes), (Some("t"), &vec![Login]));
    }
}

#[test]
fn s9_a_prompt_to_log_in_that_is_open_is_over() {
    let (mut drive, login) = asked_to_log_in();
    drive.set_session(&json!({ "token": "t" }));
    assert_eq!((drive.token_of(login), drive.closed.len()), (Some("t"), 1));
    drive.answer_prompt();
    assert_eq!((drive.token(), drive.count("submit")), (Some("t"), 0));
}

#[test]
fn s9_it_ends_the_wait_after_a_failed_login_as_an_exchange_would() {
    let mut drive = Drive::new();
    drive.login();
    drive.fail_login(err_msg("login:fail"));
    drive.set_session(&json!({ "token": "t" }));
    drive.logout();
    drive.login();
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn s9_what_only_adds_to_a_session_is_no_login_and_ends_no_wait() {
    let mut drive = Drive::logged_in("t");
    drive.force_login();
    drive.fail_login(err_msg("login:fail"));
    drive.set_session(&json!({ "extra": {} }));
    drive.logout();
    let refused = drive.login();
    assert_eq!(drive.code(refused), Code::LoginFailed);
}

#[test]
fn s9_what_does_not_fit_is_named_and_changes_nothing() {
    for (reply, field) in [
        (json!({}), "token"),
        (json!({ "token": 7 }), "token"),
        (json!({ "token": "t", "expires_in": "soon" }), "expires_in"),
        (json!({ "token": "t", "expires_at": 1_700_000_000 }), "expires_at"),
        (json!({ "token": "t", "expires_at": 1_600_000_000_000_u64 }), "expires_at"),
        (json!({ "token": "t", "granted": "phone" }), "granted"),
    ] {
        let mut drive = Drive::new();
        let (waiting, given) = (drive.login(), drive.set_session(&reply));
        let failure = drive.failure(given);
        assert_eq!(failure.code, Code::ExchangeInvalid);
        assert!(failure.message.contains(field), "{}", failure.message);
        assert!(drive.is_open(waiting) && drive.token().is_none());
    }
}

#[test]
fn s10_the_same_user_is_known_by_openid_then_by_unionid() {
    for (before, after, kind) in [
        (json!({ "openid": "o" }), json!({ "openid": "o" }), Renewed),
        (json!({ "openid": "o" }), json!({ "openid": "p" }), Login),
        (json!({ "openid": "o", "unionid": "u" }), json!({ "openid": "o", "unionid": "v" }), Renewed),
        (json!({ "openid": "o", "unionid": "u" }), json!({ "openid": "p", "unionid": "u" }), Login),
        (json!({ "token": "t", "unionid": "u" }), json!({ "token": "t", "unionid": "u" }), Renewed),
        (json!({ "token": "t", "unionid": "u" }), json!({ "token": "t", "unionid": "v" }), Login),
    ] {
        let mut drive = Drive::new();
        drive.log_in_as(answered(200, before.clone()));
        drive.log_in_as(answered(200, after.clone()));
        assert_eq!(drive.changes, [Login, kind], "{before} {after}");
    }
}

#[test]
fn s10_without_ids_the_way_says_whether_it_is_the_same_user() {
    let ways: [(Happening, &[_]); 7] = [
        (|drive| drive.log_in("u"), &[Login, Renewed]),
        (
            |drive| {
                drive.set_clock(FRESH_FOR);
                drive.get_session();
                drive.log_in("u");
            },
            &[Login, Expired, Renewed],
        ),
        (
            |drive| {
                drive.logout();
                drive.log_in("u");
            },
            &[Login, Logout, Login],
        ),
        (
            |drive| {
                drive.set_session(&json!({ "token": "u" }));
            },
            &[Login, Renewed],
        ),
        (
            |drive| {
                drive.set_clock(FRESH_FOR);
                drive.set_session(&json!({ "token": "u" }));
            },
            &[Login, Expired, Login],
        ),
        (
            |drive| {
                drive.provide_detail("login", session_detail(&json!({ "token": "u" })));
            },
            &[Login, Login],
        ),
        (
            |drive| {
                drive.provide("phone");
                drive.answer_submission(200, Some("u"));
            },
            &[Login, Login, Granted],
        ),
    ];
    for (come, changes) in ways {
        let mut drive = Drive::with(|config| {
            config.prompts.push(prompt("login", Submission::Nothing));
        });
        drive.log_in("t");
        come(&mut drive);
        assert_eq!((drive.changes.as_slice(), drive.token()), (changes, Some("u")));
    }
    let mut renewed = Drive::with(|config| config.renews = true);
    renewed.log_in_as(renewable("t"));
    renewed.set_clock(FRESH_FOR);
    renewed.login();
    renewed.answer_renewal(session("u"));
    assert_eq!(renewed.changes, [Login, Expired, Renewed]);
}

#[test]
fn s10_sheets_opened_for_the_user_before_are_closed_when_another_comes() {
    let mut drive = logged_in_as_one();
    let ensured = drive.ensure(&["terms"]);
    drive.set_session(&json!({ "token": "u", "openid": "one" }));
    assert!(drive.is_open(ensured) && drive.closed.is_empty(), "the same user's stays");
    another_comes(&mut drive);
    assert_eq!((drive.code(ensured), drive.closed.len()), (Code::LoggedOut, 1));

    // Nobody knows whether this is the same user: so it is told as one who comes.
    let mut drive = Drive::with(|config| config.prompts.push(prompt("login", Submission::Nothing)));
    drive.log_in("t");
    let ensured = drive.ensure(&["terms"]);
    drive.provide_detail("login", session_detail(&json!({ "token": "u" })));
    assert_eq!((drive.code(ensured), drive.closed.len()), (Code::LoggedOut, 1));
}

#[test]
fn s10_a_guest_s_sheet_is_the_user_s_who_goes_on_with_it() {
    let goes_on: [Happening; 3] = [
        // who joins it
        |drive| {
            drive.ensure(&["terms"]);
            drive.log_in_as(session_of("one", "t"));
            drive.ensure(&["terms"]);
        },
        // who logged in for it
        |drive| {
            drive.ensure(&["phone"]);
            drive.answer_login("code");
            drive.answer_exchange(session_of("one", "t"));
        },
        // who answers it
        |drive| {
            drive.ensure(&["profile"]);
            drive.log_in_as(session_of("one", "t"));
            drive.provide("profile");
        },
    ];
    for go_on in goes_on {
        let mut drive = Drive::new();
        go_on(&mut drive);
        another_comes(&mut drive);
        if drive.count("submit") > 0 {
            drive.answer_submission(200, None);
        } else {
            assert_eq!(drive.closed.len(), 1);
        }
        assert!(drive.granted().is_empty());
    }
    let mut drive = Drive::new();
    drive.ensure(&["terms"]);
    another_comes(&mut drive);
    assert_eq!(drive.closed.len(), 0, "but one that is still a guest's stays");
}

#[test]
fn s10_what_a_renewal_or_an_addition_does_not_name_is_kept() {
    let whole = json!({
        "token": "t", "openid": "o", "unionid": "u", "expires_in": 1_000, "granted": ["phone"],
        "refresh_token": "r", "extra": { "uid": 7 }
    });
    let begin = || {
        let mut drive = Drive::with(|config| config.renews = true);
        drive.log_in_as(answered(200, whole.clone()));
        drive
    };
    let mut renewed = begin();
    renewed.set_clock(940.0 * SECOND);
    renewed.login();
    renewed.answer_renewal(answered(200, json!({ "token": "new" })));
    let mut added = begin();
    added.set_session(&json!({ "extra": { "uid": 8 } }));
    for (drive, token, uid) in [(&renewed, "new", 7), (&added, "t", 8)] {
        let stored = drive.stored().unwrap();
        let session = &stored["session"];
        assert_eq!((&session["token"], &session["openid"]), (&json!(token), &json!("o")));
        assert_eq!((&session["unionid"], &session["granted"]), (&json!("u"), &json!(["phone"])));
        assert_eq!((&session["extra"]["uid"], &stored["refreshToken"]), (&json!(uid), &json!("r")));
        assert_eq!(drive.changes.last(), Some(&Renewed));
    }
    let end = |drive: &Drive| drive.session().unwrap().session.expires_at;
    assert_eq!(end(&added), end(&begin()), "an addition does not lengthen a session");
    assert!(end(&renewed) > end(&begin()));
}

#[test]
fn s10_an_exchange_and_another_user_keep_nothing() {
    let whole =
        json!({ "token": "t", "openid": "o", "refresh_token": "r", "extra": {}, "granted": ["phone"] });
    let mut drive = Drive::new();
    drive.log_in_as(answered(200, whole));
    drive.log_in_as(session_of("o", "u"));
    let stored = drive.stored().unwrap();
    assert!(stored.get("refreshToken").is_none() && stored["session"].get("extra").is_none());
    assert_eq!(drive.granted(), ["phone"], "but for what its user has agreed to");
    another_comes(&mut drive);
    assert_eq!(drive.granted().len(), 0);
}

#[test]
fn s9_a_session_that_was_given_is_renewed_by_the_refresh_token_it_was_given_with() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.set_session(&json!({ "token": "t", "refresh_token": "r" }));
    drive.set_clock(FRESH_FOR);
    let login = drive.login();
    drive.answer_renewal(session("u"));
    assert_eq!((drive.token_of(login), &drive.renewed_with), (Some("u"), &vec!["r".into()]));
}
