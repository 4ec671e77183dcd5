//! Laws L1–L8: one login at a time, for whoever and how many want it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::{
    Drive, Happening, LOGIN_TIMEOUT, PROMPT_TIMEOUT, SECOND, answered, err_msg, errcode, session,
    unreachable_backend,
};
use serde_json::json;
use wxlogin::Event;
use wxlogin::config::Exchange;
use wxlogin::effect::Outcome;
use wxlogin::error::Code;
use wxlogin::event::ExchangeReply;
use wxlogin::opaque::Opaque;

fn cloud() -> Drive {
    Drive::with(|config| config.exchange = Exchange::Cloud)
}

/// A login fails in the usual way; returns the seconds that the next one has to wait.
fn fail_once(drive: &mut Drive) -> f64 {
    let login = drive.login();
    drive.fail_login(err_msg("login:fail"));
    drive.failure(login).retry_after.unwrap()
}

/// An exchange that ends with that reply, and the failure's code and wait.
fn exchange_fails(drive: &mut Drive, reply: ExchangeReply) -> (Code, Option<f64>) {
    let login = drive.force_login();
    drive.answer_login("a code of its own");
    drive.answer_exchange(reply);
    let failure = drive.failure(login);
    (failure.code, failure.retry_after)
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
    assert!(ensured.iter().all(|ensured| drive.outcome(*ensured) == Outcome::Done));
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
    let waiting = [drive.login(), drive.request(&["login"]), drive.ensure(&["phone"]), drive.force_login()];
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
fn l1_a_session_that_ends_at_once_still_reaches_all_who_wanted_it() {
    let mut drive = Drive::new();
    let request = drive.request(&["login"]);
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 1 })));
    assert_eq!(drive.token_of(login), Some("t"));
    assert_eq!(drive.tokens_sent(request), [None]);
}

#[test]
fn l1_two_clients_share_nothing() {
    let (mut one, mut other) = (Drive::new(), Drive::new());
    let (failing, waiting) = (one.login(), other.login());
    one.fail_login(err_msg("login:fail"));
    other.complete_login("other");
    assert_eq!(one.code(failing), Code::LoginFailed);
    assert_eq!(other.token_of(waiting), Some("other"));
    assert!(one.session.is_none());
}

#[test]
fn l2_a_fresh_session_makes_no_call() {
    let mut drive = Drive::logged_in("t");
    let before = drive.host_calls();
    let login = drive.login();
    let ensured = drive.ensure(&["login"]);
    let request = drive.request(&["login"]);
    assert_eq!(drive.token_of(login), Some("t"));
    assert_eq!(drive.outcome(ensured), Outcome::Done);
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
fn l3_a_code_is_exchanged_once() {
    let mut drive = Drive::new();
    drive.login();
    let flight = drive.flight("login");
    drive.answer_login("code");
    let again = || Event::CodeReceived { flight, code: Some(Opaque::new("code".to_owned())) };
    drive.handle(again());
    drive.answer_exchange(session("t"));
    drive.handle(again());
    assert_eq!(drive.count("exchange"), 1);
}

#[test]
fn l3_after_a_failed_exchange_the_next_login_fetches_a_new_code() {
    let mut drive = Drive::new();
    exchange_fails(&mut drive, unreachable_backend());
    drive.pass(SECOND);
    drive.login();
    drive.complete_login("t");
    assert_eq!(drive.host_calls(), ["login", "exchange", "login", "exchange"]);
}

#[test]
fn l3_a_code_older_than_four_and_a_half_minutes_is_not_used() {
    for (age, calls) in [(270.0, vec!["login", "exchange"]), (270.001, vec!["login", "login"])] {
        let mut drive = Drive::with(|config| config.login_timeout = 600.0 * SECOND);
        drive.login();
        drive.set_clock(age * SECOND);
        drive.answer_login("code");
        assert_eq!(drive.host_calls(), calls);
    }
}

#[test]
fn l4_a_refused_code_gets_one_more_login() {
    for refusal in [40029, 40163] {
        let mut drive = Drive::new();
        let login = drive.login();
        drive.answer_login("first");
        drive.answer_exchange(errcode(refusal));
        assert!(drive.is_open(login));
        drive.complete_login("t");
        assert_eq!(drive.token_of(login), Some("t"));
        assert_eq!(drive.host_calls(), ["login", "exchange", "login", "exchange"]);
    }
}

#[test]
fn l4_the_second_refusal_in_a_row_is_the_last() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("first");
    drive.answer_exchange(errcode(40163));
    drive.answer_login("second");
    drive.answer_exchange(errcode(40029));
    let failure = drive.failure(login);
    assert_eq!((failure.code, failure.errcode), (Code::CodeInvalid, Some(40029)));
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn l4_the_next_login_has_its_own_second_chance() {
    let mut drive = Drive::new();
    drive.login();
    for code in ["first", "second"] {
        drive.answer_login(code);
        drive.answer_exchange(errcode(40029));
    }
    let login = drive.force_login();
    drive.answer_login("third");
    drive.answer_exchange(errcode(40029));
    drive.complete_login("t");
    assert_eq!(drive.token_of(login), Some("t"));
}

#[test]
fn l5_wx_login_that_never_answers_times_out() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.pass(LOGIN_TIMEOUT - 1.0);
    assert!(drive.is_open(login));
    drive.pass(1.0);
    assert_eq!(drive.code(login), Code::LoginTimeout);
    drive.answer_login("late");
    assert_eq!(drive.host_calls(), ["login"]);
}

