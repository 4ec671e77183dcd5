//! Laws R1, R3, R6, R7, R9 and X4: what a request meets on its way, and how often it is sent.

use crate::drive::values::{GET, LOGIN_TIMEOUT, SECOND, err_msg, errno, needs};
use crate::drive::{Drive, Happening};
use wxlogin::Command;
use wxlogin::answer::{Judgement, Reply};
use wxlogin::command::Traits;
use wxlogin::error::{Code, HostError};

fn retrying(retries: u32) -> Drive {
    Drive::with(|config| config.retries = retries)
}

fn replied(status: u16) -> Judgement {
    Judgement { status: Some(status), ..Judgement::default() }
}

fn asking(status: u16, need: &str) -> Judgement {
    Judgement { asks: needs(&[need]), ..replied(status) }
}

fn thrown(name: &str) -> Reply {
    Reply::CallbackFailed { name: name.into(), error: err_msg("oops") }
}

#[test]
fn r1_browsing_is_undisturbed() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    assert_eq!(drive.tokens_sent(request), [None]);
    drive.reply(request, 200);
    assert!(drive.is_replied(request));
    assert_eq!(drive.host_calls().len(), 0);
}

#[test]
fn r1_what_the_reply_says_is_missing_is_made_to_hold_in_order() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_needing(request, &["login", "terms"]);
    drive.complete_login("t");
    drive.provide("terms");
    assert_eq!(drive.host_calls(), ["login", "exchange", "ask"]);
    assert_eq!(drive.tokens_sent(request), [None, Some("t")]);
    drive.reply(request, 200);
    assert!(drive.is_replied(request));
}

#[test]
fn r1_a_401_asks_for_a_login_unless_the_apps_rule_says_nothing_is_missing() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_asking(request, 401, &[]);
    assert!(drive.is_replied(request));
    let request = drive.request(&[]);
    drive.reply(request, 401);
    assert_eq!(drive.host_calls(), ["login"]);
    assert!(drive.is_open(request));
}

#[test]
fn r1_needs_hold_before_the_send_in_order() {
    let mut drive = Drive::new();
    drive.request(&["terms", "login", "profile"]);
    assert_eq!(drive.host_calls(), ["ask"]);
    drive.provide("terms");
    assert_eq!(drive.host_calls(), ["ask", "login"]);
    drive.complete_login("t");
    assert_eq!(drive.prompts[1].0, "profile");
    assert_eq!(drive.sends, []);
    drive.provide("profile");
    drive.answer_submission(200, None);
    assert_eq!(drive.sends.len(), 1);
}

#[test]
fn r1_a_failed_login_is_the_answer_to_all_who_needed_it_and_to_no_other_request() {
    let mut drive = Drive::new();
    let (asked, needing, browsing) = (drive.request(&[]), drive.request(&["login"]), drive.request(&[]));
    drive.reply(asked, 401);
    drive.pass(LOGIN_TIMEOUT);
    assert_eq!((drive.code(asked), drive.code(needing)), (Code::LoginTimeout, Code::LoginTimeout));
    drive.reply(browsing, 200);
    assert!(drive.is_replied(browsing));
}

#[test]
fn r3_every_send_goes_with_the_session_of_that_moment() {
    let mut drive = retrying(3);
    let request = drive.request(&[]);
    drive.fail_send(request, err_msg("request:fail"));
    drive.log_in("first");
    drive.pass(SECOND);
    drive.fail_send(request, err_msg("request:fail"));
    drive.log_in("second");
    drive.pass(2.0 * SECOND);
    assert_eq!(drive.tokens_sent(request), [None, Some("first"), Some("second")]);
}

#[test]
fn r6_answers_after_the_first_find_nobody() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    let attempt = drive.sends[0].attempt;
    drive.reply(request, 200);
    drive.replied(request, attempt, Reply::Judged(replied(200)));
    drive.replied(request, attempt, Reply::Judged(asking(401, "login")));
    drive.replied(request, attempt, Reply::Failed(err_msg("request:fail")));
    drive.replied(request, attempt, thrown("needs"));
    drive.abort(request);
    assert!(drive.is_replied(request));
    assert_eq!(drive.host_calls().len(), 0);
}

