//! The machine against its laws: a kept corpus of schedules, and some fresh ones.
//!
//! `cargo run --profile explore --example explore -- --minutes 5` goes on for longer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

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
use std::fs;
use std::path::Path;

const FRESH_SCHEDULES: u64 = 20_000;

fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model/corpus");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn kept_schedules_break_no_law() {
    for (name, text) in corpus() {
        let script = Script::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        if trial::replay(&script).is_err() {
            panic!("{name}:\n{}", shrink::report(script));
        }
    }
}

#[test]
fn fresh_schedules_break_no_law() {
    for seed in 0..FRESH_SCHEDULES {
        let trial = trial::random(seed);
        if trial.outcome.is_err() {
            panic!("seed {seed}:\n{}", shrink::report(trial.script));
        }
    }
}

#[test]
fn scripts_come_back_as_they_were_written() {
    for seed in 0..200 {
        let script = trial::random(seed).script;
        assert_eq!(Script::read(&script.to_string()), Ok(script));
    }
}
