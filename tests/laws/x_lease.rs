//! Law X6: what JavaScript goes by without asking, and what the machine makes of the requests that
//! went out like that once it hears of them.

use crate::drive::values::{
    ANONYMOUS, FRESH_FOR, GET, LIFE, MARGIN, PASSIVE, SECOND, detail, err_msg, errno, from_stored, needs,
    session_of,
};
use crate::drive::{Drive, Happening, START};
use serde_json::json;
use std::rc::Rc;
use wxlogin::command::Traits;
use wxlogin::error::Code;
use wxlogin::id::Ticket;
use wxlogin::session::Moment;
use wxlogin::{Command, Effect, Event};

/// A request that went out by the lease that there is.
fn lend(drive: &mut Drive) -> Ticket {
    let moment = drive.lease().moment;
    let attached = drive.session().is_some();
    drive.adopt(GET, moment, attached)
}

#[test]
fn x6_a_client_without_a_session_lends_to_guests() {
    let drive = Drive::new();
    let lease = drive.lease();
    assert_eq!((lease.saved.is_none(), lease.moment, lease.generation), (true, Moment(0), 0));
    assert_eq!((lease.lends, lease.renew_from), (true, f64::INFINITY));
}

#[test]
fn x6_the_instants_of_a_lease_are_those_between_which_its_session_is_fresh() {
    let mut drive = Drive::logged_in("t");
    let saved = drive.session().unwrap().clone();
    assert_eq!((saved.from, saved.until), (START - MARGIN, START + FRESH_FOR));
    for (now, fresh) in
        [(saved.from - 1.0, false), (saved.from, true), (saved.until - 1.0, true), (saved.until, false)]
    {
        assert_eq!(saved.is_fresh(now), fresh);
        drive.now = now;
        let request = drive.request(&[]);
        assert_eq!(drive.tokens_sent(request), [fresh.then_some("t")]);
        drive = Drive::logged_in("t");
    }
}

#[test]
fn x6_an_ended_session_lends_nothing_and_says_so_by_its_instants() {
    let mut drive = Drive::logged_in("t");
    let request = drive.request(&[]);
    drive.reply(request, 401);
    let saved = drive.lease().saved.clone().unwrap();
    assert!(saved.until <= saved.from);
    assert_eq!(saved.session.token.as_deref(), Some("t"), "who it was of is known");
    drive.logout();
    assert!(drive.lease().saved.is_none());
}

#[test]
fn x6_the_next_start_lends_what_the_last_one_stored() {
    let mut before = Drive::logged_in("t");
    before.provide("terms");
    let mut after = Drive::new();
    after.restore(from_stored(&before.stored().unwrap()).unwrap());
    assert_eq!((after.lease().saved.clone(), after.lease().generation), (before.lease().saved.clone(), 1));
    assert_eq!(after.lease().moment, Moment(0), "that of the lease it started with");
    assert_eq!((after.granted(), after.changes.len()), (vec!["terms"], 0));
}

#[test]
fn x6_a_lease_changes_by_pointer_and_only_when_it_says_something_else() {
    let mut drive = Drive::logged_in("t");
    let before = Rc::clone(drive.machine.lease());
    let request = drive.request(&[]);
    drive.reply(request, 200);
    drive.request(&["terms"]);
    assert!(Rc::ptr_eq(&before, drive.machine.lease()));
    drive.provide("terms");
    assert!(!Rc::ptr_eq(&before, drive.machine.lease()));
}

#[test]
fn x6_every_change_that_a_reply_is_judged_by_is_published_with_a_later_moment() {
    let mut drive = Drive::new();
    let mut last = drive.lease().moment;
    let provide: Happening = |drive| {
        drive.provide("terms");
    };
    let log_out: Happening = |drive| {
        drive.logout();
    };
    for change in [provide, |drive| drive.log_in("t"), provide, log_out, log_out] {
        change(&mut drive);
        assert!(drive.lease().moment > last);
        last = drive.lease().moment;
    }
}

#[test]
fn x6_a_use_is_told_from_the_instant_on_at_which_the_session_is_to_be_renewed() {
    let mut drive = Drive::with(|config| {
        config.renews = true;
        config.renew_ahead = 600.0 * SECOND;
    });
    drive.set_session(&json!({ "token": "t", "refresh_token": "r" }));
    assert_eq!(drive.lease().renew_from, START + (LIFE - 600.0) * SECOND);
    drive.logout();
    drive.log_in("no refresh token");
    assert_eq!(drive.lease().renew_from, f64::INFINITY);
}

