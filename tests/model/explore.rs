//! Tries random schedules for as long as it is told to, and prints the shortest script that
//! replays what went wrong.
//!
//! `explore [--minutes N] [--seed N]`, or `explore --replay FILE`.

#![allow(clippy::indexing_slicing, reason = "a search that can't go on ends")]

mod answer;
mod chance;
mod laws;
mod reference;
mod script;
mod setting;
mod shrink;
mod trial;
mod words;
mod world;

use script::Script;
use std::process::ExitCode;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// The clock is looked at after so many schedules.
const BATCH: u64 = 1_000;

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    if let Some(path) = option("--replay") {
        return replay(&path);
    }
    let minutes: f64 = option("--minutes").and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let first = option("--seed").and_then(|text| text.parse().ok()).unwrap_or_else(seed_of_today);
    explore(first, Duration::from_secs_f64(minutes * 60.0))
}

fn replay(path: &str) -> ExitCode {
    let script = std::fs::read_to_string(path).map_err(|error| error.to_string());
    match script.and_then(|text| Script::read(&text)) {
        Ok(script) => {
            println!("{}", trial::narrate(&script).join("\n"));
            let outcome = trial::replay(&script);
            println!("# {outcome:?}");
            if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Another one at every run.
fn seed_of_today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() * BATCH)
}

/// What all who search have done so far.
#[derive(Default)]
struct Done {
    schedules: AtomicU64,
    actions: AtomicU64,
    is_broken: AtomicBool,
}

fn explore(first: u64, length: Duration) -> ExitCode {
    let (started, done) = (Instant::now(), Done::default());
    println!("from seed {first}");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(first);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while started.elapsed() < length && !done.is_broken.load(Relaxed) {
                    search(next.fetch_add(BATCH, Relaxed), &done);
                }
            });
        }
        let mut said = started;
        while started.elapsed() < length && !done.is_broken.load(Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
            if said.elapsed() >= BETWEEN_LINES {
                println!("{}", progress(&done, started.elapsed()));
                said = Instant::now();
            }
        }
    });
    if done.is_broken.load(Relaxed) {
        return ExitCode::FAILURE;
    }
    println!("{}; no law was broken", progress(&done, started.elapsed()));
    ExitCode::SUCCESS
}

fn search(first: u64, done: &Done) {
    for seed in first..first + BATCH {
        let trial = trial::random(seed);
        done.schedules.fetch_add(1, Relaxed);
        done.actions.fetch_add(trial.script.actions.len() as u64, Relaxed);
        if trial.outcome.is_err() && !done.is_broken.swap(true, Relaxed) {
            println!("seed {seed}:\n{}", shrink::report(trial.script));
            return;
        }
    }
}

fn progress(done: &Done, elapsed: Duration) -> String {
    let (schedules, actions) = (done.schedules.load(Relaxed), done.actions.load(Relaxed));
    let seconds = elapsed.as_secs_f64();
    let a_minute = schedules as f64 * 60.0 / seconds;
    format!("{schedules} schedules, {actions} actions in {seconds:.0} s: {a_minute:.0} schedules a minute")
}
