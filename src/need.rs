//! What can be missing before a request can succeed.

use crate::record;
use serde::{Serialize, Serializer};
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

thread_local! {
    static NAMES: RefCell<Names> = RefCell::new(Names::new());
}

/// Below this many names nothing is forgotten.
const MANY: usize = 64;

/// The names of needs, for all clients together. An app has a handful, but a backend may make
/// up ever new ones.
struct Names {
    list: Vec<(Need, Rc<str>)>,
    last: u32,
    /// Above this many names it is worth looking for unused ones. Set afresh each time, so that
    /// it is rarely done.
    enough: usize,
}

impl Names {
    fn new() -> Self {
        let mut names = Names { list: Vec::new(), last: 0, enough: MANY };
        for name in ["login", "sessionKey", "privacy"] {
            names.find(name);
        }
        names
    }

    fn find(&mut self, name: &str) -> Need {
        if let Some((need, _)) = self.list.iter().find(|(_, known)| &**known == name) {
            return *need;
        }
        self.last += 1;
        let need = Need(self.last);
        self.list.push((need, name.into()));
        need
    }
}

/// One need. It is a number that stands for its name, and never for another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need(u32);

/// What has to be done to make a need hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A fresh session.
    Login,
    /// The `session_key` on the server is alive.
    SessionKey,
    /// The user has agreed to the privacy contract.
    Privacy,
    /// A WeChat permission.
    Scope,
    /// A step of the app's own.
    Step,
}

impl Need {
    /// `'login'`
    pub const LOGIN: Need = Need(1);
    /// `'sessionKey'`
    pub const SESSION_KEY: Need = Need(2);
    /// `'privacy'`
    pub const PRIVACY: Need = Need(3);

    /// The need of that public name.
    pub fn named(name: &str) -> Self {
        NAMES.with_borrow_mut(|names| names.find(name))
    }

    /// Are there so many names that some of them should be forgotten?
    pub fn are_many() -> bool {
        NAMES.with_borrow(|names| names.list.len() > names.enough)
    }

    /// Forgets the names of needs that nobody uses any more (law X4).
    pub fn forget(is_used: impl Fn(Need) -> bool) {
        NAMES.with_borrow_mut(|names| {
            names.list.retain(|(need, _)| *need <= Need::PRIVACY || is_used(*need));
            names.enough = MANY + 2 * names.list.len();
        });
    }

    /// The needs of those names, one a line.
    pub fn listed(lines: &str) -> Vec<Self> {
        record::lines(lines).map(Need::named).collect()
    }

    /// Its public name; empty where that has been forgotten.
    pub fn name(self) -> Rc<str> {
        NAMES.with_borrow(|names| {
            let known = names.list.iter().find(|(need, _)| *need == self);
            known.map_or_else(|| Rc::from(""), |(_, name)| Rc::clone(name))
        })
    }

    /// What has to be done for it.
    pub fn kind(self) -> Kind {
        match self {
            Need::LOGIN => Kind::Login,
            Need::SESSION_KEY => Kind::SessionKey,
            Need::PRIVACY => Kind::Privacy,
            _ if self.name().starts_with("scope.") => Kind::Scope,
            _ => Kind::Step,
        }
    }
}

impl fmt::Debug for Need {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name())
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_went_in() {
        for name in ["login", "sessionKey", "privacy", "scope.camera", "phone", "手机"] {
            assert_eq!(&*Need::named(name).name(), name);
            assert_eq!(Need::named(name), Need::named(name));
        }
        assert_ne!(Need::named("phone"), Need::named("profile"));
    }

    #[test]
    fn a_need_is_of_the_kind_that_its_name_says() {
        for (name, need, kind) in [
            ("login", Need::LOGIN, Kind::Login),
            ("sessionKey", Need::SESSION_KEY, Kind::SessionKey),
            ("privacy", Need::PRIVACY, Kind::Privacy),
        ] {
            assert_eq!(Need::named(name), need);
            assert_eq!((&*need.name(), need.kind()), (name, kind));
        }
        assert_eq!(Need::named("scope.camera").kind(), Kind::Scope);
        assert_eq!(Need::named("phone").kind(), Kind::Step);
    }

    #[test]
    fn x4_names_that_nobody_uses_any_more_are_forgotten() {
        let (kept, forgotten) = (Need::named("kept"), Need::named("forgotten"));
        for serial in 0..10 * MANY {
            Need::named(&serial.to_string());
            if Need::are_many() {
                Need::forget(|need| need == kept);
            }
            assert!(NAMES.with_borrow(|names| names.list.len()) <= 2 * MANY);
        }
        assert_eq!((&*kept.name(), &*forgotten.name(), &*Need::LOGIN.name()), ("kept", "", "login"));
        assert_eq!(Need::named("kept"), kept);
        assert_ne!(Need::named("forgotten"), forgotten, "a number never stands for another name");
    }

    #[test]
    fn names_are_many_above_a_number_that_grows_with_those_in_use() {
        let fill_to = |count: usize| {
            while NAMES.with_borrow(|names| names.list.len()) < count {
                Need::named(&NAMES.with_borrow(|names| names.last).to_string());
            }
        };
        fill_to(MANY);
        assert!(!Need::are_many());
        fill_to(MANY + 1);
        assert!(Need::are_many());
        Need::forget(|_| false);
        fill_to(MANY + 6); // twice the three that are always known
        assert!(!Need::are_many());
        fill_to(MANY + 7);
        assert!(Need::are_many());
    }

    #[test]
    fn a_list_has_one_name_a_line() {
        assert_eq!(Need::listed(""), []);
        assert_eq!(Need::listed("phone"), [Need::named("phone")]);
        assert_eq!(Need::listed("login\nphone"), [Need::LOGIN, Need::named("phone")]);
        assert_eq!(Need::listed("\nlogin\n\n手机\n"), [Need::LOGIN, Need::named("手机")]);
    }
}
