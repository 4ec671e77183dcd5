//! The session: what it holds, between which instants it may be used, and how it is read.

use crate::clock::Millis;
use crate::need::Need;
use crate::opaque::Opaque;
use crate::record::{Misfit, Record, Value, extra, instant, names, positive, text, token};
use serde::Serialize;
use std::rc::Rc;

/// The layout of what is stored. Another version counts as none (law S4).
pub const STORED_VERSION: f64 = 2.0;

const SECOND: Millis = 1_000.0;
/// The 9th of September 2001: a smaller number is no instant in milliseconds, but one in seconds.
const FIRST_INSTANT: Millis = 1e12;

/// Counts what changes what a reply means: a session begins, a need is met, the app logs out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment(pub u32);

/// Counts sessions, for traces.
pub type Generation = u32;

/// How a session came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By its refresh token.
    Renewal,
    /// By the silent exchange.
    Exchange,
    /// By a step that the user took.
    Prompt,
    /// By `setSession`.
    Given,
}

/// What happened to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// A user came.
    Login,
    /// A new session of the same user began.
    Renewed,
    /// The app ended it.
    Logout,
    /// Its time passed, or the server asked for a new one.
    Expired,
    /// It now knows one more need to hold.
    Granted,
}

/// What callers see of a session. Nothing else of a reply is kept (law S3).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The backend's own session token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// WeChat's id of the user in this mini-program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
    /// WeChat's id of the user across one Open Platform account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
    /// Wall-clock instant of its end.
    pub expires_at: Millis,
    /// Needs that hold for this user.
    pub granted: Vec<Need>,
    /// What the app wants kept with it.
    #[serde(skip)]
    pub extra: Option<Opaque>,
}

impl Session {
    pub(crate) fn names(&self) -> Names {
        Names { openid: self.openid.clone(), unionid: self.unionid.clone() }
    }
}

/// By what a user is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Names {
    openid: Option<String>,
    unionid: Option<String>,
}

impl Names {
    /// Are both of one user? `None` if they do not name the same kind of id (law S10).
    pub fn are_of_same_user(&self, other: &Names) -> Option<bool> {
        let same = |one: &Option<String>, other: &Option<String>| Some(one.as_ref()? == other.as_ref()?);
        same(&self.openid, &other.openid).or_else(|| same(&self.unionid, &other.unionid))
    }

    /// The same user is called so as well.
    pub fn learn(&mut self, names: Names) {
        self.openid = names.openid.or(self.openid.take());
        self.unionid = names.unionid.or(self.unionid.take());
    }
}

/// A session with what a start may go by (law X6).
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The session.
    pub session: Session,
    /// For `renew` alone.
    pub refresh_token: Option<Rc<str>>,
    /// Wall-clock instant at which it began here.
    pub saved_at: Millis,
    /// Wall-clock instant before which it is from the future (law S2).
    pub from: Millis,
    /// Wall-clock instant from which on it is too close to its end (law S1); not after `from` if
    /// it has ended early.
    pub until: Millis,
}

impl Saved {
    /// The session, between the instants that follow from its life.
    fn new(session: Session, refresh_token: Option<Rc<str>>, saved_at: Millis, margin: Millis) -> Self {
        let margin = margin.min((session.expires_at - saved_at) / 2.0).max(0.0);
        let (from, until) = (saved_at - margin, session.expires_at - margin);
        Saved { session, refresh_token, saved_at, from, until }
    }

    /// Laws S1 and S2: not too close to its end, and not from the future.
    pub fn is_fresh(&self, now: Millis) -> bool {
        now >= self.from && now < self.until
    }

    /// Has it neither expired nor been refused, as far as anybody noticed?
    pub fn stands(&self) -> bool {
        self.from < self.until
    }

    /// It has ended; who it was of is still known.
    pub(crate) fn end(&mut self) {
        self.until = self.from;
    }

