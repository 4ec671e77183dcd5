//! The client of every trial: its steps, and the numbers that its laws are about.

use crate::script::Setting;
use crate::words::{self, LoginPrompt, Want};
use wxlogin::Config;
use wxlogin::clock::Millis;
use wxlogin::config::{Exchange, Prompt, Submission};
use wxlogin::need::Need;

pub const EXPIRY_MARGIN: Millis = 60_000.0;
pub const DEFAULT_LIFE: Millis = 7_200_000.0;
pub const LONG_LIFE: Millis = 1_800_000.0;
pub const SHORT_LIFE: Millis = 30_000.0;
pub const PROMPT_TIMEOUT: Millis = 180_000.0;
/// Codes are not used beyond this age (law L3).
pub const CODE_LIFE: Millis = 270_000.0;

pub const fn is_step(want: Want) -> bool {
    matches!(want, Want::Phone | Want::Profile | Want::Tour | Want::Unknown)
}

pub fn need(want: Want) -> Need {
    Need::named(want.as_str())
}

pub fn want_of(need: &Need) -> Option<Want> {
    Want::read(need.name())
}

impl Setting {
    pub fn login_timeout(&self) -> Millis {
        f64::from(self.login_timeout)
    }

    /// Where the detail of that step goes; `None` where the app shows no such step.
    pub const fn submission(&self, want: Want) -> Option<Submission> {
        match want {
            Want::Phone => Some(Submission::Post),
            Want::Profile => Some(Submission::Call),
            Want::Tour | Want::Camera => Some(Submission::Nothing),
            Want::Login => match self.login_prompt {
                LoginPrompt::None => None,
                LoginPrompt::Bare => Some(Submission::Nothing),
                LoginPrompt::Post => Some(Submission::Post),
                LoginPrompt::Call => Some(Submission::Call),
            },
            _ => None,
        }
    }

    pub fn config(&self) -> Config {
        let prompt = |want: &Want| Some(Prompt { need: need(*want), submission: self.submission(*want)? });
        Config {
            expiry_margin: EXPIRY_MARGIN,
            default_expires_in: DEFAULT_LIFE / 1_000.0,
            login_timeout: self.login_timeout(),
            prompt_timeout: PROMPT_TIMEOUT,
            retries: self.retries,
            renews: self.renews,
            renew_ahead: f64::from(self.ahead),
            exchange: match self.exchange {
                words::Exchange::Code => Exchange::Code,
                words::Exchange::Cloud => Exchange::Cloud,
                words::Exchange::None => Exchange::None,
            },
            prompts: Want::ALL.iter().filter_map(prompt).collect(),
            browse_only: self.browse,
        }
    }
}
