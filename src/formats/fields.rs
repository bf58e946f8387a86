//! Typed access to the tables of a document, with errors that have a line.

use super::located::{Located, Member, Value};
use super::text::ParseError;

/// A table, of which fields are read by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'v> {
    /// Where the table starts, counted from 1.
    pub(super) line: usize,
    members: &'v [Member],
}

impl<'v> Fields<'v> {
    /// The table that a value must be.
    pub(super) fn of(value: &'v Located, name: &str) -> Result<Self, ParseError> {
        match &value.value {
            Value::Table(members) => Ok(Self { line: value.line, members }),
            other => Err(wrong(value.line, name, "a table", other)),
        }
    }

    /// All members, in the order of the file.
    pub(super) fn members(&self) -> &'v [Member] {
        self.members
    }

    /// A member's value as it is.
    pub(super) fn get(&self, key: &str) -> Option<&'v Located> {
        self.members.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// A string, if the key is there.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, ParseError> {
        self.get(key).map(|value| text_of(value, key)).transpose()
    }

    /// A string that has to be there.
    pub(super) fn required(&self, key: &str) -> Result<String, ParseError> {
        self.text(key)?.ok_or_else(|| ParseError::at(self.line, format!("`{key}` is missing")))
    }

    /// A boolean; `false` without the key.
    pub(super) fn flag(&self, key: &str) -> Result<bool, ParseError> {
        match self.get(key) {
            None => Ok(false),
            Some(Located { value: Value::Boolean(value), .. }) => Ok(*value),
            Some(other) => Err(wrong(other.line, key, "a boolean", &other.value)),
        }
    }

    /// The items of a list; none without the key.
    pub(super) fn list(&self, key: &str) -> Result<&'v [Located], ParseError> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Located { value: Value::List(items), .. }) => Ok(items),
            Some(other) => Err(wrong(other.line, key, "a list", &other.value)),
        }
    }

    /// A list of strings; none without the key.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, ParseError> {
        self.list(key)?.iter().map(|item| text_of(item, key)).collect()
    }

    /// A list of tables; none without the key.
    pub(super) fn tables(&self, key: &str) -> Result<Vec<Self>, ParseError> {
        self.list(key)?.iter().map(|item| Self::of(item, key)).collect()
    }

    /// A table, if the key is there.
    pub(super) fn table(&self, key: &str) -> Result<Option<Self>, ParseError> {
        self.get(key).map(|value| Self::of(value, key)).transpose()
    }

    /// The members of a table, each read by `read` with its key; none without the key.
    pub(super) fn map<T>(
        &self,
        key: &str,
        read: impl Fn(&'v Located, &str) -> Result<T, ParseError>,
    ) -> Result<Vec<(String, T)>, ParseError> {
        let members = self.table(key)?.map_or(&[][..], |table| table.members);
        members.iter().map(|member| Ok((member.key.clone(), read(&member.value, &member.key)?))).collect()
    }
}

/// The string that a value must be.
pub(super) fn text_of(value: &Located, name: &str) -> Result<String, ParseError> {
    match &value.value {
        Value::Text(text) => Ok(text.clone()),
        other => Err(wrong(value.line, name, "a string", other)),
    }
}

/// The list of strings that a value must be.
pub(super) fn texts_of(value: &Located, name: &str) -> Result<Vec<String>, ParseError> {
    match &value.value {
        Value::List(items) => items.iter().map(|item| text_of(item, name)).collect(),
        other => Err(wrong(value.line, name, "a list", other)),
    }
}

/// The error for a value of another kind.
pub(super) fn wrong(line: usize, name: &str, expected: &str, value: &Value) -> ParseError {
    ParseError::at(line, format!("`{name}` must be {expected}, not {}", value.kind()))
}
