//! A client on the real core.

use crate::backend::{Exchanged, SECOND, Token};
use crate::phone::{Answer, Client, Deed, Id, Millis};
use std::rc::Rc;
use wxlogin::answer::{self, Granted, Judgement, Reply};
use wxlogin::command::{Command, Traits};
use wxlogin::config::Exchange;
use wxlogin::effect::Question;
use wxlogin::error::{Errcode, HostError};
use wxlogin::id::{Attempt, Flight, Ticket};
use wxlogin::need::Need;
use wxlogin::opaque::Opaque;
use wxlogin::record::{Misfit, Record, Value};
use wxlogin::session::{STORED_VERSION, Saved, SessionReply};
use wxlogin::{Config, Effect, Event, Machine};

/// The core's clock counts from 1970; this is some midnight after it.
const MIDNIGHT: Millis = 1.7e12;
const MARGIN: Millis = 60.0 * SECOND;
const TOO_OFTEN: f64 = 45011.0;
const UNAUTHORIZED: u16 = 401;

pub struct Careful {
    machine: Machine,
    seed: u64,
    /// Tickets in use.
    under_way: u64,
}

/// The backend's reply: the token says when it was issued, `expires_in` how long it lasts.
struct Granting(Token);

impl Record for Granting {
    fn field(&self, name: &str) -> Value {
        match name {
            "token" => Value::Text(self.0.issued.to_string()),
            "expires_in" => Value::Number((self.0.expires - self.0.issued) / SECOND),
            _ => Value::Missing,
        }
    }
}

/// What an earlier day has left in storage.
struct Stored(Token);

impl Record for Stored {
    fn field(&self, name: &str) -> Value {
        let Token { issued, expires } = self.0;
        let margin = MARGIN.min((expires - issued) / 2.0);
        match name {
            "v" => Value::Number(STORED_VERSION),
            "token" => Value::Text(issued.to_string()),
            "savedAt" => Value::Number(MIDNIGHT + issued),
            "from" => Value::Number(MIDNIGHT + issued - margin),
            "until" => Value::Number(MIDNIGHT + expires - margin),
            "expiresAt" => Value::Number(MIDNIGHT + expires),
            _ => Value::Missing,
        }
    }
}

fn config() -> Config {
    Config {
        expiry_margin: MARGIN,
        default_expires_in: 7_200.0,
        login_timeout: 15.0 * SECOND,
        prompt_timeout: 180.0 * SECOND,
        retries: 0,
        renews: false,
        renew_ahead: 0.0,
        exchange: Exchange::Code,
        prompts: Vec::new(),
        browse_only: false,
    }
}

fn token_of(saved: &Saved) -> Option<Token> {
    let issued: Millis = saved.session.token.as_deref()?.parse().ok()?;
    let life = saved.session.expires_at - saved.saved_at;
    Some(Token { issued, expires: issued + life })
}

impl Careful {
    pub fn new(seed: u64) -> Self {
        Careful { machine: Machine::new(config(), seed), seed, under_way: 0 }
    }

    fn session(&self) -> Option<&Rc<Saved>> {
        self.machine.lease().saved.as_ref()
    }

    fn handle(&mut self, event: Event, now: Millis, deeds: &mut Vec<Deed>) {
        self.machine.handle(event, MIDNIGHT + now);
        while let Some(effect) = self.machine.poll() {
            match effect {
                Effect::Send { ticket, attempt, attach } => {
                    let session = self.session().filter(|_| attach);
                    let token = session.and_then(|saved| token_of(saved));
                    deeds.push(Deed::Send { id: Id(ticket.0, attempt.0), token });
                }
                Effect::Ask { flight, question: Question::Code } => {
                    deeds.push(Deed::CallLogin { id: Id(flight.0, 0) });
                }
                Effect::Ask { flight, question: Question::Exchange(_) } => {
                    deeds.push(Deed::Exchange { id: Id(flight.0, 0) });
                }
                Effect::Settle { ticket, .. } => {
                    self.under_way &= !(1 << ticket.0);
                    deeds.push(Deed::Settled { went_well: true, wait: None });
                }
                Effect::Fail { ticket, failure } => {
                    self.under_way &= !(1 << ticket.0);
                    let wait = failure.retry_after.map(|seconds| seconds * SECOND);
                    deeds.push(Deed::Settled { went_well: false, wait });
                }
                _ => {}
            }
        }
    }
}

impl Client for Careful {
    fn start_cold(&mut self, now: Millis, stored: Option<Token>) {
        *self = Careful::new(self.seed);
        let saved = stored.map(Stored).and_then(|stored| Saved::from_stored(&stored, &stored));
        if let Some(saved) = saved {
            self.machine.restore(saved, MIDNIGHT + now);
        }
        while self.machine.poll().is_some() {} // nobody listens for changes
    }

    fn request(&mut self, now: Millis, deeds: &mut Vec<Deed>) {
        let ticket = self.under_way.trailing_ones();
        if ticket == u64::BITS {
            return; // nobody keeps that many requests waiting
        }
        self.under_way |= 1 << ticket;
        let traits = Traits { trusted: true, repeatable: true, ..Traits::default() };
        let command = Command::Request { traits, needs: Vec::new() };
        self.handle(Event::Called { ticket: Ticket(ticket), command }, now, deeds);
    }

    fn answer(&mut self, answer: Answer, now: Millis, deeds: &mut Vec<Deed>) {
        let answered = |id: Id, answer| Event::Answered { flight: Flight(id.0), answer };
        let event = match answer {
            Answer::Replied { id: Id(ticket, attempt), authorized, attached } => {
                let (ticket, attempt) = (Ticket(ticket), Attempt(attempt));
                Event::Replied { ticket, attempt, reply: Reply::Judged(judgement(authorized, attached)) }
            }
            Answer::Code { id } => {
                let said = HostError::default();
                answered(id, answer::Answer::Code { code: Some(Opaque::new(())), said })
            }
            Answer::Exchanged { id, came } => answered(id, answer::Answer::Granted(Box::new(granted(came)))),
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
        self.session().filter(|saved| saved.stands()).and_then(|saved| token_of(saved))
    }
}

/// By the default rule.
fn judgement(authorized: bool, attached: bool) -> Judgement {
    let asks = if authorized { Vec::new() } else { vec![Need::Login] };
    let status = Some(if authorized { 200 } else { UNAUTHORIZED });
    Judgement { status, asks, attached, ..Judgement::default() }
}

fn granted(came: Exchanged) -> Granted {
    let nothing = Misfit { field: "token", expected: "a token", found: "nothing".into() };
    let (errcode, session) = match came {
        Exchanged::Token(token) => (None, SessionReply::read(&Granting(token)).map(Some)),
        Exchanged::TooOften => (Some(Errcode::Number(TOO_OFTEN)), Err(nothing)),
    };
    Granted {
        judgement: Judgement { status: Some(200), ..Judgement::default() },
        session,
        said: HostError { errcode, ..HostError::default() },
        response: None,
    }
}
