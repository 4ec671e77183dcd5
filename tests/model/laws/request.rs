//! Laws R: every call settles once, sends are bounded, and the session travels nowhere else.

use super::session::Sessions;
use crate::script::Setting;
use crate::world::{Moment, Step, Violation};
use wxlogin::event::{Attempt, Ticket, Traits};
use wxlogin::need::Need;
use wxlogin::{Effect, Event};

pub struct Requests {
    retries: u32,
    calls: Vec<Option<Call>>,
}

#[derive(Default)]
struct Call {
    traits: Option<Traits>,
    sends: u32,
    /// How many sends the laws allow so far.
    most_sends: u32,
    asked: Vec<Need>,
    resends: u32,
    sent: Option<Sent>,
    aborted: bool,
}

struct Sent {
    attempt: Attempt,
    /// The session that went with it.
    generation: Option<u32>,
}

const ERRNO_NOT_AGREED: Option<i32> = Some(104);

impl Requests {
    pub fn new(setting: Setting) -> Self {
        Requests { retries: setting.retries, calls: Vec::new() }
    }

    fn call(&self, ticket: Ticket) -> Option<&Call> {
        self.calls.get(ticket as usize)?.as_ref()
    }

    fn awaiting(&mut self, ticket: Ticket, attempt: Attempt) -> Option<&mut Call> {
        let call = self.calls.get_mut(ticket as usize)?.as_mut()?;
        call.sent.as_ref().is_some_and(|sent| sent.attempt == attempt).then_some(call)
    }

    /// The session whose end the event announces (law S5).
    pub fn rejected_generation(&self, event: &Event) -> Option<u32> {
        let Event::Replied { ticket, attempt, status, asks, .. } = event else { return None };
        let call = self.call(*ticket)?;
        let sent = call.sent.as_ref().filter(|sent| sent.attempt == *attempt)?;
        let asks_login = asks.as_ref().map_or(*status == 401, |needs| needs.contains(&Need::LOGIN));
        sent.generation.filter(|_| asks_login)
    }

    fn begin(&mut self, ticket: Ticket, traits: Option<Traits>) {
        let index = ticket as usize;
        if self.calls.len() <= index {
            self.calls.resize_with(index + 1, || None);
        }
        self.calls[index] = Some(Call { traits, most_sends: 1, ..Call::default() });
    }

    pub fn hear(&mut self, step: &Step) {
        match step.event {
            Event::Requested { ticket, traits, .. } => self.begin(*ticket, Some(*traits)),
            Event::LoginWanted { ticket, .. }
            | Event::EnsureWanted { ticket, .. }
            | Event::SessionPeeked { ticket }
            | Event::LogoutWanted { ticket }
            | Event::DetailProvided { ticket, .. } => self.begin(*ticket, None),
            Event::Aborted { ticket } => {
                if let Some(Some(call)) = self.calls.get_mut(*ticket as usize) {
                    call.aborted = true;
                }
            }
            Event::Replied { ticket, attempt, status, asks, .. } => {
                if let Some(call) = self.awaiting(*ticket, *attempt) {
                    call.sent = None;
                    let default_rule = if *status == 401 { vec![Need::LOGIN] } else { Vec::new() };
                    call.asked_for(asks.as_ref().unwrap_or(&default_rule));
                }
            }
            Event::SendFailed { ticket, attempt, error } => {
                let retries = self.retries;
                if let Some(call) = self.awaiting(*ticket, *attempt) {
                    call.sent = None;
                    if error.errno == ERRNO_NOT_AGREED {
                        call.asked_for(&[Need::PRIVACY]);
                    } else if call.traits.is_some_and(|traits| traits.repeatable) && call.resends < retries {
                        call.resends += 1;
                        call.most_sends += 1;
                    }
                }
            }
            _ => {}
        }
    }

    pub fn see(&mut self, effect: &Effect, at: Moment, sessions: &Sessions) -> Result<(), Violation> {
        match effect {
            Effect::Send { ticket, attempt, attach } => {
                let Some(Some(call)) = self.calls.get_mut(*ticket as usize) else {
                    return Err(format!("R6: call {ticket} is over, and sends"));
                };
                let generation = attach.then_some(sessions.generation);
                call.send(*attach, sessions.fresh(at).is_some())?;
                call.sent = Some(Sent { attempt: *attempt, generation });
            }
            Effect::Settle { ticket, .. } | Effect::Fail { ticket, .. } => {
                let call = self.calls.get_mut(*ticket as usize).and_then(Option::take);
                if call.is_none() {
                    return Err(format!("R6: call {ticket} settles a second time"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Call {
    /// Law R2: every need is worth one more send, once.
    fn asked_for(&mut self, needs: &[Need]) {
        if needs.iter().any(|need| self.asked.contains(need)) {
            self.most_sends = self.sends;
        } else if !needs.is_empty() {
            self.asked.extend_from_slice(needs);
            self.most_sends += 1;
        }
    }

    fn send(&mut self, attach: bool, fresh: bool) -> Result<(), Violation> {
        let Some(traits) = self.traits else {
            return Err("R1: a call that is no request sends".into());
        };
        if self.aborted {
            return Err("R7: sent after abort()".into());
        }
        self.sends += 1;
        if self.sends > self.most_sends {
            return Err(format!("R2, R9: {} sends where {} are allowed", self.sends, self.most_sends));
        }
        let may_attach = traits.trusted && !traits.anonymous;
        if attach && !may_attach {
            return Err("R4: the session travels where it must not".into());
        }
        if attach && !fresh {
            return Err("S1: a session that is not fresh is sent".into());
        }
        if !attach && may_attach && fresh {
            return Err("R1: a fresh session is left at home".into());
        }
        Ok(())
    }
}
