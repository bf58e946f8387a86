//! Merges all sources into the effective settings.

use std::ffi::OsStr;

use super::assign::{Input, assign};
use super::file;
use super::keys::{OTHER_GIT_KEYS, OTHER_GIT_KEYS_START};
use super::name::{ResolvedKey, resolve, resolve_variable};
use super::setting_location::SettingLocation;
use super::settings::{NamedEnvironment, Settings};
use super::sources::{FlagValue, GitValue, Sources};
use super::spelling::Spelling;
use crate::error::{Error, Result};
use crate::message::message;
use crate::path::display_bytes;
use crate::setting::{Origin, Setting};

/// Merges all sources; a later one wins, a list replaces the list of an earlier source.
///
/// # Errors
/// [`crate::error::ErrorKind::Settings`], with file and line, for invalid JSON or TOML, an unknown setting,
/// a wrong value, and a committed value that points outside the repository.
pub fn merge(sources: &Sources) -> Result<Settings> {
    let mut settings = Settings::default();
    sources.files.iter().try_for_each(|file| file::apply(file, &mut settings))?;
    sources.git.iter().try_for_each(|value| apply_git(value, &mut settings))?;
    sources.environment.iter().try_for_each(|(name, value)| apply_variable(name, value, &mut settings))?;
    sources.flags.iter().try_for_each(|flag| apply_flag(flag, &mut settings))?;
    check_environments(&settings)?;
    Ok(settings)
}

fn apply_git(value: &GitValue, settings: &mut Settings) -> Result<()> {
    let Some((section, name)) = value.key.split_once('.') else { return Ok(()) };
    let is_other = OTHER_GIT_KEYS.iter().any(|key| key.eq_ignore_ascii_case(name));
    if !section.eq_ignore_ascii_case("pyenv") || is_other {
        return Ok(());
    }
    let origin = Origin::GitConfig(display_bytes(value.origin.as_bytes()));
    if let Some(choice) = name.strip_prefix(OTHER_GIT_KEYS_START) {
        put_choice(choice, value.value.as_deref(), origin, settings);
        return Ok(());
    }
    let location = SettingLocation { name: value.key.clone(), origin };
    let target = resolve(name, Spelling::Git, &location)?;
    put(target, settings, &location, value.value.as_deref())
}

/// Sets `DIRECTORY.environment`; an empty value is none.
fn put_choice(name: &str, value: Option<&str>, origin: Origin, settings: &mut Settings) {
    let Some((directory, "environment")) = name.rsplit_once('.') else { return };
    match value.filter(|value| !value.is_empty()) {
        Some(value) => {
            let choice = Setting { value: value.to_owned(), origin };
            let _ = settings.choices.insert(directory.to_owned(), choice);
        }
        None => drop(settings.choices.remove(directory)),
    }
}

fn apply_variable(name: &str, value: &OsStr, settings: &mut Settings) -> Result<()> {
    let Some(target) = resolve_variable(name) else { return Ok(()) };
    let location = SettingLocation { name: name.to_owned(), origin: Origin::Environment(name.to_owned()) };
    let value = value.to_str().ok_or_else(|| location.error("is not valid UTF-8"))?;
    put(target, settings, &location, Some(value))
}

fn apply_flag(flag: &FlagValue, settings: &mut Settings) -> Result<()> {
    let location = SettingLocation { name: flag.flag.clone(), origin: Origin::Flag(flag.flag.clone()) };
    let target = resolve(&flag.key, Spelling::Camel, &location)?;
    put(target, settings, &location, flag.value.as_deref())
}

fn put(
    target: ResolvedKey,
    settings: &mut Settings,
    location: &SettingLocation,
    value: Option<&str>,
) -> Result<()> {
    match target {
        ResolvedKey::Key(key) => assign(key, settings, location, Input::Text(value)),
        ResolvedKey::Part(name, key) => {
            assign(key, settings.environments.entry(name).or_default(), location, Input::Text(value))
        }
    }
}

/// Every named environment needs a directory, from whichever source.
fn check_environments(settings: &Settings) -> Result<()> {
    let homeless =
        settings.environments.iter().find(|(_, environment)| environment.directory.value.is_empty());
    let Some((name, environment)) = homeless else { return Ok(()) };
    let NamedEnvironment { directory: _, python, requirements, groups, plug_in } = environment;
    let origins = [&python.origin, &requirements.origin, &groups.origin, &plug_in.origin];
    let set = origins.into_iter().find(|origin| **origin != Origin::Default);
    let place = set.map(|origin| message!(" in {}", origin));
    let error = Error::settings(message!("environment `{}`{} has no directory", name, place));
    Err(error.hint(format!("set `environments.{name}.directory`")))
}

#[cfg(test)]
mod tests;
