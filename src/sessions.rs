//! The current session, who it is of, and what that user has agreed to (laws S1–S10, A7).

use crate::clock::Millis;
use crate::config::Config;
use crate::need::Need;
use crate::session::{ChangeKind, Defaults, Generation, Moment, Names, Saved, SessionReply, Way};
use std::rc::Rc;

/// For whom something began: what belongs to one user is not done as another (law S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epoch {
    logouts: u32,
    /// Which user it was, if there was a session.
    user: Option<u32>,
}

impl Epoch {
    /// Did it begin with a session?
    pub const fn has_user(self) -> bool {
        self.user.is_some()
    }
}

/// What JavaScript may go by without asking (law X6). Holds until the next one is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// What is known of the user: its session may be used from `from` until `until`.
    pub saved: Option<Rc<Saved>>,
    /// Counts sessions.
    pub generation: Generation,
    /// What is sent by it is sent at this moment.
    pub moment: Moment,
    /// Wall-clock instant from which on a use of the session is to be told (law L11).
    pub renew_from: Millis,
    /// Requests may go by it; else they are to be told first (law L10).
    pub lends: bool,
}

/// Somebody whose sessions there were.
#[derive(Debug)]
struct User {
    number: u32,
    came: Moment,
    /// By all that these sessions named.
    names: Names,
}

/// So many users are told apart: what began for one before them is not done any more.
const MOST_USERS: usize = 8;
/// The number of nobody.
const NOBODY: u32 = 0;

/// The current session, which one it is, and what its user has agreed to.
#[derive(Debug, Default)]
pub struct Sessions {
    /// It may have ended: who it was of and its refresh token stay known until `logout()`.
    current: Option<Rc<Saved>>,
    generation: Generation,
    moment: Moment,
    /// When the current session began.
    begun: Moment,
    logouts: u32,
    /// When the app last logged out.
    logged_out: Moment,
    /// Who there was since, the latest last.
    users: Vec<User>,
    /// Counts them.
    last_user: u32,
    /// Needs met while there is no session; the next one takes them over.
    guest_grants: Vec<Need>,
    /// When each need was met last: replies to what was sent before may still ask for it.
    met: Vec<(Need, Moment)>,
}

impl Sessions {
    /// Takes over what storage held, fresh or not.
    pub fn restore(&mut self, saved: Saved) {
        self.generation += 1;
        self.user_came(saved.session.names());
        self.current = Some(Rc::new(saved));
    }

    fn user_came(&mut self, names: Names) {
        if self.users.len() == MOST_USERS {
            self.users.remove(0);
        }
        self.last_user += 1;
        self.users.push(User { number: self.last_user, came: self.moment, names });
    }

    /// The present moment.
    pub const fn moment(&self) -> Moment {
        self.moment
    }

    /// The number of the session that stands, for traces.
    pub fn generation(&self) -> Option<Generation> {
        self.standing().map(|_| self.generation)
    }

    /// The session that has not ended.
    pub fn standing(&self) -> Option<&Rc<Saved>> {
        self.current.as_ref().filter(|saved| saved.stands())
    }

    /// Is there a fresh session (law S1)?
    pub fn is_fresh(&self, now: Millis) -> bool {
        self.standing().is_some_and(|saved| saved.is_fresh(now))
    }

    /// Ends the session whose time has passed; says whether there was one.
    pub fn notice_end(&mut self, now: Millis) -> bool {
        self.standing().is_some_and(|saved| !saved.is_fresh(now)) && self.end()
    }

    /// The server asked for a login in answer to what was sent with a session at `sent`. That
    /// ends the session of that moment, and no other (law S5).
    pub fn invalidate(&mut self, sent: Moment) -> bool {
        self.is_current(sent) && self.end()
    }

    /// Does what went out with a session at that moment speak of the one that there is?
    pub fn is_current(&self, sent: Moment) -> bool {
        sent >= self.begun
    }

    fn end(&mut self) -> bool {
        let Some(current) = self.current.as_mut().filter(|saved| saved.stands()) else { return false };
        Rc::make_mut(current).end();
        true
    }

    /// The app logs out; says whether there was a session.
    pub fn log_out(&mut self) -> bool {
        self.moment.0 += 1;
        self.logouts += 1;
        self.logged_out = self.moment;
        let had_one = self.end();
        self.current = None;
        self.users.clear();
        self.guest_grants.clear();
        had_one
    }

