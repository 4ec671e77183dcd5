//! The numbers and choices that a client is made with.

use crate::clock::Millis;
use crate::need::Need;

/// Checked before it gets here.
#[derive(Clone, Debug)]
pub struct Config {
    /// A session this close to its end counts as expired; never more than half of its life.
    pub expiry_margin: Millis,
    /// Seconds that a session lives whose reply names no end.
    pub default_expires_in: f64,
    /// Longest one silent login may take.
    pub login_timeout: Millis,
    /// Longest a prompt may stay unanswered.
    pub prompt_timeout: Millis,
    /// Resends after transport failures of GET and HEAD.
    pub retries: u32,
    /// A session that carries a refresh token is renewed by it.
    pub renews: bool,
    /// How long before its end a session in use is renewed; 0 for never.
    pub renew_ahead: Millis,
    /// How a session is got silently.
    pub exchange: Exchange,
    /// The steps that can be shown.
    pub prompts: Vec<Prompt>,
    /// WeChat's single-page mode: nobody can log in there (law X8).
    pub browse_only: bool,
}

/// How a session is got silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// Not at all: the user is asked.
    None,
    /// A one-time code of `wx.login` is exchanged for it.
    Code,
    /// A cloud function gives it: the cloud knows the caller, no code is needed.
    Cloud,
}

/// A step that the app can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What it makes hold.
    pub need: Need,
    /// Where its detail goes.
    pub submission: Submission,
}

/// Where the detail of a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// Nowhere: the detail itself is the proof, and for a login the session.
    Nothing,
    /// It is posted with the session attached, so there has to be one before the step is
    /// shown: a login after the tap would spoil what the tap encrypted.
    Post,
    /// A function of the app's own takes it.
    Call,
}

impl Config {
    /// Where the detail of that need goes; `None` if the app can't show a step for it.
    pub fn submission(&self, need: &Need) -> Option<Submission> {
        self.prompts.iter().find(|prompt| prompt.need == *need).map(|prompt| prompt.submission)
    }

    /// Can the user be asked to log in?
    pub fn asks_for_login(&self) -> bool {
        self.submission(&Need::Login).is_some()
    }
}
