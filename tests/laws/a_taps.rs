//! Law A8: no `wx.login` while a detail is being submitted, and no submission during a login.

use crate::drive::values::{
    FRESH_FOR, LOGIN_TIMEOUT, answered, err_msg, errcode, nobody, prompt, renewable, session,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::Command;
use wxlogin::answer::Answer;
use wxlogin::config::{Exchange, Submission};
use wxlogin::error::Code;
use wxlogin::id::Ticket;

/// A client whose detail waits for a login, and the call that provided it.
fn holding_a_detail() -> (Drive, Ticket) {
    let mut drive = Drive::logged_in("t");
    drive.request(&["phone"]);
    drive.force_login();
    let provided = drive.provide("phone");
    assert_eq!(drive.count("submit"), 0);
    (drive, provided)
}

/// A client whose login waits for a submission, and that login.
fn deferring_a_login() -> (Drive, Ticket) {
    let mut drive = Drive::logged_in("t");
    drive.provide("phone");
    let login = drive.force_login();
    assert_eq!(drive.count("login"), 1);
    (drive, login)
}

#[test]
fn l5_a_deferred_login_waits_no_longer_than_any_other() {
    let (mut drive, login) = deferring_a_login();
    drive.pass(LOGIN_TIMEOUT);
    assert_eq!((drive.code(login), drive.count("login")), (Code::LoginTimeout, 1));
}

#[test]
fn a8_no_login_starts_while_a_detail_is_being_submitted() {
    let ends: [Happening; 3] = [
        |drive| drive.answer_submission(200, None),
        |drive| drive.answer_submission(500, None),
        |drive| drive.fail("submit", err_msg("request:fail")),
    ];
    for end in ends {
        let (mut drive, login) = deferring_a_login();
        let joined = drive.request(&["sessionKey"]);
        drive.check_key(false);
        assert_eq!(drive.count("login"), 1);
        end(&mut drive);
        assert_eq!(drive.count("login"), 2);
        drive.complete_login("new");
        assert_eq!(drive.token_of(login), Some("new"));
        assert_eq!(drive.tokens_sent(joined), [Some("new")]);
    }
}

#[test]
fn a8_a_401_during_the_submission_waits_too() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.provide("phone");
    drive.reply(request, 401);
    assert_eq!(drive.count("login"), 1);
    drive.answer_submission(200, None);
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [Some("t"), Some("new")]);
}

#[test]
fn a8_a_session_that_the_submission_brings_is_enough_for_who_waited_for_any() {
    let mut drive = Drive::new();
    drive.provide("profile");
    let (login, request) = (drive.login(), drive.request(&["login"]));
    drive.answer_submission(200, Some("with profile"));
    assert_eq!(drive.token_of(login), Some("with profile"));
    assert_eq!(drive.tokens_sent(request), [Some("with profile")]);
    assert_eq!(drive.count("login"), 0);
}

#[test]
fn a8_a_session_that_the_submission_brings_neither_renews_the_key_nor_is_a_forced_login() {
    let waits: [Happening; 2] = [
        |drive| {
            drive.ensure(&["sessionKey"]);
            drive.check_key(false);
        },
        |drive| {
            drive.force_login();
        },
    ];
    for wait in waits {
        let mut drive = Drive::new();
        drive.provide("profile");
        drive.login();
        wait(&mut drive);
        drive.answer_submission(200, Some("with profile"));
        assert_eq!(drive.count("login"), 1);
    }
}

