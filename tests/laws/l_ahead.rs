//! Law L11: a session is renewed before its end, beside what uses it.

use crate::drive::values::{
    ANONYMOUS, FOREIGN, FRESH_FOR, LIFE, LOGIN_TIMEOUT, SECOND, answered, err_msg, nobody, renewable, session,
};
use crate::drive::{Drive, Happening};
use serde_json::json;
use wxlogin::Event;
use wxlogin::session::ChangeKind::{Login, Renewed};

/// A client that renews an hour ahead, just before and at that time.
fn ahead() -> Drive {
    let mut drive = Drive::with(|config| {
        config.renews = true;
        config.renew_ahead = 3_600.0 * SECOND;
    });
    drive.log_in_as(renewable("t"));
    drive.set_clock(LIFE * SECOND - 3_600.0 * SECOND);
    drive
}

#[test]
fn l11_the_first_use_close_to_the_end_renews_beside_itself() {
    let mut drive = ahead();
    drive.set_clock(-1.0);
    drive.request(&[]);
    assert_eq!(drive.count("renew"), 0);
    drive.set_clock(1.0);
    let uses = [drive.request(&[]), drive.request(&["login"])];
    for request in uses {
        assert_eq!(drive.tokens_sent(request), [Some("t")]);
    }
    assert_eq!(drive.renewed_with, ["refresh of t"]);
    drive.answer_renewal(session("u"));
    assert_eq!((drive.token(), &drive.changes), (Some("u"), &vec![Login, Renewed]));
    for request in uses {
        drive.reply(request, 200);
    }
    let after = drive.request(&[]);
    assert_eq!((drive.tokens_sent(after), drive.count("renew")), (vec![Some("u")], 1));
}

#[test]
fn l11_a_use_by_the_lease_is_told_and_renews_as_well() {
    let mut drive = ahead();
    assert_eq!(drive.lease().renew_from, drive.now);
    drive.handle(Event::SessionUsed);
    assert_eq!(drive.count("renew"), 1);
    assert_eq!(drive.lease().renew_from, f64::INFINITY, "once is enough");
    drive.handle(Event::SessionUsed);
    assert_eq!(drive.count("renew"), 1);
}

#[test]
fn l11_only_what_carries_the_session_is_a_use() {
    let mut drive = ahead();
    drive.request_as(FOREIGN, &[]);
    drive.request_as(ANONYMOUS, &[]);
    drive.get_session();
    assert_eq!(drive.count("renew"), 0);
}

#[test]
fn l11_refused_it_tells_nobody_and_tries_nothing_else() {
    let mut drive = ahead();
    let request = drive.request(&[]);
    drive.answer_renewal(answered(401, json!({})));
    drive.reply(request, 200);
    let after = drive.request(&["login"]);
    assert_eq!(drive.tokens_sent(after), [Some("t")]);
    assert_eq!(drive.host_calls(), ["login", "exchange", "renew"]);
    assert_eq!(drive.changes, [Login]);
    drive.reply(after, 401);
    assert_eq!(drive.count("login"), 2);
}

#[test]
fn l11_failed_it_tells_nobody_and_waits_before_the_next() {
    let failures: [Happening; 2] =
        [|drive| drive.fail("renew", err_msg("request:fail")), |drive| drive.pass(LOGIN_TIMEOUT)];
    for fail in failures {
        let mut drive = ahead();
        let request = drive.request(&[]);
        fail(&mut drive);
        drive.reply(request, 200);
        let after = drive.request(&[]);
        assert_eq!((drive.tokens_sent(after), drive.count("renew")), (vec![Some("t")], 1));
        assert!(drive.lease().renew_from > drive.now);
        drive.pass(SECOND);
        drive.request(&[]);
        assert_eq!((drive.count("renew"), drive.changes.len()), (2, 1));
    }
}

#[test]
fn l11_who_needs_a_login_meanwhile_shares_it_and_what_comes_after() {
    let mut drive = ahead();
    drive.request(&[]);
    let forced = drive.force_login();
    assert_eq!(drive.count("login"), 1);
    drive.answer_renewal(nobody());
    drive.complete_login("u");
    assert_eq!(drive.token_of(forced), Some("u"));
}

#[test]
fn l11_never_by_default_and_not_without_a_refresh_token() {
    for (renew_ahead, reply) in [(0.0, renewable("t")), (LIFE * SECOND, session("t"))] {
        let mut drive = Drive::with(|config| {
            config.renews = true;
            config.renew_ahead = renew_ahead;
        });
        drive.log_in_as(reply);
        drive.set_clock(FRESH_FOR - 1.0);
        drive.request(&[]);
        assert_eq!(drive.count("renew"), 0);
        assert_eq!(drive.lease().renew_from, f64::INFINITY);
    }
}
