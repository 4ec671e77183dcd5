//! The developer's backend and WeChat behind it, as one user sees them.

use crate::phone::Millis;
use fastrand::Rng;

pub const SECOND: Millis = 1_000.0;
pub const HOUR: Millis = 3_600.0 * SECOND;
/// The backend loses every session that it has given out.
pub const SESSIONS_LOST: Millis = 12.0 * HOUR;
/// From then until this, WeChat answers 45011.
pub const OUTAGE_ENDS: Millis = SESSIONS_LOST + 600.0 * SECOND;

/// A session as the backend knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    pub issued: Millis,
    pub expires: Millis,
}

/// What an exchange is answered with.
#[derive(Clone, Copy, Debug)]
pub enum Exchanged {
    Token(Token),
    TooOften,
}

impl Token {
    pub fn is_known(self, now: Millis) -> bool {
        now < self.expires && (self.issued >= SESSIONS_LOST || now < SESSIONS_LOST)
    }
}

pub fn exchange(now: Millis, life: Millis) -> Exchanged {
    if (SESSIONS_LOST..OUTAGE_ENDS).contains(&now) {
        Exchanged::TooOften
    } else {
        Exchanged::Token(Token { issued: now, expires: now + life })
    }
}

/// Whatever crosses the network, or the border to WeChat, takes its time.
pub fn latency(rng: &mut Rng) -> Millis {
    60.0 + 400.0 * rng.f64() * rng.f64()
}
