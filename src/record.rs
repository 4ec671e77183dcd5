//! Reading fields of values that come from outside, without trusting their shape.

use crate::need::Need;

/// What a field holds, as far as this crate reads values.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `undefined`, `null`, or no such field.
    Missing,
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// An array of texts without line breaks, one a line.
    Lines(String),
    /// Anything else.
    Other,
}

/// An object from outside: a backend's reply, a stored text.
pub trait Record {
    /// The object's own field of that name.
    fn field(&self, name: &str) -> Value;
}

/// A field that is not what it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Its name.
    pub field: &'static str,
    /// What was expected there.
    pub expected: &'static str,
}

impl Misfit {
    /// `field: expected …`
    pub fn message(&self) -> String {
        [self.field, ": expected ", self.expected].concat()
    }
}

/// A text in a header can end the header and begin another one, unless control characters
/// are refused.
fn is_clean(text: &str) -> bool {
    !text.bytes().any(|byte| byte < b' ' || byte == 0x7f)
}

/// A text of at least one character, none of them a control character. Empty counts as missing.
pub fn text(record: &dyn Record, field: &'static str) -> Result<Option<String>, Misfit> {
    match record.field(field) {
        Value::Missing => Ok(None),
        Value::Text(text) if text.is_empty() => Ok(None),
        Value::Text(text) if is_clean(&text) => Ok(Some(text)),
        _ => Err(Misfit { field, expected: "a string without control characters" }),
    }
}

/// A finite number above zero.
pub fn positive(record: &dyn Record, field: &'static str) -> Result<Option<f64>, Misfit> {
    match record.field(field) {
        Value::Missing => Ok(None),
        Value::Number(number) if number.is_finite() && number > 0.0 => Ok(Some(number)),
        _ => Err(Misfit { field, expected: "a finite number above 0" }),
    }
}

/// The lines of a text that are not empty.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let end = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
            let (line, after) = rest.split_at_checked(end)?;
            if line.is_empty() && after.is_empty() {
                return None;
            }
            rest = after.get(1..).unwrap_or_default();
            if !line.is_empty() {
                return Some(line);
            }
        }
    })
}

/// A list of names. Missing counts as empty.
pub fn needs(record: &dyn Record, field: &'static str) -> Result<Vec<Need>, Misfit> {
    match record.field(field) {
        Value::Missing => Ok(Vec::new()),
        Value::Lines(lines) => Ok(Need::listed(&lines)),
        _ => Err(Misfit { field, expected: "an array of names" }),
    }
}

#[cfg(test)]
impl Record for serde_json::Value {
    fn field(&self, name: &str) -> Value {
        fn value(json: &serde_json::Value) -> Value {
            match json {
                serde_json::Value::Null => Value::Missing,
                serde_json::Value::String(text) => Value::Text(text.clone()),
                serde_json::Value::Number(number) => number.as_f64().map_or(Value::Other, Value::Number),
                serde_json::Value::Array(values) => lines(values).map_or(Value::Other, Value::Lines),
                _ => Value::Other,
            }
        }
        fn lines(values: &[serde_json::Value]) -> Option<String> {
            let texts: Option<Vec<&str>> = values.iter().map(serde_json::Value::as_str).collect();
            texts.map(|texts| texts.join("\n"))
        }
        self.get(name).map_or(Value::Missing, value)
    }
}
