//! What comes from outside (replies, stored texts, URLs), in every shape that chance gives it:
//! no panic, and nothing accepted that the laws refuse.
//!
//! `FUZZ_ROUNDS=1000000 FUZZ_SEED=7 cargo test --release --test fuzz_inputs` goes on for longer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod fuzz_inputs {
    pub mod json;
    pub mod url;
}
#[path = "drive/stored.rs"]
mod stored;

use fastrand::Rng;
use fuzz_inputs::json::{self, Json};
use fuzz_inputs::url;
use stored::stored;
use wxlogin::clock::Millis;
use wxlogin::origin::{Origins, Route};
use wxlogin::session::{Saved, SessionReply};

const NOW: Millis = 1.7e12;

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Tries it with so many seeds; the one that fails is named.
fn with_seeds(round: impl Fn(&mut Rng)) {
    let first = number("FUZZ_SEED", 0);
    for seed in first..first + number("FUZZ_ROUNDS", 20_000) {
        let named = Named(seed);
        round(&mut Rng::with_seed(seed));
        std::mem::forget(named);
    }
}

/// Says which seed it was, where its round panics.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        eprintln!("FUZZ_SEED={} FUZZ_ROUNDS=1", self.0);
    }
}

fn is_header_safe(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|character| character < ' ' || character == '\u{7f}')
}

fn assert_sound(saved: &Saved) {
    let session = &saved.session;
    let ids = [&session.token, &session.openid, &session.unionid];
    assert!(session.token.is_some() || session.openid.is_some(), "nobody's session: {saved:?}");
    assert!(ids.into_iter().flatten().all(|text| is_header_safe(text)), "unsafe in a header: {saved:?}");
    assert!(session.expires_at.is_finite() && session.expires_at > 0.0, "no end: {saved:?}");
    assert!(saved.saved_at.is_finite() && saved.saved_at > 0.0, "no beginning: {saved:?}");
}

fn restore(stored: &serde_json::Value) -> Option<Saved> {
    Saved::from_stored(&Json(stored), &Json(&stored["session"]))
}

#[test]
fn replies_become_sound_sessions_or_none() {
    with_seeds(|rng| {
        let reply = json::reply(rng);
        let Ok(read) = SessionReply::read(&Json(&reply)) else { return };
        let saved = read.begin(NOW, 7_200.0);
        assert_sound(&saved);
        let stored = stored(&saved);
        assert!(!stored.to_string().contains(json::SECRET), "S3: {stored}");
        assert_eq!(restore(&stored), Some(saved), "S4: what was stored comes back, from {reply}");
    });
}

#[test]
fn stored_texts_come_back_sound_or_not_at_all() {
    let reply = serde_json::json!({ "token": "t", "openid": "o", "expires_in": 60, "granted": ["phone"] });
    let whole = stored(&SessionReply::read(&Json(&reply)).unwrap().begin(NOW, 1.0));
    with_seeds(|rng| {
        let text = json::damaged(rng, &whole);
        let Ok(damaged) = serde_json::from_str::<serde_json::Value>(&text) else { return };
        let Some(saved) = restore(&damaged) else { return };
        assert_sound(&saved);
        assert_eq!(damaged["v"].as_f64(), Some(1.0), "another version was taken: {text}");
        assert!(!stored(&saved).to_string().contains(json::SECRET), "S3: {text}");
        saved.is_fresh(NOW, 60_000.0);
    });
}

const TRUSTED: [&str; 5] = [
    "https://api.example.com/v1",
    "https://api.example.com:8443",
    "http://127.0.0.1:3000",
    "http://example.org/foo/bar",
    "https://[::1]/",
];

/// `base` and a relative URL, with exactly one slash before a path.
fn join(base: &str, url: &str) -> String {
    match url.chars().next() {
        None | Some('?' | '#') => format!("{base}{url}"),
        _ => format!("{}/{}", base.strip_suffix('/').unwrap_or(base), url.strip_prefix('/').unwrap_or(url)),
    }
}

/// The `url` crate is the judge: what it refuses is never sent.
fn origin(url: &str) -> Option<::url::Origin> {
    ::url::Url::parse(url).ok().map(|url| url.origin())
}

/// Law R4.
fn assert_travels_home(input: &str) {
    match Origins::new(TRUSTED).route(input) {
        Route::Trusted => {
            let Some(actual) = origin(input) else { return };
            assert!(
                TRUSTED.iter().any(|base| origin(base).as_ref() == Some(&actual)),
                "{input:?} is sent home"
            );
        }
        Route::Join => {
            for base in TRUSTED {
                let joined = join(base, input);
                let Some(actual) = origin(&joined) else { continue };
                assert_eq!(Some(actual), origin(base), "{input:?} leads away from {base}");
            }
        }
        Route::Foreign => {}
    }
}

#[test]
fn r4_the_web_platforms_urls_lead_nowhere_else() {
    let cases = url::cases();
    assert!(cases.len() > 800);
    for case in &cases {
        assert_travels_home(&case.input);
        for url in [&case.base, &case.href].into_iter().flatten() {
            assert_travels_home(url);
        }
    }
}

#[test]
fn r4_damaged_urls_lead_nowhere_else() {
    let mut seeds: Vec<String> = url::cases().into_iter().map(|case| case.input).collect();
    seeds.extend(TRUSTED.map(String::from));
    with_seeds(|rng| assert_travels_home(&url::damaged(rng, &seeds, &TRUSTED)));
}

/// What is trusted must not become useless: plain URLs of one's own keep the session.
#[test]
fn r4_plain_urls_of_ones_own_are_trusted() {
    with_seeds(|rng| {
        let base = TRUSTED[rng.usize(..TRUSTED.len())];
        let url = join(base, &url::plain_path(rng));
        assert_eq!(Origins::new(TRUSTED).route(&url), Route::Trusted, "{url}");
    });
}
