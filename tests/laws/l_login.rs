//! Laws L1, L2, L7 and L8: one login at a time, for whoever and how many want it.

use crate::drive::Drive;
use crate::drive::values::{FRESH_FOR, answered, err_msg, nobody, prompt, renewable, session};
use serde_json::json;
use wxlogin::answer::Answer;
use wxlogin::config::{Exchange, Submission};
use wxlogin::error::Code;

fn cloud() -> Drive {
    Drive::with(|config| config.exchange = Exchange::Cloud)
}

/// A client that asks the user if the exchange says so.
fn asking() -> Drive {
    Drive::with(|config| config.prompts.push(prompt("login", Submission::Call)))
}

#[test]
fn l1_ten_thousand_share_one_login() {
    let mut drive = Drive::new();
    let logins: Vec<_> = (0..4_000).map(|_| drive.login()).collect();
    let requests: Vec<_> = (0..4_000).map(|_| drive.request(&["login"])).collect();
    let ensured: Vec<_> = (0..2_000).map(|_| drive.ensure(&["login"])).collect();
    drive.complete_login("t");
    assert_eq!(drive.host_calls(), ["login", "exchange"]);
    assert!(logins.iter().all(|login| drive.token_of(*login) == Some("t")));
    assert!(ensured.iter().all(|ensured| drive.is_done(*ensured)));
    assert!(
        drive
            .sends
            .iter()
            .map(|sent| (sent.ticket, sent.token.as_deref()))
            .eq(requests.iter().map(|request| (*request, Some("t"))))
    );
}

#[test]
fn l1_all_who_wait_share_its_failure() {
    let mut drive = Drive::new();
    let waiting = [
        drive.login(),
        drive.silent_login(),
        drive.request(&["login"]),
        drive.ensure(&["phone"]),
        drive.force_login(),
    ];
    drive.fail_login(err_msg("login:fail"));
    for ticket in waiting {
        assert_eq!(drive.code(ticket), Code::LoginFailed);
    }
    assert_eq!(drive.host_calls(), ["login"]);
    assert_eq!(drive.sends, []);
}