#[test]
fn x6_a_use_by_the_lease_that_nobody_wants_told_is_nothing() {
    let mut drive = Drive::logged_in("t");
    drive.handle(Event::SessionUsed);
    drive.logout();
    drive.handle(Event::SessionUsed);
    assert_eq!(drive.count("renew"), 0);
}

#[test]
fn x6_an_adopted_request_is_like_any_other() {
    let mut drive = Drive::logged_in("t");
    let good = lend(&mut drive);
    drive.reply_adopted(good, 200, &[], true);
    assert!(drive.is_replied(good));
    let asking = lend(&mut drive);
    drive.reply_adopted(asking, 200, &["terms"], true);
    drive.provide("terms");
    drive.reply(asking, 200);
    assert_eq!((drive.is_replied(asking), drive.tokens_sent(asking)), (true, vec![Some("t")]));
}

#[test]
fn x6_its_needs_are_not_asked_for_but_by_a_reply() {
    let mut drive = Drive::logged_in("t");
    drive.provide("terms");
    let moment = drive.lease().moment;
    let ticket = drive.adopt_with(GET, needs(&["login", "terms"]), moment, true);
    assert_eq!(drive.host_calls().len(), 2);
    drive.reply_adopted(ticket, 401, &["login"], true);
    drive.complete_login("u");
    assert_eq!(drive.tokens_sent(ticket), [Some("u")]);
}

#[test]
fn x6_what_the_lease_said_to_hold_is_not_asked_for_by_a_resend() {
    let mut drive = Drive::with(|config| config.retries = 1);
    drive.log_in("t");
    let moment = drive.lease().moment;
    let ticket = drive.adopt_with(GET, needs(&["terms"]), moment, true);
    drive.fail_send(ticket, err_msg("request:fail"));
    drive.pass(SECOND);
    assert_eq!((drive.tokens_sent(ticket), drive.prompts.len()), (vec![Some("t")], 0));
}

#[test]
fn x6_s5_a_401_ends_the_session_that_it_was_sent_with() {
    let mut drive = Drive::logged_in("t");
    let request = lend(&mut drive);
    drive.reply_adopted(request, 401, &["login"], true);
    assert_eq!(drive.token(), None);
    drive.complete_login("u");
    assert_eq!(drive.tokens_sent(request), [Some("u")]);
    drive.reply(request, 200);
    assert!(drive.is_replied(request));
}

#[test]
fn x6_s5_a_late_401_of_an_old_session_or_of_none_costs_no_login() {
    for attached in [true, false] {
        let mut drive = Drive::logged_in("old");
        let moment = drive.lease().moment;
        drive.log_in("new");
        let logins = drive.count("login");
        let request = drive.adopt(GET, moment, attached);
        drive.reply_adopted(request, 401, &["login"], attached);
        assert_eq!((drive.tokens_sent(request), drive.count("login")), (vec![Some("new")], logins));
    }
}

#[test]
fn x6_s5_what_went_out_before_the_core_was_there_ends_the_session_of_that_start() {
    let stored = Drive::logged_in("t").stored().unwrap();
    let mut drive = Drive::new();
    drive.restore(from_stored(&stored).unwrap());
    let request = drive.adopt(GET, Moment(0), true);
    drive.reply_adopted(request, 401, &["login"], true);
    assert_eq!((drive.token(), drive.count("login")), (None, 1));
}

#[test]
fn x6_s7_a_request_of_before_a_log_out_starts_no_login() {
    for attached in [true, false] {
        let mut drive = Drive::logged_in("t");
        let moment = drive.lease().moment;
        drive.logout();
        let rejected = drive.adopt(GET, moment, attached);
        let good = drive.adopt(GET, moment, attached);
        let failed = drive.adopt(GET, moment, attached);
        drive.reply_adopted(rejected, 401, &["login"], attached);
        drive.reply_adopted(good, 200, &[], attached);
        drive.fail_send(failed, errno(104));
        for request in [rejected, failed] {
            assert_eq!(drive.code(request), Code::LoggedOut);
        }
        assert!(drive.is_replied(good));
        assert_eq!(drive.count("login"), 1);
    }
}

#[test]
fn x6_s7_so_does_one_of_before_another_user_came_but_for_a_guest_s() {
    for (attached, tokens) in [(true, vec![]), (false, vec![Some("another's")])] {
        let mut drive = Drive::new();
        drive.log_in_as(session_of("one", "t"));
        let moment = drive.lease().moment;
        drive.log_in_as(session_of("another", "another's"));
        let request = drive.adopt(GET, moment, attached);
        drive.reply_adopted(request, 401, &["login"], attached);
        assert_eq!((drive.tokens_sent(request), drive.is_open(request)), (tokens, !attached));
        assert_eq!(drive.token(), Some("another's"));
    }
}

