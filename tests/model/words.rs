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
    Origin { Trusted = "trusted", Foreign = "foreign", Anonymous = "anonymous" }

    /// May it be sent again after a transport failure?
    Method { Get = "get", Post = "post" }

    /// Who owes an answer: one word for each effect that asks something of the outside.
    Door {
        Send = "send",
        Login = "login",
        Exchange = "exchange",
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

    /// How long a session lives.
    Life {
        Long = "long",
        /// Shorter than the margin: never fresh at all.
        Stillborn = "stillborn",
        Unnamed = "unnamed",
    }
}
