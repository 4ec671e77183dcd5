//! Laws R and S7: every call settles once, sends are bounded, and the session travels nowhere
//! else, nor for anybody else.

use super::session::{Names, Sessions, fresh};
use crate::answer::wants_of;
use crate::script::Setting;
use crate::words::Want;
use crate::world::{Step, Violation};
use wxlogin::answer::Reply;
use wxlogin::clock::Millis;
use wxlogin::command::{Command, Traits};
use wxlogin::id::{Attempt, Ticket};
use wxlogin::need::Need;
use wxlogin::{Effect, Event};

pub struct Requests {
    retries: u32,
    calls: Vec<Option<Call>>,
    /// The request of this step that nothing stands in the way of.
    is_covered: Option<Ticket>,
}

#[derive(Default)]
struct Call {
    traits: Option<Traits>,
    /// Whose session there was when it began.
    began_for: Option<Names>,
    /// The app has logged out since.
    left: bool,
    sends: u32,
    /// How many sends the laws allow so far.
    most_sends: u32,
    asked: Vec<Want>,
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
        Requests { retries: setting.retries, calls: Vec::new(), is_covered: None }
    }

    fn call(&self, ticket: Ticket) -> Option<&Call> {
        self.calls.get(ticket.0 as usize)?.as_ref()
    }

    fn awaiting(&mut self, ticket: Ticket, attempt: Attempt) -> Option<&mut Call> {
        let call = self.calls.get_mut(ticket.0 as usize)?.as_mut()?;
        call.sent.as_ref().is_some_and(|sent| sent.attempt == attempt).then_some(call)
    }

    /// The session whose end the event announces (law S5).
    pub fn refused_generation(&self, event: &Event) -> Option<u32> {
        let Event::Replied { ticket, attempt, reply: Reply::Judged(judgement) } = event else { return None };
        let sent = self.call(*ticket)?.sent.as_ref().filter(|sent| sent.attempt == *attempt)?;
        sent.generation.filter(|_| judgement.asks.contains(&Need::Login))
    }

    fn begin(&mut self, ticket: Ticket, traits: Option<Traits>, sessions: &Sessions, wall: Millis) {
        let index = ticket.0 as usize;
        if self.calls.len() <= index {
            self.calls.resize_with(index + 1, || None);
        }
        let began_for = sessions.fresh(wall).map(|saved| Names::of(&saved.session));
        self.calls[index] = Some(Call { traits, began_for, most_sends: 1, ..Call::default() });
    }

    pub fn forget(&mut self, ticket: Ticket) {
        if let Some(slot) = self.calls.get_mut(ticket.0 as usize) {
            *slot = None;
        }
    }

    pub fn left(&mut self) {
        self.calls.iter_mut().flatten().for_each(|call| call.left = true);
    }

    pub fn hear(&mut self, step: &Step, sessions: &Sessions) -> Result<(), Violation> {
        self.is_covered = None;
        let wall = step.at.wall;
        match &step.told.event {
            Event::Called { ticket, command } => {
                let mut traits = None;
                if let Command::Request { traits: own, needs } = command {
                    traits = Some(*own);
                    let session = sessions.fresh(wall).map(|saved| &saved.session);
                    let held = needs.iter().all(|need| match need {
                        Need::Login => session.is_some(),
                        need => session.is_some_and(|session| session.granted.contains(need)),
                    });
                    self.is_covered = held.then_some(*ticket);
                }
                self.begin(*ticket, traits, sessions, wall);
            }
            Event::Aborted { ticket } => {
                if let Some(Some(call)) = self.calls.get_mut(ticket.0 as usize) {
                    call.aborted = true;
                }
            }
            Event::Replied { ticket, attempt, reply } => {
                let retries = self.retries;
                let Some(call) = self.awaiting(*ticket, *attempt) else { return Ok(()) };
                call.sent = None;
                match reply {
                    Reply::Judged(judgement) => call.asked_for(&wants_of(&judgement.asks)),
                    Reply::Failed(error) if error.errno == ERRNO_NOT_AGREED => {
                        call.asked_for(&[Want::Privacy]);
                    }
                    Reply::Failed(_) | Reply::FailedForGood(_) => {
                        if call.traits.is_some_and(|traits| traits.repeatable) && call.resends < retries {
                            call.resends += 1;
                            call.most_sends += 1;
                        }
                    }
                    Reply::CallbackFailed { .. } => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub fn see(&mut self, effect: &Effect, step: &Step, sessions: &Sessions) -> Result<(), Violation> {
        match effect {
            Effect::Send { ticket, attempt, attach } => {
                self.is_covered = self.is_covered.filter(|covered| covered != ticket);
                let Some(Some(call)) = self.calls.get_mut(ticket.0 as usize) else {
                    return Err(format!("R6: call {} is over, and sends", ticket.0));
                };
                let now = fresh(step.known.saved.as_ref(), step.at.wall);
                let was_there = sessions.fresh(step.at.wall).is_some();
                call.send(*attach, now.map(|saved| Names::of(&saved.session)), was_there)?;
                let generation = attach.then_some(sessions.generation);
                call.sent = Some(Sent { attempt: *attempt, generation });
            }
            Effect::Settle { ticket, .. } | Effect::Fail { ticket, .. } => {
                let call = self.calls.get_mut(ticket.0 as usize).and_then(Option::take);
                if call.is_none() {
                    return Err(format!("R6: call {} settles a second time", ticket.0));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What nothing stands in the way of is on its way now (law X6).
    pub fn rest(&self, step: &Step) -> Result<(), Violation> {
        match self.is_covered {
            Some(ticket) => {
                Err(format!("X6: request {} waits, and did not have to: {:?}", ticket.0, step.effects))
            }
            None => Ok(()),
        }
    }
}

impl Call {
    /// Law R2: every need is worth one more send, once.
    fn asked_for(&mut self, wants: &[Want]) {
        if wants.iter().any(|want| self.asked.contains(want)) {
            self.most_sends = self.sends;
        } else if !wants.is_empty() {
            self.asked.extend_from_slice(wants);
            self.most_sends += 1;
        }
    }

    fn send(&mut self, attach: bool, now: Option<Names>, was_there: bool) -> Result<(), Violation> {
        let Some(traits) = self.traits else {
            return Err("R1: a call that is no request sends".into());
        };
        if self.aborted {
            return Err("R7: sent after abort()".into());
        }
        if self.left {
            return Err("S7: sent after logout()".into());
        }
        self.sends += 1;
        if self.sends > self.most_sends {
            return Err(format!("R2, R9: {} sends where {} are allowed", self.sends, self.most_sends));
        }
        if attach && !traits.takes_session() {
            return Err("R4: the session travels where it must not".into());
        }
        match (&now, &self.began_for) {
            (None, _) if attach && !was_there => return Err("S1: a session that is not fresh is sent".into()),
            (Some(_), _) if was_there && !attach && traits.takes_session() => {
                return Err("R1: a fresh session is left at home".into());
            }
            (Some(now), Some(began_for)) if attach && began_for.differ_from(now) => {
                return Err("S7: a call goes out as another user than it began for".into());
            }
            _ => {}
        }
        if attach && self.began_for.is_none() {
            self.began_for = now; // a guest's becomes the user's
        }
        Ok(())
    }
}
