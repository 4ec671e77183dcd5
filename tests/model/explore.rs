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

fn explore(first: u64, length: Duration) -> ExitCode {
    let started = Instant::now();
    let (mut tried, mut actions) = (0_u64, 0_usize);
    let mut next_line = BETWEEN_LINES;
    println!("from seed {first}");
    while started.elapsed() < length {
        for _ in 0..BATCH {
            let seed = first.wrapping_add(tried);
            let trial = trial::random(seed);
            tried += 1;
            actions += trial.script.actions.len();
            if trial.outcome.is_err() {
                println!("seed {seed}, after {tried} schedules:\n{}", shrink::report(trial.script));
                return ExitCode::FAILURE;
            }
        }
        if started.elapsed() >= next_line {
            println!("{}", progress(tried, actions, started.elapsed()));
            next_line = started.elapsed() + BETWEEN_LINES;
        }
    }
    println!("{}; no law was broken", progress(tried, actions, started.elapsed()));
    ExitCode::SUCCESS
}

fn progress(tried: u64, actions: usize, elapsed: Duration) -> String {
    let a_minute = tried as f64 * 60.0 / elapsed.as_secs_f64();
    format!(
        "{tried} schedules, {actions} actions in {:.0} s: {a_minute:.0} schedules a minute",
        elapsed.as_secs_f64()
    )
}
