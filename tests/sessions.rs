//! Laws S1–S6: what a session is worth, and for how long.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::{
    Drive, Happening, LIFE, LOGIN_TIMEOUT, MARGIN, SECOND, START, answered, err_msg, from_stored, session,
    unreachable_backend,
};
use serde_json::{Value as Json, json};
use wxlogin::effect::{ChangeKind, Outcome};
use wxlogin::error::Code;
use wxlogin::keeper::Keeper;
use wxlogin::need::Need;
use wxlogin::{Effect, Effects};

/// From a session's beginning to the first moment at which it is not fresh any more.
const FRESH_FOR: f64 = LIFE * SECOND - MARGIN;

fn stored(drive: &Drive) -> Json {
    drive::stored::stored(drive.stored.as_ref().unwrap())
}

#[test]
fn s1_a_session_goes_along_until_the_margin_before_its_end() {
    let mut drive = Drive::logged_in("t");
    drive.set_clock(FRESH_FOR - 1.0);
    let in_time = drive.request(&[]);
    drive.set_clock(1.0);
    let too_late = drive.request(&[]);
    assert_eq!(drive.tokens_sent(in_time), [Some("t")]);
    assert_eq!(drive.tokens_sent(too_late), [None]);
}

#[test]
fn s1_every_use_notices_the_end_after_a_hot_start() {
    for use_session in [
        |drive: &mut Drive| {
            let peek = drive.get_session();
            assert_eq!(drive.outcome(peek), Outcome::Nothing);
        },
        |drive: &mut Drive| {
            drive.login();
            assert_eq!(drive.count("login"), 2);
        },
        |drive: &mut Drive| {
            drive.ensure(&["login"]);
            assert_eq!(drive.count("login"), 2);
        },
        |drive: &mut Drive| {
            drive.request(&["login"]);
            assert_eq!((drive.count("login"), drive.sends.len()), (2, 0));
        },
    ] {
        let mut drive = Drive::logged_in("t");
        drive.set_clock(FRESH_FOR);
        use_session(&mut drive);
        assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Expired]);
        assert!(drive.session.is_none() && drive.stored.is_none());
    }
}

#[test]
fn s1_a_session_that_ends_while_a_request_waits_does_not_go_along() {
    let mut drive = Drive::new();
    let request = drive.request(&["login", "terms"]);
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "expires_in": 100 })));
    drive.set_clock(100.0 * SECOND - MARGIN);
    drive.provide("terms");
    assert!(drive.tokens_sent(request).is_empty());
    drive.complete_login("new");
    assert_eq!(drive.tokens_sent(request), [Some("new")]);
}

#[test]
fn a_log_out_while_a_prompt_is_open_ends_the_request_that_needs_a_login() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&["login", "terms"]);
    drive.logout();
    drive.provide("terms");
    assert_eq!(drive.code(request), Code::LoggedOut);
}

#[test]
fn a_log_out_without_a_session_changes_nothing() {
    let mut drive = Drive::new();
    drive.logout();
    assert!(drive.changes.is_empty());
}

#[test]
fn s1_what_storage_held_is_judged_by_the_same_clock() {
    let saved = Drive::logged_in("t").session.unwrap().as_ref().clone();
    for (later, outcome) in [(FRESH_FOR - 1.0, Outcome::Session), (FRESH_FOR, Outcome::Nothing)] {
        let mut drive = Drive::new();
        drive.restore(saved.clone());
        drive.set_clock(later);
        let peek = drive.get_session();
        assert_eq!(drive.outcome(peek), outcome);
    }
}

#[test]
fn s2_a_clock_set_back_beyond_the_margin_ends_the_session() {
    for (back, tokens) in [(MARGIN, [Some("t")]), (MARGIN + 1.0, [None])] {
        let mut drive = Drive::logged_in("t");
        drive.set_clock(-back);
        let request = drive.request(&[]);
        assert_eq!(drive.tokens_sent(request), tokens);
    }
}

#[test]
fn s3_a_session_key_reaches_neither_storage_nor_callers_nor_the_trace() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("the code");
    drive.answer_exchange(answered(
        200,
        json!({ "token": "t", "openid": "o", "unionid": "u", "expires_in": 100, "granted": ["phone"],
                "session_key": "the key", "name": "the name" }),
    ));
    assert_eq!(drive.outcome(login), Outcome::Session);
    assert_eq!(
        stored(&drive),
        json!({ "v": 1.0, "savedAt": START, "session":
            { "token": "t", "openid": "o", "unionid": "u", "expiresAt": START + 100_000.0, "granted": ["phone"] } })
    );
    let shown = format!("{:?} {:?}", drive.session, drive.machine);
    assert!(!shown.contains("the key") && !shown.contains("the name"), "{shown}");
}

#[test]
fn s3_the_trace_holds_no_secret() {
    let mut drive = Drive::logged_in("the token");
    let request = drive.request(&["phone"]);
    drive.provide("phone");
    drive.answer_submission(200, Some("the next token"));
    drive.reply(request, 401);
    drive.answer_login("the code");
    drive.answer_exchange(answered(200, json!({ "token": "the last token", "session_key": "the key" })));
    let trace = serde_json::to_string(&drive.trace).unwrap();
    assert!(trace.contains("login-succeeded") && trace.contains("detail-submitted"), "{trace}");
    assert!(!trace.contains("the "), "{trace}");
}

#[test]
fn s4_what_was_stored_is_the_session_of_the_next_start() {
    let mut before = Drive::logged_in("t");
    before.ensure(&["terms"]);
    before.provide("terms");
    let mut after = Drive::new();
    after.restore(from_stored(&stored(&before)).unwrap());
    let request = after.request(&["login", "terms"]);
    assert_eq!(after.tokens_sent(request), [Some("t")]);
    assert_eq!(after.host_calls().len(), 0);
}

