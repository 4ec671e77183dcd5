//! How long to wait after something failed (law L6).

use crate::clock::Millis;
use crate::error::{Code, Errcode, Failure};
use fastrand::Rng;
use std::rc::Rc;

const FIRST_WAIT: Millis = 1_000.0;
const LONGEST_WAIT: Millis = 60_000.0;
/// Shortest wait after [`Code::RateLimited`].
const RATE_LIMIT_WAIT: Millis = 60_000.0;
/// Shortest wait after the whole app's quota is used up.
const QUOTA_WAIT: Millis = 600_000.0;
/// WeChat's code for that.
const QUOTA_USED: f64 = 45009.0;
/// After this long without a rejection the next one waits 1 s again.
const REJECTIONS_FORGOTTEN: Millis = 600_000.0;
/// Waits are drawn between this share of their full length and the whole of it, so that
/// many phones that failed together do not come back together.
const JITTER_FLOOR: f64 = 0.75;

/// The wait before attempt number `failures + 1`: 1 s, doubling to 60 s, with jitter.
pub fn wait(failures: u32, rng: &mut Rng) -> Millis {
    let doubled = FIRST_WAIT * f64::from(1_u32 << failures.saturating_sub(1).min(6));
    doubled.min(LONGEST_WAIT) * jitter(rng)
}

fn jitter(rng: &mut Rng) -> f64 {
    JITTER_FLOOR + (1.0 - JITTER_FLOOR) * f64::from(rng.u32(..)) / f64::from(u32::MAX)
}

/// Whether the next login may start.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
    closed: Option<Closed>,
}

#[derive(Debug)]
struct Closed {
    /// On the machine's clock; `None` for as long as nobody lifts it.
    until: Option<Millis>,
    failure: Rc<Failure>,
}

impl Backoff {
    /// A login failed. Returns the failure, now saying how long to wait.
    pub fn failed(&mut self, mut failure: Box<Failure>, now: Millis, rng: &mut Rng) -> Rc<Failure> {
        self.failures = self.failures.saturating_add(1);
        let until = match failure.code {
            Code::LoginBlocked => None,
            Code::RateLimited => {
                let asked = failure.retry_after.unwrap_or(0.0) * 1_000.0;
                let is_quota = failure.errcode == Some(Errcode::Number(QUOTA_USED));
                let shortest = if is_quota { QUOTA_WAIT } else { RATE_LIMIT_WAIT };
                // Upwards here: never earlier than was asked.
                Some(now + asked.max(shortest) * (2.0 - jitter(rng)))
            }
            _ => Some(now + wait(self.failures, rng)),
        };
        failure.retry_after = until.map(|until| (until - now) / 1_000.0);
        let failure = failure.shared();
        self.closed = Some(Closed { until, failure: Rc::clone(&failure) });
        failure
    }

    /// A login succeeded: the next failure waits 1 s again.
    pub fn succeeded(&mut self) {
        *self = Backoff::default();
    }

    /// Somebody logged out: a user that WeChat blocked may be followed by one it does not.
    pub fn lift_block(&mut self) {
        if self.closed.as_ref().is_some_and(|closed| closed.until.is_none()) {
            self.succeeded();
        }
    }

    /// When a login may start, on the machine's clock; `None` as long as nobody lifts the block.
    pub fn opens_at(&self) -> Option<Millis> {
        self.closed.as_ref().map_or(Some(0.0), |closed| closed.until)
    }

    /// Why a login may not start at this moment, or `None` where it may.
    pub fn refusal(&self, now: Millis) -> Option<Rc<Failure>> {
        let closed = self.closed.as_ref()?;
        match closed.until {
            None => Some(Rc::clone(&closed.failure)),
            Some(until) if now < until => {
                let mut failure = Failure::clone(&closed.failure);
                failure.retry_after = Some((until - now) / 1_000.0);
                Some(Rc::new(failure))
            }
            Some(_) => None,
        }
    }
}

/// A server that refuses sessions which it has just given (law L10).
#[derive(Debug, Default)]
pub struct Rejections {
    count: u32,
    last: Millis,
    /// On the machine's clock.
    until: Millis,
}

