//! Laws S: when a session begins, when it may end, and whose it is.

use super::request::Requests;
use super::submission::Submissions;
use crate::setting::EXPIRY_MARGIN;
use crate::world::{Step, Violation};
use std::rc::Rc;
use wxlogin::Event;
use wxlogin::clock::Millis;
use wxlogin::command::Command;
use wxlogin::effect::{Effect, Outcome};
use wxlogin::error::Code;
use wxlogin::session::{ChangeKind, Saved, Session};

#[derive(Default)]
pub struct Sessions {
    /// As it was known before the step.
    pub saved: Option<Rc<Saved>>,
    pub generation: u32,
    /// What this step's event says of it.
    word: Option<Word>,
    begins: bool,
}

/// The server's word, or the app's (law S6).
#[derive(Clone, Copy, PartialEq)]
enum Word {
    LogOut,
    /// The server has asked for a login in answer to this very session.
    Refuse,
}

/// By what a user is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    openid: Option<String>,
    unionid: Option<String>,
}

impl Names {
    pub fn of(session: &Session) -> Self {
        Names { openid: session.openid.clone(), unionid: session.unionid.clone() }
    }

    /// Both name their user, and not the same.
    pub fn differ_from(&self, other: &Names) -> bool {
        self.are_of(other) == Some(false)
    }

    fn are_of(&self, other: &Names) -> Option<bool> {
        match (&self.openid, &other.openid, &self.unionid, &other.unionid) {
            (Some(one), Some(other), ..) | (.., Some(one), Some(other)) => Some(one == other),
            _ => None,
        }
    }
}

impl Sessions {
    /// Laws S1 and S2.
    pub fn fresh(&self, wall: Millis) -> Option<&Saved> {
        fresh(self.saved.as_ref(), wall)
    }

    pub fn hear(&mut self, step: &Step, requests: &Requests, submissions: &Submissions) {
        self.begins = false;
        let event = &step.told.event;
        self.word = match event {
            Event::Called { command: Command::Logout, .. } => Some(Word::LogOut),
            event => {
                let refused = requests.refused_generation(event).or(submissions.refused_generation(step));
                (refused == Some(self.generation)).then_some(Word::Refuse)
            }
        };
    }

    pub fn see(&mut self, effect: &Effect, step: &Step) -> Result<(), Violation> {
        match effect {
            Effect::Settle { outcome: Outcome::Session(Some(saved)), .. }
                if fresh(Some(saved), step.at.wall).is_none() =>
            {
                Err("S8: a call settles with a session that is not fresh".into())
            }
            Effect::Changed { kind, session } => self.changed(*kind, session.as_deref(), step),
            _ => Ok(()),
        }
    }

    fn changed(&mut self, kind: ChangeKind, session: Option<&Saved>, step: &Step) -> Result<(), Violation> {
        let was_fresh = self.fresh(step.at.wall).is_some();
        match kind {
            ChangeKind::Login | ChangeKind::Renewed => self.begin(kind, session, step),
            ChangeKind::Logout if self.word != Some(Word::LogOut) => {
                Err("S6: a log-out that nobody wanted".into())
            }
            ChangeKind::Expired if was_fresh && self.word != Some(Word::Refuse) && !self.begins => {
                Err("S6: a fresh session ends without the server's word".into())
            }
            ChangeKind::Logout | ChangeKind::Expired if session.is_some() => {
                Err("S8: a session is shown that has ended".into())
            }
            ChangeKind::Granted if session.is_none() => Err("A7: nobody is granted anything".into()),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, kind: ChangeKind, session: Option<&Saved>, step: &Step) -> Result<(), Violation> {
        let Some(saved) = session else { return Err("S5: a login without a session".into()) };
        if step.told.given.is_none() {
            return Err("L5: a session begins that nobody brought in time".into());
        }
        if std::mem::replace(&mut self.begins, true) {
            return Err("S9: a session is told of twice".into());
        }
        self.generation += 1;
        let margin = EXPIRY_MARGIN.min((saved.session.expires_at - saved.saved_at) / 2.0);
        let (from, until) = (saved.saved_at - margin, saved.session.expires_at - margin);
        if saved.from != from || saved.until != until || saved.saved_at > step.at.wall {
            return Err(format!("S1: a session from {from} until {until} is kept as {saved:?}"));
        }
        let before = self.saved.as_deref().map(|saved| Names::of(&saved.session));
        let is_same = before.and_then(|before| before.are_of(&Names::of(&saved.session)));
        match (is_same, kind) {
            (Some(true), ChangeKind::Login) => Err("S10: the same user is told of as another".into()),
            (Some(false), ChangeKind::Renewed) => Err("S10: another user is told of as the same".into()),
            _ => Ok(()),
        }
    }

    pub fn rest(&mut self, step: &Step) -> Result<(), Violation> {
        let wall = step.at.wall;
        let after = fresh(step.known.saved.as_ref(), wall);
        let was_fresh = self.fresh(wall).is_some();
        if was_fresh && after.is_none() && self.word.is_none() && !self.begins {
            return Err("S6: a fresh session is gone without the server's word".into());
        }
        let rejected = step.effects.iter().any(
            |effect| matches!(effect, Effect::Fail { failure, .. } if failure.code == Code::LoginRejected),
        );
        // Where a wait is under way, whether anybody is told depends on whether anybody waits.
        let stays = rejected || !step.known.lends;
        if self.word == Some(Word::Refuse) && after.is_some() && !self.begins && !stays {
            return Err("S8: a session is shown that the server has refused".into());
        }
        if self.word == Some(Word::LogOut) && step.known.saved.is_some() {
            return Err("S7: a session outlives the log-out".into());
        }
        self.saved.clone_from(&step.known.saved);
        Ok(())
    }
}

pub fn fresh(saved: Option<&Rc<Saved>>, wall: Millis) -> Option<&Saved> {
    saved.map(Rc::as_ref).filter(|saved| wall >= saved.from && wall < saved.until)
}
