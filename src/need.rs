//! What can be missing before a request can succeed.

use serde::{Serialize, Serializer};
use std::rc::Rc;

/// One need. Its public name is all that makes it this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// A fresh session.
    Login,
    /// The `session_key` on the server is alive.
    SessionKey,
    /// The user has agreed to the privacy contract.
    Privacy,
    /// A WeChat permission, by its whole name: `scope.camera`.
    Scope(Rc<str>),
    /// A step of the app's own.
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

    /// Is it a step of the app's own? Only these are remembered with a session (law A7).
    pub const fn is_step(&self) -> bool {
        matches!(self, Need::Step(_))
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
        for name in ["login", "sessionKey", "privacy", "scope.camera", "phone", "手机", "scope"] {
            assert_eq!(Need::named(name).name(), name);
            assert_eq!(Need::named(name), Need::named(name));
        }
        assert_ne!(Need::named("phone"), Need::named("profile"));
    }

    #[test]
    fn a_need_is_of_the_kind_that_its_name_says() {
        assert_eq!(Need::named("login"), Need::Login);
        assert!(matches!(Need::named("scope.camera"), Need::Scope(_)));
        assert!(Need::named("phone").is_step() && !Need::named("privacy").is_step());
    }
}
