//! The house itself: floors in the core, no arrow upwards and no circle, and no file too long.
//!
//! The map is the table at the head of `src/lib.rs`; what a file knows is what it names after
//! `crate::`. The shell (`wasm`) stands above all floors and is not on the map.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file above that is two files.
const LONGEST: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module on the map that a file belongs to: `machine` for `src/machine/calling.rs`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The names that follow `crate::` in the code.
fn known_by(source: &str) -> BTreeSet<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut known = BTreeSet::new();
    for line in code {
        for after in line.split("crate::").skip(1) {
            assert!(!after.starts_with(['{', '*']), "name each module on a line of its own: {line}");
            let name: String =
                after.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
            known.insert(name);
        }
    }
    known
}

/// What each module of the core knows of the others.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let mut arrows = BTreeMap::<String, BTreeSet<String>>::new();
    for path in files_in(&root().join("src")) {
        let module = module_of(&path);
        if module != "lib" && module != "wasm" {
            let known = known_by(&fs::read_to_string(&path).unwrap());
            let others = known.into_iter().filter(|name| *name != module);
            arrows.entry(module.clone()).or_default().extend(others);
        }
    }
    // `crate::Config` and the like are at home in the module that `lib.rs` takes them from.
    for known in arrows.values_mut() {
        *known = known.iter().map(|name| name.to_lowercase()).collect();
    }
    arrows
}

/// The modules of the table in `src/lib.rs`, with the floor that each stands on.
fn floors() -> BTreeMap<String, usize> {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let rows = map.lines().filter(|line| line.starts_with("//! | ") && line.contains("[`"));
    let mut floors = BTreeMap::new();
    for (floor, row) in rows.enumerate() {
        for cell in row.split("[`").skip(1) {
            let name = cell.split('`').next().unwrap().to_owned();
            let before = floors.insert(name.clone(), floor);
            assert_eq!(before, None, "{name} is on the map twice");
        }
    }
    floors
}

#[test]
fn every_module_of_the_core_is_on_the_map() {
    let (on_the_map, there): (Vec<_>, Vec<_>) =
        (floors().into_keys().collect(), arrows().into_keys().collect());
    assert_eq!(on_the_map, there);
}

#[test]
fn no_arrow_leads_upwards() {
    let floors = floors();
    for (module, known) in arrows() {
        for other in known {
            assert!(floors[&other] <= floors[&module], "{module} knows {other}, which stands above it");
        }
    }
}

#[test]
fn no_arrows_lead_in_a_circle() {
    let mut left = arrows();
    while !left.is_empty() {
        // Those that know nobody who is left are at the bottom.
        let bottom: Vec<String> = left
            .iter()
            .filter(|(_, known)| known.iter().all(|other| !left.contains_key(other)))
            .map(|(module, _)| module.clone())
            .collect();
        assert!(!bottom.is_empty(), "a circle among {:?}", left.keys());
        left.retain(|module, _| !bottom.contains(module));
    }
}

#[test]
fn the_sub_machines_know_neither_the_machine_nor_the_events() {
    for (module, known) in arrows() {
        if module != "machine" {
            assert!(!known.contains("machine") && !known.contains("event"), "{module}: {known:?}");
        }
    }
}

#[test]
fn no_file_is_too_long() {
    for folder in ["src", "tests/laws"] {
        for path in files_in(&root().join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
        }
    }
}
