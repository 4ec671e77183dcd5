//! What one user does in a day: visits, pages, and how long each is looked at.

use crate::backend::{HOUR, SECOND, Token};
use crate::phone::Millis;
use fastrand::Rng;

pub const DAY: Millis = 24.0 * HOUR;

/// A visit to the mini-program.
pub struct Visit {
    pub start: Millis,
    /// The app was thrown out of memory since the last one.
    pub cold: bool,
    /// How long each page is looked at.
    pub pages: Vec<Millis>,
}

pub struct Day {
    pub seed: u64,
    /// How long this user's sessions last.
    pub session_life: Millis,
    /// Left over from yesterday.
    pub stored: Option<Token>,
    pub visits: Vec<Visit>,
}

impl Day {
    pub fn of(seed: u64, user: u64) -> Self {
        let seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ user;
        let mut rng = Rng::with_seed(seed);
        let session_life = match rng.u8(..10) {
            0..=1 => HOUR / 2.0,
            2..=6 => 2.0 * HOUR,
            _ => 24.0 * HOUR,
        };
        let issued = -rng.f64() * DAY;
        let stored = Token { issued, expires: issued + session_life };
        Day { seed, session_life, stored: rng.bool().then_some(stored), visits: visits(&mut rng) }
    }
}

fn visits(rng: &mut Rng) -> Vec<Visit> {
    let mut starts: Vec<Millis> = (0..rng.usize(1..=5)).map(|_| moment(rng)).collect();
    starts.sort_by(Millis::total_cmp);
    let mut visits: Vec<Visit> = Vec::new();
    for start in starts {
        let end = visits.last().map(|visit| visit.start + visit.pages.iter().sum::<Millis>());
        if end.is_none_or(|end| end < start) {
            let cold = visits.is_empty() || rng.bool();
            let pages =
                (0..rng.usize(1..=6)).map(|_| SECOND * (5.0 + 90.0 * rng.f64() * rng.f64())).collect();
            visits.push(Visit { start, cold, pages });
        }
    }
    visits
}

/// A time of the day, at lunch and in the evening more likely than at night.
fn moment(rng: &mut Rng) -> Millis {
    loop {
        let hour = 24.0 * rng.f64();
        let bump = |peak: f64, width: f64| (-((hour - peak) / width).powi(2)).exp();
        if rng.f64() < 0.08 + 0.9 * bump(12.3, 1.5) + 0.9 * bump(20.5, 2.5) {
            return hour * HOUR;
        }
    }
}
