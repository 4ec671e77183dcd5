//! Laws L6 and L10: how long nothing is tried again.

use crate::drive::values::{
    FOREIGN, FRESH_FOR, LOGIN_TIMEOUT, PASSIVE, SECOND, answered, err_msg, errcode, login_error, nobody,
    prompt, renewable, rule,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::answer::Granted;
use wxlogin::config::Submission;
use wxlogin::error::{Code, HostError};

/// A login fails in the usual way; returns the seconds that the next one has to wait.
fn fail_once(drive: &mut Drive) -> f64 {
    let login = drive.login();
    drive.fail_login(err_msg("login:fail"));
    drive.failure(login).retry_after.unwrap()
}

/// An exchange that ends with that reply, and the failure's code and wait.
fn exchange_fails(drive: &mut Drive, reply: Granted) -> (Code, Option<f64>) {
    let login = drive.force_login();
    drive.answer_login("a code of its own");
    drive.answer_exchange(reply);
    let failure = drive.failure(login);
    (failure.code, failure.retry_after)
}

/// `Retry-After` in seconds.
fn asked(mut reply: Granted, seconds: f64) -> Granted {
    reply.said.retry_after = Some(seconds);
    reply
}

#[test]
fn l6_the_next_login_waits_and_says_how_long() {
    let mut drive = Drive::new();
    let wait = fail_once(&mut drive);
    assert!((0.5..=1.0).contains(&wait), "{wait}");
    drive.pass(wait * SECOND - 1.0);
    for ticket in [drive.login(), drive.silent_login(), drive.request(&["login"]), drive.ensure(&["phone"])] {
        assert_eq!(drive.code(ticket), Code::LoginFailed);
        assert!(drive.failure(ticket).retry_after.unwrap() <= 0.002);
    }
    assert_eq!((drive.count("login"), drive.sends.len()), (1, 0));
    drive.pass(1.0);
    drive.login();
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn l6_calls_inside_the_wait_reject_in_the_same_words() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(Granted {
        said: HostError { status: Some(503), ..err_msg("we are closed") },
        ..answered(503, json!({}))
    });
    let request = drive.request(&["login"]);
    let (first, inside) = (drive.failure(login), drive.failure(request));
    assert!(first.message.contains("we are closed"), "{}", first.message);
    assert_eq!((first.code, &first.message), (inside.code, &inside.message));
    assert_eq!((&first.err_msg, first.status_code), (&inside.err_msg, inside.status_code));
    assert_eq!((first.retryable, first.retry_after), (inside.retryable, inside.retry_after));
}

#[test]
fn l6_the_waits_double_until_a_login_succeeds() {
    let mut drive = Drive::new();
    for longest in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] {
        let wait = fail_once(&mut drive);
        assert!(wait > longest / 2.0 && wait <= longest, "{wait} of {longest}");
        drive.pass(wait * SECOND);
    }
    drive.log_in("t");
    drive.logout();
    assert!(fail_once(&mut drive) <= 1.0);
}

#[test]
fn l6_a_timeout_and_every_failed_exchange_make_the_next_login_wait() {
    let failures: [Happening; 4] = [
        |drive| drive.pass(LOGIN_TIMEOUT),
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(answered(500, json!({})));
        },
        |drive| {
            drive.answer_login("code");
            drive.fail("exchange", rule("readSession"));
        },
        |drive| {
            drive.answer_login("code");
            drive.fail("exchange", login_error(Code::Network));
        },
    ];
    for fail in failures {
        let mut drive = Drive::new();
        let failed = drive.login();
        fail(&mut drive);
        let refused = drive.login();
        assert_eq!(drive.code(refused), drive.code(failed));
        assert_eq!(drive.count("login"), 1);
    }
}

#[test]
fn l6_a_failed_renewal_makes_the_next_login_wait() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.login();
    drive.fail("renew", err_msg("request:fail"));
    let refused = drive.login();
    assert_eq!(drive.code(refused), Code::ExchangeFailed);
    assert_eq!(drive.host_calls(), ["login", "exchange", "renew"]);
}

