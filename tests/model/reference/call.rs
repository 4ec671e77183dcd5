//! The calls: what each waits for, and what its replies come to (laws R).

use super::deed::{Deed, Verdict};
use super::session::Born;
use super::{Failed, Reference};
use crate::answer::{Told, wants_of};
use crate::setting::is_step;
use crate::words::Want;
use wxlogin::Event;
use wxlogin::answer::{Judgement, Reply};
use wxlogin::clock::Millis;
use wxlogin::command::{Command, Traits};
use wxlogin::error::{Code, HostError, Refusal};
use wxlogin::id::{Attempt, Ticket};
use wxlogin::session::Way;

#[derive(Clone, Debug)]
pub struct Call {
    pub aim: Aim,
    pub waits: Waits,
    pub born: Born,
    pub age: u32,
    /// What still has to hold, the next one first.
    ahead: Vec<Want>,
    asked: Vec<Want>,
    wants_login: bool,
    /// It waited for a login that made a new key (law A6).
    pub has_new_key: bool,
    resends: i32,
    /// When it was last sent, and with which session.
    sent_as: u32,
    sent_with: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub enum Aim {
    Request(Traits),
    Login { force: bool, prompt: bool },
    Ensure,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Waits {
    Nothing,
    Login,
    /// For the quest of that number.
    Quest(u32),
    /// For what comes of the detail that it brought to that quest.
    Submission(u32),
    Reply {
        attempt: Option<Attempt>,
        until: Millis,
    },
    Resend {
        until: Millis,
    },
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

impl Reference {
    pub fn call(&mut self, ticket: Ticket) -> Option<&mut Call> {
        self.calls.get_mut(ticket.0 as usize)?.as_mut()
    }

    /// Tickets of those who wait like that, in the order in which they came; whoever only wants
    /// to see the session comes first.
    pub fn waiting(&self, like: impl Fn(&Waits) -> bool) -> Vec<Ticket> {
        let there = (0..).map(Ticket).zip(&self.calls);
        let mut waiting: Vec<_> = there
            .filter_map(|(ticket, call)| Some((ticket, call.as_ref()?)))
            .filter(|(_, call)| like(&call.waits))
            .map(|(ticket, call)| (!matches!(call.aim, Aim::Login { .. }), call.age, ticket))
            .collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, _, ticket)| ticket).collect()
    }

    pub fn begin(&mut self, ticket: Ticket, aim: Aim, born: Born, ahead: Vec<Want>) {
        let index = ticket.0 as usize;
        if self.calls.len() <= index {
            self.calls.resize(index + 1, None);
        }
        self.age += 1;
        self.calls[index] = Some(Call {
            aim,
            waits: Waits::Nothing,
            born,
            age: self.age,
            wants_login: ahead.contains(&Want::Login),
            ahead,
            asked: Vec::new(),
            has_new_key: false,
            resends: 0,
            sent_as: 0,
            sent_with: None,
        });
    }

    pub fn take(&mut self, told: &Told) {
        match &told.event {
            Event::Called { ticket, command } => self.called(*ticket, command, told),
            Event::Adopted { ticket, traits, .. } => {
                let limit = self.at.felt + patience(*traits);
                self.age += 1;
                let newest = self.age;
                if let Some(call) = self.call(*ticket) {
                    call.age = newest;
                    if let Waits::Reply { until, .. } = &mut call.waits {
                        *until = limit;
                    }
                }
            }
            Event::SessionUsed => self.renew_ahead(),
            Event::Denied { need, .. } => self.denied(need),
            Event::Aborted { ticket } => {
                if let Some(call) = self.call(*ticket) {
                    if let Waits::Reply { .. } = call.waits {
                        self.deeds.push(Deed::CancelSend(*ticket));
                    }
                    self.fail(*ticket, Failed::new(Code::Aborted));
                }
            }
            Event::Replied { ticket, attempt, reply } => {
                if let Some(traits) = self.awaited(*ticket, *attempt) {
                    match reply {
                        Reply::Judged(judgement) => self.replied(*ticket, traits, judgement),
                        Reply::Failed(error) => self.send_failed(*ticket, traits, error),
                        Reply::FailedForGood(error) => {
                            self.send_failed(*ticket, Traits { repeatable: false, ..traits }, error);
                        }
                        Reply::CallbackFailed { .. } => {
                            self.fail(*ticket, Failed::new(Code::CallbackFailed));
                        }
                    }
                }
            }
            Event::Answered { flight, answer } => {
                if self.login.flight() == Some(*flight) {
                    self.login_answered(answer, told.given.as_ref());
                } else {
                    self.quest_answered(*flight, answer, told.given.as_ref());
                }
            }
            Event::TimerFired => self.calls_time_out(),
        }
    }

    fn called(&mut self, ticket: Ticket, command: &Command, told: &Told) {
        let born = self.users.born(self.at.wall);
        match command {
            Command::Request { traits, needs } => {
                let lent_as_guest = self.lent && !(traits.takes_session() && born.user.is_some());
                let born = if lent_as_guest { self.users.born_for_anyone() } else { born };
                // Nothing is made to hold for it, not even what it names (law R11).
                let needs = if traits.passive || traits.anonymous { Vec::new() } else { ordered(needs) };
                self.begin(ticket, Aim::Request(*traits), born, needs);
                self.proceed(ticket);
            }
            Command::Ensure { needs } => {
                self.begin(ticket, Aim::Ensure, born, ordered(needs));
                self.proceed(ticket);
            }
            Command::Login { force, prompt } => self.log_in(ticket, *force, *prompt),
            Command::GetSession => {
                let verdict = if self.is_fresh() { Verdict::Session } else { Verdict::NoSession };
                self.end_at_once(ticket, verdict);
            }
            Command::SetSession(_) => {
                let given = told.given.as_ref();
                let adds = given.is_some_and(|given| self.can_add(given));
                match given.filter(|given| super::session::is_whole(given, adds)) {
                    Some(given) => {
                        self.begin_session(given, Way::Given);
                        self.login_ended(Ok(()), Some(Way::Given));
                        self.end_at_once(ticket, Verdict::Session);
                    }
                    None => self.end_at_once(ticket, Verdict::Failed(Failed::new(Code::ExchangeInvalid))),
                }
            }
            Command::Logout => {
                self.log_out();
                self.end_at_once(ticket, Verdict::Done);
            }
            Command::Provide { need, detail } => self.provided(ticket, need, detail, told.given.as_ref()),
        }
    }

    /// The traits of the request, where that reply is waited for.
    fn awaited(&mut self, ticket: Ticket, answered: Attempt) -> Option<Traits> {
        let call = self.call(ticket)?;
        match (call.aim, call.waits) {
            (Aim::Request(traits), Waits::Reply { attempt: Some(attempt), .. }) if attempt == answered => {
                Some(traits)
            }
            _ => None,
        }
    }

    fn is_permitted(&self, ticket: Ticket) -> bool {
        let call = self.calls.get(ticket.0 as usize).and_then(Option::as_ref);
        call.is_some_and(|call| self.users.permit(call.born))
    }

    /// Makes what is ahead hold, in order, and does then what the call is for.
    pub fn proceed(&mut self, ticket: Ticket) {
        loop {
            let Some(call) = self.call(ticket) else { return };
            call.waits = Waits::Nothing;
            let want = (!call.ahead.is_empty()).then(|| call.ahead.remove(0));
            if !self.is_permitted(ticket) {
                return self.fail(ticket, Failed::new(Code::LoggedOut));
            }
            let Some(want) = want else { break };
            let has_new_key = self.call(ticket).is_some_and(|call| call.has_new_key);
            let holds = match want {
                Want::Login if self.is_fresh() => true,
                Want::Login => return self.wait_for_login(ticket),
                Want::SessionKey if has_new_key => true,
                want => self.seek(want, ticket),
            };
            if !holds {
                return;
            }
        }
        let Some(Call { aim, wants_login, .. }) = self.call(ticket).cloned() else { return };
        // What was waited for since may have taken longer than the session lasted.
        if wants_login && !self.is_fresh() {
            return self.wait_for_login(ticket);
        }
        match aim {
            Aim::Request(traits) => self.send(ticket, traits),
            Aim::Login { .. } => self.end(ticket, Verdict::Session),
            Aim::Ensure => self.end(ticket, Verdict::Done),
        }
    }

    fn send(&mut self, ticket: Ticket, traits: Traits) {
        let attach = traits.takes_session() && self.is_fresh();
        // The machine's limit begins when it takes the call over.
        let until = if self.lent { Millis::INFINITY } else { self.at.felt + patience(traits) };
        let (wall, generation, tick) = (self.at.wall, self.users.generation, self.users.tick());
        let Some(mut born) = self.call(ticket).map(|call| call.born) else { return };
        if attach {
            self.users.claim(&mut born, wall);
        }
        if let Some(call) = self.call(ticket) {
            call.waits = Waits::Reply { attempt: None, until };
            call.born = born;
            call.sent_as = tick;
            call.sent_with = attach.then_some(generation);
        }
        self.deeds.push(Deed::Send { ticket, attach });
        if attach && !self.lent {
            self.renew_ahead();
        }
    }

    pub fn sent(&mut self, ticket: Ticket, number: Attempt) {
        if let Some(Call { waits: Waits::Reply { attempt, .. }, .. }) = self.call(ticket) {
            *attempt = Some(number);
        }
    }

    /// Laws R10, R11, R1 and R2.
    fn replied(&mut self, ticket: Ticket, traits: Traits, judgement: &Judgement) {
        let Judgement { asks, refused, invalid, .. } = judgement;
        let sent_with = self.call(ticket).and_then(|call| call.sent_with);
        let asks = if traits.takes_session() { wants_of(asks) } else { Vec::new() };
        if asks.is_empty() && sent_with == Some(self.users.generation) && !self.lent {
            self.rejections.accepted();
        }
        if !asks.is_empty() && !traits.passive {
            return self.asked_for(ticket, sent_with, asks);
        }
        if asks.contains(&Want::Login) && !self.rejects() {
            self.refuse_session(sent_with);
        }
        if refused.is_some() {
            self.fail(ticket, Failed::new(Code::Refused));
        } else if *invalid {
            self.fail(ticket, Failed::new(Code::Status));
        } else {
            self.end(ticket, Verdict::Reply);
        }
    }

    /// Each need once: a reply that asks for the same again gets no third send.
    fn asked_for(&mut self, ticket: Ticket, sent_with: Option<u32>, wants: Vec<Want>) {
        if !self.is_permitted(ticket) {
            return self.fail(ticket, Failed::new(Code::LoggedOut));
        }
        let Some(call) = self.call(ticket) else { return };
        let sent_as = call.sent_as;
        let again = wants.iter().copied().find(|want| call.asked.contains(want));
        call.asked.extend_from_slice(&wants);
        call.wants_login |= wants.contains(&Want::Login);
        for want in wants.iter().filter(|want| is_step(**want)) {
            self.forget_grant(*want, sent_as);
        }
        if wants.contains(&Want::Login) && self.rejects() {
            return self.fail(ticket, Failed::new(Code::LoginRejected));
        }
        if again == Some(Want::Login) {
            self.reject(sent_with);
            return self.fail(ticket, Failed::new(Code::LoginRejected));
        }
        if wants.contains(&Want::Login) {
            self.refuse_session(sent_with);
        }
        if let Some(want) = again {
            return self.fail(ticket, Failed::of(Code::AuthUnavailable, want));
        }
        if let Some(call) = self.call(ticket) {
            call.ahead = wants;
        }
        self.proceed(ticket);
    }

    /// Laws R9 and A5.
    fn send_failed(&mut self, ticket: Ticket, traits: Traits, error: &HostError) {
        let retries = self.setting.retries as i32;
        let felt = self.at.felt;
        let is_permitted = self.is_permitted(ticket);
        let Some(call) = self.call(ticket) else { return };
        let failed = match error.refusal() {
            Some(Refusal::PrivacyNotAgreed) if !traits.passive && !traits.anonymous => {
                return self.asked_for(ticket, None, vec![Want::Privacy]);
            }
            Some(Refusal::PrivacyNotAgreed) => Failed::of(Code::AuthDenied, Want::Privacy),
            Some(Refusal::PrivacyNotDeclared) => Failed::of(Code::AuthUnavailable, Want::Privacy),
            _ if error.is_abort() => Failed::new(Code::Aborted),
            _ if traits.repeatable && call.resends < retries && !is_permitted => Failed::new(Code::LoggedOut),
            _ if traits.repeatable && call.resends < retries => {
                call.resends += 1;
                let resends = call.resends;
                let until = felt + self.dice.wait(resends - 1);
                return self.wait_for(ticket, Waits::Resend { until });
            }
            _ if error.is_timeout() => Failed::new(Code::Timeout),
            _ => Failed::new(Code::Network),
        };
        self.fail(ticket, failed);
    }

    fn calls_time_out(&mut self) {
        let felt = self.at.felt;
        for ticket in self.waiting(|waits| matches!(waits, Waits::Reply { until, .. } if *until <= felt)) {
            self.deeds.push(Deed::CancelSend(ticket));
            self.fail(ticket, Failed::new(Code::Timeout));
        }
        for ticket in self.waiting(|waits| matches!(waits, Waits::Resend { until } if *until <= felt)) {
            self.proceed(ticket);
        }
    }
}

/// As they are named, each as often as it is: what holds is held at once.
fn ordered(needs: &[wxlogin::need::Need]) -> Vec<Want> {
    needs.iter().filter_map(crate::setting::want_of).collect()
}
