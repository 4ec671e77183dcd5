//! The shortcuts of a plain request and its reply: taken where nothing else is to be done, and
//! only there. What they do, `tests/model` compares with the long way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod drive;

use drive::{Drive, GET, LIFE, MARGIN, POST, SECOND, config};
use wxlogin::need::Need;
use wxlogin::{Event, Machine, Sending};

const OTHER_TICKET: u32 = 40;

/// A client with a fresh session that nobody listens to.
fn unheard() -> Drive {
    let mut drive = Drive::logged_in("t");
    drive.machine.set_tracing(false);
    drive
}

fn try_request(drive: &mut Drive) -> Option<Sending> {
    drive.machine.try_request(OTHER_TICKET, GET, drive.now)
}

#[test]
fn a_plain_request_takes_both() {
    let mut drive = unheard();
    let sending = try_request(&mut drive).unwrap();
    assert!(sending.attach);
    assert_eq!(drive.machine.calls_under_way(), 1);
    assert!(drive.machine.try_reply(OTHER_TICKET, sending.attempt, 200));
    assert_eq!(drive.machine.calls_under_way(), 0);
}

#[test]
fn without_a_session_it_goes_out_as_it_is() {
    let mut machine = Machine::new(config(), 7);
    let sending = machine.try_request(OTHER_TICKET, GET, drive::START).unwrap();
    assert!(!sending.attach);
    assert!(!machine.try_reply(OTHER_TICKET, sending.attempt, 401));
    assert!(!machine.try_reply(OTHER_TICKET, sending.attempt + 1, 200));
    assert!(machine.try_reply(OTHER_TICKET, sending.attempt, 500));
}

#[test]
fn the_end_of_a_session_is_not_passed_over() {
    let mut drive = unheard();
    drive.set_clock(LIFE * SECOND - MARGIN);
    assert_eq!(try_request(&mut drive), None);
}

#[test]
fn a_listener_misses_no_step() {
    let mut drive = unheard();
    let sending = try_request(&mut drive).unwrap();
    drive.machine.set_tracing(true);
    assert_eq!(try_request(&mut drive), None);
    assert!(!drive.machine.try_reply(OTHER_TICKET, sending.attempt, 200));
}

#[test]
fn no_time_limit_is_overtaken() {
    let terms = vec![Need::named("terms")];
    for event in
        [Event::LoginWanted { ticket: 1, force: true }, Event::EnsureWanted { ticket: 1, needs: terms }]
    {
        let mut drive = unheard();
        let sending = try_request(&mut drive).unwrap();
        drop(drive.machine.handle(event, drive.now));
        assert_eq!(drive.machine.try_request(OTHER_TICKET + 1, POST, drive.now), None);
        assert!(!drive.machine.try_reply(OTHER_TICKET, sending.attempt, 200));
    }
}
