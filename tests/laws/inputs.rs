//! What comes from outside (replies, stored texts, URLs), in every shape that chance gives it:
//! no panic, and nothing accepted that the laws refuse.
//!
//! `FUZZ_ROUNDS=1000000 FUZZ_SEED=7 cargo test --release --test laws inputs` goes on for longer.

mod json;
mod url;

use crate::drive::values::{config, from_stored, reply_of, stored};
use fastrand::Rng;
use wxlogin::clock::Millis;
use wxlogin::origin::{Origins, Route};
use wxlogin::session::{Saved, Way};
use wxlogin::sessions::Sessions;

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

/// Says which seed it was if its round panics.
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
    let instants = [session.expires_at, saved.saved_at, saved.from, saved.until];
    assert!(instants.into_iter().all(f64::is_finite), "no beginning, or no end: {saved:?}");
}

/// The session that begins with that reply, if it is one.
fn begun(reply: &serde_json::Value) -> Option<Saved> {
    let reply = reply_of(reply).ok()?;
    reply.check(NOW, false).ok()?;
    let mut sessions = Sessions::default();
    sessions.begin(reply, Way::Exchange, NOW, &config());
    sessions.standing().map(|saved| Saved::clone(saved))
}

#[test]
fn s3_s4_replies_become_sound_sessions_or_none() {
    with_seeds(|rng| {
        let reply = json::reply(rng);
        let Some(saved) = begun(&reply) else { return };
        assert_sound(&saved);
        let record = stored(&saved);
        assert!(!record.to_string().contains(json::SECRET), "S3: {record}");
        let restored = from_stored(&record).map(|saved| stored(&saved));
        assert_eq!(restored, Some(record), "S4: what was stored comes back, from {reply}");
    });
}

#[test]
fn s4_stored_texts_come_back_sound_or_not_at_all() {
    let whole = serde_json::json!({
        "token": "t", "openid": "o", "expires_in": 60, "granted": ["phone"], "refresh_token": "r",
        "extra": { "uid": 7 }
    });
    let whole = stored(&begun(&whole).unwrap());
    with_seeds(|rng| {
        let text = json::damaged(rng, &whole);
        let Ok(damaged) = serde_json::from_str::<serde_json::Value>(&text) else { return };
        let Some(saved) = from_stored(&damaged) else { return };
        assert_sound(&saved);
        assert_eq!(damaged["v"].as_f64(), Some(2.0), "another version was taken: {text}");
        assert!(!stored(&saved).to_string().contains(json::SECRET), "S3: {text}");
        let is_fresh = saved.is_fresh(NOW);
        assert_eq!(is_fresh, saved.from <= NOW && NOW < saved.until, "X6: {text}");
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