#[test]
fn r6_an_answer_to_an_earlier_send_is_not_taken_for_the_next_one() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    let first = drive.sends[0].attempt;
    drive.reply(request, 401);
    drive.replied(request, first, Reply::Judged(asking(401, "login")));
    drive.complete_login("t");
    drive.replied(request, first, Reply::Judged(asking(401, "login")));
    assert!(drive.is_open(request));
    drive.reply(request, 200);
    assert!(drive.is_replied(request));
}

#[test]
fn r6_a_ticket_used_again_inherits_nothing() {
    let mut drive = Drive::new();
    let given_up = drive.request(&["login"]);
    drive.abort(given_up);
    drive.reuse(given_up, Command::Request { traits: GET, needs: needs(&["terms"]) });
    drive.complete_login("t");
    assert_eq!(drive.sends, [], "the login was awaited by the call before");
    drive.provide("terms");
    assert_eq!(drive.tokens_sent(given_up), [Some("t")]);
}

#[test]
fn r6_a_function_of_the_app_that_throws_fails_its_own_request_alone() {
    let mut drive = Drive::logged_in("t");
    let (request, other) = (drive.request(&[]), drive.request(&[]));
    let attempt = drive.answered(request);
    drive.replied(request, attempt, thrown("needs"));
    let failure = drive.failure(request);
    assert_eq!((failure.code, failure.err_msg.as_deref()), (Code::CallbackFailed, Some("oops")));
    assert!(failure.message.contains("needs"));
    drive.reply(other, 200);
    assert!(drive.is_replied(other));
}

#[test]
fn r6_a_silent_host_keeps_nobody_waiting() {
    for (timeout, patience) in [(0.0, 120.0 * SECOND), (20.0 * SECOND, 80.0 * SECOND)] {
        let mut drive = Drive::new();
        let request = drive.request_as(Traits { timeout, ..GET }, &[]);
        drive.pass(patience - 1.0);
        assert!(drive.is_open(request));
        drive.pass(1.0);
        assert_eq!(drive.code(request), Code::Timeout);
        assert_eq!(drive.cancelled, [request]);
    }
}

#[test]
fn r6_a_silent_host_is_noticed_for_each_request_in_its_turn() {
    let mut drive = Drive::new();
    let first = drive.request(&[]);
    drive.pass(50.0 * SECOND);
    let second = drive.request(&[]);
    let answered = drive.request(&[]);
    drive.reply(answered, 200);
    drive.pass(70.0 * SECOND);
    assert_eq!(drive.code(first), Code::Timeout);
    drive.pass(50.0 * SECOND - 1.0);
    assert!(drive.is_open(second));
    drive.pass(1.0);
    assert_eq!(drive.code(second), Code::Timeout);
}

#[test]
fn r6_a_reply_counts_however_late_it_comes() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.set_clock(3_600.0 * SECOND);
    drive.reply(request, 200);
    assert!(drive.is_replied(request));
}

#[test]
fn r7_abort_before_the_send_means_it_is_never_sent() {
    let waits: [(&str, Happening); 4] = [
        ("login", |drive| drive.complete_login("new")),
        ("terms", |drive| drive.answer_prompt()),
        ("scope.record", |drive| drive.read_setting(Some(true))),
        ("sessionKey", |drive| drive.check_key(true)),
    ];
    for (need, meet) in waits {
        let mut drive = if need == "login" { Drive::new() } else { Drive::logged_in("t") };
        let request = drive.request(&[need]);
        drive.abort(request);
        assert_eq!(drive.code(request), Code::Aborted);
        meet(&mut drive);
        assert_eq!((drive.sends.len(), drive.cancelled.len()), (0, 0), "{need}");
    }
}

#[test]
fn r7_abort_while_a_detail_is_on_its_way_stops_the_request_and_not_the_detail() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["phone"]);
    let provided = drive.provide("phone");
    drive.abort(request);
    drive.answer_submission(200, None);
    assert!(drive.is_done(provided));
    assert_eq!((drive.code(request), drive.sends.len()), (Code::Aborted, 0));
}