#[test]
fn s5_a_late_401_of_an_old_session_is_sent_again_with_the_new_one() {
    let mut drive = Drive::logged_in("old");
    let late = drive.request(&[]);
    drive.log_in("new");
    drive.reply(late, 401);
    assert_eq!(drive.tokens_sent(late), [Some("old"), Some("new")]);
    assert_eq!(drive.count("login"), 2);
    assert_eq!(drive.session.unwrap().session.token.as_deref(), Some("new"));
}

#[test]
fn s5_a_401_of_a_request_sent_before_the_login_causes_no_other_one() {
    let mut drive = Drive::new();
    let early = drive.request(&[]);
    drive.log_in("t");
    drive.reply(early, 401);
    assert_eq!(drive.tokens_sent(early), [None, Some("t")]);
    assert_eq!(drive.count("login"), 1);
}

#[test]
fn s5_many_401s_of_one_session_end_it_once() {
    let mut drive = Drive::logged_in("old");
    let requests: Vec<_> = (0..10).map(|_| drive.request(&[])).collect();
    for request in &requests[..5] {
        drive.reply(*request, 401);
    }
    drive.complete_login("new");
    for request in &requests[5..] {
        drive.reply(*request, 401);
    }
    for request in requests {
        assert_eq!(drive.tokens_sent(request), [Some("old"), Some("new")]);
    }
    assert_eq!(drive.count("login"), 2);
    assert_eq!(drive.changes, [ChangeKind::Login, ChangeKind::Expired, ChangeKind::Login]);
}

#[test]
fn s5_a_session_after_logout_is_another_one() {
    let mut drive = Drive::logged_in("old");
    let late = drive.request(&[]);
    drive.logout();
    drive.log_in("new");
    drive.reply(late, 401);
    assert_eq!(drive.code(late), Code::LoggedOut);
    assert_eq!(drive.session.unwrap().session.token.as_deref(), Some("new"));
}

#[test]
fn s5_a_detail_refused_for_want_of_a_login_ends_the_session_it_went_out_with() {
    let mut drive = Drive::logged_in("old");
    let provided = drive.provide("phone");
    drive.answer_submission(401, None);
    assert_eq!(drive.code(provided), Code::Status);
    assert!(drive.session.is_none());
    drive.log_in("new");
    drive.provide("phone");
    assert_eq!(drive.submitted_with.as_deref(), Some("new"));
}

#[test]
fn s6_no_failed_login_costs_a_fresh_session() {
    let failures: [Happening; 5] = [
        |drive| drive.fail_login(err_msg("login:fail")),
        |drive| drive.pass(LOGIN_TIMEOUT),
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(unreachable_backend());
        },
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(answered(401, json!({})));
        },
        |drive| {
            drive.answer_login("code");
            drive.answer_exchange(answered(200, json!({ "hello": "world" })));
        },
    ];
    for fail in failures {
        let mut drive = Drive::logged_in("t");
        let forced = drive.force_login();
        fail(&mut drive);
        assert!(!drive.is_open(forced));
        let request = drive.request(&["login"]);
        assert_eq!(drive.tokens_sent(request), [Some("t")]);
        assert_eq!(drive.changes, [ChangeKind::Login]);
    }
}

#[test]
fn s6_no_failed_request_costs_a_fresh_session() {
    let mut drive = Drive::logged_in("t");
    let failed = drive.request(&[]);
    drive.fail_send(failed, err_msg("request:fail"));
    for status in [400, 403, 419, 500] {
        let refused = drive.request(&[]);
        drive.reply(refused, status);
    }
    let request = drive.request(&[]);
    assert_eq!(drive.tokens_sent(request), [Some("t")]);
}

#[test]
fn s6_logout_ends_the_session_and_storage_with_it() {
    let mut drive = Drive::logged_in("t");
    let logout = drive.logout();
    assert_eq!(drive.outcome(logout), Outcome::Done);
    assert!(drive.session.is_none() && drive.stored.is_none());
    let request = drive.request(&[]);
    assert_eq!(drive.tokens_sent(request), [None]);
}

#[test]
fn s6_logout_wins_over_a_session_still_on_its_way() {
    let mut drive = Drive::new();
    let login = drive.login();
    drive.answer_login("code");
    drive.logout();
    assert_eq!(drive.code(login), Code::LoggedOut);
    drive.answer_exchange(session("t"));
    assert!(drive.session.is_none() && drive.stored.is_none());
}

#[test]
fn s4_a_log_out_empties_storage_even_where_there_is_no_session() {
    let mut effects = Effects::default();
    Keeper::new(0.0).log_out(&mut effects);
    let stores = effects.into_iter().filter(|effect| matches!(effect, Effect::Store(None)));
    assert_eq!(stores.count(), 1);
}

#[test]
fn x4_a_need_is_remembered_for_as_long_as_a_late_reply_may_ask_for_it() {
    let [met, known, other] = ["met", "known", "other"].map(Need::named);
    let mut drive = Drive::new();
    drive.login();
    drive.answer_login("code");
    drive.answer_exchange(answered(200, json!({ "token": "t", "granted": ["known"] })));
    let machine = &drive.machine;
    assert_eq!([known, other].map(|need| machine.remembers(need)), [true, false]);
    assert!(machine.remembers(Need::named("terms")), "it has a prompt");

    let mut keeper = Keeper::new(0.0);
    keeper.grant(met, &mut Effects::default());
    keeper.log_out(&mut Effects::default());
    assert_eq!([met, other].map(|need| keeper.remembers(need)), [true, false]);
}
