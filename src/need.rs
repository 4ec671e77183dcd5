//! What can be missing before a request can succeed.

use serde::{Serialize, Serializer};
use std::rc::Rc;

/// One need, by its public name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// `'login'`: a fresh session.
    Login,
    /// `'sessionKey'`: the `session_key` on the server is alive.
    SessionKey,
    /// `'privacy'`: the user has agreed to the privacy contract.
    Privacy,
    /// `'scope.…'`: a WeChat permission, with its whole name.
    Scope(Rc<str>),
    /// Any other word: a step of the app's own.
    Step(Rc<str>),
}

impl Need {
    /// The need of that public name.
    pub fn named(name: &str) -> Self {
        match name {
            "login" => Need::Login,
            "sessionKey" => Need::SessionKey,
            "privacy" => Need::Privacy,
            _ if name.starts_with("scope.") => Need::Scope(name.into()),
            _ => Need::Step(name.into()),
        }
    }

    /// Its public name.
    pub fn name(&self) -> &str {
        match self {
            Need::Login => "login",
            Need::SessionKey => "sessionKey",
            Need::Privacy => "privacy",
            Need::Scope(name) | Need::Step(name) => name,
        }
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_went_in() {
        for name in ["login", "sessionKey", "privacy", "scope.camera", "phone"] {
            assert_eq!(Need::named(name).name(), name);
        }
        assert!(matches!(Need::named("scope.camera"), Need::Scope(_)));
        assert!(matches!(Need::named("phone"), Need::Step(_)));
    }
}