    /// Reads what was stored. `None` for anything else (law S4).
    pub fn from_stored(stored: &dyn Record, session: &dyn Record) -> Option<Self> {
        if stored.field("v") != Value::Number(STORED_VERSION) {
            return None;
        }
        let session = Session {
            token: token(session).ok()?,
            openid: text(session, "openid").ok()?,
            unionid: text(session, "unionid").ok()?,
            expires_at: instant(session, "expiresAt")?,
            granted: names(session, "granted").ok()?.unwrap_or_default(),
            extra: extra(session).ok()?,
        };
        if session.token.is_none() && session.openid.is_none() {
            return None;
        }
        Some(Saved {
            session,
            refresh_token: text(stored, "refreshToken").ok()?.map(Into::into),
            saved_at: instant(stored, "savedAt")?,
            from: instant(stored, "from")?,
            until: instant(stored, "until")?,
        })
    }
}

/// What a backend answers, or the app's own functions return. At least one of `token` and `openid`,
/// unless it only adds to a session that stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionReply {
    token: Option<String>,
    openid: Option<String>,
    unionid: Option<String>,
    expires: Option<Expiry>,
    refresh_token: Option<String>,
    granted: Option<Vec<Need>>,
    extra: Option<Opaque>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expiry {
    /// Milliseconds from now.
    In(Millis),
    At(Millis),
}

impl SessionReply {
    /// Reads the fields of a reply, and only these. Whether it is a session of its own, or only
    /// adds to one, is for [`SessionReply::check`] to say.
    pub fn read(reply: &dyn Record) -> Result<Self, Misfit> {
        let expires_in = positive(reply, "expires_in")?.map(|seconds| Expiry::In(seconds * SECOND));
        let expires = match positive(reply, "expires_at")? {
            Some(at) if at < FIRST_INSTANT => {
                return Err(Misfit {
                    field: "expires_at",
                    expected: "milliseconds since 1970",
                    found: "an instant before 2001, which looks like seconds".into(),
                });
            }
            at => at.map(Expiry::At).or(expires_in),
        };
        let read = SessionReply {
            token: token(reply)?,
            openid: text(reply, "openid")?,
            unionid: text(reply, "unionid")?,
            expires,
            refresh_token: text(reply, "refresh_token")?,
            granted: names(reply, "granted")?,
            extra: extra(reply)?,
        };
        let is_response = matches!(reply.field("statusCode"), Value::Number(_));
        if is_response && !read.is_whole() {
            let found = "a whole response".into();
            return Err(Misfit { field: "reply", expected: "the data of a response", found });
        }
        Ok(read)
    }

    /// Does it name a user or hold a token?
    pub const fn is_whole(&self) -> bool {
        self.token.is_some() || self.openid.is_some()
    }

    /// Does it hold a token?
    pub const fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Could a session be made of it at that instant? `adds`: to one that stands.
    pub fn check(&self, now: Millis, adds: bool) -> Result<(), Misfit> {
        match self.expires {
            Some(Expiry::At(at)) if at <= now => {
                let found = "one that has passed".into();
                Err(Misfit { field: "expires_at", expected: "an instant to come", found })
            }
            // So short that no clock could tell it from none.
            Some(Expiry::In(life)) if now + life <= now => {
                Err(Misfit { field: "expires_in", expected: "a life", found: "none".into() })
            }
            _ if self.is_whole() || adds && *self != SessionReply::default() => Ok(()),
            _ => Err(Misfit { field: "token", expected: "a token or an openid", found: "neither".into() }),
        }
    }

