//! Laws A1–A3: what the user has to agree to, asked once and only when a feature needs it.

use crate::drive::values::{
    LOGIN_TIMEOUT, PROMPT_TIMEOUT, SECOND, detail, err_msg, errno, failed_detail, login_error, needs, prompt,
};
use crate::drive::{Drive, Happening};
use wxlogin::answer::Answer;
use wxlogin::config::{Exchange, Submission};
use wxlogin::effect::{Question, Reason};
use wxlogin::error::{Code, HostError};
use wxlogin::id::Ticket;
use wxlogin::session::ChangeKind;
use wxlogin::{Command, Effect, Event};

/// A client whose prompt for the phone number is on screen, and the request that needs it.
fn asking_for_phone() -> (Drive, Ticket) {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["phone"]);
    assert_eq!(drive.prompts, [("phone".into(), Reason::Requested)]);
    (drive, request)
}

/// A client whose detail waits for a login, and the call that provided it.
fn holding_a_detail() -> (Drive, Ticket) {
    let (mut drive, _) = asking_for_phone();
    drive.force_login();
    let provided = drive.provide("phone");
    assert_eq!(drive.count("submit"), 0);
    (drive, provided)
}

#[test]
fn a1_nothing_is_asked_before_a_feature_needs_it() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.reply(request, 200);
    assert_eq!(drive.prompts, []);
    drive.ensure(&["terms"]);
    assert_eq!(drive.prompts, [("terms".into(), Reason::Requested)]);
}

#[test]
fn a1_one_prompt_serves_all_who_wait_for_it() {
    let (mut drive, first) = asking_for_phone();
    let mut requests: Vec<_> = (0..999).map(|_| drive.request(&["phone"])).collect();
    requests.push(first);
    let asked_by_reply = drive.request(&[]);
    drive.reply_needing(asked_by_reply, &["phone"]);
    let provided = drive.provide("phone");
    drive.answer_submission(200, None);
    assert!(drive.is_done(provided));
    for request in requests {
        assert_eq!(drive.tokens_sent(request), [Some("t")]);
    }
    assert_eq!(drive.tokens_sent(asked_by_reply).len(), 2);
    assert_eq!((drive.count("ask"), drive.count("submit")), (1, 1));
}

#[test]
fn a1_every_kind_of_need_is_shared() {
    for (need, call) in
        [("sessionKey", "checkSession"), ("privacy", "getPrivacySetting"), ("scope.record", "getSetting")]
    {
        let mut drive = Drive::logged_in("t");
        let waiting = [drive.ensure(&[need]), drive.ensure(&[need])];
        assert_eq!(drive.count(call), 1, "{need}");
        match need {
            "sessionKey" => drive.check_key(true),
            "privacy" => drive.read_privacy(false),
            _ => drive.read_setting(Some(true)),
        }
        assert!(waiting.iter().all(|ticket| drive.is_done(*ticket)), "{need}");
    }
}

#[test]
fn a1_a_step_whose_detail_is_posted_has_a_session_before_it_is_shown() {
    let mut drive = Drive::new();
    drive.ensure(&["phone"]);
    assert_eq!(drive.host_calls(), ["login"]);
    drive.complete_login("t");
    assert_eq!(drive.host_calls(), ["login", "exchange", "ask"]);
    drive.answer_prompt();
    assert_eq!(drive.submitted_with, [Some("t".into())]);
}

#[test]
fn a1_other_steps_are_shown_without_a_session() {
    for need in ["profile", "terms"] {
        let mut drive = Drive::new();
        drive.ensure(&[need]);
        assert_eq!(drive.host_calls(), ["ask"]);
    }
}

#[test]
fn a1_a_step_that_nobody_can_show_is_told_apart() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["address"]);
    let provided = drive.provide("address");
    for ticket in [request, provided] {
        assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some("address")));
    }
    assert_eq!(drive.sends, []);
}

#[test]
fn a2_refused_is_refused_for_all_who_wait() {
    let refusals: [Happening; 5] = [
        |drive| drive.answer("ask", Answer::Refused),
        |drive| drive.deny("phone"),
        |drive| drive.fail("ask", HostError::default()),
        |drive| {
            drive.provide_detail("phone", failed_detail(err_msg("getPhoneNumber:fail:user deny")));
        },
        |drive| {
            drive.answer_prompt_with(failed_detail(err_msg("fail user deny")));
        },
    ];
    for refuse in refusals {
        let (mut drive, request) = asking_for_phone();
        let ensured = drive.ensure(&["phone", "terms"]);
        refuse(&mut drive);
        for ticket in [request, ensured] {
            assert_eq!(drive.unmet(ticket), (Code::AuthDenied, Some("phone")));
        }
        assert_eq!((drive.sends.len(), drive.count("ask"), drive.count("submit")), (0, 1, 0));
    }
}

