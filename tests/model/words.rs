//! Small sets of words, each an enum that reads and writes itself.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$note])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            pub fn read(text: &str) -> Option<Self> {
                $name::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    )+};
}

words! {
    /// What can be missing. The prompts of `setting.rs` decide what each comes to.
    Want {
        Login = "login",
        SessionKey = "sessionKey",
        Privacy = "privacy",
        Camera = "scope.camera",
        Album = "scope.album",
        Phone = "phone",
        Profile = "profile",
        Tour = "tour",
        Unknown = "unknown",
    }

    /// Whose request it is.
    Origin { Trusted = "trusted", Foreign = "foreign", Anonymous = "anonymous", Passive = "passive" }

    /// How a session is got silently.
    Exchange { Code = "code", Cloud = "cloud", None = "none" }

    /// What `prompts.login` does with what the user typed.
    LoginPrompt {
        /// There is no such prompt.
        None = "none",
        /// What the user gives is the session.
        Bare = "bare",
        Post = "post",
        Call = "call",
    }

    /// May it be sent again after a transport failure?
    Method { Get = "get", Post = "post" }

    /// Who owes an answer: one word for each effect that asks something of the outside.
    Door {
        Send = "send",
        Code = "code",
        Exchange = "exchange",
        Renewal = "renewal",
        Key = "key",
        Privacy = "privacy",
        Consent = "consent",
        Setting = "setting",
        Authorize = "authorize",
        Prompt = "prompt",
        Submit = "submit",
    }

    /// How time passes.
    Passing {
        /// Timers fire when they are due.
        Awake = "awake",
        /// In the background: no timer fires, and what happens next overtakes it.
        Asleep = "asleep",
        /// Timers fire, but the wall clock stands still.
        Frozen = "frozen",
    }

    /// What becomes of the storage.
    Fate {
        /// Writing throws from now on: full, or broken.
        Full = "full",
        Mended = "mended",
        /// Somebody wrote what is no session.
        Garbled = "garbled",
    }

    /// What becomes of the module that is still to be loaded.
    Module { Comes = "comes", Fails = "fails" }

    /// How long a session lives.
    Life {
        Long = "long",
        /// Shorter than the margin, of which then half of that life counts.
        Short = "short",
        Unnamed = "unnamed",
        /// Its end has passed before it begins: it is none.
        Past = "past",
    }

    /// Whose session it is, as far as it says, and whether it holds a token.
    Who {
        /// A token, and nobody's name.
        Unnamed = "unnamed",
        Anna = "anna",
        Ben = "ben",
        /// Anna's, by name alone.
        BareAnna = "bare-anna",
        /// A token and Anna's `unionid`.
        Una = "una",
        /// A token and both of Anna's names.
        AnnaUna = "anna-una",
        /// Neither name nor token: it can only add to another one.
        Nobody = "nobody",
    }
}
