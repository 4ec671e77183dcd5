//! Whose session it is, and what that user has agreed to (laws S, A7).

use super::Reference;
use super::deed::Deed;
use crate::answer::Given;
use crate::script::Grant;
use crate::setting::{DEFAULT_LIFE, EXPIRY_MARGIN, want_of};
use crate::words::{Life, Want};
use crate::world::Violation;
use std::rc::Rc;
use wxlogin::clock::Millis;
use wxlogin::session::{ChangeKind, Saved, Way};

/// By what a user is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    openid: Option<String>,
    unionid: Option<String>,
}

impl Names {
    /// `None`: they do not name the same kind of id.
    pub fn are_of(&self, other: &Names) -> Option<bool> {
        let same = |one: &Option<String>, other: &Option<String>| Some(one.as_ref()? == other.as_ref()?);
        same(&self.openid, &other.openid).or_else(|| same(&self.unionid, &other.unionid))
    }

    fn of(given: &Given) -> Self {
        Names { openid: given.openid().map(Into::into), unionid: given.unionid().map(Into::into) }
    }

    /// These, and what they leave open of others.
    fn or(&self, others: &Names) -> Self {
        Names {
            openid: self.openid.clone().or_else(|| others.openid.clone()),
            unionid: self.unionid.clone().or_else(|| others.unionid.clone()),
        }
    }
}

#[derive(Clone, Debug)]
struct Session {
    names: Names,
    has_token: bool,
    refresh: Option<Rc<str>>,
    saved_at: Millis,
    expires_at: Millis,
    from: Millis,
    until: Millis,
    /// Noticed or refused.
    ended: bool,
    granted: Vec<Want>,
}

impl Session {
    fn of(saved: &Saved) -> Self {
        let Saved { session, refresh_token, saved_at, from, until } = saved;
        Session {
            names: Names { openid: session.openid.clone(), unionid: session.unionid.clone() },
            has_token: session.token.is_some(),
            refresh: refresh_token.clone(),
            saved_at: *saved_at,
            expires_at: session.expires_at,
            from: *from,
            until: *until,
            ended: !saved.stands(),
            granted: session.granted.iter().filter_map(want_of).collect(),
        }
    }

    fn is(&self, theirs: &Saved) -> bool {
        let Saved { session, refresh_token, saved_at, from, until } = theirs;
        let is_granted = |want: &Want| session.granted.iter().any(|need| need.name() == want.as_str());
        let ends = self.ended != theirs.stands();
        ends && (self.ended || (self.from, self.until) == (*from, *until))
            && (self.saved_at, self.expires_at) == (*saved_at, session.expires_at)
            && self.granted.len() == session.granted.len()
            && self.granted.iter().all(is_granted)
            && self.names.openid == session.openid
            && self.names.unionid == session.unionid
            && self.refresh == *refresh_token
            && self.has_token == session.token.is_some()
    }
}

/// For whom something began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Born {
    /// How often the app had logged out.
    logouts: u32,
    /// Which user it was, where there was a session.
    pub user: Option<usize>,
}

/// The users that there have been, and the session of the last one.
#[derive(Default)]
pub struct Users {
    session: Option<Session>,
    /// Counts sessions.
    pub generation: u32,
    /// By what each is known; the last one is now's.
    known: Vec<Names>,
    logouts: u32,
    /// How often the app has logged out without the module knowing.
    untold: u32,
    /// Needs met while there was no session.
    guest_grants: Vec<Want>,
    /// When each step was last met.
    met: Vec<(Want, u32)>,
    /// Counts sends and needs met.
    ticks: u32,
}

impl Users {
    pub fn restore(&mut self, saved: &Saved) {
        let session = Session::of(saved);
        self.generation = 1;
        if self.known.is_empty() {
            self.known.push(session.names.clone());
        }
        self.session = Some(session);
    }

    pub fn leave(&mut self) {
        self.logouts += 1;
        self.untold += 1;
        self.session = None;
    }

