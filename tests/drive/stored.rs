//! What the shell writes into storage.

use serde_json::{Map, Value as Json, json};
use wxlogin::session::{STORED_VERSION, Saved, Session};

pub fn stored(saved: &Saved) -> Json {
    let Session { token, openid, unionid, expires_at, granted } = &saved.session;
    let texts = [("token", token), ("openid", openid), ("unionid", unionid)];
    let mut session: Map<String, Json> =
        texts.into_iter().filter_map(|(name, text)| Some((name.into(), text.as_deref()?.into()))).collect();
    session.insert("expiresAt".into(), json!(expires_at));
    session.insert("granted".into(), json!(granted));
    json!({ "v": STORED_VERSION, "session": session, "savedAt": saved.saved_at })
}
