//! A day of a million users on the real core, next to how a plain wrapper gets through it.
//!
//! A sale begins at noon, every open page refreshes on the stroke of it, and the backend loses
//! all its sessions. WeChat, asked by everyone at once, answers 45011 for the next ten minutes.
//!
//! `fleet [--users N] [--seed N] [--picture FILE]`

mod backend;
mod careful;
mod day;
mod naive;
mod phone;
mod picture;
mod table;
mod tally;

use careful::Careful;
use day::Day;
use naive::Naive;
use phone::live_through;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tally::Tally;

/// How the users' clients behave.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    /// This package.
    Careful,
    /// This package, with every phone drawing the same waits.
    InStep,
    /// On 401 every request logs in by itself, at once, and again with the next refresh.
    Naive,
}

impl Manner {
    /// In the order of the table.
    pub const ALL: [Manner; 3] = [Manner::Careful, Manner::InStep, Manner::Naive];

    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Manner::Careful => "wxlogin",
            Manner::InStep => "the same without jitter",
            Manner::Naive => "plain wrapper",
        }
    }
}

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn number(name: &str, usual: u64) -> u64 {
    option(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn main() -> std::io::Result<()> {
    let (users, seed) = (number("--users", 1_000_000), number("--seed", 1));
    let started = Instant::now();
    let tallies = Manner::ALL.map(|manner| {
        let tally = simulate(manner, users, seed);
        println!("{}: done after {:.0} s", manner.name(), started.elapsed().as_secs_f64());
        tally
    });
    println!("\n{users} users, seed {seed}\n\n{}", table::table(&tallies));
    if let Some(path) = option("--picture") {
        std::fs::write(&path, picture::picture(&tallies, users))?;
        println!("{path} is drawn");
    }
    Ok(())
}

/// Lets every user live through the day. Nobody's phone knows of another one's, so that they
/// can do it one after the other, and on every core.
fn simulate(manner: Manner, users: u64, seed: u64) -> Tally {
    let lived = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    std::thread::scope(|scope| {
        let live = |first: u64| {
            let mut tally = Tally::default();
            for user in (first..users).step_by(threads as usize) {
                let day = Day::of(seed, user);
                match manner {
                    Manner::Careful => live_through(&day, &mut tally, Careful::new(day.seed)),
                    Manner::InStep => live_through(&day, &mut tally, Careful::new(seed)),
                    Manner::Naive => live_through(&day, &mut tally, Naive::default()),
                }
                lived.fetch_add(1, Ordering::Relaxed);
            }
            tally
        };
        let lives: Vec<_> = (0..threads).map(|first| scope.spawn(move || live(first))).collect();
        let mut said = Instant::now();
        while !lives.iter().all(|life| life.is_finished()) {
            std::thread::sleep(Duration::from_millis(50));
            if said.elapsed() > Duration::from_secs(5) {
                println!("{}: {} of {users} users", manner.name(), lived.load(Ordering::Relaxed));
                said = Instant::now();
            }
        }
        lives.into_iter().filter_map(|life| life.join().ok()).fold(Tally::default(), Tally::with)
    })
}