    /// The session that begins now. What it does not name is kept of `kept`, and `extends` says
    /// whether that means the end as well.
    pub(crate) fn begin(self, now: Millis, defaults: Defaults, kept: Option<&Saved>) -> Saved {
        let Defaults { expires_in, margin, keeps_end } = defaults;
        let of = |pick: fn(&Session) -> &Option<String>| kept.and_then(|saved| pick(&saved.session).clone());
        let old_end = kept.filter(|_| keeps_end && self.expires.is_none());
        let expires_at = match (self.expires, old_end) {
            (_, Some(saved)) => saved.session.expires_at,
            (Some(Expiry::At(at)), None) => at,
            (Some(Expiry::In(life)), None) => now + life,
            (None, None) => now + expires_in * SECOND,
        };
        let session = Session {
            token: self.token.or_else(|| of(|session| &session.token)),
            openid: self.openid.or_else(|| of(|session| &session.openid)),
            unionid: self.unionid.or_else(|| of(|session| &session.unionid)),
            expires_at: expires_at.min(Millis::MAX), // JSON has no infinity
            granted: self.granted.unwrap_or_default(),
            extra: self.extra.or_else(|| kept.and_then(|saved| saved.session.extra.clone())),
        };
        let refresh_token = self.refresh_token.map(Into::into);
        let refresh_token = refresh_token.or_else(|| kept.and_then(|saved| saved.refresh_token.clone()));
        // An end that is kept belongs to a life that began earlier.
        let saved_at = old_end.map_or(now, |saved| saved.saved_at.min(now));
        Saved::new(session, refresh_token, saved_at, margin)
    }

    /// Does it say itself which needs hold?
    pub(crate) const fn names_granted(&self) -> bool {
        self.granted.is_some()
    }

    pub(crate) fn names(&self) -> Names {
        Names { openid: self.openid.clone(), unionid: self.unionid.clone() }
    }
}

/// What a session is given that its reply does not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defaults {
    /// Its life, in seconds.
    pub expires_in: f64,
    /// See [`crate::Config::expiry_margin`].
    pub margin: Millis,
    /// The end of the session that it adds to, if there is one.
    pub keeps_end: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    fn session(openid: Option<&str>, unionid: Option<&str>) -> Session {
        Session {
            token: Some("t".into()),
            openid: openid.map(Into::into),
            unionid: unionid.map(Into::into),
            expires_at: 0.0,
            granted: Vec::new(),
            extra: None,
        }
    }

    #[test]
    fn s10_ids_of_different_kinds_say_nothing() {
        let names = |(openid, unionid)| session(openid, unionid).names();
        let of = |one, other| names(one).are_of_same_user(&names(other));
        assert_eq!(of((Some("o"), None), (Some("o"), Some("u"))), Some(true));
        assert_eq!(of((Some("o"), Some("u")), (Some("p"), Some("u"))), Some(false));
        assert_eq!(of((None, Some("u")), (Some("o"), Some("u"))), Some(true));
        assert_eq!(of((Some("o"), None), (None, Some("u"))), None);
        assert_eq!(of((None, None), (Some("o"), Some("u"))), None);
    }

    #[test]
    fn s1_s2_the_instants_follow_from_the_life_and_an_ended_session_has_none() {
        let life = |expires_at| Session { expires_at, ..session(None, None) };
        let long = Saved::new(life(1_000.0), None, 100.0, 60.0);
        assert_eq!((long.from, long.until), (40.0, 940.0));
        let mut short = Saved::new(life(150.0), None, 100.0, 60.0);
        assert_eq!((short.from, short.until), (75.0, 125.0));
        short.end();
        assert!(!short.stands() && !short.is_fresh(100.0));
    }

    #[test]
    fn an_end_in_milliseconds_is_told_from_one_in_seconds() {
        struct Reply(f64);
        impl Record for Reply {
            fn field(&self, name: &str) -> Value {
                match name {
                    "token" => Value::Text("t".into()),
                    "expires_at" => Value::Number(self.0),
                    _ => Value::Missing,
                }
            }
        }
        let misfit = SessionReply::read(&Reply(1.7e9)).unwrap_err();
        assert!(misfit.message().contains("looks like seconds"));
        let reply = SessionReply::read(&Reply(1.7e12)).unwrap();
        assert_eq!(reply.check(1.6e12, false), Ok(()));
        assert_eq!(reply.check(1.7e12, false).unwrap_err().field, "expires_at");
    }
}
