//! The session: what it holds, how long it is fresh, and what of it is stored.

use crate::clock::Millis;
use crate::need::Need;
use crate::record::{self, Misfit, Record, Value};

/// Counts sessions, for traces. Law S5 goes by [`crate::keeper::Moment`]s.
pub type Generation = u32;

/// The layout of what is stored: `{ v, session, savedAt }`. Another version counts as none.
pub const STORED_VERSION: f64 = 1.0;

const SECOND: Millis = 1_000.0;

/// What callers see of a session. Nothing else of a reply is kept (law S3).
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The backend's own session token.
    pub token: Option<String>,
    /// WeChat's id of the user in this mini-program.
    pub openid: Option<String>,
    /// WeChat's id of the user across one Open Platform account.
    pub unionid: Option<String>,
    /// Wall-clock instant of its end.
    pub expires_at: Millis,
    /// Needs that hold for this user.
    pub granted: Vec<Need>,
}

/// What a backend answers to an exchange. At least one of `token` and `openid`.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionReply {
    token: Option<String>,
    openid: Option<String>,
    unionid: Option<String>,
    expires_in: Option<f64>,
    granted: Vec<Need>,
}

impl SessionReply {
    /// Reads the five fields of a reply, and only these.
    pub fn read(reply: &dyn Record) -> Result<Self, Misfit> {
        let read = SessionReply {
            token: record::text(reply, "token")?,
            openid: record::text(reply, "openid")?,
            unionid: record::text(reply, "unionid")?,
            expires_in: record::positive(reply, "expires_in")?,
            granted: record::needs(reply, "granted")?,
        };
        match (&read.token, &read.openid) {
            (None, None) => Err(Misfit { field: "token", expected: "a token or an openid in the reply" }),
            _ => Ok(read),
        }
    }

    /// The session that begins now.
    pub fn begin(self, now: Millis, default_expires_in: f64) -> Saved {
        let life = self.expires_in.unwrap_or(default_expires_in) * SECOND;
        Saved {
            session: Session {
                token: self.token,
                openid: self.openid,
                unionid: self.unionid,
                expires_at: (now + life).min(Millis::MAX), // JSON has no infinity
                granted: self.granted,
            },
            saved_at: now,
        }
    }
}

/// A session with the moment it was saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The session.
    pub session: Session,
    /// Wall-clock instant at which it began here.
    pub saved_at: Millis,
}

impl Saved {
    /// Laws S1 and S2: not too close to its end, and not from the future.
    pub fn is_fresh(&self, now: Millis, margin: Millis) -> bool {
        now >= self.fresh_from(margin) && now < self.fresh_until(margin)
    }

    /// Law S2: before this instant it would be from the future.
    pub fn fresh_from(&self, margin: Millis) -> Millis {
        self.saved_at - margin
    }

    /// Law S1: from this instant on it is too close to its end.
    pub fn fresh_until(&self, margin: Millis) -> Millis {
        self.session.expires_at - margin
    }

    /// Reads what was stored. `None` for anything else (law S4).
    pub fn from_stored(stored: &dyn Record, session: &dyn Record) -> Option<Self> {
        if stored.field("v") != Value::Number(STORED_VERSION) {
            return None;
        }
        let reply = SessionReply {
            token: record::text(session, "token").ok()?,
            openid: record::text(session, "openid").ok()?,
            unionid: record::text(session, "unionid").ok()?,
            expires_in: None,
            granted: record::needs(session, "granted").ok()?,
        };
        if reply.token.is_none() && reply.openid.is_none() {
            return None;
        }
        let mut saved = reply.begin(record::positive(stored, "savedAt").ok()??, 0.0);
        saved.session.expires_at = record::positive(session, "expiresAt").ok()??;
        Some(saved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const MARGIN: Millis = 60_000.0;

    fn saved() -> Saved {
        let reply = json!({ "token": "t", "openid": "o", "expires_in": 7200, "granted": ["phone"] });
        SessionReply::read(&reply).unwrap().begin(1_000_000.0, 1.0)
    }

    #[test]
    fn s1_a_session_is_fresh_until_the_margin_before_its_end() {
        let end = 1_000_000.0 + 7_200_000.0 - MARGIN;
        assert!(saved().is_fresh(end - 1.0, MARGIN));
        assert!(!saved().is_fresh(end, MARGIN));
    }

    #[test]
    fn s2_a_session_from_the_future_is_not_trusted() {
        assert!(saved().is_fresh(1_000_000.0 - MARGIN, MARGIN));
        assert!(!saved().is_fresh(1_000_000.0 - MARGIN - 1.0, MARGIN));
    }

    #[test]
    fn s3_only_the_named_fields_are_read() {
        let reply = json!({ "token": "t", "session_key": "secret", "x": 1 });
        let saved = SessionReply::read(&reply).unwrap().begin(5.0, 10.0);
        let session = Session {
            token: Some("t".into()),
            openid: None,
            unionid: None,
            expires_at: 10_005.0,
            granted: Vec::new(),
        };
        assert_eq!(saved.session, session);
    }

    #[test]
    fn s4_what_was_stored_comes_back_and_nothing_else_does() {
        let session = json!({ "token": "t", "openid": "o", "expiresAt": 8_200_000.0, "granted": ["phone"] });
        let stored = json!({ "v": STORED_VERSION, "session": session, "savedAt": 1_000_000.0 });
        assert_eq!(Saved::from_stored(&stored, &stored["session"]), Some(saved()));
        for (pointer, value) in [
            ("/v", json!(2)),
            ("/v", json!("1")),
            ("/savedAt", json!(null)),
            ("/savedAt", json!("5")),
            ("/session", json!(null)),
            ("/session", json!([])),
            ("/session/expiresAt", json!({})),
            ("/session/token", json!(7)),
            ("/session/granted", json!([1])),
        ] {
            let mut broken = stored.clone();
            *broken.pointer_mut(pointer).unwrap() = value;
            assert_eq!(Saved::from_stored(&broken, &broken["session"]), None, "{pointer}");
        }
    }

    #[test]
    fn a_reply_that_does_not_fit_names_the_field() {
        for (reply, field) in [
            (json!({}), "token"),
            (json!({ "token": "" }), "token"),
            (json!({ "token": 5 }), "token"),
            (json!({ "token": "a\r\nX-Admin: 1" }), "token"),
            (json!({ "token": "t", "openid": {} }), "openid"),
            (json!({ "token": "t", "unionid": 1 }), "unionid"),
            (json!({ "token": "t", "expires_in": "7200" }), "expires_in"),
            (json!({ "token": "t", "expires_in": 0 }), "expires_in"),
            (json!({ "token": "t", "expires_in": -1 }), "expires_in"),
            (json!({ "token": "t", "granted": "phone" }), "granted"),
            (json!({ "token": "t", "granted": [1] }), "granted"),
        ] {
            let misfit = SessionReply::read(&reply).unwrap_err();
            assert_eq!(misfit.field, field, "{reply}");
            assert!(misfit.message().starts_with(&[field, ": expected a"].concat()), "{reply}");
        }
    }

    #[test]
    fn null_counts_as_missing() {
        let reply =
            json!({ "token": null, "openid": "o", "unionid": null, "expires_in": null, "granted": null });
        assert!(SessionReply::read(&reply).is_ok());
    }
}