#[test]
fn a2_a_refusal_ends_the_request_whose_reply_asked() {
    let mut drive = Drive::new();
    let request = drive.request(&[]);
    drive.reply_needing(request, &["terms"]);
    drive.deny("terms");
    assert_eq!(drive.unmet(request), (Code::AuthDenied, Some("terms")));
    assert_eq!(drive.sends.len(), 1);
}

#[test]
fn a2_a_refusal_before_the_prompt_is_shown_counts() {
    let mut drive = Drive::new();
    let request = drive.request(&["phone"]);
    drive.deny("phone");
    drive.complete_login("t");
    assert_eq!(drive.unmet(request), (Code::AuthDenied, Some("phone")));
    assert_eq!(drive.count("ask"), 0);
}

#[test]
fn a2_the_next_call_may_ask_again() {
    let (mut drive, _) = asking_for_phone();
    let old = drive.flight("ask");
    drive.deny("phone");
    let request = drive.request(&["phone"]);
    // The first prompt's promise comes to its end only now.
    drive.answer_flight(old, Answer::Detail(detail()));
    drive.answer_flight(old, Answer::Failed(err_msg("closed")));
    assert!(drive.is_open(request));
    assert_eq!((drive.count("ask"), drive.count("submit")), (2, 0));
}

#[test]
fn a2_a_refusal_after_the_tap_comes_too_late() {
    let (mut drive, request) = asking_for_phone();
    drive.provide("phone");
    drive.deny("phone");
    drive.answer_submission(200, None);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);

    let (mut drive, provided) = holding_a_detail();
    drive.deny("phone");
    drive.complete_login("new");
    drive.answer_submission(200, None);
    assert!(drive.is_done(provided));
}

#[test]
fn a2_a_refusal_of_what_nobody_waits_for_is_nothing() {
    let mut drive = Drive::logged_in("t");
    drive.deny("phone");
    drive.deny("login");
    let request = drive.request(&["phone"]);
    assert!(drive.is_open(request));
}

#[test]
fn a2_a_failure_of_the_tap_is_no_refusal() {
    for (error, told) in
        [(errno(1_400_001), "quota"), (err_msg("getPhoneNumber:fail no permission"), "no permission")]
    {
        let (mut drive, request) = asking_for_phone();
        let provided = drive.provide_detail("phone", failed_detail(error));
        for ticket in [request, provided] {
            assert_eq!(drive.unmet(ticket), (Code::AuthUnavailable, Some("phone")));
            let message = &drive.failure(ticket).message;
            assert!(message.contains(told), "{message}");
            assert_eq!(message.contains("quota"), told == "quota", "{message}");
        }
    }
}

#[test]
fn a3_an_unanswered_prompt_ends_and_the_next_call_may_ask() {
    let (mut drive, request) = asking_for_phone();
    drive.pass(PROMPT_TIMEOUT - 1.0);
    let joined = drive.ensure(&["phone"]);
    drive.pass(1.0);
    for ticket in [request, joined] {
        assert_eq!(drive.unmet(ticket), (Code::AuthTimeout, Some("phone")));
        assert!(drive.failure(ticket).message.contains("nobody answered"));
    }
    assert_eq!(drive.closed, ["phone"]);
    drive.answer_prompt();
    assert_eq!((drive.sends.len(), drive.count("submit")), (0, 0));
    drive.request(&["phone"]);
    assert_eq!(drive.count("ask"), 2);
}

#[test]
fn a3_an_answer_that_overtakes_the_timer_is_late_all_the_same() {
    let (mut drive, request) = asking_for_phone();
    drive.set_clock(PROMPT_TIMEOUT);
    drive.answer_prompt();
    assert_eq!(drive.code(request), Code::AuthTimeout);
    assert_eq!(drive.count("submit"), 0);
}

#[test]
fn a3_a_host_that_never_answers_ends_the_wait_as_well() {
    for (need, limit) in
        [("sessionKey", LOGIN_TIMEOUT), ("privacy", LOGIN_TIMEOUT), ("scope.record", LOGIN_TIMEOUT)]
    {
        let mut drive = Drive::logged_in("t");
        let ensured = drive.ensure(&[need]);
        drive.pass(limit);
        assert_eq!(drive.unmet(ensured), (Code::AuthTimeout, Some(need)));
        assert!(drive.failure(ensured).message.contains("the host gave no answer"));
    }
    let mut drive = Drive::logged_in("t");
    let provided = drive.provide("phone");
    drive.pass(PROMPT_TIMEOUT);
    assert!(drive.failure(provided).message.contains("promptTimeout"));
    assert_eq!(drive.code(provided), Code::AuthTimeout);
    assert_eq!(drive.cancelled_flights, [drive.flight("submit")]);
    drive.answer_submission(200, None);
    assert_eq!(drive.changes, [ChangeKind::Login]);
}

