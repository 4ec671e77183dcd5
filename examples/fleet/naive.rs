//! A client as it is often written: a token in storage, and a login wherever a 401 comes up.

use crate::backend::{Exchanged, Token};
use crate::phone::{Answer, Client, Deed, Id, Millis};

#[derive(Default)]
pub struct Naive {
    token: Option<Token>,
    requests: u32,
}

/// The second part of an [`Id`]: how often the request has been sent.
const FIRST: u32 = 1;
const SECOND: u32 = 2;

impl Client for Naive {
    fn start_cold(&mut self, _now: Millis, stored: Option<Token>) {
        self.token = stored;
    }

    fn request(&mut self, _now: Millis, deeds: &mut Vec<Deed>) {
        self.requests += 1;
        deeds.push(Deed::Send { id: Id(self.requests, FIRST), token: self.token });
    }

    fn answer(&mut self, answer: Answer, _now: Millis, deeds: &mut Vec<Deed>) {
        let deed = match answer {
            Answer::Replied { id: Id(request, FIRST), authorized: false, .. } => {
                Deed::CallLogin { id: Id(request, FIRST) }
            }
            Answer::Replied { authorized, .. } => Deed::Settled { went_well: authorized, wait: None },
            Answer::Code { id } => Deed::Exchange { id },
            Answer::Exchanged { id, came: Exchanged::Token(token) } => {
                self.token = Some(token);
                Deed::Send { id: Id(id.0, SECOND), token: self.token }
            }
            Answer::Exchanged { came: Exchanged::TooOften, .. } => {
                Deed::Settled { went_well: false, wait: None }
            }
        };
        deeds.push(deed);
    }

    fn deadline(&self) -> Option<Millis> {
        None
    }

    fn wake(&mut self, _now: Millis, _deeds: &mut Vec<Deed>) {}

    fn stored(&self) -> Option<Token> {
        self.token
    }
}
