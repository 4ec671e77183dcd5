//! Laws S: when a session begins, when it may end, and what storage gets to see.

use super::prompt::Prompts;
use super::request::Requests;
use crate::setting::{DEFAULT_LIFE, EXPIRY_MARGIN, LONG_LIFE, STILLBORN_LIFE};
use crate::world::{Moment, Step, Violation};
use std::rc::Rc;
use wxlogin::Event;
use wxlogin::effect::{ChangeKind, Effect, Outcome};
use wxlogin::keeper::Lease;
use wxlogin::session::Saved;

#[derive(Default)]
pub struct Sessions {
    pub published: Option<Rc<Saved>>,
    pub generation: u32,
    /// This step's reason to end the session early (law S6).
    ended_by: Option<ChangeKind>,
    /// The last `Publish` has not been followed by its `Store` yet.
    unstored: bool,
}

impl Sessions {
    /// Laws S1 and S2.
    pub fn fresh(&self, at: Moment) -> Option<&Saved> {
        let saved = self.published.as_deref()?;
        let fresh =
            at.wall < saved.session.expires_at - EXPIRY_MARGIN && at.wall >= saved.saved_at - EXPIRY_MARGIN;
        fresh.then_some(saved)
    }

    pub fn hear(&mut self, step: &Step, requests: &Requests, prompts: &Prompts) {
        self.ended_by = match step.event {
            Event::LogoutWanted { .. } => Some(ChangeKind::Logout),
            event
                if requests.rejected_generation(event).or(prompts.rejected_generation(event))
                    == Some(self.generation) =>
            {
                Some(ChangeKind::Expired)
            }
            _ => None,
        };
    }

    pub fn see(&mut self, effect: &Effect, at: Moment) -> Result<(), Violation> {
        match effect {
            Effect::Publish(Lease { saved: None, .. }) => {
                if self.ended_by.is_none() && self.fresh(at).is_some() {
                    return Err("S5, S6: a fresh session ends without the server's word".into());
                }
                self.unstored |= self.published.take().is_some();
            }
            Effect::Publish(Lease { saved: Some(saved), .. }) => {
                self.unstored |= self.published.as_ref() != Some(saved);
                self.published = Some(Rc::clone(saved));
            }
            Effect::Store(saved) => {
                if *saved != self.published {
                    return Err("S3: storage gets what was not published".into());
                }
                self.unstored = false;
            }
            Effect::Settle { outcome: Outcome::Session, .. } if self.published.is_none() => {
                return Err("L1: a call settles with a session that is gone".into());
            }
            Effect::Changed(ChangeKind::Login) => self.begin(at)?,
            Effect::Changed(ChangeKind::Logout) if self.ended_by != Some(ChangeKind::Logout) => {
                return Err("S6: a log-out that nobody wanted".into());
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, at: Moment) -> Result<(), Violation> {
        self.generation += 1;
        let Some(saved) = &self.published else {
            return Err("S5: a login without a session".into());
        };
        let life = saved.session.expires_at - saved.saved_at;
        if saved.saved_at != at.wall || ![LONG_LIFE, STILLBORN_LIFE, DEFAULT_LIFE].contains(&life) {
            return Err(format!("S1: a session that begins at {} and lives {life} ms", saved.saved_at));
        }
        Ok(())
    }

    pub fn rest(&self) -> Result<(), Violation> {
        if self.unstored {
            return Err("S3: storage does not hold what was published".into());
        }
        Ok(())
    }
}
