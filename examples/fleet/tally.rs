//! What is counted, user by user and second by second.

use crate::backend::{OUTAGE_ENDS, SECOND};
use crate::day::DAY;
use crate::phone::Millis;

/// One user's day.
#[derive(Default)]
pub struct User {
    pub page_views: u32,
    pub logins: u32,
    pub failures: u32,
    /// Nothing has come back since the sessions were lost.
    pub locked_out: bool,
}

pub struct Tally {
    pub users: u64,
    pub page_views: u64,
    pub logins: u64,
    pub failures: u64,
    /// Users with more logins than two a page view: WeChat's limit.
    pub over_limit: u64,
    /// Exchanges that reached the backend, by the second of the day.
    pub exchanges: Vec<u32>,
    /// Users who were served again, by the seconds that it took after the outage.
    pub back: Vec<u32>,
    /// Users who gave up after the outage before they were.
    pub gave_up: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            users: 0,
            page_views: 0,
            logins: 0,
            failures: 0,
            over_limit: 0,
            exchanges: vec![0; (DAY / SECOND) as usize + 1],
            back: vec![0; 600],
            gave_up: 0,
        }
    }
}

fn count(seconds: &mut [u32], at: Millis) {
    let last = seconds.len().saturating_sub(1);
    if let Some(second) = seconds.get_mut(((at / SECOND) as usize).min(last)) {
        *second += 1;
    }
}

fn add_up(to: &mut [u32], more: &[u32]) {
    to.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}

impl User {
    pub fn served(&mut self, now: Millis, tally: &mut Tally) {
        if std::mem::take(&mut self.locked_out) && now >= OUTAGE_ENDS {
            count(&mut tally.back, now - OUTAGE_ENDS);
        }
    }

    pub fn leave(&mut self, now: Millis, tally: &mut Tally) {
        if std::mem::take(&mut self.locked_out) && now >= OUTAGE_ENDS {
            tally.gave_up += 1;
        }
    }
}

impl Tally {
    pub fn exchange(&mut self, at: Millis) {
        count(&mut self.exchanges, at);
    }

    pub fn add(&mut self, user: User) {
        self.users += 1;
        self.page_views += u64::from(user.page_views);
        self.logins += u64::from(user.logins);
        self.failures += u64::from(user.failures);
        self.over_limit += u64::from(user.logins > 2 * user.page_views);
    }

    pub fn with(mut self, other: Tally) -> Tally {
        self.users += other.users;
        self.page_views += other.page_views;
        self.logins += other.logins;
        self.failures += other.failures;
        self.over_limit += other.over_limit;
        self.gave_up += other.gave_up;
        add_up(&mut self.exchanges, &other.exchanges);
        add_up(&mut self.back, &other.back);
        self
    }

    /// Exchanges in the busiest second of that stretch, in seconds of the day.
    pub fn peak(&self, from: usize, to: usize) -> u32 {
        self.exchanges.get(from..to).into_iter().flatten().copied().max().unwrap_or(0)
    }

    /// After so many seconds that share of the users was back.
    pub fn back_after(&self, share: f64) -> usize {
        let all: u32 = self.back.iter().sum();
        let mut so_far = 0;
        self.back
            .iter()
            .position(|count| {
                so_far += count;
                f64::from(so_far) >= f64::from(all) * share
            })
            .unwrap_or(0)
    }
}
