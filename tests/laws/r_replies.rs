//! Laws R2, R4, R5, R10 and R11: what a reply is taken for.

use crate::drive::Drive;
use crate::drive::values::{ANONYMOUS, FOREIGN, PASSIVE, SECOND, err_msg, errno, needs};
use wxlogin::answer::Judgement;
use wxlogin::error::{Code, Errcode, HostError};
use wxlogin::session::ChangeKind::{Expired, Login};

fn retrying(retries: u32) -> Drive {
    Drive::with(|config| config.retries = retries)
}

fn replied(status: u16) -> Judgement {
    Judgement { status: Some(status), ..Judgement::default() }
}

#[test]
fn r2_the_second_401_is_a_rejection() {
    let mut drive = Drive::logged_in("old");
    let request = drive.request(&[]);
    drive.reply(request, 401);
    drive.complete_login("new");
    drive.reply(request, 401);
    assert_eq!(drive.unmet(request), (Code::LoginRejected, Some("login")));
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
    assert!(drive.is_replied(request));
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
    assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some("terms")));
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
    assert!(drive.is_replied(request));
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
fn r4_the_session_goes_to_no_other_origin_and_with_no_anonymous_request() {
    let mut drive = Drive::logged_in("t");
    for traits in [FOREIGN, ANONYMOUS] {
        let request = drive.request_as(traits, &[]);
        drive.reply(request, 401);
        assert_eq!(drive.tokens_sent(request), [None]);
        assert!(drive.is_replied(request));
    }
    assert_eq!(drive.count("login"), 1);
    assert!(drive.session().is_some());
}

#[test]
fn r4_not_even_after_a_login_for_that_very_request() {
    let mut drive = Drive::new();
    let request = drive.request_as(FOREIGN, &["login"]);
    drive.complete_login("t");
    assert_eq!(drive.tokens_sent(request), [None]);
    // And what it answers is just a reply.
    drive.reply_needing(request, &["terms"]);
    assert!(drive.is_replied(request));
}

#[test]
fn r5_every_status_resolves_if_nothing_is_missing() {
    let mut drive = Drive::logged_in("t");
    for status in [200, 204, 304, 400, 403, 404, 429, 500, 503] {
        let request = drive.request(&[]);
        drive.reply(request, status);
        assert!(drive.is_replied(request), "{status}");
    }
}

#[test]
fn r5_r10_only_validate_status_turns_a_status_into_a_failure() {
    let mut drive = Drive::logged_in("t");
    for (status, retryable) in [(404, false), (429, true), (500, true)] {
        let request = drive.request(&[]);
        drive.reply_judged(request, Judgement { invalid: true, ..replied(status) });
        let failure = drive.failure(request);
        assert_eq!((failure.code, failure.status_code), (Code::Status, Some(status)));
        assert_eq!((failure.retryable, failure.shows_reply), (retryable, true));
    }
}

#[test]
fn r2_every_other_need_is_unavailable_the_second_time() {
    let mut drive = Drive::logged_in("t");
    for need in ["terms", "profile", "scope.camera", "privacy", "sessionKey"] {
        let request = drive.request(&[]);
        drive.reply_needing(request, &[need]);
        match need {
            "terms" => drive.answer_prompt(),
            "profile" => {
                drive.provide(need);
                drive.answer_submission(200, None);
            }
            "scope.camera" => drive.read_setting(Some(true)),
            "privacy" => drive.read_privacy(false),
            _ => drive.check_key(true),
        }
        drive.reply_needing(request, &[need]);
        assert_eq!(drive.unmet(request), (Code::AuthUnavailable, Some(need)));
        assert!(drive.failure(request).shows_reply);
        assert_eq!(drive.tokens_sent(request).len(), 2);
    }
}

#[test]
fn r10_what_is_missing_comes_first_then_accept_then_the_status() {
    let mut drive = Drive::logged_in("t");
    let refused = Some(HostError { errcode: Some(Errcode::Text("E1".into())), ..err_msg("sold out") });
    let all = Judgement { asks: needs(&["terms"]), refused: refused.clone(), invalid: true, ..replied(409) };

    let request = drive.request(&[]);
    drive.reply_judged(request, all.clone());
    assert_eq!((drive.is_open(request), drive.prompts.len()), (true, 1));
    drive.answer_prompt();

    let nothing_missing = Judgement { asks: Vec::new(), ..all };
    drive.reply_judged(request, nothing_missing);
    let failure = drive.failure(request);
    assert_eq!((failure.code, failure.status_code, failure.shows_reply), (Code::Refused, Some(409), true));
    assert_eq!(failure.err_msg.as_deref(), Some("sold out"));
    assert_eq!(failure.errcode, Some(Errcode::Text("E1".into())));
}

