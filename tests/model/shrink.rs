//! Makes a failing script as short as it gets.

use crate::script::Script;
use crate::trial;

/// Takes out ever smaller chunks, then single actions, for as long as the script still fails.
pub fn shrink(script: Script) -> Script {
    let mut shortest = script;
    loop {
        let before = shortest.actions.len();
        let mut chunk = before / 2;
        while chunk > 0 {
            let mut start = 0;
            while start < shortest.actions.len() {
                let mut shorter = shortest.clone();
                shorter.actions.drain(start..(start + chunk).min(shortest.actions.len()));
                if trial::replay(&shorter).is_err() {
                    shortest = shorter;
                } else {
                    start += chunk;
                }
            }
            chunk /= 2;
        }
        if shortest.actions.len() == before {
            return shortest;
        }
    }
}

/// The shortest script that fails like that, with what happens in it.
pub fn report(script: Script) -> String {
    let shortest = shrink(script);
    let violation = trial::replay(&shortest).err().unwrap_or_default();
    format!("{}\n# {violation}\n", trial::narrate(&shortest).join("\n"))
}
