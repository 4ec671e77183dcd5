//! The numbers and choices that a client is made with.

use crate::clock::Millis;
use crate::need::Need;

/// Checked by the face before it gets here.
#[derive(Clone, Debug)]
pub struct Config {
    /// A session this close to its end counts as expired.
    pub expiry_margin: Millis,
    /// Seconds that a session lives whose reply names no end.
    pub default_expires_in: f64,
    /// Longest one login may take.
    pub login_timeout: Millis,
    /// Longest a prompt may stay unanswered.
    pub prompt_timeout: Millis,
    /// Resends after transport failures of GET and HEAD.
    pub retries: u32,
    /// How a session is got.
    pub exchange: Exchange,
    /// The steps that can be shown.
    pub prompts: Vec<Prompt>,
}

/// How a session is got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// A one-time code of `wx.login` is exchanged for it.
    Code,
    /// A cloud function gives it: the cloud knows the caller, no code is needed.
    Cloud,
}

/// A step that the app can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What it makes hold.
    pub need: Need,
    /// Where its detail goes.
    pub submission: Submission,
}

/// Where the detail of a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// Nowhere: the detail itself is the proof.
    Nothing,
    /// It is posted with the session attached, so there has to be one before the step is
    /// shown: a login after the tap would spoil what the tap encrypted.
    Post,
    /// A function of the app's own takes it.
    Call,
}

impl Config {
    /// The step shown for that need, if there is one.
    pub fn prompt(&self, need: Need) -> Option<&Prompt> {
        self.prompts.iter().find(|prompt| prompt.need == need)
    }
}