    /// Laws S1 and S2.
    pub fn is_fresh(&self, wall: Millis) -> bool {
        let session = self.session.as_ref().filter(|session| !session.ended);
        session.is_some_and(|session| wall >= session.from && wall < session.until)
    }

    pub fn end_if_over(&mut self, wall: Millis) -> bool {
        let fresh = self.is_fresh(wall);
        match &mut self.session {
            Some(session) if !session.ended && !fresh => {
                session.ended = true;
                true
            }
            _ => false,
        }
    }

    fn now(&self) -> usize {
        self.known.len()
    }

    /// For whom what begins now begins.
    pub fn born(&self, wall: Millis) -> Born {
        Born { logouts: self.logouts, user: self.is_fresh(wall).then(|| self.now()) }
    }

    /// For whoever is there.
    pub fn born_for_anyone(&self) -> Born {
        Born { logouts: self.logouts, user: None }
    }

    /// Law S7.
    pub fn permit(&self, born: Born) -> bool {
        let names = |user: usize| user.checked_sub(1).and_then(|place| self.known.get(place));
        let is_other = |user| names(user)?.are_of(names(self.now())?);
        born.logouts == self.logouts
            && born.user.is_none_or(|user| user == self.now() || is_other(user) != Some(false))
    }

    /// A guest's becomes the user's with whose session it goes on.
    pub fn claim(&self, born: &mut Born, wall: Millis) {
        if self.is_fresh(wall) && born.user.is_none() {
            born.user = Some(self.now());
        }
    }

    pub fn refresh(&self) -> Option<Rc<str>> {
        self.session.as_ref()?.refresh.clone()
    }

    pub fn drop_refresh(&mut self) {
        if let Some(session) = &mut self.session {
            session.refresh = None;
        }
    }

    pub fn tick(&mut self) -> u32 {
        self.ticks += 1;
        self.ticks
    }

    /// The instant from which on the session is to be renewed.
    pub fn renew_from(&self, ahead: Millis) -> Option<Millis> {
        let session = self.session.as_ref().filter(|session| session.refresh.is_some())?;
        Some(session.expires_at - ahead)
    }

    pub fn has_token(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.has_token)
    }

    /// The end of a session says nothing of its user.
    pub fn holds(&self, want: Want) -> bool {
        let known = self.session.as_ref().is_some_and(|session| session.granted.contains(&want));
        known || self.guest_grants.contains(&want)
    }

    /// What a reply to what was sent at that tick asks for does not hold.
    fn forget(&mut self, want: Want, sent_as: u32) {
        if self.met.iter().any(|(met, tick)| *met == want && sent_as < *tick) {
            return;
        }
        self.guest_grants.retain(|granted| *granted != want);
        if let Some(session) = &mut self.session {
            session.granted.retain(|granted| *granted != want);
        }
    }

    /// Both must know of the same session.
    pub fn check(&self, theirs: Option<&Saved>) -> Result<(), Violation> {
        let agree = match (&self.session, theirs) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => ours.is(theirs),
            _ => false,
        };
        if agree { Ok(()) } else { Err(format!("S: {:?} was expected, there is {theirs:?}", self.session)) }
    }
}

/// Does it hold what makes a session at all?
pub fn is_whole(given: &Given, adds: bool) -> bool {
    let Grant { life, refresh, granted, .. } = &given.grant;
    let says_something = given.unionid().is_some() || *life == Life::Long || *life == Life::Short;
    let says_something = says_something || *refresh || granted.is_some();
    *life != Life::Past && (given.names_or_holds_token() || adds && says_something)
}

impl Reference {
    /// Could what is given be added to the session that there is (law S10)?
    pub fn can_add(&self, given: &Given) -> bool {
        let session = self.users.session.as_ref();
        self.is_fresh()
            && session.is_some_and(|session| Names::of(given).are_of(&session.names) != Some(false))
    }