#[test]
fn r10_a_refusal_of_accept_s_harms_no_session_and_is_passing_if_its_status_is() {
    let mut drive = Drive::logged_in("t");
    for (status, retryable) in [(200, false), (401, false), (429, true), (503, true)] {
        let request = drive.request(&[]);
        drive.reply_judged(request, Judgement { refused: Some(err_msg("no")), ..replied(status) });
        assert_eq!((drive.code(request), drive.failure(request).retryable), (Code::Refused, retryable));
    }
    assert_eq!(drive.token(), Some("t"));
}

#[test]
fn r10_a_reply_that_still_asks_is_judged_no_further() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.reply_needing(request, &["terms"]);
    drive.answer_prompt();
    let still = Judgement { asks: needs(&["terms"]), refused: Some(err_msg("no")), ..replied(200) };
    drive.reply_judged(request, still);
    assert_eq!(drive.code(request), Code::AuthUnavailable);
}

#[test]
fn r11_a_passive_request_takes_the_session_and_asks_for_nothing() {
    let mut drive = Drive::logged_in("t");
    for need in ["terms", "phone", "sessionKey", "scope.camera", "privacy"] {
        let request = drive.request_as(PASSIVE, &[]);
        drive.reply_needing(request, &[need]);
        assert_eq!(drive.tokens_sent(request), [Some("t")]);
        assert!(drive.is_replied(request), "{need}");
    }
    assert_eq!((drive.host_calls().len(), drive.changes.len()), (2, 1));
}

#[test]
fn r11_a_401_to_a_passive_request_ends_the_session_and_starts_no_login() {
    let mut drive = Drive::logged_in("t");
    let (first, late) = (drive.request_as(PASSIVE, &[]), drive.request_as(PASSIVE, &[]));
    drive.reply(first, 401);
    assert!(drive.is_replied(first));
    assert_eq!((drive.token(), drive.count("login")), (None, 1));
    assert_eq!(drive.changes, [Login, Expired]);
    drive.log_in("u");
    drive.reply(late, 401);
    assert_eq!(drive.token(), Some("u"), "a late one harms no newer session (law S5)");
}

#[test]
fn r11_a_passive_request_is_judged_as_it_is() {
    let mut drive = Drive::logged_in("t");
    let refused = drive.request_as(PASSIVE, &[]);
    let judgement = Judgement { asks: needs(&["login"]), refused: Some(err_msg("no")), ..replied(401) };
    drive.reply_judged(refused, judgement);
    assert_eq!((drive.code(refused), drive.token()), (Code::Refused, None));
    let invalid = drive.request_as(PASSIVE, &[]);
    drive.reply_judged(invalid, Judgement { asks: needs(&["terms"]), invalid: true, ..replied(403) });
    assert_eq!(drive.code(invalid), Code::Status);
}

#[test]
fn r11_needs_that_the_caller_names_are_asked_for_neither() {
    for traits in [PASSIVE, ANONYMOUS] {
        let mut drive = Drive::new();
        let request = drive.request_as(traits, &["login", "terms", "scope.camera"]);
        assert_eq!(drive.tokens_sent(request), [None]);
        assert_eq!(drive.host_calls().len(), 0);
    }
}

#[test]
fn r11_not_even_the_privacy_contract_is_shown_for_them() {
    for traits in [PASSIVE, ANONYMOUS] {
        let mut drive = Drive::new();
        let request = drive.request_as(traits, &[]);
        drive.fail_send(request, errno(104));
        assert_eq!(drive.unmet(request), (Code::AuthDenied, Some("privacy")));
        assert_eq!(drive.host_calls().len(), 0);
    }
}

#[test]
fn r11_an_anonymous_request_carries_no_session_and_ends_none() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request_as(ANONYMOUS, &[]);
    drive.reply(request, 401);
    assert_eq!(drive.tokens_sent(request), [None]);
    assert!(drive.is_replied(request));
    assert_eq!((drive.token(), drive.count("login")), (Some("t"), 1));
}