#[test]
fn x6_s7_one_of_after_a_log_out_is_the_next_user_s() {
    let mut drive = Drive::logged_in("t");
    drive.logout();
    let request = lend(&mut drive);
    drive.reply_adopted(request, 401, &["login"], false);
    drive.complete_login("u");
    assert_eq!(drive.tokens_sent(request), [Some("u")]);
}

#[test]
fn x6_a7_what_was_sent_before_the_need_was_met_does_not_ask_again() {
    for late in [true, false] {
        let mut drive = Drive::logged_in("t");
        let before = drive.lease().moment;
        drive.provide_detail("terms", detail());
        let after = drive.lease().moment;
        let request = drive.adopt(GET, if late { before } else { after }, true);
        drive.reply_adopted(request, 200, &["terms"], true);
        assert_eq!(drive.prompts.len(), usize::from(!late));
        assert_eq!(drive.granted(), if late { vec!["terms"] } else { vec![] });
    }
}

#[test]
fn x6_r6_a_silent_host_is_waited_for_no_longer_than_by_the_machines_own() {
    let mut drive = Drive::logged_in("t");
    let own = drive.request(&[]);
    let lent = lend(&mut drive);
    drive.pass(119.0 * SECOND);
    assert!(drive.is_open(own) && drive.is_open(lent));
    drive.pass(SECOND);
    assert_eq!((drive.code(own), drive.code(lent)), (Code::Timeout, Code::Timeout));
}

#[test]
fn x6_r7_r9_it_fails_is_resent_and_is_aborted_like_any_other() {
    let mut drive = Drive::with(|config| config.retries = 1);
    let (failed, aborted) = (lend(&mut drive), lend(&mut drive));
    drive.fail_send(failed, err_msg("request:fail"));
    drive.pass(SECOND);
    assert_eq!(drive.tokens_sent(failed), [None]);
    drive.fail_send(failed, err_msg("request:fail"));
    assert_eq!(drive.code(failed), Code::Network);
    drive.abort(aborted);
    assert_eq!((drive.code(aborted), drive.cancelled), (Code::Aborted, vec![aborted]));
}

#[test]
fn x6_r11_a_passive_one_and_an_anonymous_one_start_nothing_here_either() {
    for (traits, token) in [(PASSIVE, None), (ANONYMOUS, Some("t"))] {
        let mut drive = Drive::logged_in("t");
        let moment = drive.lease().moment;
        let attached = !Traits { ..traits }.anonymous;
        let request = drive.adopt(traits, moment, attached);
        drive.reply_adopted(request, 401, &["login"], attached);
        assert!(drive.is_replied(request));
        assert_eq!((drive.token(), drive.count("login")), (token, 1));
    }
}

/// Two calls before anything is performed, and what is performed then.
fn both(drive: &mut Drive, first: Command, second: Event) -> Vec<Effect> {
    drive.machine.handle(Event::Called { ticket: Ticket(0), command: first }, START);
    drive.machine.handle(second, START);
    std::iter::from_fn(|| drive.machine.poll()).collect()
}

#[test]
fn r7_what_has_been_undone_is_never_handed_out() {
    let logout = || Event::Called { ticket: Ticket(1), command: Command::Logout };
    let request = || Command::Request { traits: GET, needs: Vec::new() };
    let asks = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Ask { .. }));
    let sends = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Send { .. }));

    let login = Command::Login { force: false, prompt: true };
    assert!(!asks(&both(&mut Drive::new(), login, logout())));
    let ensure = Command::Ensure { needs: needs(&["terms"]) };
    let denied = Event::Denied { need: needs(&["terms"]).remove(0), reason: None };
    assert!(!asks(&both(&mut Drive::new(), ensure, denied)));
    assert!(!sends(&both(&mut Drive::new(), request(), Event::Aborted { ticket: Ticket(0) })));
    // What was decided to be sent is on its way.
    assert!(sends(&both(&mut Drive::new(), request(), logout())));
}

#[test]
fn s3_a_change_carries_the_session_of_its_own_moment() {
    let mut drive = Drive::new();
    let first = Command::SetSession(crate::drive::values::reply_of(&json!({ "token": "t" })));
    let second = Event::Called { ticket: Ticket(1), command: Command::Logout };
    let told: Vec<bool> = both(&mut drive, first, second)
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Changed { session, .. } => Some(session.is_some()),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, false]);
    assert!(drive.lease().saved.is_none(), "the lease is that of now");
}
