//! A document as a tree of values with line numbers, for JSON and TOML alike.

/// A value and its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The line where the value starts, counted from 1.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A value of JSON or TOML.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// JSON's `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as written.
    Number(String),
    /// A string.
    Text(String),
    /// A date or time of TOML, as written.
    Date(String),
    /// An array.
    List(Vec<Located>),
    /// An object or table, in the order of the file.
    Table(Vec<Member>),
    /// A value that the caller asked to skip.
    Unread,
}

/// A key of a table with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key, unescaped.
    pub key: String,
    /// The line of the key, counted from 1.
    pub line: usize,
    /// The value.
    pub value: Located,
}

impl Value {
    /// The members of a table; none of anything else.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Table(members) => members,
            _ => &[],
        }
    }

    /// The member of a table with this key.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    /// The value at a path of keys in nested tables.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| match value {
            Self::Table(members) => Some(&members.iter().find(|member| member.key == *key)?.value.value),
            _ => None,
        })
    }

    /// The text at a path of keys; `None` for anything else.
    #[must_use]
    pub fn text_at(&self, path: &[&str]) -> Option<String> {
        match self.at(path)? {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The kind of the value, to complete "must be a string, not …".
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Date(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Unread => "something else",
        }
    }
}
