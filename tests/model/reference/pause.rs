//! How long to wait (laws L6, L10, R9).

use super::{Failed, Reference};
use fastrand::Rng;
use wxlogin::clock::Millis;
use wxlogin::error::Code;

/// Draws what the machine draws, in the same order: with the same seed that is the same.
pub struct Dice(Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(Rng::with_seed(seed))
    }

    /// Between three quarters and the whole.
    fn jitter(&mut self) -> f64 {
        0.75 + 0.25 * f64::from(self.0.u32(..)) / f64::from(u32::MAX)
    }

    /// The n-th wait in a row, counted from 0: 1 s, doubling to 60 s.
    pub fn wait(&mut self, count: i32) -> Millis {
        (1_000.0 * 2.0_f64.powi(count)).min(60_000.0) * self.jitter()
    }
}

/// After a failed login.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pause {
    failures: i32,
    last: Option<(Failed, Millis)>,
}

/// A failure that makes the next login wait.
#[derive(Clone, Copy, Debug)]
pub struct Setback {
    pub failed: Failed,
    pub retry_after: Option<f64>,
    /// The whole app's quota is used up.
    pub quota: bool,
}

impl Setback {
    pub const fn of(code: Code) -> Self {
        Setback { failed: Failed::new(code), retry_after: None, quota: false }
    }
}

impl Pause {
    pub fn code(&self) -> Option<Code> {
        self.last.map(|(failed, _)| failed.code)
    }

    pub fn begin(&mut self, setback: Setback, felt: Millis, dice: &mut Dice) {
        let Setback { failed, retry_after, quota } = setback;
        let wait = match failed.code {
            Code::LoginBlocked => Millis::INFINITY,
            Code::RateLimited => {
                let least = if quota { 600_000.0 } else { 60_000.0 };
                (retry_after.unwrap_or(0.0) * 1_000.0).max(least) * (2.0 - dice.jitter())
            }
            _ => dice.wait(self.failures),
        };
        self.failures += 1;
        self.last = Some((failed, felt + wait));
    }

    pub fn end(&mut self) {
        *self = Pause::default();
    }

    /// Why no login may start, if that is so.
    pub fn refusal(&self, felt: Millis) -> Option<Failed> {
        self.last.filter(|(_, until)| felt < *until).map(|(failed, _)| failed)
    }
}

/// A server that refuses what it has just given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rejections {
    count: i32,
    last: Millis,
    until: Option<Millis>,
}

/// After this long without one the next counts as the first.
const FORGOTTEN: Millis = 600_000.0;

impl Rejections {
    pub fn accepted(&mut self) {
        self.until = None;
    }
}

impl Reference {
    /// `sent_with`: the session that the server refuses; if there is another by now, that says nothing.
    pub fn reject(&mut self, sent_with: Option<u32>) {
        if sent_with != Some(self.users.generation) {
            return;
        }
        let felt = self.at.felt;
        if felt - self.rejections.last > FORGOTTEN {
            self.rejections.count = 0;
        }
        self.rejections.until = Some(felt + self.dice.wait(self.rejections.count));
        self.rejections.count += 1;
        self.rejections.last = felt;
    }

    /// Law L10: replies that ask for a login are turned away.
    pub fn rejects(&self) -> bool {
        self.is_fresh() && self.rejections.until.is_some_and(|until| self.at.felt < until)
    }
}