#[test]
fn r7_abort_after_the_send_aborts_the_native_task() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    let attempt = drive.sends[0].attempt;
    drive.abort(request);
    assert_eq!(drive.cancelled, [request]);
    drive.replied(request, attempt, Reply::Failed(err_msg("request:fail abort")));
    drive.replied(request, attempt, Reply::Judged(asking(401, "login")));
    assert_eq!((drive.code(request), drive.count("login")), (Code::Aborted, 0));
}

#[test]
fn r7_abort_between_two_sends_leaves_it_at_the_first() {
    let mut drive = retrying(1);
    let asked = drive.request(&[]);
    drive.reply(asked, 401);
    let delayed = drive.request(&[]);
    drive.fail_send(delayed, err_msg("request:fail"));
    drive.abort(asked);
    drive.abort(delayed);
    drive.complete_login("t");
    drive.pass(60.0 * SECOND);
    assert_eq!((drive.sends.len(), drive.cancelled.len()), (2, 0));
}

#[test]
fn r7_a_task_that_the_app_aborted_itself_is_neither_a_failure_nor_resent() {
    let mut drive = retrying(1);
    let request = drive.request(&[]);
    drive.fail_send(request, err_msg("request:fail abort"));
    assert_eq!(drive.code(request), Code::Aborted);
    assert_eq!(drive.sends.len(), 1);
}

#[test]
fn r9_transport_failures_say_what_the_host_said() {
    for (number, text, code) in [
        (Some(600_001), "request:fail network change", Code::Network),
        (Some(600_003), "request:fail interrupted", Code::Network),
        (Some(5), "request:fail", Code::Timeout),
        (None, "request:fail timeout", Code::Timeout),
    ] {
        let mut drive = Drive::new();
        let request = drive.request(&[]);
        drive.fail_send(request, HostError { errno: number, ..err_msg(text) });
        let failure = drive.failure(request);
        assert_eq!((failure.code, failure.errno, failure.err_msg.as_deref()), (code, number, Some(text)));
        assert_eq!(drive.sends.len(), 1);
    }
}

#[test]
fn r9_a_get_is_resent_after_a_growing_wait_up_to_the_limit() {
    let mut drive = retrying(2);
    let request = drive.request(&[]);
    for longest in [1.0, 2.0] {
        let before = drive.sends.len();
        drive.fail_send(request, errno(5));
        drive.pass(longest / 2.0 * SECOND);
        assert_eq!(drive.sends.len(), before);
        drive.pass(longest / 2.0 * SECOND);
        assert_eq!(drive.sends.len(), before + 1);
    }
    drive.fail_send(request, errno(5));
    assert_eq!(drive.code(request), Code::Timeout);
}

#[test]
fn r9_nothing_else_is_ever_resent() {
    let mut drive = retrying(2);
    let request = drive.post();
    drive.fail_send(request, errno(5));
    assert_eq!(drive.code(request), Code::Timeout);
    assert_eq!(drive.sends.len(), 1);
}

#[test]
fn r9_nor_what_the_app_s_attach_made_another_request_of() {
    let mut drive = retrying(2);
    let request = drive.request(&[]);
    let attempt = drive.answered(request);
    drive.replied(request, attempt, Reply::FailedForGood(errno(5)));
    assert_eq!((drive.code(request), drive.sends.len()), (Code::Timeout, 1));
}

#[test]
fn r9_a_clock_that_stands_still_delays_no_resend() {
    let mut drive = retrying(1);
    let request = drive.request(&[]);
    drive.fail_send(request, errno(5));
    drive.fire_timer();
    assert_eq!(drive.tokens_sent(request).len(), 2);
}

#[test]
fn x4_no_call_and_no_timer_is_left_when_all_are_over() {
    for timeout in [0.0, 3_600.0 * SECOND] {
        let mut drive = Drive::logged_in("t");
        let request = drive.request_as(Traits { timeout, ..GET }, &[]);
        let waiting = drive.ensure(&["terms"]);
        assert!(drive.machine.next_deadline().is_some());
        drive.reply(request, 200);
        drive.abort(waiting);
        assert_eq!((drive.machine.calls_under_way(), drive.machine.next_deadline()), (0, None));
    }
}
