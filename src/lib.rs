//! Login for WeChat mini-programs, exactly when a feature needs it.
//!
//! **Rust decides, the shell performs, JavaScript greets.**
//!
//! The *core* is a state machine without input or output. What happens goes in as an
//! [`Event`] with the time in it, what is to be done comes out as a list of [`Effect`]s, and
//! [`Machine::next_deadline`] says when to wake it. It compiles and is tested on the desktop,
//! where the JavaScript crates are no dependencies: that is what keeps it pure.
//!
//! | room | what it holds |
//! |---|---|
//! | [`machine`] | the machine: takes in an event, says what is to be done |
//! | [`event`], [`effect`] | the two vocabularies |
//! | `request` | the calls of the app, from the first send to the last (laws R) |
//! | `login` | the one login under way and who waits for it (laws L) |
//! | `authorization` | needs on their way to being met (laws A) |
//! | [`keeper`], [`session`] | the current session and its lease; what a session holds and how long it is fresh (laws S) |
//! | [`origin`] | where a session may travel (law R4) |
//! | [`backoff`] | how long to wait after a failure (law L6) |
//! | [`error`] | every failure, named once |
//! | [`trace`] | what is told of all this to whoever listens |
//! | [`need`], [`record`], [`opaque`], [`clock`], [`config`] | the small change |
//!
//! The *shell* (`wasm`, only on `wasm32`) performs effects against the host's API and turns
//! what comes back into events.
//!
//! Most requests ask the machine nothing. With every change it publishes a [`keeper::Lease`]: this
//! session, from then until then. JavaScript sends by it, and a request that is plainly answered is
//! over. Of every other one the machine hears ([`Event::Adopted`]) before anything is decided: what
//! needs a login, what fails, what is given up, what a second has not answered.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on fails")
)]

mod authorization;
pub mod backoff;
pub mod clock;
pub mod config;
pub mod effect;
pub mod error;
pub mod event;
pub mod keeper;
mod login;
pub mod machine;
pub mod need;
pub mod opaque;
pub mod origin;
pub mod record;
mod request;
pub mod session;
pub mod trace;

#[cfg(target_arch = "wasm32")]
mod wasm;

pub use config::Config;
pub use effect::{Effect, Effects};
pub use event::Event;
pub use machine::Machine;