#[test]
fn a8_a_login_waits_for_the_last_of_several_submissions() {
    let (mut drive, _) = deferring_a_login();
    let phone = drive.flight("submit");
    drive.provide("profile");
    drive.answer_submission(200, None);
    assert_eq!(drive.count("login"), 1);
    drive.answer_flight(phone, Answer::Granted(Box::new(nobody())));
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn a8_a_tap_during_a_login_is_submitted_after_it() {
    let ends: [(Happening, &str); 3] = [
        (|drive| drive.complete_login("new"), "new"),
        (|drive| drive.fail_login(err_msg("login:fail")), "t"),
        (|drive| drive.pass(LOGIN_TIMEOUT), "t"),
    ];
    for (end, token) in ends {
        let (mut drive, provided) = holding_a_detail();
        end(&mut drive);
        assert_eq!(drive.submitted_with, [Some(token.into())]);
        drive.answer_submission(200, None);
        assert!(drive.is_done(provided));
    }
}

#[test]
fn a8_a_tap_between_the_two_codes_of_a_login_waits_for_the_second() {
    let (mut drive, _) = holding_a_detail();
    drive.answer_login("first");
    drive.answer_exchange(errcode(40029));
    assert_eq!((drive.count("login"), drive.count("submit")), (3, 0));
    drive.complete_login("new");
    assert_eq!(drive.submitted_with, [Some("new".into())]);
}

#[test]
fn a8_a_tap_before_its_prompt_is_shown_waits_for_the_login_as_well() {
    let mut drive = Drive::new();
    let request = drive.request(&["phone"]);
    drive.provide("phone");
    drive.complete_login("t");
    drive.answer_submission(200, None);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
    assert_eq!(drive.host_calls(), ["login", "exchange", "submit"]);
}

#[test]
fn a8_a_tap_during_a_login_waits_for_the_next_one_if_that_follows_at_once() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.set_clock(FRESH_FOR);
    // A renewal makes no new session_key, so that wx.login has to follow.
    drive.login();
    drive.ensure(&["sessionKey"]);
    drive.check_key(false);
    drive.provide("profile");
    drive.answer_renewal(session("u"));
    assert_eq!((drive.count("login"), drive.count("submit")), (2, 0));
    drive.complete_login("next");
    assert_eq!(drive.submitted_with, [Some("next".into())]);
}

#[test]
fn a8_an_exchange_without_a_code_keeps_out_of_the_way_too() {
    let mut drive = Drive::with(|config| config.exchange = Exchange::Cloud);
    drive.provide("profile");
    let login = drive.login();
    assert_eq!(drive.host_calls(), ["submit"]);
    drive.answer_submission(200, None);
    drive.answer_exchange(session("t"));
    assert_eq!(drive.token_of(login), Some("t"));
}

#[test]
fn a8_a_log_out_while_a_login_is_deferred_rejects_it_and_starts_none() {
    let (mut drive, login) = deferring_a_login();
    drive.logout();
    assert_eq!(drive.code(login), Code::LoggedOut);
    drive.answer_submission(200, Some("from before"));
    assert_eq!((drive.count("login"), drive.token()), (1, None));
}

#[test]
fn a8_the_next_user_s_login_waits_for_what_is_still_being_submitted() {
    let mut drive = Drive::logged_in("t");
    drive.provide("phone");
    drive.logout();
    let login = drive.login();
    assert_eq!(drive.count("login"), 1);
    drive.answer_submission(200, None);
    drive.complete_login("u");
    assert_eq!(drive.token_of(login), Some("u"));
}

#[test]
fn a8_a_login_deferred_for_a_submission_that_asks_for_one_is_that_one() {
    let (mut drive, login) = deferring_a_login();
    drive.answer_submission(401, None);
    assert_eq!(drive.count("login"), 2);
    drive.complete_login("u");
    assert_eq!(drive.token_of(login), Some("u"));
    assert_eq!(drive.submitted_with, [Some("t".into()), Some("u".into())]);
}

#[test]
fn a8_a_renewal_asks_wechat_for_nothing_and_need_not_wait() {
    let mut drive = Drive::with(|config| config.renews = true);
    drive.log_in_as(renewable("t"));
    drive.provide("phone");
    drive.force_login();
    assert_eq!(drive.count("renew"), 1);
    drive.answer_renewal(answered(401, json!({})));
    assert_eq!(drive.count("login"), 1, "but what comes after it does");
    drive.answer_submission(200, None);
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn a8_a_forced_login_that_nobody_waits_for_any_more_forces_nothing() {
    let mut drive = Drive::with(|config| config.prompts.push(prompt("login", Submission::Call)));
    drive.call(Command::Login { force: true, prompt: false });
    drive.answer_login("code");
    drive.answer_exchange(nobody());
    // Nobody could be asked for it. Another login, not forced, is deferred, and a session comes.
    drive.provide("profile");
    let login = drive.login();
    drive.answer_submission(200, Some("with profile"));
    assert_eq!((drive.token_of(login), drive.count("login")), (Some("with profile"), 1));
}
