//! Laws R1–R9: what a request meets on its way, and how often it is sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::{Drive, GET, Happening, LOGIN_TIMEOUT, POST, SECOND, err_msg, errno, needs};
use wxlogin::Event;
use wxlogin::effect::Outcome;
use wxlogin::error::Code;
use wxlogin::event::Traits;
use wxlogin::need::Need;

const FOREIGN: Traits = Traits { trusted: false, ..GET };
const ANONYMOUS: Traits = Traits { anonymous: true, ..GET };

fn retrying(retries: u32) -> Drive {
    Drive::with(|config| config.retries = retries)
}

#[test]
fn r1_browsing_is_undisturbed() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    assert_eq!(drive.tokens_sent(request), [None]);
    drive.reply(request, 200);
    assert_eq!(drive.outcome(request), Outcome::Reply);
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
    assert_eq!(drive.outcome(request), Outcome::Reply);
}

#[test]
fn r1_a_401_asks_for_a_login_unless_the_apps_rule_says_nothing_is_missing() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_judged(request, 401, Some(&[]), true);
    assert_eq!(drive.outcome(request), Outcome::Reply);
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
fn r2_the_second_401_is_a_rejection() {
    let mut drive = Drive::logged_in("old");
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("new");
    drive.reply(request, 401);
    assert_eq!(drive.unmet(request), (Code::LoginRejected, Some(Need::named("login"))));
    assert_eq!(drive.failure(request).status_code, Some(401));
    assert_eq!(drive.tokens_sent(request), [Some("old"), Some("new")]);
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn r2_a_login_before_the_send_takes_nothing_from_the_one_the_reply_asks_for() {
    let mut drive = Drive::new();
    let request = drive.request(&["login"]);
    drive.complete_login("first");
    drive.reply(request, 401);
    drive.complete_login("second");
    drive.reply(request, 200);
    assert_eq!(drive.tokens_sent(request), [Some("first"), Some("second")]);
    assert_eq!(drive.outcome(request), Outcome::Reply);
}

#[test]
fn r2_every_other_need_is_met_once_each() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    for need in ["terms", "profile"] {
        drive.reply_needing(request, &[need]);
        drive.provide(need);
        if need == "profile" {
            drive.answer_submission(200, None);
        }
    }
    drive.reply_needing(request, &["terms"]);
    assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some(Need::named("terms"))));
    assert_eq!(drive.tokens_sent(request).len(), 3);
    assert_eq!(drive.prompts.len(), 2);
}

#[test]
fn r2_no_need_is_left_open_by_naming_it_beside_a_new_one() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("t");
    drive.reply_needing(request, &["terms", "login"]);
    assert_eq!(drive.code(request), Code::LoginRejected);
    assert_eq!(drive.count("ask"), 0);
}

#[test]
fn r2_a_reply_that_names_a_need_twice_asks_for_it_once() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_needing(request, &["login", "scope.camera", "login", "scope.camera"]);
    drive.complete_login("t");
    drive.read_setting(Some(true));
    drive.reply(request, 200);
    assert_eq!(drive.host_calls(), ["login", "exchange", "getSetting"]);
    assert_eq!(drive.outcome(request), Outcome::Reply);
}

#[test]
fn r2_retries_give_a_missing_login_no_more_sends() {
    let mut drive = retrying(5);
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("t");
    drive.fail_send(request, err_msg("request:fail"));
    drive.pass(SECOND);
    drive.reply(request, 401);
    assert_eq!(drive.code(request), Code::LoginRejected);
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
fn r4_the_session_goes_to_no_other_origin_and_with_no_anonymous_request() {
    let mut drive = Drive::logged_in("t");
    for traits in [FOREIGN, ANONYMOUS] {
        let request = drive.request_as(traits, &[]);
        drive.reply(request, 401);
        assert_eq!(drive.tokens_sent(request), [None]);
        assert_eq!(drive.outcome(request), Outcome::Reply);
    }
    assert_eq!(drive.count("login"), 1);
    assert!(drive.session.is_some());
}

#[test]
fn r4_not_even_after_a_login_for_that_very_request() {
    let mut drive = Drive::new();
    let request = drive.request_as(FOREIGN, &["login"]);
    drive.complete_login("t");
    drive.reply_needing(request, &["terms"]);
    drive.provide("terms");
    assert_eq!(drive.tokens_sent(request), [None, None]);
}

#[test]
fn r5_every_status_resolves_where_nothing_is_missing() {
    let mut drive = Drive::logged_in("t");
    for status in [200, 204, 304, 400, 403, 404, 429, 500, 503] {
        let request = drive.request(&[]);
        drive.reply(request, status);
        assert_eq!(drive.outcome(request), Outcome::Reply, "{status}");
    }
}

#[test]
fn r5_only_validate_status_turns_a_reply_into_a_failure() {
    let mut drive = Drive::logged_in("t");
    for (status, retryable) in [(404, false), (429, true), (500, true)] {
        let request = drive.request(&[]);
        drive.reply_judged(request, status, None, false);
        let failure = drive.failure(request);
        assert_eq!((failure.code, failure.status_code), (Code::Status, Some(status)));
        assert_eq!(failure.retryable, retryable);
    }
    let request = drive.request(&[]);
    drive.reply_judged(request, 401, None, false);
    assert!(drive.is_open(request), "what is missing comes first");
}

#[test]
fn r6_answers_after_the_first_find_nobody() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    let attempt = drive.sends[0].attempt;
    drive.reply(request, 200);
    let again = |status| Event::Replied { ticket: request, attempt, status, asks: None, valid: true };
    drive.handle(again(200));
    drive.handle(again(401));
    drive.handle(Event::SendFailed { ticket: request, attempt, error: err_msg("request:fail") });
    drive.handle(Event::CallbackFailed {
        ticket: request,
        attempt,
        name: "needs".into(),
        error: err_msg("oops"),
    });
    drive.abort(request);
    assert_eq!(drive.outcome(request), Outcome::Reply);
    assert_eq!(drive.host_calls().len(), 0);
}

