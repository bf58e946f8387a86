//! JSON (RFC 8259) with the line of every value.
//!
//! `serde_json` has positions only for errors. A borrowed [`RawValue`] is a slice of the input, so its distance from
//! the start is the position of the value; this costs one more scan for each level.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::located::{Located, Member, Value};
use super::text::{LineIndex, ParseError};

/// The deepest nesting of values, well beyond any settings file.
const DEPTH: usize = 32;

/// Parses a document. Members of the top-level object whose keys are in `unread` are only checked for syntax.
///
/// # Errors
/// [`ParseError`] for invalid JSON, a duplicate key in an object, and nesting beyond 32 levels.
pub fn parse(text: &str, unread: &[&str]) -> Result<Located, ParseError> {
    let root: &RawValue = serde_json::from_str(text).map_err(|error| syntax(text, error))?;
    JsonReader { text, lines: LineIndex::of(text), unread }.value(root, 0)
}

/// The syntax error of a text. `serde_json` has worse messages for values that it skips: for a trailing comma it says
/// "key must be a string".
fn syntax(text: &str, skipping: serde_json::Error) -> ParseError {
    let error = serde_json::from_str::<serde_json::Value>(text).err().unwrap_or(skipping);
    ParseError::syntax(text, Some(error.line().max(1)), reason(&error))
}

/// The state that all levels share.
struct JsonReader<'t> {
    text: &'t str,
    lines: LineIndex,
    unread: &'t [&'t str],
}

impl<'t> JsonReader<'t> {
    fn line(&self, raw: &RawValue) -> usize {
        let offset = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.lines.line(offset)
    }

    fn value(&self, raw: &'t RawValue, depth: usize) -> Result<Located, ParseError> {
        let line = self.line(raw);
        if depth > DEPTH {
            return Err(ParseError::at(line, format!("more than {DEPTH} levels of nesting")));
        }
        let value = match raw.get().as_bytes().first() {
            Some(b'{') => Value::Table(self.members(raw, depth)?),
            Some(b'[') => {
                let items: Vec<&RawValue> = self.read(raw)?;
                Value::List(
                    items.into_iter().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?,
                )
            }
            Some(b'"') => Value::Text(self.read(raw)?),
            Some(b't') => Value::Boolean(true),
            Some(b'f') => Value::Boolean(false),
            Some(b'n') => Value::Null,
            _ => Value::Number(raw.get().to_owned()),
        };
        Ok(Located { line, value })
    }

    fn members(&self, raw: &'t RawValue, depth: usize) -> Result<Vec<Member>, ParseError> {
        let Members(pairs) = self.read(raw)?;
        let mut members: Vec<Member> = Vec::with_capacity(pairs.len());
        let mut seen = std::collections::BTreeSet::new();
        for (raw_key, raw_value) in pairs {
            let (key, line): (String, usize) = (self.read(raw_key)?, self.line(raw_key));
            if !seen.insert(key.clone()) {
                return Err(ParseError::at(
                    line,
                    format!("duplicate key `{}`", crate::path::display_bytes(key.as_bytes())),
                ));
            }
            let value = if depth == 0 && self.unread.contains(&key.as_str()) {
                Located { line: self.line(raw_value), value: Value::Unread }
            } else {
                self.value(raw_value, depth + 1)?
            };
            members.push(Member { key, line, value });
        }
        Ok(members)
    }

    fn read<T: Deserialize<'t>>(&self, raw: &'t RawValue) -> Result<T, ParseError> {
        let line = |error: &serde_json::Error| self.line(raw) + error.line().saturating_sub(1);
        serde_json::from_str(raw.get()).map_err(|error| ParseError::at(line(&error), reason(&error)))
    }
}

/// The message of `serde_json` without the position at its end.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.clone(), |(reason, _)| reason.to_owned())
}

/// The members of an object as slices of the input.
struct Members<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// Collects the members without parsing them.
struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Members(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(line: usize, text: &str) -> Located {
        Located { line, value: Value::Text(text.to_owned()) }
    }

    #[test]
    fn every_value_has_its_line() {
        let document = "{\n \"a\": [\n  \"x\",\n  \"y\\n\"\n ],\n \"b\\u0020\":\n  {\"c\": 3.10}, \"d\": {\"deep\": [[]]}}";
        let number = Located { line: 7, value: Value::Number("3.10".to_owned()) };
        let inner = vec![Member { key: "c".to_owned(), line: 7, value: number }];
        let expected = vec![
            Member {
                key: "a".to_owned(),
                line: 2,
                value: Located { line: 2, value: Value::List(vec![text(3, "x"), text(4, "y\n")]) },
            },
            Member { key: "b ".to_owned(), line: 6, value: Located { line: 7, value: Value::Table(inner) } },
            Member { key: "d".to_owned(), line: 7, value: Located { line: 7, value: Value::Unread } },
        ];
        let read = parse(document, &["d"]);
        assert_eq!(read, Ok(Located { line: 1, value: Value::Table(expected) }));
    }

    #[test]
    fn errors_have_their_line() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let cases = [
            ("{\n\"a\": 1,\n}", 3, "trailing comma"),
            ("", 1, "EOF while parsing a value"),
            ("{\"a\": 1,\n \"a\": 2}", 2, "duplicate key `a`"),
            ("{\n<<<<<<< HEAD\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> x\n}", 2, "unresolved merge conflict"),
            ("[\n\"\\ud800\"]", 2, "unexpected end of hex escape"),
            (&deep, 1, "more than 32 levels of nesting"),
        ];
        for (document, line, reason) in cases {
            assert_eq!(parse(document, &[]), Err(ParseError::at(line, reason)), "{document}");
        }
    }

    proptest! {
        #[test]
        fn accepts_what_serde_accepts(document in r#"[\[\]{}",:0-9a-z\\ \n.u-]{0,40}"#) {
            let unique = |error: &ParseError| error.reason.contains("duplicate key");
            let ours = parse(&document, &[]);
            let theirs = serde_json::from_str::<serde_json::Value>(&document);
            prop_assert!(ours.is_ok() == theirs.is_ok() || ours.as_ref().is_err_and(unique), "{ours:?} {theirs:?}");
        }
    }
}
