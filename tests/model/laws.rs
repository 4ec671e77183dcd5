//! The laws, watched from outside: what goes in, what comes out, and nothing of how.
//!
//! Each rule looks at the stream alone and says what must never be seen in it. What a step
//! must lead to is the business of `reference.rs`.

mod login;
mod prompt;
mod request;
mod session;

use crate::script::Setting;
use crate::world::{Step, Violation};
use login::Logins;
use prompt::Prompts;
use request::Requests;
use session::Sessions;
use std::rc::Rc;
use wxlogin::Effect;
use wxlogin::keeper::Lease;
use wxlogin::session::Saved;

pub struct Laws {
    sessions: Sessions,
    logins: Logins,
    requests: Requests,
    prompts: Prompts,
}

impl Laws {
    pub fn new(setting: Setting) -> Self {
        Laws {
            sessions: Sessions::default(),
            logins: Logins::new(setting),
            requests: Requests::new(setting),
            prompts: Prompts::default(),
        }
    }

    pub fn restored(&mut self, saved: &Saved, effects: &[Effect]) -> Result<(), Violation> {
        match effects {
            [Effect::Publish(Lease { saved: Some(published), .. }), Effect::Trace(_)]
                if **published == *saved =>
            {
                self.sessions.published = Some(Rc::clone(published));
                Ok(())
            }
            _ => Err("S4: what storage held is not what the client begins with".into()),
        }
    }

    pub fn watch(&mut self, step: &Step) -> Result<(), Violation> {
        self.sessions.hear(step, &self.requests, &self.prompts);
        self.requests.hear(step);
        self.logins.hear(step);
        self.prompts.hear(step);
        for effect in step.effects {
            self.sessions.see(effect, step.at)?;
            self.requests.see(effect, step.at, &self.sessions)?;
            self.logins.see(effect, step.at, &self.sessions)?;
            self.prompts.see(effect, step.at, &self.sessions)?;
            if self.logins.is_calling() && self.prompts.is_submitting() {
                return Err("A8: a login is under way while a detail is being submitted".into());
            }
        }
        self.sessions.rest()
    }
}
