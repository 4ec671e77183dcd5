//! The laws that the core decides, tested through the machine alone. Each test is named after the
//! law it holds; `docs/laws.md` lists them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails"
)]

mod a_asking;
mod a_authorization;
mod a_granted;
mod a_submission;
mod a_taps;
mod architecture;
mod drive;
mod inputs;
mod l_ahead;
mod l_back_off;
mod l_codes;
mod l_login;
mod l_rejections;
mod l_ways;
mod r_replies;
mod r_requests;
mod s_endings;
mod s_given;
mod s_sessions;
mod s_users;
mod trace;
mod x_lease;