#[test]
fn l1_who_comes_during_the_exchange_joins() {
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("code");
    let (late, forced) = (drive.login(), drive.force_login());
    drive.answer_exchange(session("t"));
    assert_eq!((drive.token_of(late), drive.token_of(forced)), (Some("t"), Some("t")));
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn l1_an_abort_takes_nobody_else_along() {
    let mut drive = Drive::new();
    let (first, other) = (drive.request(&["login"]), drive.login());
    drive.abort(first);
    assert_eq!(drive.code(first), Code::Aborted);
    drive.complete_login("t");
    assert_eq!(drive.token_of(other), Some("t"));
    assert_eq!(drive.sends, []);
}

#[test]
fn l1_two_clients_share_nothing() {
    let (mut one, mut other) = (Drive::new(), Drive::new());
    let (failing, waiting) = (one.login(), other.login());
    one.fail_login(err_msg("login:fail"));
    other.complete_login("other");
    assert_eq!(one.code(failing), Code::LoginFailed);
    assert_eq!(other.token_of(waiting), Some("other"));
    assert!(one.session().is_none());
}

#[test]
fn l1_the_cloud_needs_no_code_and_keeps_the_laws() {
    let mut drive = cloud();
    let (first, second) = (drive.login(), drive.request(&["login"]));
    assert_eq!(drive.host_calls(), ["exchange"]);
    drive.answer_exchange(session("t"));
    assert_eq!(drive.token_of(first), Some("t"));
    assert_eq!(drive.tokens_sent(second), [Some("t")]);
}

#[test]
fn l1_who_wants_nobody_asked_waits_for_the_silent_ways_alone() {
    let mut drive = asking();
    let (silent, asking) = (drive.silent_login(), drive.login());
    drive.answer_login("code");
    assert!(drive.is_open(silent));
    drive.answer_exchange(nobody());
    assert_eq!(drive.unmet(silent), (Code::AuthUnavailable, Some("login")));
    assert_eq!((drive.is_open(asking), drive.count("ask")), (true, 1));

    // The prompt is open already.
    let late = drive.silent_login();
    assert_eq!(drive.unmet(late), (Code::AuthUnavailable, Some("login")));
    assert_eq!((drive.is_open(asking), drive.closed.len()), (true, 0));
}

#[test]
fn l1_nobody_is_asked_for_those_alone_who_want_nobody_asked() {
    let mut drive = asking();
    let silent = [drive.silent_login(), drive.silent_login()];
    drive.answer_login("code");
    drive.answer_exchange(nobody());
    for login in silent {
        assert_eq!(drive.code(login), Code::AuthUnavailable);
    }
    assert_eq!(drive.count("ask"), 0);
    // That was no failure (law L6): who may ask does so at once.
    drive.login();
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn l1_who_wants_nobody_asked_gets_what_the_silent_ways_bring() {
    let mut drive = asking();
    let login = drive.silent_login();
    drive.complete_login("t");
    assert_eq!(drive.token_of(login), Some("t"));
}

#[test]
fn l2_a_fresh_session_makes_no_call() {
    let mut drive = Drive::logged_in("t");
    let before = drive.host_calls();
    let (login, silent) = (drive.login(), drive.silent_login());
    let ensured = drive.ensure(&["login"]);
    let request = drive.request(&["login"]);
    assert_eq!((drive.token_of(login), drive.token_of(silent)), (Some("t"), Some("t")));
    assert!(drive.is_done(ensured));
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
    assert_eq!(drive.host_calls(), before);
}

#[test]
fn l2_a_fresh_session_waits_for_no_login_under_way() {
    let mut drive = Drive::logged_in("old");
    drive.force_login();
    let login = drive.login();
    let request = drive.request(&["login"]);
    assert_eq!(drive.token_of(login), Some("old"));
    assert_eq!(drive.tokens_sent(request), [Some("old")]);
}

#[test]
fn l2_a_fresh_session_does_not_mind_the_back_off() {
    let mut drive = Drive::logged_in("t");
    drive.force_login();
    drive.fail_login(err_msg("login:fail"));
    let login = drive.login();
    assert_eq!(drive.token_of(login), Some("t"));
}

#[test]
fn l7_a_success_without_a_code_is_a_failure() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer("login", Answer::Code { code: None, said: err_msg("login:ok") });
    let failure = drive.failure(login);
    assert_eq!((failure.code, failure.err_msg.as_deref()), (Code::LoginFailed, Some("login:ok")));
    assert_eq!(drive.count("exchange"), 0);
}

#[test]
fn l7_a_host_that_calls_back_both_ways_is_believed_once() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.fail_login(err_msg("login:fail"));
    assert!(drive.is_open(login));
    drive.answer_exchange(session("t"));
    assert_eq!(drive.token_of(login), Some("t"));

    drive.force_login();
    drive.fail_login(err_msg("login:fail"));
    drive.answer_login("after the failure");
    assert_eq!(drive.count("exchange"), 1);
}

#[test]
fn l7_an_exchange_answered_twice_counts_once() {
    let mut drive = Drive::new();
    drive.login();
    drive.complete_login("t");
    drive.answer_exchange(session("again"));
    drive.fail("exchange", err_msg("request:fail"));
    assert_eq!(drive.token(), Some("t"));
}

#[test]
fn l8_a_401_from_the_exchange_is_its_failure() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(401, json!({})));
    assert_eq!(drive.code(login), Code::ExchangeFailed);
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn l8_a_401_from_the_renewal_is_its_failure() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    drive.login();
    drive.answer_renewal(answered(401, json!({})));
    assert_eq!(drive.host_calls(), ["login", "exchange", "renew", "login"]);
}
