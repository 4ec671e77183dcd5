//! Keeps the current session (laws S1–S6), and lends it out.

use crate::clock::Millis;
use crate::effect::{ChangeKind, Effect, Effects};
use crate::need::Need;
use crate::session::{Generation, Saved, SessionReply};
use std::rc::Rc;

/// Counts what changes what a reply means: a session begins, a need is met, the app logs out.
pub type Moment = u32;

/// Permission to send plain requests without asking the machine: with this session while it is
/// fresh, or without one. Holds until the next one is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// The current session.
    pub saved: Option<Rc<Saved>>,
    /// What was sent by it was sent at this moment.
    pub moment: Moment,
    /// Wall-clock instant before which the session is not fresh.
    pub from: Millis,
    /// Wall-clock instant from which on it is fresh no longer.
    pub until: Millis,
}

/// The current session, which one it is, and what the user has agreed to.
#[derive(Debug)]
pub struct Keeper {
    current: Option<Rc<Saved>>,
    generation: Generation,
    /// Sessions this close to their end count as expired.
    margin: Millis,
    moment: Moment,
    /// When the current session began.
    begun: Moment,
    /// When the app last logged out.
    logged_out: Moment,
    /// Needs met while there is no session; the next one takes them over.
    guest_grants: Vec<Need>,
    /// When each need was met last: replies to what was sent before may still ask for it.
    met: Vec<(Need, Moment)>,
}

impl Keeper {
    /// Keeps no session yet. `margin` is how close to its end one counts as expired.
    pub fn new(margin: Millis) -> Self {
        Keeper {
            current: None,
            generation: 0,
            margin,
            moment: 0,
            begun: 0,
            logged_out: 0,
            guest_grants: Vec::new(),
            met: Vec::new(),
        }
    }

    /// The session that storage held, fresh or not.
    pub fn restore(&mut self, saved: Saved, effects: &mut Effects) {
        self.generation += 1;
        self.current = Some(Rc::new(saved));
        self.publish(effects);
    }

    /// The present moment.
    pub const fn moment(&self) -> Moment {
        self.moment
    }

    /// Has the app logged out since then?
    pub const fn has_logged_out_since(&self, moment: Moment) -> bool {
        moment < self.logged_out
    }

    /// Is there a fresh session? Notices its end.
    pub fn is_fresh(&mut self, now: Millis, effects: &mut Effects) -> bool {
        let Some(saved) = &self.current else { return false };
        let fresh = saved.is_fresh(now, self.margin);
        if !fresh {
            self.end(ChangeKind::Expired, effects);
        }
        fresh
    }

    /// A new session begins, and with it a new generation.
    pub fn begin(
        &mut self,
        reply: SessionReply,
        now: Millis,
        default_expires_in: f64,
        effects: &mut Effects,
    ) {
        let mut saved = reply.begin(now, default_expires_in);
        for need in std::mem::take(&mut self.guest_grants) {
            add(&mut saved.session.granted, need);
        }
        self.generation += 1;
        self.moment += 1;
        self.begun = self.moment;
        self.replace(saved, effects);
        effects.push(Effect::Changed(ChangeKind::Login));
    }

    /// The server asked for a login in answer to what was sent with a session at `sent`. That
    /// ends the session of that moment, and no other (law S5).
    pub fn invalidate(&mut self, sent: Option<Moment>, effects: &mut Effects) {
        if self.current.is_some() && sent.is_some_and(|sent| sent >= self.begun) {
            self.end(ChangeKind::Expired, effects);
        }
    }

    /// The app ends the session.
    pub fn log_out(&mut self, effects: &mut Effects) {
        self.moment += 1;
        self.logged_out = self.moment;
        self.end(ChangeKind::Logout, effects);
    }

    /// Was that need met in this session?
    pub fn is_granted(&self, need: Need) -> bool {
        self.grants().contains(&need)
    }

    /// Remembers a need with the session (law A7).
    pub fn grant(&mut self, need: Need, effects: &mut Effects) {
        self.moment += 1;
        self.met.retain(|(met, _)| *met != need);
        self.met.push((need, self.moment));
        if self.is_granted(need) {
            self.publish(effects);
            return;
        }
        self.change_grants(|granted| add(granted, need), effects);
        if self.current.is_some() {
            effects.push(Effect::Changed(ChangeKind::Granted));
        }
    }

    /// The reply to what was sent at that moment asks for the need: it does not hold after all
    /// (law A7), unless it was met since.
    pub fn forget_grant(&mut self, need: Need, sent: Moment, effects: &mut Effects) {
        let is_late = self.met.iter().any(|(met, at)| *met == need && sent < *at);
        if self.is_granted(need) && !is_late {
            self.change_grants(|granted| granted.retain(|known| *known != need), effects);
        }
    }

    /// Is anything remembered of that need?
    pub fn remembers(&self, need: Need) -> bool {
        self.is_granted(need) || self.met.iter().any(|(met, _)| *met == need)
    }

    /// The number of the current session, for traces.
    pub fn generation(&self) -> Option<Generation> {
        self.current.as_ref().map(|_| self.generation)
    }

    fn grants(&self) -> &[Need] {
        self.current.as_ref().map_or(&self.guest_grants, |saved| &saved.session.granted)
    }

    fn change_grants(&mut self, change: impl FnOnce(&mut Vec<Need>), effects: &mut Effects) {
        match &self.current {
            Some(saved) => {
                let mut saved = Saved::clone(saved);
                change(&mut saved.session.granted);
                self.replace(saved, effects);
            }
            None => {
                change(&mut self.guest_grants);
                self.publish(effects);
            }
        }
    }

    fn replace(&mut self, saved: Saved, effects: &mut Effects) {
        self.current = Some(Rc::new(saved));
        self.publish(effects);
        effects.push(Effect::Store(self.current.clone()));
    }

    fn publish(&self, effects: &mut Effects) {
        effects.push(Effect::Publish(self.lease()));
    }

    /// What is lent from now on.
    pub fn lease(&self) -> Lease {
        let saved = self.current.clone();
        let (from, until) = match &saved {
            Some(saved) => (saved.fresh_from(self.margin), saved.fresh_until(self.margin)),
            None => (Millis::NEG_INFINITY, Millis::INFINITY),
        };
        Lease { saved, moment: self.moment, from, until }
    }

    fn end(&mut self, kind: ChangeKind, effects: &mut Effects) {
        self.guest_grants.clear();
        let had_one = self.current.take().is_some();
        self.publish(effects);
        if had_one || kind == ChangeKind::Logout {
            effects.push(Effect::Store(None));
        }
        // A listener that logs out whoever has no session must not be told for ever.
        if had_one {
            effects.push(Effect::Changed(kind));
        }
    }
}

fn add(granted: &mut Vec<Need>, need: Need) {
    if !granted.contains(&need) {
        granted.push(need);
    }
}
