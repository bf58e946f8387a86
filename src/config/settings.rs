//! The effective settings, each with its origin.

use std::collections::BTreeMap;
use std::time::Duration;

use super::allow::Allowed;
use crate::setting::Setting;
use crate::text::quantity;

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `venvDirectory`: relative to the repository root unless the user gave an absolute path.
    pub venv_directory: Setting<String>,
    /// `requirementsFile`: as [`Settings::venv_directory`].
    pub requirements_file: Setting<String>,
    /// `pythonVersion`: a version request, or, from the user only, the path of an interpreter.
    pub python_version: Setting<Option<String>>,
    /// `autoCleanup`.
    pub auto_cleanup: Setting<bool>,
    /// `backend`: one of `BACKEND_NAMES`.
    pub backend: Setting<Option<String>>,
    /// `select` and `ignore`.
    pub rule_selection: RuleSelection,
    /// `allow`.
    pub allow: Setting<Allowed>,
    /// `output`: one of the formats that every command supports, or `auto`.
    pub output: Setting<String>,
    /// `environment`: the one selected by `git pyenv use`, a name of [`Settings::environments`] or a directory.
    pub environment: Setting<Option<String>>,
    /// What `git pyenv use` selected for projects below the top, by their directories.
    pub choices: BTreeMap<String, Setting<String>>,
    /// `environments`.
    pub environments: BTreeMap<String, NamedEnvironment>,
    /// `backup`.
    pub backup: Setting<bool>,
    /// `backup.*`.
    pub backup_limits: BackupLimitSettings,
    /// `hooks.*`.
    pub hooks: HookSettings,
}

/// Which rules run, as written: codes or names. Whether they exist is checked against the table of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSelection {
    /// Rules to run; if empty, those that are on by default.
    pub select: Setting<Vec<String>>,
    /// Rules not to run.
    pub ignore: Setting<Vec<String>>,
}

/// Which archives are kept, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupLimitSettings {
    /// `backup.keep`: how many of each environment.
    pub keep: Setting<Option<String>>,
    /// `backup.maxSize`: how large they may be together.
    pub max_size: Setting<Option<String>>,
    /// `backup.maxAge`: how old one may be.
    pub max_age: Setting<Option<String>>,
}

impl BackupLimitSettings {
    /// How many archives of each environment are kept; all if there is no number.
    #[must_use]
    pub fn keep(&self) -> Option<usize> {
        self.keep.value.as_deref().and_then(|text| text.parse().ok())
    }

    /// How many bytes all archives may have together.
    #[must_use]
    pub fn max_bytes(&self) -> Option<u64> {
        self.max_size.value.as_deref().and_then(|text| quantity::size(text).ok())
    }

    /// How old an archive may be.
    #[must_use]
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age.value.as_deref().and_then(|text| quantity::age(text).ok())
    }
}

impl Default for BackupLimitSettings {
    fn default() -> Self {
        let none = || Setting::default_value(None);
        Self { keep: none(), max_size: none(), max_age: none() }
    }
}

/// What the hooks do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookSettings {
    /// The gate checks commits.
    pub pre_commit: Setting<bool>,
    /// The gate checks merges.
    pub pre_merge_commit: Setting<bool>,
    /// The gate checks pushes.
    pub pre_push: Setting<bool>,
    /// A notice after a checkout.
    pub post_checkout: Setting<bool>,
    /// A notice after a merge.
    pub post_merge: Setting<bool>,
    /// A notice after a rebase or an amended commit.
    pub post_rewrite: Setting<bool>,
    /// The gate checks pushes that arrive.
    pub pre_receive: Setting<bool>,
    /// The gate checks single references that arrive.
    pub update: Setting<bool>,
    /// Settings files of pushed commits count on the server.
    pub accept_pushed_settings: Setting<bool>,
    /// Hooks also check environments (PYE3xx, PYE4xx).
    pub check_environments: Setting<bool>,
}

/// An environment that is named in the settings. Each part has its own origin: a later source overrides single parts.
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
    /// The type that a plug-in makes, `git-pyenv-type-NAME`; `None` for one that this program makes.
    pub plug_in: Setting<Option<String>>,
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
            rule_selection: RuleSelection { select: none(), ignore: none() },
            allow: Setting::default_value(Allowed::default()),
            output: Setting::default_value("auto".to_owned()),
            environment: Setting::default_value(None),
            choices: BTreeMap::new(),
            environments: BTreeMap::new(),
            backup: Setting::default_value(false),
            backup_limits: BackupLimitSettings::default(),
            hooks: HookSettings {
                pre_commit: Setting::default_value(true),
                pre_merge_commit: Setting::default_value(true),
                pre_push: Setting::default_value(true),
                post_checkout: Setting::default_value(true),
                post_merge: Setting::default_value(true),
                post_rewrite: Setting::default_value(true),
                pre_receive: Setting::default_value(true),
                update: Setting::default_value(true),
                accept_pushed_settings: Setting::default_value(false),
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
            plug_in: Setting::default_value(None),
        }
    }
}
