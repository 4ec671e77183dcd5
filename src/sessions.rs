//! The current session, who it is of, and what that user has agreed to (laws S1–S10, A7).

use crate::clock::Millis;
use crate::config::Config;
use crate::need::Need;
use crate::session::{ChangeKind, Defaults, Generation, Moment, Saved, SessionReply, Way};
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

/// What a new session means for everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// What is told of it.
    pub kind: ChangeKind,
    /// It is certainly another user's than the one before.
    pub other_user: bool,
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
    /// Counts users that are certainly different ones.
    user: u32,
    /// When the last of them came.
    user_came: Moment,
    /// Needs met while there is no session; the next one takes them over.
    guest_grants: Vec<Need>,
    /// When each need was met last: replies to what was sent before may still ask for it.
    met: Vec<(Need, Moment)>,
}

impl Sessions {
    /// Takes over what storage held, fresh or not.
    pub fn restore(&mut self, saved: Saved) {
        self.generation += 1;
        self.current = Some(Rc::new(saved));
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
        sent >= self.begun && self.end()
    }

    fn end(&mut self) -> bool {
        self.guest_grants.clear();
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
        had_one
    }

    /// A new session begins, and with it a new generation (laws S5, S10, A7).
    pub fn begin(&mut self, reply: SessionReply, way: Way, now: Millis, config: &Config) -> Begun {
        let before = self.current.clone();
        let same = before.as_deref().and_then(|saved| reply.is_of(&saved.session));
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
        for need in std::mem::take(&mut self.guest_grants) {
            add(granted, need);
        }
        self.generation += 1;
        self.moment.0 += 1;
        self.begun = self.moment;
        let other_user = same == Some(false);
        if other_user {
            self.user += 1;
            self.user_came = self.moment;
        }
        self.current = Some(Rc::new(saved));
        Begun { kind: if is_same_user { ChangeKind::Renewed } else { ChangeKind::Login }, other_user }
    }

    /// May a reply be added to the session that stands, if it is no session of its own?
    pub fn can_add(&self, reply: &SessionReply, now: Millis) -> bool {
        self.is_fresh(now) && self.standing().is_some_and(|saved| reply.is_of(&saved.session) != Some(false))
    }

    /// For whom what begins now begins.
    pub fn epoch(&self, now: Millis) -> Epoch {
        Epoch { logouts: self.logouts, user: self.is_fresh(now).then_some(self.user) }
    }

    /// For whom something began that went out by the lease of that moment.
    pub fn epoch_at(&self, moment: Moment, with_session: bool) -> Epoch {
        let logouts = self.logouts - u32::from(moment < self.logged_out);
        let user = with_session.then(|| self.user.wrapping_sub(u32::from(moment < self.user_came)));
        Epoch { logouts, user }
    }

    /// For whoever is logged in.
    pub const fn epoch_of_anyone(&self) -> Epoch {
        Epoch { logouts: self.logouts, user: None }
    }

    /// What began for that user is still to be done (law S7).
    pub fn permits(&self, epoch: Epoch) -> bool {
        epoch.logouts == self.logouts && epoch.user.is_none_or(|user| user == self.user)
    }

    /// A guest's becomes the user's with whose session it goes on.
    pub const fn claim(&self, epoch: &mut Epoch) {
        if epoch.user.is_none() {
            epoch.user = Some(self.user);
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

    /// Was that need met by this user, or by the guest that there is?
    pub fn is_granted(&self, need: &Need) -> bool {
        match self.standing() {
            Some(saved) => saved.session.granted.contains(need),
            None => self.guest_grants.contains(need),
        }
    }

    /// Remembers a need with the user (law A7); says whether a session learned of it just now.
    pub fn grant(&mut self, need: Need) -> bool {
        self.moment.0 += 1;
        self.met.retain(|(met, _)| *met != need);
        self.met.push((need.clone(), self.moment));
        if self.is_granted(&need) {
            return false;
        }
        self.change_grants(|granted| add(granted, need));
        self.standing().is_some()
    }

    /// The reply to what was sent at that moment asks for the need: it does not hold after all
    /// (law A7), unless it was met since.
    pub fn forget_grant(&mut self, need: &Need, sent: Moment) {
        let is_late = self.met.iter().any(|(met, at)| met == need && sent < *at);
        if !is_late {
            self.met.retain(|(met, _)| met != need);
            if self.is_granted(need) {
                self.change_grants(|granted| granted.retain(|known| known != need));
            }
        }
    }

    fn change_grants(&mut self, change: impl FnOnce(&mut Vec<Need>)) {
        match self.current.as_mut().filter(|saved| saved.stands()) {
            Some(saved) => change(&mut Rc::make_mut(saved).session.granted),
            None => change(&mut self.guest_grants),
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
