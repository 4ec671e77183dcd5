//! What crosses the border as rows, as the objects that JavaScript makes of them.

use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use wxlogin::session::{STORED_VERSION, Saved, Session};

/// The object with those names; what is not there is left out.
pub fn object(row: &impl Serialize, names: &[&str]) -> Map<String, Json> {
    let Ok(Json::Array(values)) = serde_json::to_value(row) else { panic!("no row") };
    assert_eq!(values.len(), names.len());
    let named = names.iter().map(|name| (*name).to_owned()).zip(values);
    named.filter(|(_, value)| !value.is_null()).collect()
}

/// What storage then holds.
pub fn stored(saved: &Saved) -> Json {
    json!({ "v": STORED_VERSION, "session": object(&saved.session, Session::FIELDS), "savedAt": saved.saved_at })
}
