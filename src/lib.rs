//! Login for WeChat mini-programs, exactly when a feature needs it.
//!
//! **Rust decides; JavaScript goes by what was decided, and asks when that is not enough.**
//!
//! The *core* is a state machine without input or output. What happens goes in as an
//! [`Event`] with the time in it, what is to be done comes out of [`Machine::poll`] as one
//! [`Effect`] after the other, and [`Machine::next_deadline`] says when to wake it. It compiles and
//! is tested on the desktop, where the JavaScript crates are no dependencies: that is what keeps it
//! pure. The laws that comments and tests cite by number (S1, L9 …) are in `docs/laws.md`.
//!
//! Floors, from bottom to top; each knows only those below it:
//!
//! | floor | files |
//! |---|---|
//! | what is spoken of | [`clock`], [`need`], [`id`], [`opaque`], [`record`], [`session`], [`error`], [`origin`], [`config`] |
//! | what happens and what is done | [`answer`], [`command`], [`event`], [`trace`], [`effect`], [`queue`] |
//! | sub-machines, each with a state of its own | [`sessions`] (whose session, and its lease), [`login`] with [`exchange`] (the ways to a session), [`authorizations`], each an [`authorization`], with [`submission`] (needs on their way to being met), [`calls`] (who waits for what), [`backoff`] (how long to wait) |
//! | the machine | [`machine`]: routes what one decides to the next |
//!
//! The *shell* (`wasm`, only on `wasm32`) performs effects against the host's API and turns
//! what comes back into events.
//!
//! Most requests ask the machine nothing. With every change it publishes a [`sessions::Lease`]: this
//! session, from then until then. It lies in storage, too, so that the first request of the next
//! start waits for nothing. JavaScript sends by it, and a request that is plainly answered is over.
//! Of every other one the machine hears ([`Event::Adopted`]) before anything is decided: what needs a
//! login, what fails, what is given up, what a second has not answered.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on fails")
)]

pub mod answer;
pub mod authorization;
pub mod authorizations;
pub mod backoff;
pub mod calls;
pub mod clock;
pub mod command;
pub mod config;
pub mod effect;
pub mod error;
pub mod event;
pub mod exchange;
pub mod id;
pub mod login;
pub mod machine;
pub mod need;
pub mod opaque;
pub mod origin;
pub mod queue;
pub mod record;
pub mod session;
pub mod sessions;
pub mod submission;
pub mod trace;

#[cfg(target_arch = "wasm32")]
mod wasm;

pub use command::Command;
pub use config::Config;
pub use effect::Effect;
pub use event::Event;
pub use machine::Machine;
