//! A row of the table of settings.

use super::displayed::DisplayedSetting;
use super::field_access::{FieldAccess, TextCheck};
use super::settings::Settings;
use super::spelling::Spelling;

/// One setting.
#[derive(Debug)]
pub struct Key<T: 'static = Settings> {
    /// The name in JSON and git config (camelCase, groups with dots); the other spellings are derived from it.
    pub name: &'static str,
    /// The built-in value as text; empty if there is none.
    pub default: &'static str,
    /// What an empty value means, in one word; empty if the value cannot be empty.
    pub empty: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// A committed value other than the default can make the gate pass what it would block; the output says so.
    pub relaxes_gate: bool,
    /// What values it accepts and where they are stored.
    pub(super) field: FieldAccess<T>,
    /// The effective value.
    pub(super) show: fn(&T) -> DisplayedSetting<'_>,
}

/// The kind of value that a setting accepts, for documentation and schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A number, or one with a unit, such as this one.
    Quantity(&'static str),
    /// True or false.
    Boolean,
    /// A list of text.
    List,
    /// A list of tables with `path` and `reason`.
    Allow,
    /// A table from names to tables of `ENVIRONMENT_KEYS`.
    Environments,
}

impl<T> Key<T> {
    /// The name as a source spells it.
    #[must_use]
    pub fn spelled(&self, spelling: Spelling) -> String {
        spelling.of(self.name)
    }

    /// The kind of value it accepts.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.field {
            FieldAccess::Text(TextCheck::OneOf(words), _)
            | FieldAccess::Optional(TextCheck::OneOf(words), _) => Kind::Choice(words),
            FieldAccess::Optional(TextCheck::Count, _) => Kind::Quantity("3"),
            FieldAccess::Optional(TextCheck::Age, _) => Kind::Quantity("30d"),
            FieldAccess::Optional(TextCheck::Size, _) => Kind::Quantity("100MB"),
            FieldAccess::Text(..) | FieldAccess::Optional(..) => Kind::Text,
            FieldAccess::Boolean(_) => Kind::Boolean,
            FieldAccess::List(..) => Kind::List,
            FieldAccess::Allow(_) => Kind::Allow,
            FieldAccess::Environments => Kind::Environments,
        }
    }
}