#[test]
fn a3_each_prompt_has_its_own_time() {
    let (mut drive, first) = asking_for_phone();
    drive.pass(100.0 * SECOND);
    let second = drive.ensure(&["terms"]);
    drive.pass(80.0 * SECOND);
    assert_eq!(drive.code(first), Code::AuthTimeout);
    drive.pass(100.0 * SECOND - 1.0);
    assert!(drive.is_open(second));
    drive.pass(1.0);
    assert_eq!(drive.code(second), Code::AuthTimeout);
}

#[test]
fn a3_a_clock_that_stands_still_keeps_no_prompt_open() {
    let (mut drive, request) = asking_for_phone();
    drive.fire_timer();
    assert_eq!(drive.code(request), Code::AuthTimeout);
}

#[test]
fn a3_a_prompt_is_over_when_the_last_who_waits_for_it_gives_up() {
    let (mut drive, first) = asking_for_phone();
    let second = drive.request(&["phone"]);
    let old = drive.flight("ask");
    drive.abort(first);
    assert_eq!(drive.closed.len(), 0);
    drive.abort(second);
    assert_eq!(drive.closed, ["phone"]);
    let again = drive.request(&["phone"]);
    assert_eq!(drive.prompts.len(), 2, "the next call may ask again");
    drive.answer_flight(old, Answer::Detail(detail()));
    assert_eq!((drive.count("submit"), drive.is_open(again)), (0, true));
}

#[test]
fn a3_the_prompt_to_log_in_is_over_as_well() {
    let waits: [fn(&mut Drive) -> Ticket; 3] = [
        |drive| drive.request(&["login"]),
        |drive| drive.request(&["phone"]), // its detail is posted with a session
        |drive| {
            let request = drive.request(&[]);
            drive.reply(request, 401);
            request
        },
    ];
    for wait in waits {
        let mut drive = Drive::with(|config| {
            config.exchange = Exchange::None;
            config.prompts.push(prompt("login", Submission::Call));
        });
        let waiting = [wait(&mut drive), wait(&mut drive)];
        assert_eq!(drive.prompts.len(), 1);
        drive.abort(waiting[0]);
        assert_eq!(drive.closed.len(), 0);
        drive.abort(waiting[1]);
        assert_eq!(drive.closed, ["login"]);
        drive.login();
        assert_eq!(drive.prompts.len(), 2);
    }
}

#[test]
fn a3_what_was_answered_is_not_taken_back() {
    // The detail is on its way: it is submitted, and remembered for the next call.
    let (mut drive, request) = asking_for_phone();
    drive.answer_prompt();
    drive.abort(request);
    assert_eq!(drive.cancelled_flights, []);
    drive.answer_submission(200, None);
    assert_eq!((drive.granted(), drive.closed.len()), (vec!["phone"], 0));
}

#[test]
fn a3_a_popup_of_wechat_s_own_can_not_be_taken_back() {
    let mut drive = Drive::new();
    let given_up = drive.ensure(&["scope.camera"]);
    drive.read_setting(None);
    drive.abort(given_up);
    let joined = drive.ensure(&["scope.camera"]);
    assert_eq!(drive.host_calls(), ["getSetting", "authorize"]);
    drive.answer("authorize", Answer::Done);
    assert!(drive.is_done(joined));
}

#[test]
fn a3_the_app_that_answered_has_nothing_left_to_close() {
    let answers: [Happening; 4] = [
        |drive| drive.deny("phone"),
        |drive| drive.fail("ask", err_msg("closed by the user")),
        |drive| drive.answer_prompt(),
        |drive| {
            drive.provide("phone");
            drive.answer_submission(500, None);
        },
    ];
    for answer in answers {
        let (mut drive, _) = asking_for_phone();
        answer(&mut drive);
        assert_eq!(drive.closed.len(), 0);
    }
}

#[test]
fn a3_a_prompt_that_was_never_shown_is_not_closed() {
    let mut drive = Drive::logged_in("t");
    let (ensure, logout) = (Command::Ensure { needs: needs(&["terms"]) }, Command::Logout);
    for (ticket, command) in [(90, ensure), (91, logout)] {
        drive.machine.handle(Event::Called { ticket: Ticket(ticket), command }, drive.now);
    }
    while let Some(effect) = drive.machine.poll() {
        let is_of_prompt = matches!(
            effect,
            Effect::ClosePrompt { .. } | Effect::Ask { question: Question::Prompt { .. }, .. }
        );
        assert!(!is_of_prompt, "{effect:?}");
    }
}

#[test]
fn a3_a_prompt_that_fails_with_something_else_than_a_refusal_passes_that_on() {
    for code in [Code::Network, Code::Timeout, Code::Status, Code::Refused, Code::LoginFailed] {
        let (mut drive, request) = asking_for_phone();
        drive.fail("ask", login_error(code));
        let failure = drive.failure(request);
        assert_eq!((failure.code, failure.passed_on), (code, true));
    }
    let (mut drive, request) = asking_for_phone();
    drive.fail("ask", login_error(Code::AuthDenied));
    assert_eq!(drive.unmet(request), (Code::AuthDenied, Some("phone")));
}
