//! The client of every trial: its steps, and the numbers that its laws are about.

use crate::script::Setting;
use crate::words::Want;
use wxlogin::Config;
use wxlogin::clock::Millis;
use wxlogin::config::{Exchange, Prompt, Submission};
use wxlogin::need::Need;

pub const EXPIRY_MARGIN: Millis = 60_000.0;
pub const DEFAULT_LIFE: Millis = 7_200_000.0;
pub const LONG_LIFE: Millis = 1_800_000.0;
pub const STILLBORN_LIFE: Millis = 30_000.0;
pub const PROMPT_TIMEOUT: Millis = 180_000.0;
/// Codes are not used beyond this age (law L3).
pub const CODE_LIFE: Millis = 270_000.0;

/// Where the detail of that step goes; `None` where the app shows no such step.
pub const fn submission(want: Want) -> Option<Submission> {
    match want {
        Want::Phone => Some(Submission::Post),
        Want::Profile => Some(Submission::Call),
        Want::Tour | Want::Camera => Some(Submission::Nothing),
        _ => None,
    }
}

impl Setting {
    pub fn login_timeout(&self) -> Millis {
        f64::from(self.login_timeout)
    }

    pub fn config(&self) -> Config {
        Config {
            expiry_margin: EXPIRY_MARGIN,
            default_expires_in: DEFAULT_LIFE / 1_000.0,
            login_timeout: self.login_timeout(),
            prompt_timeout: PROMPT_TIMEOUT,
            retries: self.retries,
            exchange: if self.cloud { Exchange::Cloud } else { Exchange::Code },
            prompts: Want::ALL
                .iter()
                .filter_map(|want| {
                    let submission = submission(*want)?;
                    Some(Prompt { need: Need::named(want.as_str()), submission })
                })
                .collect(),
        }
    }
}
