//! The members of an object, each read once and with its place in the document.

use crate::formats::located::{Located, Member, Value};
use crate::formats::text::ParseError;
use crate::path::display_bytes;
use crate::text::nearest;

/// The most characters of a text that people are shown.
const LINE_LENGTH: usize = 200;
/// The most items of a list.
const LIST_LENGTH: usize = 100;

/// The members of an object.
pub(super) struct ObjectFields<'v> {
    /// The place of the object; empty for the document.
    place: String,
    members: &'v [Member],
    /// The keys that were asked for.
    known: Vec<&'static str>,
}

impl<'v> ObjectFields<'v> {
    /// Those of a value that must be an object.
    pub(super) fn of(value: &'v Located, place: String) -> Result<Self, ParseError> {
        match &value.value {
            Value::Table(members) => Ok(Self { place, members, known: Vec::new() }),
            other => {
                let place = if place.is_empty() { "the document".to_owned() } else { format!("`{place}`") };
                let kind = other.kind();
                Err(ParseError::at(value.line, format!("{place} must be an object, not {kind}")))
            }
        }
    }

    /// The place of a member.
    pub(super) fn place_of(&self, key: &str) -> String {
        match self.place.as_str() {
            "" => key.to_owned(),
            place => format!("{place}.{key}"),
        }
    }

    /// An error about a member.
    pub(super) fn error(&self, line: usize, key: &str, complaint: &str) -> ParseError {
        ParseError::at(line, format!("`{}` {complaint}", self.place_of(key)))
    }

    /// The value of a member; `None` for null, as for one that does not exist.
    fn value(&mut self, key: &'static str) -> Option<&'v Located> {
        self.known.push(key);
        let member = self.members.iter().find(|member| member.key == key)?;
        Some(&member.value).filter(|value| value.value != Value::Null)
    }

    /// The members of a member that is an object.
    pub(super) fn object(&mut self, key: &'static str) -> Result<Option<Self>, ParseError> {
        let place = self.place_of(key);
        self.value(key).map(|value| Self::of(value, place)).transpose()
    }

    /// The members of a member that is an object of texts, each with its line and key.
    pub(super) fn texts_by_key(
        &mut self,
        key: &'static str,
    ) -> Result<Vec<(usize, &'v str, String)>, ParseError> {
        let Some(object) = self.object(key)? else { return Ok(Vec::new()) };
        let members = object.members.iter().map(|member| {
            let place = object.place_of(&display_bytes(member.key.as_bytes()));
            Ok((member.line, member.key.as_str(), text(&place, &member.value)?))
        });
        members.collect()
    }

    /// The digits of a number that is neither negative nor a fraction, with its line.
    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<(usize, String)>, ParseError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        match &value.value {
            Value::Number(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Some((value.line, number.clone())))
            }
            other => {
                let complaint = format!("must be a whole number, not {}", other.kind());
                Err(self.error(value.line, key, &complaint))
            }
        }
    }

    /// A text that is not empty, with its line.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<(usize, String)>, ParseError> {
        let place = self.place_of(key);
        self.value(key).map(|value| Ok((value.line, text(&place, value)?))).transpose()
    }

    /// A text that people are shown: in one line without runs of spaces, which could look like lines of this program.
    pub(super) fn line_of_text(&mut self, key: &'static str) -> Result<Option<String>, ParseError> {
        let Some((line, text)) = self.text(key)? else { return Ok(None) };
        if text.chars().count() > LINE_LENGTH {
            return Err(self.error(line, key, &format!("must have no more than {LINE_LENGTH} characters")));
        }
        Ok(Some(text.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// A boolean with its line; false at the line 0 if it does not exist.
    pub(super) fn boolean(&mut self, key: &'static str) -> Result<(usize, bool), ParseError> {
        let Some(value) = self.value(key) else { return Ok((0, false)) };
        match &value.value {
            Value::Boolean(is_set) => Ok((value.line, *is_set)),
            other => {
                let complaint = format!("must be a boolean, not {}", other.kind());
                Err(self.error(value.line, key, &complaint))
            }
        }
    }

    /// The items of a list, each with its place.
    pub(super) fn list(
        &mut self,
        key: &'static str,
    ) -> Result<Option<Vec<(String, &'v Located)>>, ParseError> {
        let place = self.place_of(key);
        let Some(value) = self.value(key) else { return Ok(None) };
        match &value.value {
            Value::List(items) if items.len() > LIST_LENGTH => {
                Err(self.error(value.line, key, &format!("must have no more than {LIST_LENGTH} items")))
            }
            Value::List(items) => {
                let placed = items.iter().enumerate().map(|(at, item)| (format!("{place}[{at}]"), item));
                Ok(Some(placed.collect()))
            }
            other => {
                let complaint = format!("must be a list, not {}", other.kind());
                Err(self.error(value.line, key, &complaint))
            }
        }
    }

    /// The items of a list of texts that are not empty.
    pub(super) fn texts(&mut self, key: &'static str) -> Result<Option<Vec<String>>, ParseError> {
        let list = self.list(key)?;
        list.map(|list| list.iter().map(|(place, item)| text(place, item)).collect()).transpose()
    }

    /// The line of a member that exists.
    pub(super) fn line(&self, key: &str) -> Option<usize> {
        Some(self.members.iter().find(|member| member.key == key)?.value.line)
    }

    /// Refuses members that were not asked for, unless they are those of others or comments.
    pub(super) fn end(self, is_other: impl Fn(&str) -> bool) -> Result<(), ParseError> {
        let is_comment = |key: &str| key.starts_with('$');
        let is_known = |key: &str| self.known.contains(&key) || is_comment(key) || is_other(key);
        let Some(unknown) = self.members.iter().find(|member| !is_known(&member.key)) else { return Ok(()) };
        let names: Vec<String> = self.known.iter().map(|name| (*name).to_owned()).collect();
        let hint = match nearest(&unknown.key, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are {}", names.join(", ")),
        };
        let place = self.place_of(&display_bytes(unknown.key.as_bytes()));
        Err(ParseError::at(unknown.line, format!("unknown key `{place}`; {hint}")))
    }
}

/// A text that is not empty.
pub(super) fn text(place: &str, value: &Located) -> Result<String, ParseError> {
    match &value.value {
        Value::Text(text) if text.is_empty() => {
            Err(ParseError::at(value.line, format!("`{place}` must not be empty")))
        }
        Value::Text(text) if text.contains('\0') => {
            Err(ParseError::at(value.line, format!("`{place}` must not contain NUL")))
        }
        Value::Text(text) => Ok(text.clone()),
        other => Err(ParseError::at(value.line, format!("`{place}` must be a string, not {}", other.kind()))),
    }
}

/// One of some words.
pub(super) fn one_of<'w>(place: &str, value: &Located, words: &[&'w str]) -> Result<&'w str, ParseError> {
    let text = text(place, value)?;
    words.iter().find(|word| **word == text).copied().ok_or_else(|| {
        let (last, others) = words.split_last().map_or(("", &[] as &[&str]), |(last, rest)| (*last, rest));
        ParseError::at(value.line, format!("`{place}` must be {} or {last}", others.join(", ")))
    })
}
