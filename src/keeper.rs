//! Keeps the current session (laws S1–S6).

use crate::clock::Millis;
use crate::effect::{ChangeKind, Effect, Effects};
use crate::event::Attempt;
use crate::session::{Generation, Saved, SessionReply};
use std::rc::Rc;

/// The current session, which one it is, and what the user has agreed to.
#[derive(Debug, Default)]
pub struct Keeper {
    current: Option<Rc<Saved>>,
    generation: Generation,
    /// Needs met while there is no session; the next one takes them over.
    guest_grants: Vec<String>,
    /// The last attempt made before each need was met: its reply, and those of earlier ones,
    /// may still ask for it.
    met_after: Vec<(String, Attempt)>,
}

impl Keeper {
    /// The session that storage held, fresh or not.
    pub fn restore(&mut self, saved: Saved, effects: &mut Effects) {
        self.generation += 1;
        self.current = Some(Rc::new(saved));
        effects.push(Effect::Publish(self.current.clone()));
    }

    /// Has the current session ended without anybody having noticed yet?
    pub fn is_stale(&self, now: Millis, margin: Millis) -> bool {
        self.current.as_ref().is_some_and(|saved| !saved.is_fresh(now, margin))
    }

    /// The generation of the current session, where that is fresh. Notices its end.
    pub fn fresh(&mut self, now: Millis, margin: Millis, effects: &mut Effects) -> Option<Generation> {
        match &self.current {
            Some(saved) if saved.is_fresh(now, margin) => Some(self.generation),
            Some(_) => {
                self.end(ChangeKind::Expired, effects);
                None
            }
            None => None,
        }
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
            add(&mut saved.session.granted, &need);
        }
        self.generation += 1;
        self.publish(saved, effects);
        effects.push(Effect::Changed(ChangeKind::Login));
    }

    /// The server asked for a login in answer to a request that was sent with `sent`. That
    /// ends the session of that generation, and no other (law S5).
    pub fn invalidate(&mut self, sent: Option<Generation>, effects: &mut Effects) {
        if self.current.is_some() && sent == Some(self.generation) {
            self.end(ChangeKind::Expired, effects);
        }
    }

    /// The app ends the session.
    pub fn log_out(&mut self, effects: &mut Effects) {
        self.end(ChangeKind::Logout, effects);
    }

    /// Was that need met in this session?
    pub fn is_granted(&self, need: &str) -> bool {
        self.grants().iter().any(|granted| granted == need)
    }

    /// Remembers a need with the session (law A7).
    pub fn grant(&mut self, need: &str, last_attempt: Attempt, effects: &mut Effects) {
        self.met_after.retain(|(met, _)| met != need);
        self.met_after.push((need.into(), last_attempt));
        if self.is_granted(need) {
            return;
        }
        self.change_grants(|granted| add(granted, need), effects);
        if self.current.is_some() {
            effects.push(Effect::Changed(ChangeKind::Granted));
        }
    }

    /// The reply to that attempt asks for the need: it does not hold after all (law A7), unless
    /// it was met after the attempt was made.
    pub fn forget_grant(&mut self, need: &str, attempt: Attempt, effects: &mut Effects) {
        let is_late = self.met_after.iter().any(|(met, last)| met == need && attempt <= *last);
        if self.is_granted(need) && !is_late {
            self.change_grants(|granted| granted.retain(|known| known != need), effects);
        }
    }

    /// The number of the current session, for traces.
    pub fn generation(&self) -> Option<Generation> {
        self.current.as_ref().map(|_| self.generation)
    }

    fn grants(&self) -> &[String] {
        self.current.as_ref().map_or(&self.guest_grants, |saved| &saved.session.granted)
    }

    fn change_grants(&mut self, change: impl FnOnce(&mut Vec<String>), effects: &mut Effects) {
        match &self.current {
            Some(saved) => {
                let mut saved = Saved::clone(saved);
                change(&mut saved.session.granted);
                self.publish(saved, effects);
            }
            None => change(&mut self.guest_grants),
        }
    }

    fn publish(&mut self, saved: Saved, effects: &mut Effects) {
        self.current = Some(Rc::new(saved));
        effects.push(Effect::Publish(self.current.clone()));
        effects.push(Effect::Store(self.current.clone()));
    }

    fn end(&mut self, kind: ChangeKind, effects: &mut Effects) {
        self.guest_grants.clear();
        let had_one = self.current.take().is_some();
        if had_one {
            effects.push(Effect::Publish(None));
        }
        if had_one || kind == ChangeKind::Logout {
            effects.push(Effect::Store(None));
        }
        // A listener that logs out whoever has no session must not be told for ever.
        if had_one {
            effects.push(Effect::Changed(kind));
        }
    }
}

fn add(granted: &mut Vec<String>, need: &str) {
    if !granted.iter().any(|known| known == need) {
        granted.push(need.into());
    }
}
