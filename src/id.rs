//! Names for what is under way.

use serde::Serialize;

/// Names a call of the app for as long as it is under way. Chosen by the caller of the machine,
/// small and dense, free again once the call is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Ticket(pub u32);

/// Names one native request. Never used twice, so that a late answer finds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Attempt(pub u32);

impl Attempt {
    /// Any request that was sent by a lease: the machine gives that number to none of its own.
    pub const BY_LEASE: Attempt = Attempt(0);
}

/// Names one question put to the host or to a function of the app's. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Flight(pub u32);
