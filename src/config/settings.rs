//! The settings in force, each with where it came from.

use std::collections::BTreeMap;

use super::allow::Allowed;
use super::keys::{ENVIRONMENT_KEYS, KEYS, Key, Slot};
use crate::setting::{Origin, Setting};

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `venvDirectory`: relative to the repository root unless the user gave an absolute path.
    pub venv_directory: Setting<String>,
    /// `requirementsFile`: as [`Settings::venv_directory`].
    pub requirements_file: Setting<String>,
    /// `pythonVersion`: a version request; may be the path of an interpreter only if the user gave it.
    pub python_version: Setting<Option<String>>,
    /// `autoCleanup`.
    pub auto_cleanup: Setting<bool>,
    /// `backend`: one of [`super::BACKEND_NAMES`].
    pub backend: Setting<Option<String>>,
    /// `select` and `ignore`.
    pub selection: Selection,
    /// `allow`.
    pub allow: Setting<Allowed>,
    /// `environment`: the one chosen by `git pyenv use`, a name of [`Settings::environments`] or a directory.
    pub environment: Setting<Option<String>>,
    /// `environments`.
    pub environments: BTreeMap<String, NamedEnvironment>,
    /// `backup`.
    pub backup: Setting<bool>,
    /// `hooks.*`.
    pub hooks: Hooks,
}

/// Which rules run, as written: codes or names. Whether they exist is for the table of rules to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Rules to run; empty means those that are on by default.
    pub select: Setting<Vec<String>>,
    /// Rules not to run.
    pub ignore: Setting<Vec<String>>,
}

/// What the hooks do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    /// The commit gate does its work.
    pub pre_commit: Setting<bool>,
    /// The gate of merges does its work.
    pub pre_merge_commit: Setting<bool>,
    /// The gate of pushes does its work.
    pub pre_push: Setting<bool>,
    /// Hooks also check environments (PYE3xx, PYE4xx).
    pub check_environments: Setting<bool>,
}

/// An environment that settings name. Each part has its own origin: a later source overrides parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEnvironment {
    /// Its directory, as [`Settings::venv_directory`]; never empty in merged settings.
    pub directory: Setting<String>,
    /// Its Python, as [`Settings::python_version`].
    pub python: Setting<Option<String>>,
    /// Its requirements files, as [`Settings::requirements_file`].
    pub requirements: Setting<Vec<String>>,
    /// Its dependency groups.
    pub groups: Setting<Vec<String>>,
}

impl Default for Settings {
    fn default() -> Self {
        let none = || Setting::default_value(Vec::new());
        Self {
            venv_directory: Setting::default_value("venv".to_owned()),
            requirements_file: Setting::default_value("requirements.txt".to_owned()),
            python_version: Setting::default_value(None),
            auto_cleanup: Setting::default_value(true),
            backend: Setting::default_value(None),
            selection: Selection { select: none(), ignore: none() },
            allow: Setting::default_value(Allowed::default()),
            environment: Setting::default_value(None),
            environments: BTreeMap::new(),
            backup: Setting::default_value(false),
            hooks: Hooks {
                pre_commit: Setting::default_value(true),
                pre_merge_commit: Setting::default_value(true),
                pre_push: Setting::default_value(true),
                check_environments: Setting::default_value(false),
            },
        }
    }
}

impl Default for NamedEnvironment {
    fn default() -> Self {
        Self {
            directory: Setting::default_value(String::new()),
            python: Setting::default_value(None),
            requirements: Setting::default_value(Vec::new()),
            groups: Setting::default_value(Vec::new()),
        }
    }
}

/// A setting as `git pyenv config` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name in camelCase, with dots.
    pub key: String,
    /// The value as text, not yet escaped for a terminal; lists with `, ` or, for `allow`, `; ` between entries.
    pub value: String,
    /// What an empty value means, in a word.
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

    /// The settings by which committed files make the gate let more through than it would by itself.
    #[must_use]
    pub fn loosened_by_repository(&self) -> Vec<Row> {
        let loosens = |key: &&Key| {
            let shown = (key.show)(self);
            key.loosens && shown.origin.is_from_repository() && shown.value != key.default
        };
        KEYS.iter().filter(loosens).flat_map(|key| self.rows_of(key)).collect()
    }

    fn rows_of(&self, key: &Key) -> Vec<Row> {
        if matches!(key.slot, Slot::Environments) && !self.environments.is_empty() {
            return self.environments.iter().flat_map(|(name, environment)| environment.rows(name)).collect();
        }
        vec![(key.show)(self).row(key.name.to_owned(), key)]
    }
}

impl NamedEnvironment {
    fn rows(&self, name: &str) -> impl Iterator<Item = Row> {
        ENVIRONMENT_KEYS.iter().map(move |key| {
            let full_name = format!("environments.{name}.{}", key.name);
            (key.show)(self).row(full_name, key)
        })
    }
}

/// A value as text, with its origin.
#[derive(Debug)]
pub(super) struct Shown<'s> {
    pub(super) value: String,
    origin: &'s Origin,
}

impl<'s> Shown<'s> {
    pub(super) fn text(setting: &'s Setting<String>) -> Self {
        Self { value: setting.value.clone(), origin: &setting.origin }
    }

    pub(super) fn optional(setting: &'s Setting<Option<String>>) -> Self {
        Self { value: setting.value.clone().unwrap_or_default(), origin: &setting.origin }
    }

    pub(super) fn boolean(setting: &'s Setting<bool>) -> Self {
        Self { value: setting.value.to_string(), origin: &setting.origin }
    }

    pub(super) fn list(setting: &'s Setting<Vec<String>>) -> Self {
        Self { value: setting.value.join(", "), origin: &setting.origin }
    }

    pub(super) fn allow(setting: &'s Setting<Allowed>) -> Self {
        let entries: Vec<String> = setting.value.entries().iter().map(ToString::to_string).collect();
        Self { value: entries.join("; "), origin: &setting.origin }
    }

    pub(super) fn none() -> Self {
        Self { value: String::new(), origin: &Origin::Default }
    }

    fn row<T>(self, name: String, key: &Key<T>) -> Row {
        let Self { value, origin } = self;
        Row { key: name, value, empty: key.empty, origin: origin.clone(), about: key.about }
    }
}