#[test]
fn l5_an_exchange_that_never_answers_times_out() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.pass(LOGIN_TIMEOUT - 1.0);
    drive.answer_login("code");
    drive.pass(1.0);
    assert_eq!(drive.code(login), Code::LoginTimeout);
    assert_eq!(drive.cancelled_flights, [drive.flight("exchange")]);
    drive.answer_exchange(session("late"));
    assert!(drive.session.is_none());
}

#[test]
fn l5_both_codes_of_a_login_share_its_time() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.pass(LOGIN_TIMEOUT - 1.0);
    drive.answer_login("first");
    drive.answer_exchange(errcode(40029));
    drive.pass(1.0);
    assert_eq!(drive.code(login), Code::LoginTimeout);
}

#[test]
fn l5_an_answer_that_overtakes_the_timer_is_late_all_the_same() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.set_clock(LOGIN_TIMEOUT);
    drive.answer_login("late");
    assert_eq!(drive.code(login), Code::LoginTimeout);
    assert_eq!(drive.host_calls(), ["login"]);
}

#[test]
fn l5_what_an_old_login_still_brings_does_not_touch_the_next_one() {
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("old");
    let old = drive.flight("exchange");
    drive.pass(LOGIN_TIMEOUT);
    let login = drive.force_login();
    let what_is_late = |drive: &mut Drive| {
        for event in [
            Event::CodeReceived { flight: old, code: Some(Opaque::new("older".to_owned())) },
            Event::CodeFailed { flight: old, error: err_msg("login:fail") },
            Event::Exchanged { flight: old, reply: Box::new(session("old")) },
            Event::ReadSessionFailed { flight: old, error: err_msg("oops") },
            Event::HostLacked { flight: old, name: "login".into() },
        ] {
            drive.handle(event);
        }
    };
    what_is_late(&mut drive);
    drive.answer_login("new");
    what_is_late(&mut drive);
    assert_eq!(drive.count("exchange"), 2);
    drive.answer_exchange(session("new"));
    assert_eq!(drive.token_of(login), Some("new"));
}

#[test]
fn l5_a_clock_that_stands_still_stops_no_timer() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.fire_timer();
    assert_eq!(drive.code(login), Code::LoginTimeout);
}

#[test]
fn l5_a_clock_set_back_stops_no_timer() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.set_clock(-3_600.0 * SECOND);
    drive.request(&[]);
    assert!(drive.is_open(login));
    // The host's timers do not follow the wall clock: this one is due 15 s after it was set.
    drive.set_clock(LOGIN_TIMEOUT);
    drive.fire_timer();
    assert_eq!(drive.code(login), Code::LoginTimeout);
}

#[test]
fn l5_a_timer_that_fires_shortens_no_other_time_limit() {
    let mut drive = Drive::new();
    let prompt = drive.ensure(&["terms"]);
    for _ in 0..6 {
        drive.force_login();
        drive.pass(LOGIN_TIMEOUT);
    }
    assert!(drive.is_open(prompt));
    drive.pass(PROMPT_TIMEOUT - 6.0 * LOGIN_TIMEOUT - 1.0);
    assert!(drive.is_open(prompt));
    drive.pass(1.0);
    assert_eq!(drive.code(prompt), Code::AuthTimeout);
}