    /// A new session begins, and with it a new generation (laws S5, S10, A7).
    pub fn begin(&mut self, reply: SessionReply, way: Way, now: Millis, config: &Config) -> ChangeKind {
        let before = self.current.clone();
        let names = reply.names();
        let known = self.users.last().and_then(|user| names.are_of_same_user(&user.names));
        let named = before.as_ref().and_then(|before| names.are_of_same_user(&before.session.names()));
        let same = named.or(known.filter(|same| !same)); // what an earlier session named still counts
        let stood = self.is_fresh(now);
        let is_same_user = same.unwrap_or_else(|| match way {
            Way::Renewal | Way::Exchange => before.is_some(),
            Way::Given => stood,
            Way::Prompt => false,
        });
        let adds = is_same_user && (way == Way::Renewal || way == Way::Given && stood);
        let keeps_grants = is_same_user && !reply.names_granted();
        let defaults = Defaults {
            expires_in: config.default_expires_in,
            margin: config.expiry_margin,
            keeps_end: way == Way::Given,
        };
        let mut saved = reply.begin(now, defaults, before.as_deref().filter(|_| adds));
        let granted = &mut saved.session.granted;
        if keeps_grants && let Some(before) = &before {
            granted.clone_from(&before.session.granted);
        }
        // Whoever comes first was the guest; another user was not.
        let guest_grants = std::mem::take(&mut self.guest_grants);
        if is_same_user || before.is_none() {
            guest_grants.into_iter().for_each(|need| add(granted, need));
        }
        self.generation += 1;
        self.moment.0 += 1;
        self.begun = self.moment;
        match self.users.last_mut() {
            Some(user) if is_same_user && known != Some(false) => user.names.learn(names),
            _ => self.user_came(names),
        }
        self.current = Some(Rc::new(saved));
        if is_same_user { ChangeKind::Renewed } else { ChangeKind::Login }
    }

    /// May a reply be added to the session that stands, if it is no session of its own?
    pub fn can_add(&self, reply: &SessionReply, now: Millis) -> bool {
        let is_other =
            |saved: &Rc<Saved>| reply.names().are_of_same_user(&saved.session.names()) == Some(false);
        self.is_fresh(now) && self.standing().is_some_and(|saved| !is_other(saved))
    }

    /// For whom what begins now begins.
    pub fn epoch(&self, now: Millis) -> Epoch {
        Epoch { logouts: self.logouts, user: self.is_fresh(now).then_some(self.last_user) }
    }

    /// For whom something began that went out by the lease of that moment.
    pub fn epoch_at(&self, moment: Moment, with_session: bool) -> Epoch {
        let logouts = self.logouts - u32::from(moment < self.logged_out);
        let user = self.users.iter().rfind(|user| user.came <= moment).map_or(NOBODY, |user| user.number);
        Epoch { logouts, user: with_session.then_some(user) }
    }

    /// For whoever is logged in.
    pub const fn epoch_of_anyone(&self) -> Epoch {
        Epoch { logouts: self.logouts, user: None }
    }

    /// What began for that user is still to be done (law S7).
    pub fn permits(&self, epoch: Epoch) -> bool {
        epoch.logouts == self.logouts && epoch.user.is_none_or(|user| self.may_be_there(user))
    }

    /// Whoever is there now is not certainly somebody else.
    fn may_be_there(&self, number: u32) -> bool {
        let then = self.users.iter().find(|user| user.number == number);
        let is_other = |then: &User, now: &User| then.names.are_of_same_user(&now.names) == Some(false);
        match (then, self.users.last()) {
            (Some(then), Some(now)) => number == self.last_user || !is_other(then, now),
            _ => false,
        }
    }

    /// A guest's becomes the user's with whose session it goes on.
    pub const fn claim(&self, epoch: &mut Epoch) {
        if epoch.user.is_none() {
            epoch.user = Some(self.last_user);
        }
    }

    /// Only `renew` gets to see it.
    pub fn refresh_token(&self) -> Option<&Rc<str>> {
        self.current.as_ref()?.refresh_token.as_ref()
    }

    /// It was refused.
    pub fn drop_refresh_token(&mut self) {
        if let Some(current) = &mut self.current {
            Rc::make_mut(current).refresh_token = None;
        }
    }

    /// Was that need met by this user, or by the guest that there is? The end of a session says
    /// nothing of its user (law A7).
    pub fn is_granted(&self, need: &Need) -> bool {
        let knows = |saved: &Rc<Saved>| saved.session.granted.contains(need);
        self.current.as_ref().is_some_and(knows) || self.guest_grants.contains(need)
    }

    /// Remembers a need with the user (law A7); says whether a session learned of it just now.
    pub fn grant(&mut self, need: Need) -> bool {
        self.moment.0 += 1;
        self.met.retain(|(met, _)| *met != need);
        self.met.push((need.clone(), self.moment));
        if self.is_granted(&need) {
            return false;
        }
        match self.current.as_mut().filter(|saved| saved.stands()) {
            Some(saved) => Rc::make_mut(saved).session.granted.push(need),
            None => {
                self.guest_grants.push(need);
                return false;
            }
        }
        true
    }