    /// A new session begins (laws S5, S10, A7).
    pub fn begin_session(&mut self, given: &Given, way: Way) {
        let wall = self.at.wall;
        let stood = self.is_fresh();
        let names = Names::of(given);
        let before = self.users.session.take();
        let known = self.users.known.last().filter(|_| before.is_some()).cloned();
        // What an earlier session named still counts.
        let is_other = known.as_ref().and_then(|known| names.are_of(known)) == Some(false);
        let named = before.as_ref().and_then(|before| names.are_of(&before.names));
        let is_same = named.or(is_other.then_some(false)).unwrap_or(match way {
            Way::Renewal | Way::Exchange => before.is_some(),
            Way::Given => stood,
            Way::Prompt => false,
        });
        let adds = before.filter(|_| is_same);
        let kept = adds.clone().filter(|_| way == Way::Renewal || way == Way::Given && stood);
        let kept_end = kept.as_ref().filter(|_| way == Way::Given && given.life().is_none());
        let saved_at = kept_end.map_or(wall, |kept| kept.saved_at.min(wall));
        let expires_at =
            kept_end.map_or_else(|| wall + given.life().unwrap_or(DEFAULT_LIFE), |kept| kept.expires_at);
        let margin = EXPIRY_MARGIN.min((expires_at - saved_at) / 2.0).max(0.0);
        let mut granted = match (&given.grant.granted, &adds) {
            (Some(granted), _) => granted.clone(),
            (None, Some(before)) => before.granted.clone(),
            (None, None) => Vec::new(),
        };
        let guests = std::mem::take(&mut self.users.guest_grants);
        if is_same || known.is_none() {
            granted.extend(guests);
        }
        granted.sort_by_key(|want| want.as_str());
        granted.dedup();
        let names_now = kept.as_ref().map_or(names.clone(), |kept| names.or(&kept.names));
        match self.users.known.last_mut() {
            Some(known) if is_same && !is_other => *known = names.or(known),
            _ => self.users.known.push(names),
        }
        self.users.session = Some(Session {
            names: names_now,
            has_token: given.has_token() || kept.as_ref().is_some_and(|kept| kept.has_token),
            refresh: given.refresh.clone().or_else(|| kept.and_then(|kept| kept.refresh)),
            saved_at,
            expires_at,
            from: saved_at - margin,
            until: expires_at - margin,
            ended: false,
            granted,
        });
        self.users.generation += 1;
        self.rejections.accepted();
        // What only adds to a session is no login (law L6).
        if way != Way::Given || given.names_or_holds_token() {
            self.pause.end();
        }
        let kind = if is_same { ChangeKind::Renewed } else { ChangeKind::Login };
        self.deeds.push(Deed::Changed(kind));
        self.close_for_other_user(!is_same);
    }

    /// Law S5: the server refuses what it was sent, and nothing newer; but for law L10.
    pub fn refuse_session(&mut self, sent_with: Option<u32>) {
        if sent_with != Some(self.users.generation) {
            return;
        }
        if let Some(session) = self.users.session.as_mut().filter(|session| !session.ended) {
            session.ended = true;
            self.deeds.push(Deed::Changed(ChangeKind::Expired));
        }
    }

    /// Remembers a step with the user (law A7).
    pub fn grant(&mut self, want: Want) {
        let tick = self.users.tick();
        self.users.met.retain(|(met, _)| *met != want);
        self.users.met.push((want, tick));
        if self.users.holds(want) {
            return;
        }
        let fresh = self.is_fresh();
        match &mut self.users.session {
            Some(session) if fresh => {
                session.granted.push(want);
                self.deeds.push(Deed::Changed(ChangeKind::Granted));
            }
            _ => self.users.guest_grants.push(want),
        }
    }

    pub fn forget_grant(&mut self, want: Want, sent_as: u32) {
        self.users.forget(want, sent_as);
    }

    /// Law S7.
    pub fn end_session_by_logout(&mut self) {
        let users = &mut self.users;
        match users.untold {
            0 => users.logouts += 1,
            _ => users.untold -= 1,
        }
        if users.session.take().is_some_and(|session| !session.ended) {
            self.deeds.push(Deed::Changed(ChangeKind::Logout));
        }
        users.guest_grants.clear();
    }
}
