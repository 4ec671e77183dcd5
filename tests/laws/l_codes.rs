//! Laws L3–L5: what a code is good for, and how long a login may take.

use crate::drive::Drive;
use crate::drive::host::given_code;
use crate::drive::values::{
    FRESH_FOR, LOGIN_TIMEOUT, PROMPT_TIMEOUT, SECOND, err_msg, errcode, nobody, prompt, renewable, session,
};
use wxlogin::answer::Answer;
use wxlogin::config::{Exchange, Submission};
use wxlogin::error::{Code, Errcode, HostError};

#[test]
fn l3_a_code_is_exchanged_once() {
    let mut drive = Drive::new();
    drive.login();
    let flight = drive.flight("login");
    drive.answer_login("code");
    drive.answer_flight(flight, given_code("code"));
    drive.answer_exchange(session("t"));
    drive.answer_flight(flight, given_code("code"));
    assert_eq!(drive.count("exchange"), 1);
}

#[test]
fn l3_after_a_failed_exchange_the_next_login_fetches_a_new_code() {
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("first");
    drive.fail("exchange", err_msg("request:fail"));
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
        for by_function in [false, true] {
            let mut drive = Drive::new();
            let login = drive.login();
            drive.answer_login("first");
            if by_function {
                let errcode = Some(Errcode::Number(refusal.into()));
                drive.fail("exchange", HostError { errcode, ..err_msg("invalid code") });
            } else {
                drive.answer_exchange(errcode(refusal));
            }
            assert!(drive.is_open(login));
            drive.complete_login("t");
            assert_eq!(drive.token_of(login), Some("t"));
            assert_eq!(drive.host_calls(), ["login", "exchange", "login", "exchange"]);
        }
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
    assert_eq!((failure.code, &failure.errcode), (Code::CodeInvalid, &Some(Errcode::Number(40029.0))));
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
    for mut drive in [Drive::new(), Drive::with(|config| config.exchange = Exchange::Cloud)] {
        let login = drive.login();
        drive.pass(LOGIN_TIMEOUT - 1.0);
        if drive.count("login") > 0 {
            drive.answer_login("code");
        }
        drive.pass(1.0);
        assert_eq!(drive.code(login), Code::LoginTimeout);
        assert_eq!(drive.cancelled_flights, [drive.flight("exchange")]);
        drive.answer_exchange(session("late"));
        assert!(drive.session().is_none());
    }
}

#[test]
fn l5_all_ways_of_a_login_share_its_time() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    let login = drive.login();
    drive.pass(LOGIN_TIMEOUT - 1.0);
    drive.answer_renewal(nobody());
    drive.answer_login("first");
    drive.answer_exchange(errcode(40029));
    drive.pass(1.0);
    assert_eq!(drive.code(login), Code::LoginTimeout);
}

#[test]
fn l5_a_user_who_is_asked_has_the_time_of_a_prompt() {
    let mut drive = Drive::with(|config| config.prompts.push(prompt("login", Submission::Call)));
    let login = drive.login();
    drive.answer_login("code");
    drive.answer_exchange(nobody());
    drive.pass(PROMPT_TIMEOUT - 1.0);
    assert!(drive.is_open(login));
    drive.pass(1.0);
    assert_eq!(drive.unmet(login), (Code::AuthTimeout, Some("login")));
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
        for answer in [
            given_code("older"),
            Answer::Failed(err_msg("login:fail")),
            Answer::Granted(Box::new(session("old"))),
            Answer::Done,
            Answer::Refused,
        ] {
            drive.answer_flight(old, answer);
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