    /// The reply to what was sent at that moment asks for the need: it does not hold after all
    /// (law A7), unless it was met since.
    pub fn forget_grant(&mut self, need: &Need, sent: Moment) {
        let is_late = self.met.iter().any(|(met, at)| met == need && sent < *at);
        if !is_late {
            self.met.retain(|(met, _)| met != need);
            self.guest_grants.retain(|known| known != need);
            if let Some(saved) = self.current.as_mut().filter(|saved| saved.session.granted.contains(need)) {
                Rc::make_mut(saved).session.granted.retain(|known| known != need);
            }
        }
    }

    /// What is lent from now on.
    pub fn lease(&self, renew_from: Millis, lends: bool) -> Lease {
        Lease {
            saved: self.current.clone(),
            generation: self.generation,
            moment: self.moment,
            renew_from,
            lends,
        }
    }
}

fn add(granted: &mut Vec<Need>, need: Need) {
    if !granted.contains(&need) {
        granted.push(need);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Record, Value};

    fn begin(sessions: &mut Sessions, openid: &str) -> ChangeKind {
        struct Reply<'a>(&'a str);
        impl Record for Reply<'_> {
            fn field(&self, name: &str) -> Value {
                match name {
                    "token" => Value::Text("t".into()),
                    "openid" => Value::Text(self.0.into()),
                    _ => Value::Missing,
                }
            }
        }
        let reply = SessionReply::read(&Reply(openid)).unwrap();
        sessions.begin(reply, Way::Exchange, 0.0, &Config::usual())
    }

    #[test]
    fn s7_what_began_for_one_user_is_not_permitted_for_another() {
        let mut sessions = Sessions::default();
        let mut guest = sessions.epoch(0.0);
        begin(&mut sessions, "one");
        let one = sessions.epoch(0.0);
        assert!(sessions.permits(guest) && sessions.permits(one) && !guest.has_user());
        sessions.claim(&mut guest);
        assert_eq!(guest, one);
        assert!(begin(&mut sessions, "one") == ChangeKind::Renewed && sessions.permits(one));
        assert!(begin(&mut sessions, "another") == ChangeKind::Login && !sessions.permits(one));
        let anyone = sessions.epoch_of_anyone();
        sessions.log_out();
        assert!(!sessions.permits(anyone));
    }

    #[test]
    fn s7_what_an_earlier_session_named_still_counts() {
        let mut sessions = Sessions::default();
        begin(&mut sessions, "one");
        let one = sessions.epoch(0.0);
        assert_eq!(begin(&mut sessions, ""), ChangeKind::Renewed);
        assert!(sessions.permits(one), "it may be the same");
        assert_eq!(begin(&mut sessions, "another"), ChangeKind::Login);
        assert!(!sessions.permits(one));
    }

    #[test]
    fn s7_users_before_the_last_eight_are_nobody() {
        let mut sessions = Sessions::default();
        begin(&mut sessions, "one");
        let one = sessions.epoch(0.0);
        for user in 0..MOST_USERS {
            begin(&mut sessions, &user.to_string());
        }
        begin(&mut sessions, "one");
        assert!(!sessions.permits(one) && sessions.users.len() == MOST_USERS);
    }

    #[test]
    fn x6_the_epoch_of_a_moment_is_that_of_whoever_was_there_then() {
        let mut sessions = Sessions::default();
        let before = sessions.moment();
        begin(&mut sessions, "one");
        let (one, of_one) = (sessions.moment(), sessions.epoch(0.0));
        begin(&mut sessions, "another");
        let another = sessions.moment();
        assert_eq!(sessions.epoch_at(one, true), of_one);
        assert_eq!(sessions.epoch_at(another, true), sessions.epoch(0.0));
        assert!(sessions.permits(sessions.epoch_at(before, false)));
        sessions.log_out();
        assert!(!sessions.permits(sessions.epoch_at(another, true)));
        assert!(sessions.permits(sessions.epoch_at(sessions.moment(), false)));
    }

    #[test]
    fn s5_only_the_session_of_that_moment_is_ended() {
        let mut sessions = Sessions::default();
        begin(&mut sessions, "one");
        let old = sessions.moment();
        begin(&mut sessions, "one");
        assert!(!sessions.invalidate(old) && sessions.is_fresh(0.0));
        assert!(sessions.invalidate(sessions.moment()) && !sessions.is_fresh(0.0));
        assert!(!sessions.invalidate(sessions.moment()), "it has ended already");
    }

    #[test]
    fn x4_what_was_met_is_known_once_however_often() {
        let mut sessions = Sessions::default();
        for _ in 0..1_000 {
            sessions.grant(Need::named("terms"));
            sessions.grant(Need::named("phone"));
        }
        assert_eq!((sessions.met.len(), sessions.guest_grants.len()), (2, 2));
        begin(&mut sessions, "one");
        assert_eq!(sessions.guest_grants.len(), 0);
        assert!(!sessions.grant(Need::named("terms")), "it is known");
        assert!(sessions.grant(Need::named("profile")));
    }
}
