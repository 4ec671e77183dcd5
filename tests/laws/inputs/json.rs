//! JSON that means well, and JSON that does not.

use fastrand::Rng;
use serde_json::{Value as Tree, json};

/// Stands for a `session_key`.
pub const SECRET: &str = "tQY+38pdTVnAIWCBNiM1+A==";

fn pick<T: Clone>(rng: &mut Rng, among: &[T]) -> T {
    among[rng.usize(..among.len())].clone()
}

fn text(rng: &mut Rng) -> String {
    let pieces = [
        "t",
        "eyJ0",
        ".",
        "-_",
        " ",
        "\r\nX-Admin: 1",
        "\0",
        "\u{7f}",
        "\u{85}",
        "中文",
        "\"",
        "\\",
        "%0d%0a",
    ];
    (0..rng.usize(..4)).map(|_| pick(rng, &pieces)).collect()
}

fn number(rng: &mut Rng) -> f64 {
    pick(rng, &[0.0, -0.0, 1.0, -1.0, 0.5, 7_200.0, 5e-324, 1e15, 1e306, 1.7e308, -1.7e308, 1.7e12])
}

/// Anything at all.
fn anything(rng: &mut Rng, depth: u8) -> Tree {
    match rng.u8(..if depth == 0 { 5 } else { 7 }) {
        0 => Tree::Null,
        1 => json!(rng.bool()),
        2 => json!(number(rng)),
        3 | 4 => json!(text(rng)),
        5 => (0..rng.usize(..3)).map(|_| anything(rng, depth - 1)).collect(),
        _ => json!({ pick(rng, &["token", "session_key", "__proto__"]): anything(rng, depth - 1) }),
    }
}

/// A backend's reply: mostly right, and never to be trusted.
pub fn reply(rng: &mut Rng) -> Tree {
    let mut reply = json!({ "session_key": SECRET, "errcode": 0, "name": SECRET });
    for (field, usual) in [
        ("token", json!("eyJ0.e-X_")),
        ("openid", json!("o--sB5rdWBfwTidbZzzn4FXfWpEg")),
        ("unionid", json!("u")),
        ("expires_in", json!(7_200)),
        ("granted", json!(["phone"])),
        ("refresh_token", json!("r")),
        ("expires_at", json!(1.8e12)),
        ("extra", json!({ "uid": 7 })),
    ] {
        match rng.u8(..4) {
            0 => {}
            1 => reply[field] = anything(rng, 2),
            _ => reply[field] = usual,
        }
    }
    reply
}

/// The text of that tree, cut off, overwritten, or with something else grown in it.
pub fn damaged(rng: &mut Rng, whole: &Tree) -> String {
    let mut tree = whole.clone();
    for _ in 0..rng.usize(..3) {
        let pointers = [
            "/v",
            "/savedAt",
            "/session",
            "/session/token",
            "/session/openid",
            "/session/expiresAt",
            "/session/granted",
            "/session/extra",
            "/refreshToken",
            "/from",
            "/until",
        ];
        if let Some(place) = tree.pointer_mut(pick(rng, &pointers)) {
            *place = anything(rng, 2);
        }
    }
    if let Some(session) = tree.pointer_mut("/session").and_then(Tree::as_object_mut) {
        session.insert("session_key".into(), json!(SECRET));
    }
    let mut bytes = tree.to_string().into_bytes();
    match rng.u8(..4) {
        0 => bytes.truncate(rng.usize(..=bytes.len())),
        1 => {
            let place = rng.usize(..bytes.len());
            bytes[place] = rng.u8(..);
        }
        _ => {}
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
