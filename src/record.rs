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
            Value::Number(number) => number.to_string(),
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