#[test]
fn r6_an_answer_to_an_earlier_send_is_not_taken_for_the_next_one() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    let first = drive.sends[0].attempt;
    drive.reply(request, 401);
    let late = Event::Replied { ticket: request, attempt: first, status: 401, asks: None, valid: true };
    drive.handle(late.clone());
    drive.complete_login("t");
    drive.handle(late);
    assert!(drive.is_open(request));
    drive.reply(request, 200);
    assert_eq!(drive.outcome(request), Outcome::Reply);
}

#[test]
fn r6_a_ticket_used_again_inherits_nothing() {
    let mut drive = Drive::new();
    let given_up = drive.request(&["login"]);
    drive.abort(given_up);
    drive.reuse(given_up, Event::Requested { ticket: given_up, traits: GET, needs: needs(&["terms"]) });
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
    drive.handle(Event::CallbackFailed {
        ticket: request,
        attempt,
        name: "needs".into(),
        error: err_msg("oops"),
    });
    let failure = drive.failure(request);
    assert_eq!((failure.code, failure.err_msg.as_deref()), (Code::CallbackFailed, Some("oops")));
    assert!(failure.message.contains("needs"));
    drive.reply(other, 200);
    assert_eq!(drive.outcome(other), Outcome::Reply);
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
    assert_eq!(drive.outcome(request), Outcome::Reply);
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
    assert_eq!(drive.outcome(provided), Outcome::Done);
    assert_eq!((drive.code(request), drive.sends.len()), (Code::Aborted, 0));
}

#[test]
fn r7_abort_after_the_send_aborts_the_native_task() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    let attempt = drive.sends[0].attempt;
    drive.abort(request);
    assert_eq!(drive.cancelled, [request]);
    drive.handle(Event::SendFailed { ticket: request, attempt, error: err_msg("request:fail abort") });
    drive.handle(Event::Replied { ticket: request, attempt, status: 401, asks: None, valid: true });
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
        drive.fail_send(request, wxlogin::error::HostError { errno: number, ..err_msg(text) });
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
    let request = drive.request_as(POST, &[]);
    drive.fail_send(request, errno(5));
    assert_eq!(drive.code(request), Code::Timeout);
    assert_eq!(drive.sends.len(), 1);
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
fn a_request_under_way_at_logout_ends_where_it_turns_out_to_need_a_login() {
    let mut drive = Drive::logged_in("t");
    let (content, rejected) = (drive.request(&[]), drive.request(&[]));
    drive.logout();
    drive.reply(content, 200);
    drive.reply(rejected, 401);
    assert_eq!(drive.outcome(content), Outcome::Reply);
    assert_eq!(drive.code(rejected), Code::LoggedOut);
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn a_request_on_its_way_at_logout_starts_no_login_for_any_of_its_needs() {
    for need in ["login", "sessionKey", "phone"] {
        let mut drive = Drive::logged_in("t");
        let request = drive.request(&["terms", need]);
        drive.logout();
        drive.provide("terms");
        if need == "sessionKey" && drive.is_open(request) {
            drive.check_key(false);
        }
        assert_eq!(drive.code(request), Code::LoggedOut, "{need}");
        assert_eq!(drive.count("login"), 1, "{need}");
    }
}

#[test]
fn a_request_that_waits_to_be_resent_at_logout_goes_without_the_session() {
    let mut drive = retrying(1);
    drive.log_in("t");
    let request = drive.request(&[]);
    drive.fail_send(request, errno(5));
    drive.logout();
    drive.pass(SECOND);
    assert_eq!(drive.tokens_sent(request), [Some("t"), None]);
    drive.reply(request, 401);
    assert_eq!(drive.code(request), Code::LoggedOut);
}

#[test]
fn a_request_begun_after_logout_may_log_in_again() {
    let mut drive = Drive::logged_in("old");
    drive.logout();
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [None, Some("new")]);
}

#[test]
fn a_failed_login_is_the_answer_to_all_who_needed_it_and_to_no_other_request() {
    let mut drive = Drive::new();
    let (asked, needing, browsing) = (drive.request(&[]), drive.request(&["login"]), drive.request(&[]));
    drive.reply(asked, 401);
    drive.pass(LOGIN_TIMEOUT);
    assert_eq!((drive.code(asked), drive.code(needing)), (Code::LoginTimeout, Code::LoginTimeout));
    drive.reply(browsing, 200);
    assert_eq!(drive.outcome(browsing), Outcome::Reply);
}

#[test]
fn x4_the_machine_is_idle_where_no_call_and_no_prompt_is_left() {
    let mut drive = Drive::new();
    assert!(drive.machine.is_idle());
    let request = drive.request(&[]);
    assert!(!drive.machine.is_idle());
    drive.reply(request, 200);
    assert!(drive.machine.is_idle());
    let waiting = drive.ensure(&["terms"]);
    drive.abort(waiting);
    assert!(!drive.machine.is_idle(), "the prompt is still open");
    drive.deny("terms");
    assert!(drive.machine.is_idle());
}

#[test]
fn the_timer_of_a_long_request_ends_with_it_and_that_of_a_short_one_stays() {
    for (timeout, stays) in [(0.0, true), (3_600.0 * SECOND, false)] {
        let mut drive = Drive::new();
        let request = drive.request_as(Traits { timeout, ..GET }, &[]);
        assert!(drive.machine.next_deadline().is_some());
        drive.reply(request, 200);
        assert_eq!(drive.machine.next_deadline().is_some(), stays);
    }
}
