//! A client on the real core.

use crate::backend::{Exchanged, SECOND, Token};
use crate::phone::{Answer, Client, Deed, Id, Millis};
use std::rc::Rc;
use wxlogin::config::Exchange;
use wxlogin::error::HostError;
use wxlogin::event::{ExchangeReply, Traits};
use wxlogin::opaque::Opaque;
use wxlogin::record::{Misfit, Record, Value};
use wxlogin::session::{Saved, SessionReply};
use wxlogin::{Config, Effect, Event, Machine};

/// The core's clock counts from 1970; this is some midnight after it.
const MIDNIGHT: Millis = 1.7e12;
const TOO_OFTEN: i32 = 45011;

pub struct Careful {
    machine: Machine,
    seed: u64,
    published: Option<Rc<Saved>>,
    stored: Option<Rc<Saved>>,
    /// Tickets in use.
    under_way: u64,
}

/// The backend's reply: the token says when it was issued, `expires_in` how long it lasts.
struct Reply(Token);

impl Record for Reply {
    fn field(&self, name: &str) -> Value {
        match name {
            "token" => Value::Text(self.0.issued.to_string()),
            "expires_in" => Value::Number((self.0.expires - self.0.issued) / SECOND),
            _ => Value::Missing,
        }
    }
}

fn config() -> Config {
    Config {
        expiry_margin: 60.0 * SECOND,
        default_expires_in: 7_200.0,
        login_timeout: 15.0 * SECOND,
        prompt_timeout: 180.0 * SECOND,
        retries: 0,
        exchange: Exchange::Code,
        prompts: Vec::new(),
    }
}

fn token_of(saved: &Saved) -> Option<Token> {
    let issued: Millis = saved.session.token.as_deref()?.parse().ok()?;
    let life = saved.session.expires_at - saved.saved_at;
    Some(Token { issued, expires: issued + life })
}

impl Careful {
    pub fn new(seed: u64) -> Self {
        let machine = Machine::new(config(), seed);
        Careful { machine, seed, published: None, stored: None, under_way: 0 }
    }

    fn handle(&mut self, event: Event, now: Millis, deeds: &mut Vec<Deed>) {
        for effect in self.machine.handle(event, MIDNIGHT + now) {
            match effect {
                Effect::Send { ticket, attempt, attach } => {
                    let session = self.published.as_deref().filter(|_| attach);
                    deeds.push(Deed::Send { id: Id(ticket, attempt), token: session.and_then(token_of) });
                }
                Effect::CallLogin { flight } => deeds.push(Deed::CallLogin { id: Id(flight, 0) }),
                Effect::Exchange { flight, .. } => deeds.push(Deed::Exchange { id: Id(flight, 0) }),
                Effect::Settle { ticket, .. } => {
                    self.under_way &= !(1 << ticket);
                    deeds.push(Deed::Settled { went_well: true, wait: None });
                }
                Effect::Fail { ticket, failure } => {
                    self.under_way &= !(1 << ticket);
                    let wait = failure.retry_after.map(|seconds| seconds * SECOND);
                    deeds.push(Deed::Settled { went_well: false, wait });
                }
                Effect::Publish(lease) => self.published = lease.saved,
                Effect::Store(saved) => self.stored = saved,
                _ => {}
            }
        }
    }
}

impl Client for Careful {
    fn start_cold(&mut self, stored: Option<Token>) {
        self.machine = Machine::new(config(), self.seed);
        self.under_way = 0;
        self.published = stored.and_then(|token| {
            let reply = SessionReply::read(&Reply(token)).ok()?;
            Some(Rc::new(reply.begin(MIDNIGHT + token.issued, 0.0)))
        });
        self.stored = self.published.clone();
        if let Some(saved) = &self.stored {
            drop(self.machine.restore(Saved::clone(saved)));
        }
    }

    fn request(&mut self, now: Millis, deeds: &mut Vec<Deed>) {
        let ticket = self.under_way.trailing_ones();
        if ticket == u64::BITS {
            return; // nobody keeps that many requests waiting
        }
        self.under_way |= 1 << ticket;
        let traits = Traits { trusted: true, repeatable: true, ..Traits::default() };
        self.handle(Event::Requested { ticket, traits, needs: Vec::new() }, now, deeds);
    }

    fn answer(&mut self, answer: Answer, now: Millis, deeds: &mut Vec<Deed>) {
        let event = match answer {
            Answer::Replied { id, authorized } => {
                let Id(ticket, attempt) = id;
                let status = if authorized { 200 } else { 401 };
                Event::Replied { ticket, attempt, status, asks: None, valid: true }
            }
            Answer::Code { id } => Event::CodeReceived { flight: id.0, code: Some(Opaque::new(())) },
            Answer::Exchanged { id, came } => {
                Event::Exchanged { flight: id.0, reply: Box::new(exchange_reply(came)) }
            }
        };
        self.handle(event, now, deeds);
    }

    fn deadline(&self) -> Option<Millis> {
        self.machine.next_deadline().map(|deadline| deadline - MIDNIGHT)
    }

    fn wake(&mut self, now: Millis, deeds: &mut Vec<Deed>) {
        self.handle(Event::TimerFired, now, deeds);
    }

    fn stored(&self) -> Option<Token> {
        self.stored.as_deref().and_then(token_of)
    }
}

fn exchange_reply(came: Exchanged) -> ExchangeReply {
    let nothing = Misfit { field: "token", expected: "a token" };
    let (errcode, session) = match came {
        Exchanged::Token(token) => (None, SessionReply::read(&Reply(token))),
        Exchanged::TooOften => (Some(TOO_OFTEN), Err(nothing)),
    };
    ExchangeReply { status: Some(200), errcode, retry_after: None, session, said: HostError::default() }
}
