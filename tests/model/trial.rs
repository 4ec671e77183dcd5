//! One trial: a script acted out to the end, with whatever the core breaks on the way.

use crate::chance;
use crate::script::{Action, Script};
use crate::world::{Violation, World};
use fastrand::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest random schedule.
const MOST_ACTIONS: usize = 48;

/// A schedule that a seed gives, with what went wrong in it.
pub struct Trial {
    pub script: Script,
    pub outcome: Result<(), Violation>,
}

pub fn random(seed: u64) -> Trial {
    let mut rng = Rng::with_seed(seed);
    let setting = chance::setting(&mut rng);
    let mut actions: Vec<Action> = Vec::new();
    let outcome = without_panic(|| {
        let mut world = World::new(setting);
        for _ in 0..rng.usize(4..MOST_ACTIONS) {
            let action = chance::action(&mut rng, &world);
            actions.push(action.clone());
            world.act(&action)?;
        }
        world.run_out()
    });
    Trial { script: Script { setting, actions }, outcome }
}

pub fn replay(script: &Script) -> Result<(), Violation> {
    without_panic(|| act_out(script, &mut World::new(script.setting)))
}

/// What happens in a script, step by step.
pub fn narrate(script: &Script) -> Vec<String> {
    let mut world = World::new(script.setting);
    world.diary = Some(Vec::new());
    let mut lines = vec![script.setting.to_string()];
    for action in &script.actions {
        let outcome = catch_unwind(AssertUnwindSafe(|| world.act(action)));
        let steps = world.diary.replace(Vec::new()).unwrap_or_default();
        lines.push(action.to_string());
        lines.extend(steps.into_iter().map(|step| format!("    # {step}")));
        if !matches!(outcome, Ok(Ok(()))) {
            break;
        }
    }
    lines
}

fn act_out(script: &Script, world: &mut World) -> Result<(), Violation> {
    script.actions.iter().try_for_each(|action| world.act(action))?;
    world.run_out()
}

fn without_panic(trial: impl FnOnce() -> Result<(), Violation>) -> Result<(), Violation> {
    catch_unwind(AssertUnwindSafe(trial)).unwrap_or_else(|_| Err("X5: a panic".into()))
}
