//! Reading fields of values that come from outside, without trusting their shape.

use crate::clock::Millis;
use crate::need::Need;
use crate::opaque::Opaque;

/// More names than this no reply may grant: each is looked up in turn.
const MOST_GRANTED: usize = 256;

/// What a field holds, as far as this crate reads values.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `undefined`, `null`, or no such field.
    Missing,
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// An array of strings.
    Names(Vec<String>),
    /// A JSON object that may be kept.
    Object(Opaque),
    /// Anything else, in words.
    Other(String),
}

impl Value {
    fn describe(self) -> String {
        match self {
            Value::Missing => "nothing".into(),
            Value::Text(_) => "a string that does not fit".into(),
            Value::Number(_) => "a number that does not fit".into(), // its digits would cost 4 KB
            Value::Names(_) => "an array".into(),
            Value::Object(_) => "an object".into(),
            Value::Other(found) => found,
        }
    }
}

/// An object from outside: a backend's reply, a stored text.
pub trait Record {
    /// The object's own field of that name.
    fn field(&self, name: &str) -> Value;
}

/// A field that is not what it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Its name.
    pub field: &'static str,
    /// What was expected there.
    pub expected: &'static str,
    /// What was found instead.
    pub found: String,
}

impl Misfit {
    /// `field: expected …, found …`
    pub fn message(&self) -> String {
        [self.field, ": expected ", self.expected, ", found ", &self.found].concat()
    }
}

fn misfit<T>(field: &'static str, expected: &'static str, found: Value) -> Result<T, Misfit> {
    Err(Misfit { field, expected, found: found.describe() })
}

/// Neither control characters of any block, nor line separators, nor what stands for half of a pair.
fn is_clean(text: &str) -> bool {
    !text.chars().any(|char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}' | '\u{fffd}'))
}

/// What a header field can carry (RFC 9110, 5.5), but for the obsolete bytes above ASCII: engines
/// differ in what they make of those.
fn is_field_value(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.trim() == text
}

fn checked(
    record: &dyn Record,
    field: &'static str,
    expected: &'static str,
    holds: fn(&str) -> bool,
) -> Result<Option<String>, Misfit> {
    match record.field(field) {
        Value::Missing => Ok(None),
        Value::Text(text) if text.is_empty() => Ok(None),
        Value::Text(text) if holds(&text) => Ok(Some(text)),
        found => misfit(field, expected, found),
    }
}

/// The session token. It travels in a header, which some characters could end.
pub fn token(record: &dyn Record) -> Result<Option<String>, Misfit> {
    checked(record, "token", "a string of characters that a header can carry", is_field_value)
}

/// A text of at least one character, none of them a control character. Empty counts as missing.
pub fn text(record: &dyn Record, field: &'static str) -> Result<Option<String>, Misfit> {
    checked(record, field, "a string without control characters", is_clean)
}

/// A finite number above zero.
pub fn positive(record: &dyn Record, field: &'static str) -> Result<Option<f64>, Misfit> {
    match record.field(field) {
        Value::Missing => Ok(None),
        Value::Number(number) if number.is_finite() && number > 0.0 => Ok(Some(number)),
        found => misfit(field, "a finite number above 0", found),
    }
}

/// A finite number.
pub fn instant(record: &dyn Record, field: &'static str) -> Option<Millis> {
    match record.field(field) {
        Value::Number(number) if number.is_finite() => Some(number),
        _ => None,
    }
}

/// A list of names.
pub fn names(record: &dyn Record, field: &'static str) -> Result<Option<Vec<Need>>, Misfit> {
    match record.field(field) {
        Value::Missing => Ok(None),
        Value::Names(names) if names.len() <= MOST_GRANTED => {
            Ok(Some(names.iter().filter(|name| !name.is_empty()).map(|name| Need::named(name)).collect()))
        }
        found => misfit(field, "an array of at most 256 names", found),
    }
}

/// What the app wants kept.
pub fn extra(record: &dyn Record) -> Result<Option<Opaque>, Misfit> {
    match record.field("extra") {
        Value::Missing => Ok(None),
        Value::Object(extra) => Ok(Some(extra)),
        // Whoever reads it says in words what is wrong with it.
        Value::Text(found) => {
            Err(Misfit { field: "extra", expected: "a JSON object of at most 64 KB", found })
        }
        found => misfit("extra", "a JSON object of at most 64 KB", found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    struct Fields(HashMap<&'static str, Value>);

    impl Record for Fields {
        fn field(&self, name: &str) -> Value {
            self.0.get(name).cloned().unwrap_or(Value::Missing)
        }
    }

    fn with(name: &'static str, value: Value) -> Fields {
        Fields(HashMap::from([(name, value)]))
    }

    #[test]
    fn a_token_is_what_a_header_can_carry() {
        let read = |text: &str| token(&with("token", Value::Text(text.into())));
        assert_eq!(read("eyJ0.e-X_~+/="), Ok(Some("eyJ0.e-X_~+/=".into())));
        assert_eq!(read(""), Ok(None));
        for unfit in ["a\r\nX-Admin: 1", " t", "t ", "\t", "é", "中文", "\u{7f}", "\0"] {
            assert!(read(unfit).is_err(), "{unfit:?}");
        }
    }

    #[test]
    fn a_text_holds_nothing_that_could_end_or_break_a_line() {
        let read = |given: &str| text(&with("openid", Value::Text(given.into())), "openid");
        assert_eq!(read("中文 é"), Ok(Some("中文 é".into())));
        for unfit in ["\n", "\u{85}", "\u{2028}", "\u{2029}", "\u{fffd}", "\0"] {
            assert!(read(unfit).is_err(), "{unfit:?}");
        }
    }

    #[test]
    fn a_life_is_finite_and_positive() {
        let read = |number| positive(&with("expires_in", Value::Number(number)), "expires_in");
        assert_eq!(read(0.5), Ok(Some(0.5)));
        for unfit in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(read(unfit).is_err(), "{unfit}");
        }
    }

    #[test]
    fn no_more_names_are_taken_than_can_be_looked_up() {
        let read = |count| names(&with("granted", Value::Names(vec!["phone".into(); count])), "granted");
        assert!(read(MOST_GRANTED).is_ok_and(|names| names.is_some_and(|names| names.len() == MOST_GRANTED)));
        assert!(read(MOST_GRANTED + 1).is_err());
        let empty = names(&with("granted", Value::Names(vec![String::new()])), "granted");
        assert_eq!(empty, Ok(Some(Vec::new())));
    }

    #[test]
    fn a_misfit_says_the_field_what_was_expected_and_what_was_found() {
        let found = extra(&with("extra", Value::Text("70 KB of JSON".into()))).unwrap_err();
        assert_eq!(found.message(), "extra: expected a JSON object of at most 64 KB, found 70 KB of JSON");
        let found = positive(&with("expires_in", Value::Number(-1.0)), "expires_in").unwrap_err();
        assert_eq!(found.message(), "expires_in: expected a finite number above 0, found a number that does not fit");
    }
}