impl Rejections {
    /// It has refused one again: what asks for a login now is to wait. Returns until when.
    pub fn rejected(&mut self, now: Millis, rng: &mut Rng) -> Millis {
        if now - self.last > REJECTIONS_FORGOTTEN {
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.last = now;
        self.until = now + wait(self.count, rng);
        self.until
    }

    /// The session is good for something after all: that ends the wait, not the doubling.
    pub fn accepted(&mut self) {
        self.until = 0.0;
    }

    /// How long it is still to be waited for, in seconds.
    pub fn wait(&self, now: Millis) -> Option<f64> {
        (now < self.until).then_some((self.until - now) / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(backoff: &mut Backoff, code: Code, retry_after: Option<f64>, now: Millis) -> f64 {
        let mut failure = Failure::new(code, &[""]);
        failure.retry_after = retry_after;
        backoff.failed(failure, now, &mut Rng::with_seed(7)).retry_after.unwrap()
    }

    #[test]
    fn l6_waits_double_from_1_s_to_60_s() {
        let mut backoff = Backoff::default();
        for full in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0] {
            let wait = fail(&mut backoff, Code::LoginFailed, None, 0.0);
            assert!(wait >= full * JITTER_FLOOR && wait <= full, "{wait} of {full}");
        }
        backoff.succeeded();
        assert!(fail(&mut backoff, Code::LoginFailed, None, 0.0) <= 1.0);
    }

    #[test]
    fn l6_a_rate_limit_waits_at_least_60_s_or_what_was_asked() {
        assert!(fail(&mut Backoff::default(), Code::RateLimited, None, 0.0) >= 60.0);
        assert!(fail(&mut Backoff::default(), Code::RateLimited, Some(5.0), 0.0) >= 60.0);
        assert!(fail(&mut Backoff::default(), Code::RateLimited, Some(600.0), 0.0) >= 600.0);
    }

    #[test]
    fn l6_the_apps_quota_waits_at_least_ten_minutes() {
        let mut failure = Failure::new(Code::RateLimited, &[""]);
        failure.errcode = Some(Errcode::Number(QUOTA_USED));
        let failure = Backoff::default().failed(failure, 0.0, &mut Rng::with_seed(7));
        assert!(failure.retry_after.unwrap() >= 600.0);
    }

    #[test]
    fn l10_a_good_reply_ends_the_wait_and_ten_minutes_the_doubling() {
        let (mut rejections, mut rng) = (Rejections::default(), Rng::with_seed(7));
        assert_eq!(rejections.wait(0.0), None);
        assert!(rejections.rejected(0.0, &mut rng) <= 1_000.0);
        assert!(rejections.wait(0.0).is_some_and(|wait| wait <= 1.0));
        rejections.accepted();
        assert_eq!(rejections.wait(0.0), None);
        assert!(rejections.rejected(1.0, &mut rng) > 1_400.0);
        assert!(rejections.rejected(1.0 + REJECTIONS_FORGOTTEN, &mut rng) > 3_000.0 - 1.0);
        let later = 3.0 * REJECTIONS_FORGOTTEN;
        assert!(rejections.rejected(later, &mut rng) <= later + 1_000.0);
    }

    #[test]
    fn l6_inside_the_wait_the_same_failure_answers_and_after_it_none() {
        let mut backoff = Backoff::default();
        assert!(backoff.refusal(0.0).is_none());
        let wait = fail(&mut backoff, Code::ExchangeFailed, None, 0.0) * 1_000.0;
        let refusal = backoff.refusal(wait / 2.0).unwrap();
        assert_eq!(refusal.code, Code::ExchangeFailed);
        assert_eq!(refusal.retry_after, Some(wait / 2.0 / 1_000.0));
        assert!(backoff.refusal(wait).is_none());
    }

    #[test]
    fn l6_phones_that_failed_together_do_not_come_back_together() {
        let wait_of = |seed, code| {
            let (mut backoff, mut rng) = (Backoff::default(), Rng::with_seed(seed));
            backoff.failed(Failure::new(code, &[""]), 0.0, &mut rng).retry_after.unwrap()
        };
        for (code, shortest, longest) in [(Code::LoginFailed, 0.75, 1.0), (Code::RateLimited, 60.0, 75.0)] {
            let mut waits: Vec<f64> = (0..100).map(|seed| wait_of(seed, code)).collect();
            waits.sort_by(f64::total_cmp);
            let spread = longest - shortest;
            assert!(waits[0] >= shortest && waits[0] < shortest + spread / 10.0, "{}", waits[0]);
            assert!(waits[99] <= longest && waits[99] > longest - spread / 10.0, "{}", waits[99]);
        }
    }

    #[test]
    fn l6_a_block_holds_until_it_is_lifted() {
        let mut backoff = Backoff::default();
        backoff.failed(Failure::new(Code::LoginBlocked, &[""]), 0.0, &mut Rng::with_seed(7));
        assert!(backoff.refusal(1e12).is_some());
        backoff.lift_block();
        assert!(backoff.refusal(0.0).is_none());
    }
}
