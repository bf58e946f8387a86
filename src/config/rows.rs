//! The effective settings as `git pyenv config` lists them.

use super::displayed::DisplayedSetting;
use super::field_access::FieldAccess;
use super::key::Key;
use super::keys::{ENVIRONMENT_KEYS, KEYS};
use super::settings::{NamedEnvironment, Settings};
use crate::setting::Origin;

/// A setting as `git pyenv config` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name in camelCase, with dots.
    pub key: String,
    /// The value as text, not escaped for a terminal; entries of a list are joined by `, `, those of `allow` by `; `.
    pub value: String,
    /// What an empty value means, in one word.
    pub empty: &'static str,
    /// Where the value came from.
    pub origin: Origin,
    /// What the setting does.
    pub about: &'static str,
}

impl Settings {
    /// Every setting in the order of [`KEYS`]; one row for each part of each named environment.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        KEYS.iter().flat_map(|key| self.rows_of(key)).collect()
    }

    /// The settings with which committed files relax the gate.
    #[must_use]
    pub fn relaxed_by_repository(&self) -> Vec<Row> {
        let relaxes_gate = |key: &&Key| {
            let shown = (key.show)(self);
            key.relaxes_gate && shown.origin.is_from_repository() && shown.value != key.default
        };
        KEYS.iter().filter(relaxes_gate).flat_map(|key| self.rows_of(key)).collect()
    }

    fn rows_of(&self, key: &Key) -> Vec<Row> {
        if matches!(key.field, FieldAccess::Environments) && !self.environments.is_empty() {
            return self.environments.iter().flat_map(|(name, environment)| environment.rows(name)).collect();
        }
        vec![row(key.name.to_owned(), key, (key.show)(self))]
    }
}

impl NamedEnvironment {
    fn rows(&self, name: &str) -> impl Iterator<Item = Row> {
        ENVIRONMENT_KEYS.iter().map(move |key| {
            let full_name = format!("environments.{name}.{}", key.name);
            row(full_name, key, (key.show)(self))
        })
    }
}

fn row<T>(name: String, key: &Key<T>, shown: DisplayedSetting<'_>) -> Row {
    Row { key: name, value: shown.value, empty: key.empty, origin: shown.origin.clone(), about: key.about }
}
