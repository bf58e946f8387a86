//! Finds the setting of a name, and suggests one where there is none.

use super::context;
use super::key::Key;
use super::keys::{ENVIRONMENT_KEYS, KEYS, OTHER_VARIABLES};
use super::setting_location::{SettingLocation, in_backticks};
use super::settings::{NamedEnvironment, Settings};
use super::spelling::{Spelling, VARIABLE_START};
use crate::error::{Error, Result};
use crate::message::message;
use crate::path::printable;
use crate::text::nearest;

/// The setting that a name refers to.
#[derive(Debug)]
pub(super) enum ResolvedKey {
    /// A setting of [`KEYS`].
    Key(&'static Key<Settings>),
    /// A part of a named environment.
    Part(String, &'static Key<NamedEnvironment>),
}

/// Finds a dotted camelCase name, ignoring case as git config does: `hooks.precommit`, `environments.NAME.directory`.
pub(super) fn resolve(name: &str, spelling: Spelling, location: &SettingLocation) -> Result<ResolvedKey> {
    if let Some(key) = KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name)) {
        return Ok(ResolvedKey::Key(key));
    }
    let group = name.get(.."environments.".len()).filter(|group| group.eq_ignore_ascii_case("environments."));
    if let Some((environment, part)) = group.and_then(|group| name[group.len()..].rsplit_once('.')) {
        check_environment_name(environment, location)?;
        let part = ENVIRONMENT_KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(part));
        let part = part.ok_or_else(|| unknown_part(location))?;
        return Ok(ResolvedKey::Part(environment.to_owned(), part));
    }
    Err(unknown(location, key_names(spelling)))
}

/// Finds the setting of an environment variable.
pub(super) fn resolve_variable(name: &str) -> Option<ResolvedKey> {
    let key = KEYS.iter().find(|key| key.spelled(Spelling::Variable) == name);
    key.map(ResolvedKey::Key)
}

/// What to warn of in the name of an environment variable, if it starts as those of settings do and is of none. Such a
/// variable may be another program's, so it is no error.
#[must_use]
pub fn unknown_variable(name: &str) -> Option<String> {
    let is_other = OTHER_VARIABLES.contains(&name) || context::VARIABLES.contains(&name);
    let is_setting = name.starts_with(VARIABLE_START) && !is_other;
    if !is_setting || resolve_variable(name).is_some() {
        return None;
    }
    let hint = match nearest(name, &key_names(Spelling::Variable)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "it has no effect".to_owned(),
    };
    Some(format!("unknown environment variable `{}`: {hint}", printable(name.as_bytes())))
}

/// Checks the name of an environment. It is used in keys, flags and messages: letters, digits, `.`, `_` and `-`.
pub(super) fn check_environment_name(name: &str, location: &SettingLocation) -> Result<()> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.is_empty() && name.chars().all(good) {
        return Ok(());
    }
    let complaint = format!(
        "has an invalid environment name {}; use letters, digits, `.`, `_` and `-`",
        in_backticks(name)
    );
    Err(location.error(complaint))
}

/// The names of all settings.
pub(super) fn key_names(spelling: Spelling) -> Vec<String> {
    KEYS.iter().map(|key| key.spelled(spelling)).collect()
}

/// The error for an unknown name, with the nearest known one as a hint.
pub(super) fn unknown(location: &SettingLocation, names: Vec<String>) -> Error {
    let error = Error::settings(message!("unknown setting {}", location));
    match nearest(&location.name, &names) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint(format!("the settings are {}", names.join(", "))),
    }
}

/// The error for an unknown part of an environment.
pub(super) fn unknown_part(location: &SettingLocation) -> Error {
    let parts: Vec<&str> = ENVIRONMENT_KEYS.iter().map(|key| key.name).collect();
    Error::settings(message!("unknown setting {}", location))
        .hint(format!("the settings of an environment are {}", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_name() {
        let cases = [
            (Spelling::Camel, "venvdir", Some("venvDirectory")),
            (Spelling::Camel, "vdir", None),
            (Spelling::Camel, "venvDirectroy", Some("venvDirectory")),
            (Spelling::Camel, "venv_directory", Some("venvDirectory")),
            (Spelling::Kebab, "venvDirectory", Some("venv-directory")),
            (Spelling::Kebab, "hooks.precommit", Some("hooks.pre-commit")),
            (Spelling::Camel, "ignored", Some("ignore")),
            (Spelling::Variable, "GIT_PYENV_IGNORES", Some("GIT_PYENV_IGNORE")),
            (Spelling::Camel, "backups", Some("backup")),
            (Spelling::Camel, "x", None),
        ];
        for (spelling, misspelled, expected) in cases {
            assert_eq!(nearest(misspelled, &key_names(spelling)), expected, "{misspelled}");
        }
    }
}