#[test]
fn l6_a_rate_limit_waits_a_minute_or_what_was_asked() {
    for (reply, least) in [
        (errcode(45011), 60.0),
        (answered(429, json!({})), 60.0),
        (asked(answered(429, json!({})), 5.0), 60.0),
        (asked(answered(429, json!({})), 600.0), 600.0),
        (errcode(45009), 600.0),
        (asked(errcode(45009), 700.0), 700.0),
    ] {
        let mut drive = Drive::new();
        let (code, wait) = exchange_fails(&mut drive, reply);
        assert_eq!(code, Code::RateLimited);
        assert!(wait.unwrap() >= least);
        drive.pass(least * SECOND - 1.0);
        let refused = drive.login();
        assert_eq!(drive.code(refused), Code::RateLimited);
    }
}

#[test]
fn l6_a_block_lasts_until_logout_or_force() {
    for lift in [
        |drive: &mut Drive| {
            drive.logout();
            drive.login()
        },
        |drive: &mut Drive| drive.force_login(),
    ] {
        let mut drive = Drive::new();
        assert_eq!(exchange_fails(&mut drive, errcode(40226)), (Code::LoginBlocked, None));
        drive.pass(86_400.0 * SECOND);
        let refused = drive.login();
        assert_eq!(drive.code(refused), Code::LoginBlocked);
        let login = lift(&mut drive);
        drive.complete_login("t");
        assert_eq!(drive.token_of(login), Some("t"));
    }
}

#[test]
fn l6_logout_shortens_no_wait_but_a_block() {
    let mut drive = Drive::new();
    fail_once(&mut drive);
    drive.logout();
    let refused = drive.login();
    assert_eq!(drive.code(refused), Code::LoginFailed);
}

#[test]
fn l6_force_skips_the_wait_but_not_the_login_under_way_and_a_success_ends_it() {
    let mut drive = Drive::new();
    fail_once(&mut drive);
    let forced = [drive.force_login(), drive.force_login()];
    assert_eq!(drive.count("login"), 2);
    drive.complete_login("t");
    for login in forced {
        assert_eq!(drive.token_of(login), Some("t"));
    }
    drive.logout();
    drive.login();
    assert_eq!(drive.count("login"), 3);
}

/// A client that asks the user if the exchange says so.
fn asking() -> Drive {
    Drive::with(|config| config.prompts.push(prompt("login", Submission::Call)))
}

#[test]
fn l6_a_user_who_refuses_is_no_failure_and_one_who_logs_in_ends_the_wait() {
    let mut drive = asking();
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(nobody());
    drive.deny("login");
    assert_eq!(drive.unmet(login), (Code::AuthDenied, Some("login")));
    drive.login();
    assert_eq!(drive.count("login"), 2, "the next call asks again");

    drive.fail_login(err_msg("login:fail"));
    drive.provide("login");
    drive.answer_submission(200, Some("t"));
    drive.logout();
    drive.login();
    assert_eq!(drive.count("login"), 3);
}

#[test]
fn l6_a_host_that_lacks_a_call_is_told_apart_and_not_waited_for() {
    // No wait helps against that, and none is told: whoever asks again is told the same at once.
    let mut drive = Drive::new();
    for logins in [1, 2] {
        let login = drive.login();
        drive.fail_login(HostError { lacks: Some("login".into()), ..HostError::default() });
        let failure = drive.failure(login);
        assert_eq!((failure.code, failure.retry_after), (Code::HostUnsupported, None));
        assert_eq!(drive.count("login"), logins);
    }
}

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
fn l10_a_login_is_not_held_up_by_the_wait() {
    let mut drive = rejected();
    drive.set_clock(FRESH_FOR);
    let login = drive.login();
    drive.complete_login("third");
    assert_eq!(drive.token_of(login), Some("third"));
}
