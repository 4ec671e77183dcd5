//! URLs: the web platform's own cases, and what is left of them when they are cut and glued.

use fastrand::Rng;
use serde_json::Value;

pub struct Case {
    pub input: String,
    pub base: Option<String>,
    pub href: Option<String>,
}

/// See `tests/data/README.md`.
pub fn cases() -> Vec<Case> {
    let cases: Vec<[Value; 3]> = serde_json::from_str(include_str!("../../data/urltestdata.json")).unwrap();
    let text = |value: &Value| value.as_str().map(String::from);
    cases
        .iter()
        .map(|[input, base, href]| Case { input: text(input).unwrap(), base: text(base), href: text(href) })
        .collect()
}

/// What has confused a URL parser before.
const PIECES: [&str; 30] = [
    "/",
    "//",
    "\\",
    "@",
    ":",
    "?",
    "#",
    "%2f",
    "%00",
    "\t",
    "\n",
    "\r",
    "\0",
    " ",
    ".",
    "..",
    ";",
    "[",
    "]",
    "https:",
    "http://",
    "evil.test",
    ":443",
    ":8443",
    ":99999",
    "\u{3002}",
    "\u{ff0f}",
    "\u{ad}",
    "user:pass@",
    "localhost",
];

fn pick<'a, T: ?Sized>(rng: &mut Rng, among: &[&'a T]) -> &'a T {
    among[rng.usize(..among.len())]
}

/// A place between two characters.
fn place(rng: &mut Rng, text: &str) -> usize {
    let places: Vec<usize> = text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
    places[rng.usize(..places.len())]
}

/// A known URL, or one of one's own, with pieces put in and taken out.
pub fn damaged(rng: &mut Rng, known: &[String], own: &[&str]) -> String {
    let mut url =
        if rng.bool() { known[rng.usize(..known.len())].clone() } else { pick(rng, own).to_owned() };
    for _ in 0..rng.usize(1..4) {
        let at = place(rng, &url);
        match rng.u8(..4) {
            0 => {
                let to = place(rng, &url);
                url.replace_range(at.min(to)..at.max(to), "");
            }
            1 => url.insert_str(at, pick(rng, own)),
            _ => url.insert_str(at, pick(rng, &PIECES)),
        }
    }
    url
}

/// A path as an app writes it.
pub fn plain_path(rng: &mut Rng) -> String {
    let pieces = ["/items", "/", "?page=2", "/a:b", "/@me", "#top", "?to=https://evil.test/", "/中文"];
    (0..rng.usize(..4)).map(|_| pick(rng, &pieces)).collect()
}