#[test]
fn l6_the_next_login_waits_and_says_how_long() {
    let mut drive = Drive::new();
    let wait = fail_once(&mut drive);
    assert!((0.5..=1.0).contains(&wait), "{wait}");
    drive.pass(wait * SECOND - 1.0);
    for ticket in [drive.login(), drive.request(&["login"]), drive.ensure(&["phone"])] {
        assert_eq!(drive.code(ticket), Code::LoginFailed);
        assert!(drive.failure(ticket).retry_after.unwrap() <= 0.002);
    }
    assert_eq!((drive.count("login"), drive.sends.len()), (1, 0));
    drive.pass(1.0);
    drive.login();
    assert_eq!(drive.count("login"), 2);
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
        |drive| drive.lack("login"),
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(answered(500, json!({})));
        },
        |drive| {
            drive.answer_login("code");
            let flight = drive.flight("exchange");
            drive.handle(Event::ReadSessionFailed { flight, error: err_msg("oops") });
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
fn l6_a_rate_limit_waits_a_minute_or_what_was_asked() {
    let asked = |seconds| ExchangeReply { retry_after: Some(seconds), ..answered(429, json!({})) };
    for (reply, least) in [
        (errcode(45009), 60.0),
        (errcode(45011), 60.0),
        (answered(429, json!({})), 60.0),
        (asked(5.0), 60.0),
        (asked(600.0), 600.0),
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
fn l6_force_skips_the_wait_and_a_success_ends_it() {
    let mut drive = Drive::new();
    fail_once(&mut drive);
    drive.force_login();
    assert_eq!(drive.count("login"), 2);
    drive.complete_login("t");
    drive.logout();
    drive.login();
    assert_eq!(drive.count("login"), 3);
}

#[test]
fn l7_a_success_without_a_code_is_a_failure() {
    let mut drive = Drive::new();
    let login = drive.login();
    let flight = drive.flight("login");
    drive.handle(Event::CodeReceived { flight, code: None });
    assert_eq!(drive.code(login), Code::LoginFailed);
    assert_eq!(drive.count("exchange"), 0);
}

#[test]
fn l7_a_host_that_calls_back_both_ways_is_believed_once() {
    let mut drive = Drive::new();
    let login = drive.login();
    let flight = drive.flight("login");
    drive.answer_login("code");
    drive.handle(Event::CodeFailed { flight, error: err_msg("login:fail") });
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
    drive.answer_exchange(unreachable_backend());
    assert_eq!(drive.session.as_ref().unwrap().session.token.as_deref(), Some("t"));
}

#[test]
fn l8_a_401_from_the_exchange_is_no_login() {
    let mut drive = Drive::new();
    assert_eq!(exchange_fails(&mut drive, answered(401, json!({}))).0, Code::ExchangeFailed);
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn every_answer_of_an_exchange_has_one_name() {
    for (reply, code) in [
        (unreachable_backend(), Code::ExchangeFailed),
        (answered(500, json!({ "token": "t" })), Code::ExchangeFailed),
        (answered(503, json!({})), Code::ExchangeFailed),
        (errcode(-1), Code::ExchangeFailed),
        (answered(404, json!({ "token": "t" })), Code::ExchangeInvalid),
        (answered(200, json!({})), Code::ExchangeInvalid),
        (errcode(40013), Code::ExchangeInvalid),
        (answered(503, json!({ "errcode": 45011 })), Code::RateLimited),
        (answered(403, json!({ "errcode": 40226 })), Code::LoginBlocked),
    ] {
        let said = format!("{reply:?}");
        assert_eq!(exchange_fails(&mut Drive::new(), reply).0, code, "{said}");
    }
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "errcode": 0, "token": "t" })));
    assert_eq!(drive.token_of(login), Some("t"));
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
fn l5_the_cloud_times_out_too() {
    let mut drive = cloud();
    let login = drive.login();
    drive.pass(LOGIN_TIMEOUT);
    assert_eq!(drive.code(login), Code::LoginTimeout);
    drive.answer_exchange(session("late"));
    assert!(drive.session.is_none());
}

#[test]
fn l6_a_host_without_cloud_is_told_apart_and_waits() {
    let mut drive = cloud();
    let login = drive.login();
    drive.lack("exchange");
    assert_eq!(drive.code(login), Code::HostUnsupported);
    drive.login();
    assert_eq!(drive.count("exchange"), 1);
}

#[test]
fn logout_rejects_all_who_wait_for_a_login_and_the_next_login_is_a_new_one() {
    let mut drive = Drive::new();
    let waiting = [drive.login(), drive.request(&["login"]), drive.ensure(&["phone"])];
    drive.logout();
    for ticket in waiting {
        assert_eq!(drive.code(ticket), Code::LoggedOut);
    }
    let old = drive.flight("login");
    let login = drive.login();
    drive.handle(Event::CodeReceived { flight: old, code: Some(Opaque::new("old".to_owned())) });
    assert_eq!(drive.host_calls(), ["login", "login"]);
    drive.complete_login("t");
    assert_eq!(drive.token_of(login), Some("t"));
    assert_eq!(drive.sends, []);
}

#[test]
fn logout_gives_an_exchange_up() {
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("code");
    drive.logout();
    assert_eq!(drive.cancelled_flights, [drive.flight("exchange")]);
}
