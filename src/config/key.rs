//! One row of the table of settings.

use super::allow::Allowed;
use super::settings::Settings;
use super::shown::Shown;
use super::spelling::Spelling;
use crate::setting::Setting;

/// One setting.
#[derive(Debug)]
pub struct Key<T: 'static = Settings> {
    /// The name in JSON and git config (camelCase, groups with dots): every other spelling is derived from it.
    pub name: &'static str,
    /// The built-in value as text; empty where there is none.
    pub default: &'static str,
    /// What an empty value means, in a word; empty where no value is empty.
    pub empty: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// A committed value other than the default can let through what the gate would stop; the output says so.
    pub loosens: bool,
    /// What values it takes and where they go.
    pub(super) slot: Slot<T>,
    /// The value in force.
    pub(super) show: fn(&T) -> Shown<'_>,
}

/// The field of a setting, by type.
#[derive(Debug)]
pub(super) enum Slot<T> {
    /// Text that is always there.
    Text(Check, fn(&mut T) -> &mut Setting<String>),
    /// Text that may be absent: `null` or the empty text removes it.
    Optional(Check, fn(&mut T) -> &mut Setting<Option<String>>),
    /// A boolean.
    Boolean(fn(&mut T) -> &mut Setting<bool>),
    /// A list of text.
    List(Check, fn(&mut T) -> &mut Setting<Vec<String>>),
    /// The allow list.
    Allow(fn(&mut T) -> &mut Setting<Allowed>),
    /// The named environments, each a table of [`ENVIRONMENT_KEYS`].
    Environments,
}

/// What text must satisfy beyond being text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Any text that is not empty and holds no control characters.
    Plain,
    /// A path; a committed one stays inside the repository.
    Place,
    /// A version request; only the user may name an executable instead.
    Python,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What kind of value a setting takes, for documentation and schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// True or false.
    Boolean,
    /// A list of text.
    List,
    /// A list of tables with `path` and `reason`.
    Allow,
    /// A table from names to tables of [`ENVIRONMENT_KEYS`].
    Environments,
}

impl<T> Key<T> {
    /// The name as a source spells it.
    #[must_use]
    pub fn spelled(&self, spelling: Spelling) -> String {
        spelling.of(self.name)
    }

    /// What kind of value it takes.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.slot {
            Slot::Text(Check::OneOf(words), _) | Slot::Optional(Check::OneOf(words), _) => {
                Kind::Choice(words)
            }
            Slot::Text(..) | Slot::Optional(..) => Kind::Text,
            Slot::Boolean(_) => Kind::Boolean,
            Slot::List(..) => Kind::List,
            Slot::Allow(_) => Kind::Allow,
            Slot::Environments => Kind::Environments,
        }
    }
}
