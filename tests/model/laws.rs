//! The laws, watched from outside: what goes in, what comes out, and nothing of how.
//!
//! Each rule looks at the stream alone and says what must never be seen in it. What a step
//! must lead to is the business of `reference.rs`.

mod login;
mod prompt;
mod request;
mod session;
mod submission;

use crate::reference::Start;
use crate::script::Setting;
use crate::world::{Known, Step, Violation};
use login::Logins;
use prompt::Prompts;
use request::Requests;
use session::Sessions;
use std::rc::Rc;
use submission::Submissions;
use wxlogin::clock::Millis;
use wxlogin::command::Command;
use wxlogin::id::Ticket;
use wxlogin::session::Saved;
use wxlogin::{Effect, Event};

pub struct Laws {
    sessions: Sessions,
    logins: Logins,
    requests: Requests,
    prompts: Prompts,
    submissions: Submissions,
    /// How often the app has logged out without the module knowing.
    untold: u32,
}

impl Laws {
    pub fn new(setting: Setting) -> Self {
        Laws {
            sessions: Sessions::default(),
            logins: Logins::new(setting),
            requests: Requests::new(setting),
            prompts: Prompts::default(),
            submissions: Submissions::default(),
            untold: 0,
        }
    }

    /// The launch path has looked into storage.
    pub fn started(&mut self, start: Start<'_>) {
        self.sessions.saved = match start {
            Start::Guest => None,
            Start::Fresh(saved) => Some(Rc::new(saved.clone())),
        };
    }

    /// The app has logged out, and the module does not know.
    pub fn left(&mut self) {
        self.untold += 1;
        self.sessions.saved = None;
        self.requests.left();
        self.submissions.left();
    }

    /// The module has come, with what was stored.
    pub fn restored(
        &mut self,
        saved: Option<&Saved>,
        effects: &[Effect],
        known: &Known,
        wall: Millis,
    ) -> Result<(), Violation> {
        if effects.iter().any(|effect| !matches!(effect, Effect::Changed { .. } | Effect::Trace(_))) {
            return Err(format!("X6: a start does something: {effects:?}"));
        }
        let Some(stored) = saved else { return Ok(()) };
        let shown = known.saved.as_deref().filter(|saved| saved.is_fresh(wall));
        if shown != Some(stored).filter(|stored| stored.is_fresh(wall)) {
            return Err("S4: what storage held is not what the client begins with".into());
        }
        self.sessions.saved.clone_from(&known.saved);
        Ok(())
    }

    /// The launch path itself has ended that call.
    pub fn ended_without_core(&mut self, ticket: Ticket) {
        self.requests.forget(ticket);
    }

    pub fn watch(&mut self, step: &Step) -> Result<(), Violation> {
        if let Event::Called { command: Command::Logout, .. } = step.told.event {
            match self.untold {
                0 => {
                    self.requests.left();
                    self.submissions.left();
                }
                _ => self.untold -= 1,
            }
        }
        self.sessions.hear(step, &self.requests, &self.submissions);
        self.requests.hear(step, &self.sessions)?;
        self.logins.hear(step);
        self.prompts.hear(step);
        self.submissions.hear(step, &self.sessions);
        for effect in step.effects {
            self.sessions.see(effect, step)?;
            self.requests.see(effect, step, &self.sessions)?;
            self.logins.see(effect, step)?;
            self.prompts.see(effect)?;
            self.submissions.see(effect, step, &self.sessions)?;
            if self.logins.may_renew_key() && self.submissions.are_under_way() {
                return Err("A8: a login is under way while a detail is being submitted".into());
            }
        }
        self.requests.rest(step)?;
        self.sessions.rest(step)
    }

    /// Time has ended everything.
    pub fn rest(&self) -> Result<(), Violation> {
        self.prompts.rest()
    }
}
