//! Requests sent by the lease: what the machine makes of those it hears of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::{Drive, GET, Happening, SECOND, detail, err_msg, needs};
use wxlogin::Event;
use wxlogin::effect::{Effect, Outcome};
use wxlogin::error::Code;
use wxlogin::event::{Attempt, Ticket};
use wxlogin::keeper::Moment;
use wxlogin::need::Need;

/// The first number that the machine never gives out itself.
const LENT: Attempt = 1 << 31;
const TICKET: Ticket = 40;

fn adopt(drive: &mut Drive, moment: Moment, attached: bool) {
    drive.adopt(Event::Adopted { ticket: TICKET, traits: GET, attempt: LENT, moment, attached });
}

#[test]
fn s1_the_lease_ends_when_the_session_is_fresh_no_longer() {
    let drive = Drive::logged_in("t");
    let saved = drive.session.as_ref().unwrap();
    for (now, fresh) in [
        (drive.lease.from - 1.0, false),
        (drive.lease.from, true),
        (drive.lease.until - 1.0, true),
        (drive.lease.until, false),
    ] {
        assert_eq!(saved.is_fresh(now, drive::MARGIN), fresh);
    }
}

#[test]
fn s5_a_401_ends_the_session_that_it_was_sent_with() {
    let mut drive = Drive::logged_in("t");
    let moment = drive.lease.moment;
    adopt(&mut drive, moment, true);
    drive.reply(TICKET, 401);
    drive.complete_login("u");
    assert_eq!(drive.tokens_sent(TICKET), [Some("u")]);
    drive.reply(TICKET, 200);
    assert_eq!(drive.outcome(TICKET), Outcome::Reply);
}

#[test]
fn s5_a_late_401_of_an_old_session_or_of_none_costs_no_login() {
    for attached in [true, false] {
        let mut drive = Drive::logged_in("old");
        let moment = drive.lease.moment;
        drive.log_in("new");
        let logins = drive.count("login");
        adopt(&mut drive, moment, attached);
        drive.reply(TICKET, 401);
        assert_eq!((drive.tokens_sent(TICKET), drive.count("login")), (vec![Some("new")], logins));
    }
}

#[test]
fn after_a_log_out_it_starts_no_login() {
    let mut drive = Drive::logged_in("t");
    let moment = drive.lease.moment;
    drive.logout();
    adopt(&mut drive, moment, true);
    drive.reply(TICKET, 401);
    assert_eq!(drive.code(TICKET), Code::LoggedOut);
}

#[test]
fn a7_what_was_sent_before_the_need_was_met_does_not_ask_again() {
    for late in [true, false] {
        let mut drive = Drive::logged_in("t");
        let before = drive.lease.moment;
        drive.provide_detail("terms", detail());
        let after = drive.lease.moment;
        adopt(&mut drive, if late { before } else { after }, true);
        drive.reply_needing(TICKET, &["terms"]);
        assert_eq!(drive.prompts.len(), usize::from(!late));
        assert_eq!(
            drive.session.as_ref().unwrap().session.granted,
            if late { needs(&["terms"]) } else { vec![] }
        );
    }
}

#[test]
fn r6_a_silent_host_is_waited_for_no_longer_than_by_the_machines_own() {
    let mut drive = Drive::logged_in("t");
    let own = drive.request(&[]);
    let moment = drive.lease.moment;
    adopt(&mut drive, moment, true);
    drive.pass(119.0 * SECOND);
    assert!(drive.is_open(own) && drive.is_open(TICKET));
    drive.pass(SECOND);
    assert_eq!((drive.code(own), drive.code(TICKET)), (Code::Timeout, Code::Timeout));
}

#[test]
fn r7_r9_it_fails_and_is_aborted_like_any_other() {
    let lent = || {
        let mut drive = Drive::logged_in("t");
        let moment = drive.lease.moment;
        adopt(&mut drive, moment, true);
        drive
    };
    let mut drive = lent();
    drive.fail_send(TICKET, err_msg("request:fail"));
    assert_eq!(drive.code(TICKET), Code::Network);
    let mut drive = lent();
    drive.abort(TICKET);
    assert_eq!((drive.code(TICKET), drive.cancelled), (Code::Aborted, vec![TICKET]));
}

#[test]
fn every_change_that_a_reply_is_judged_by_is_published() {
    let mut drive = Drive::new();
    let mut last = drive.lease.moment;
    let provide: Happening = |drive| {
        drive.provide("terms");
    };
    let log_out: Happening = |drive| {
        drive.logout();
    };
    for change in [provide, |drive| drive.log_in("t"), provide, log_out, log_out] {
        change(&mut drive);
        assert!(drive.lease.moment > last);
        last = drive.lease.moment;
    }
}

#[test]
fn what_a_log_out_has_undone_is_no_longer_wanted() {
    let mut drive = Drive::new();
    let send = drive.machine.handle(Event::Requested { ticket: 0, traits: GET, needs: vec![] }, drive::START);
    let effects = drive.machine.handle(Event::LoginWanted { ticket: 1, force: false }, drive::START);
    let decided: Vec<Effect> = send.into_iter().chain(effects).collect();
    assert!(decided.iter().any(|effect| matches!(effect, Effect::CallLogin { .. })));
    assert!(decided.iter().all(|effect| drive.machine.wants(effect)));
    let _ = drive.machine.handle(Event::LogoutWanted { ticket: 2 }, drive::START);
    for effect in &decided {
        assert_eq!(drive.machine.wants(effect), !matches!(effect, Effect::CallLogin { .. }), "{effect:?}");
    }
    let _ = drive.machine.handle(Event::Aborted { ticket: 0 }, drive::START);
    let mut sends = decided.iter().filter(|effect| matches!(effect, Effect::Send { .. }));
    assert!(sends.all(|effect| !drive.machine.wants(effect)));
}

#[test]
fn a_prompt_that_was_denied_is_no_longer_wanted_and_one_that_was_not_is() {
    let mut drive = Drive::new();
    let need = Need::named("terms");
    let asked = drive.machine.handle(Event::EnsureWanted { ticket: 0, needs: vec![need] }, drive::START);
    let asked: Vec<Effect> = asked.into_iter().collect();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Ask { .. })));
    assert!(asked.iter().all(|effect| drive.machine.wants(effect)));
    let _ = drive.machine.handle(Event::NeedDenied { need, reason: None }, drive::START);
    let mut prompts = asked.iter().filter(|effect| matches!(effect, Effect::Ask { .. }));
    assert!(prompts.all(|effect| !drive.machine.wants(effect)));
}

#[test]
fn s3_only_the_session_of_now_is_wanted_in_storage() {
    let mut drive = Drive::logged_in("t");
    let saved = drive.session.clone();
    assert_eq!(drive.machine.lease().saved, saved);
    assert!(drive.machine.wants(&Effect::Store(saved.clone())));
    drive.log_in("u");
    assert!(!drive.machine.wants(&Effect::Store(saved)));
    assert!(drive.machine.wants(&Effect::Store(None)));
    assert_eq!(drive.machine.lease(), drive.lease);
}
