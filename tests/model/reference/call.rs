//! The calls: what each waits for, and what its replies come to.

use super::deed::{Deed, Verdict};
use super::quest::need_of;
use super::{Failed, Reference};
use crate::words::Want;
use wxlogin::Event;
use wxlogin::clock::Millis;
use wxlogin::effect::Outcome;
use wxlogin::error::{Code, HostError, Refusal};
use wxlogin::event::{Attempt, Ticket, Traits};
use wxlogin::need::Need;

#[derive(Clone, Debug)]
pub struct Call {
    pub aim: Aim,
    pub waits: Waits,
    /// How often the app had logged out when it began.
    pub born: u32,
    /// What still has to hold, the next one first.
    ahead: Vec<Want>,
    asked: Vec<Want>,
    resends: i32,
    logged_in: bool,
    /// A prompt came after the login, so that the session may be gone.
    waited_since: bool,
    /// The number of its last send, counted over all calls.
    sent_as: u32,
}

#[derive(Clone, Copy, Debug)]
pub enum Aim {
    Request(Traits),
    Login,
    Ensure,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Waits {
    Nothing,
    /// For the login, with the place in the queue.
    Login(u32),
    /// For that need, with the place in the queue.
    Quest(Want, u32),
    /// For the reply. `generation`: of the session that was sent.
    Reply {
        attempt: Option<Attempt>,
        generation: Option<u32>,
        until: Millis,
    },
    Resend {
        earliest: Millis,
        latest: Millis,
    },
}

impl Waits {
    pub const fn place(&self) -> Option<u32> {
        match self {
            Waits::Login(place) | Waits::Quest(_, place) => Some(*place),
            _ => None,
        }
    }
}

/// How long a host may stay silent where the request has no timeout of its own.
const SILENCE: Millis = 120_000.0;
const SILENCE_AFTER_TIMEOUT: Millis = 60_000.0;
const LONGEST_TIMEOUT: Millis = 86_400_000.0;

fn patience(traits: Traits) -> Millis {
    match traits.timeout {
        0.0 => SILENCE,
        timeout => timeout.min(LONGEST_TIMEOUT) + SILENCE_AFTER_TIMEOUT,
    }
}

fn wants_of(needs: &[Need]) -> Vec<Want> {
    needs.iter().copied().filter_map(need_of).collect()
}

impl Reference {
    pub fn call(&mut self, ticket: Ticket) -> Option<&mut Call> {
        self.calls.get_mut(ticket as usize)?.as_mut()
    }

