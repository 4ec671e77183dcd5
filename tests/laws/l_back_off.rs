//! Law L6: how long nothing is tried again after a failure.

use crate::drive::values::{
    FRESH_FOR, LOGIN_TIMEOUT, SECOND, answered, err_msg, errcode, login_error, nobody, prompt, renewable,
    rule,
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