    /// Tickets of those who wait like that, in the order in which they came.
    pub fn waiting(&self, like: impl Fn(&Waits) -> bool) -> Vec<Ticket> {
        let waits = |call: &Option<Call>| call.as_ref().map(|call| call.waits).filter(&like);
        let mut waiting: Vec<_> = (0..)
            .zip(&self.calls)
            .filter_map(|(ticket, call)| Some((waits(call)?.place(), ticket)))
            .collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, ticket)| ticket).collect()
    }

    pub fn begin(&mut self, ticket: Ticket, aim: Aim, ahead: Vec<Want>) {
        let index = ticket as usize;
        if self.calls.len() <= index {
            self.calls.resize(index + 1, None);
        }
        let born = self.logouts;
        self.calls[index] = Some(Call {
            aim,
            waits: Waits::Nothing,
            born,
            ahead,
            asked: Vec::new(),
            resends: 0,
            logged_in: false,
            waited_since: false,
            sent_as: 0,
        });
    }

    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Requested { ticket, traits, needs } => {
                self.begin(*ticket, Aim::Request(*traits), wants_of(needs));
                self.proceed(*ticket);
            }
            Event::Adopted { ticket, traits, .. } => {
                let limit = self.at.felt + patience(*traits);
                if let Some(Call { waits: Waits::Reply { until, .. }, .. }) = self.call(*ticket) {
                    *until = limit;
                }
            }
            Event::EnsureWanted { ticket, needs } => {
                self.begin(*ticket, Aim::Ensure, wants_of(needs));
                self.proceed(*ticket);
            }
            Event::LoginWanted { ticket, force } => {
                self.begin(*ticket, Aim::Login, Vec::new());
                if !force && self.is_fresh() {
                    return self.end(*ticket, Verdict::Went(Outcome::Session));
                }
                self.wait_for_login(*ticket, *force);
            }
            Event::SessionPeeked { ticket } => {
                let outcome = if self.is_fresh() { Outcome::Session } else { Outcome::Nothing };
                self.end(*ticket, Verdict::Went(outcome));
            }
            Event::LogoutWanted { ticket } => {
                self.log_out();
                self.end(*ticket, Verdict::Went(Outcome::Done));
            }
            Event::Aborted { ticket } => {
                if let Some(call) = self.call(*ticket) {
                    if let Waits::Reply { .. } = call.waits {
                        self.deeds.push(Deed::Cancel(*ticket));
                    }
                    self.fail(*ticket, Failed::new(Code::Aborted));
                }
            }
            Event::Replied { ticket, attempt, status, asks, valid } => {
                if let Some((traits, generation)) = self.awaited(*ticket, *attempt) {
                    let asks = match asks {
                        _ if traits.anonymous => Vec::new(),
                        Some(needs) => wants_of(needs),
                        None if *status == 401 && traits.trusted => vec![Want::Login],
                        None => Vec::new(),
                    };
                    match (asks.is_empty(), valid) {
                        (false, _) => self.asked_for(*ticket, generation, asks),
                        (true, true) => self.end(*ticket, Verdict::Went(Outcome::Reply)),
                        (true, false) => self.fail(*ticket, Failed::new(Code::Status)),
                    }
                }
            }
            Event::SendFailed { ticket, attempt, error } => self.send_failed(*ticket, *attempt, error),
            Event::CallbackFailed { ticket, attempt, .. } => {
                if self.awaited(*ticket, *attempt).is_some() {
                    self.fail(*ticket, Failed::new(Code::CallbackFailed));
                }
            }
            Event::TimerFired => self.calls_time_out(),
            event => {
                self.take_for_login(event);
                self.take_for_quests(event);
            }
        }
    }

    /// The traits of the request and the session it went with, where that reply is waited for.
    fn awaited(&mut self, ticket: Ticket, answered: Attempt) -> Option<(Traits, Option<u32>)> {
        let call = self.call(ticket)?;
        match (call.aim, call.waits) {
            (Aim::Request(traits), Waits::Reply { attempt: Some(attempt), generation, .. })
                if attempt == answered =>
            {
                Some((traits, generation))
            }
            _ => None,
        }
    }

    /// Makes what is ahead hold, in order, and does then what the call is for.
    pub fn proceed(&mut self, ticket: Ticket) {
        loop {
            let Some(call) = self.call(ticket) else { return };
            call.waits = Waits::Nothing;
            let Some(want) = (!call.ahead.is_empty()).then(|| call.ahead.remove(0)) else { break };
            let (born, logged_in) = (call.born, call.logged_in);
            let current = born == self.logouts;
            if matches!(want, Want::Login | Want::SessionKey) && !current {
                return self.fail(ticket, Failed::new(Code::LoggedOut));
            }
            if want == Want::Login {
                if let Some(call) = self.call(ticket) {
                    call.logged_in = true;
                    call.waited_since = false;
                }
                if self.is_fresh() {
                    continue;
                }
                return self.wait_for_login(ticket, false);
            }
            match self.seek(want, ticket) {
                Ok(true) => {}
                Ok(false) => {
                    if let Some(call) = self.call(ticket) {
                        call.waited_since = logged_in;
                    }
                    return;
                }
                Err(failed) => return self.fail(ticket, failed),
            }
        }
        let fresh = self.is_fresh();
        if let Some(call) = self.call(ticket)
            && std::mem::take(&mut call.waited_since)
            && !fresh
        {
            call.ahead.push(Want::Login);
            return self.proceed(ticket);
        }
        match self.call(ticket).map(|call| call.aim) {
            Some(Aim::Request(traits)) => self.send(ticket, traits),
            Some(Aim::Login) => self.end(ticket, Verdict::Went(Outcome::Session)),
            Some(Aim::Ensure) => self.end(ticket, Verdict::Went(Outcome::Done)),
            None => {}
        }
    }

    fn wait_for_login(&mut self, ticket: Ticket, force: bool) {
        match self.want_login(force) {
            Ok(place) => {
                if let Some(call) = self.call(ticket) {
                    call.waits = Waits::Login(place);
                }
            }
            Err(failed) => self.fail(ticket, failed),
        }
    }

    fn send(&mut self, ticket: Ticket, traits: Traits) {
        let attach = traits.trusted && !traits.anonymous && self.is_fresh();
        let generation = attach.then_some(self.generation);
        // The machine's limit begins when it takes the call over.
        let until = if self.lent { Millis::INFINITY } else { self.at.felt + patience(traits) };
        self.sends += 1;
        let sends = self.sends;
        if let Some(call) = self.call(ticket) {
            call.waits = Waits::Reply { attempt: None, generation, until };
            call.sent_as = sends;
        }
        self.deeds.push(Deed::Send { ticket, attach });
    }

    pub fn sent(&mut self, ticket: Ticket, number: Attempt) {
        if let Some(Call { waits: Waits::Reply { attempt, .. }, .. }) = self.call(ticket) {
            *attempt = Some(number);
        }
    }

    /// Laws R1 and R2.
    fn asked_for(&mut self, ticket: Ticket, generation: Option<u32>, mut wants: Vec<Want>) {
        let mut once = Vec::new();
        wants.retain(|want| {
            !once.contains(want) && {
                once.push(*want);
                true
            }
        });
        if wants.contains(&Want::Login) {
            self.reject_session(generation);
        }
        let sent_as = self.call(ticket).map_or(0, |call| call.sent_as);
        for want in &wants {
            // A reply to what was sent before the need was met says nothing new (law A7).
            if !self.met.iter().any(|(met, sends)| met == want && sent_as <= *sends) {
                self.forget(*want);
            }
        }
        let Some(call) = self.call(ticket) else { return };
        if let Some(again) = wants.iter().find(|want| call.asked.contains(want)) {
            return self.fail(
                ticket,
                match again {
                    Want::Login => Failed::new(Code::LoginRejected),
                    want => Failed::of(Code::AuthUnavailable, *want),
                },
            );
        }
        call.asked.extend_from_slice(&wants);
        call.ahead = wants;
        self.proceed(ticket);
    }

    /// Laws R9 and A5.
    fn send_failed(&mut self, ticket: Ticket, attempt: Attempt, error: &HostError) {
        let Some((traits, generation)) = self.awaited(ticket, attempt) else { return };
        let retries = self.setting.retries as i32;
        let felt = self.at.felt;
        let Some(call) = self.call(ticket) else { return };
        let code = match error.refusal() {
            Some(Refusal::PrivacyNotAgreed) => {
                return self.asked_for(ticket, generation, vec![Want::Privacy]);
            }
            Some(Refusal::PrivacyNotDeclared) => {
                return self.fail(ticket, Failed::of(Code::AuthUnavailable, Want::Privacy));
            }
            _ if error.is_abort() => Code::Aborted,
            _ if traits.repeatable && call.resends < retries => {
                let full = (1_000.0 * 2.0_f64.powi(call.resends)).min(60_000.0);
                call.resends += 1;
                call.waits = Waits::Resend { earliest: felt + 0.75 * full, latest: felt + full };
                return;
            }
            _ if error.is_timeout() => Code::Timeout,
            _ => Code::Network,
        };
        self.fail(ticket, Failed::new(code));
    }

    fn calls_time_out(&mut self) {
        let felt = self.at.felt;
        for ticket in self.waiting(|waits| matches!(waits, Waits::Reply { until, .. } if *until <= felt)) {
            self.deeds.push(Deed::Cancel(ticket));
            self.fail(ticket, Failed::new(Code::Timeout));
        }
        for ticket in
            self.waiting(|waits| matches!(waits, Waits::Resend { earliest, .. } if *earliest <= felt))
        {
            let drawn = self
                .seen
                .iter()
                .any(|deed| matches!(deed, Deed::Send { ticket: sent, .. } if *sent == ticket));
            let late = matches!(self.call(ticket), Some(Call { waits: Waits::Resend { latest, .. }, .. }) if *latest <= felt);
            if drawn || late {
                self.proceed(ticket);
            }
        }
    }
}
