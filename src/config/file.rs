//! Applies the keys of a settings file.

use super::assign::{Input, assign, wrong_type};
use super::field_access::FieldAccess;
use super::key::Key;
use super::keys::{DESCRIPTION_KEYS, ENVIRONMENT_KEYS, KEYS};
use super::name::{check_environment_name, key_names, unknown, unknown_part};
use super::setting_location::SettingLocation;
use super::settings::Settings;
use super::sources::SettingsFile;
use super::spelling::Spelling;
use crate::error::{Error, Result};
use crate::formats::{self, Located, Member, ParseError, Value};
use crate::message::message;
use crate::setting::Origin;

/// Applies the settings of a file.
pub(super) fn apply(file: &SettingsFile, settings: &mut Settings) -> Result<()> {
    let toml = file.path.as_bytes().ends_with(b".toml");
    let spelling = if toml { Spelling::Kebab } else { Spelling::Camel };
    let reader = SettingsFileReader { file, spelling };
    let document = reader.document().map_err(|error| reader.malformed(&error))?;
    match document {
        None => Ok(()),
        Some(Located { value: Value::Table(members), .. }) => reader.members("", &members, settings),
        Some(other) => {
            let kind = other.value.kind();
            Err(Error::settings(message!(
                "{}:{} must be a table of settings, not {}",
                file.path,
                other.line,
                kind
            )))
        }
    }
}

/// A file and the spelling of its keys.
struct SettingsFileReader<'f> {
    file: &'f SettingsFile,
    spelling: Spelling,
}

impl SettingsFileReader<'_> {
    fn document(&self) -> Result<Option<Located>, ParseError> {
        let text = formats::utf8(&self.file.bytes)?;
        match self.spelling {
            Spelling::Kebab => formats::toml::parse(text, &["tool", "git-pyenv"]),
            _ => formats::json::parse(text, DESCRIPTION_KEYS).map(Some),
        }
    }

    fn malformed(&self, error: &ParseError) -> Error {
        let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
        Error::settings(message!("failed to read settings from {}{}", self.file.path, line)).cause(error)
    }

    fn location(&self, name: String, line: usize) -> SettingLocation {
        SettingLocation { name, origin: Origin::File { path: self.file.path.clone(), line: Some(line) } }
    }

    /// Applies the members of the top-level table, or of the group `prefix` (which ends in a dot).
    fn members(&self, prefix: &str, members: &[Member], settings: &mut Settings) -> Result<()> {
        for member in members {
            let name = format!("{prefix}{}", member.key);
            let location = self.location(name.clone(), member.line);
            match KEYS.iter().find(|key| key.spelled(self.spelling) == name) {
                Some(Key { field: FieldAccess::Environments, .. }) => {
                    self.environments(&location, &member.value, settings)?
                }
                // `backup` is a setting and a group.
                found if self.is_group(&name) && (found.is_none() || is_table(&member.value)) => {
                    self.members(&format!("{name}."), table(&location, &member.value)?, settings)?;
                }
                Some(key) => assign(key, settings, &location, Input::Data(&member.value))?,
                None if self.is_description(&name) => {}
                None => return Err(unknown(&location, key_names(self.spelling))),
            }
        }
        Ok(())
    }

    fn is_group(&self, name: &str) -> bool {
        let within = |key: &Key| {
            key.spelled(self.spelling).strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
        };
        !name.is_empty() && KEYS.iter().any(within)
    }

    fn is_description(&self, name: &str) -> bool {
        self.spelling == Spelling::Camel && DESCRIPTION_KEYS.contains(&name)
    }

    fn environments(
        &self,
        location: &SettingLocation,
        value: &Located,
        settings: &mut Settings,
    ) -> Result<()> {
        for named in table(location, value)? {
            let location = self.location(format!("{}.{}", location.name, named.key), named.line);
            check_environment_name(&named.key, &location)?;
            let environment = settings.environments.entry(named.key.clone()).or_default();
            for part in table(&location, &named.value)? {
                let location = self.location(format!("{}.{}", location.name, part.key), part.line);
                let key = ENVIRONMENT_KEYS
                    .iter()
                    .find(|key| key.name == part.key)
                    .ok_or_else(|| unknown_part(&location))?;
                assign(key, environment, &location, Input::Data(&part.value))?;
            }
        }
        Ok(())
    }
}

fn is_table(value: &Located) -> bool {
    matches!(value.value, Value::Table(_))
}

/// Returns the members of a value that must be a table.
fn table<'v>(location: &SettingLocation, value: &'v Located) -> Result<&'v [Member]> {
    match &value.value {
        Value::Table(members) => Ok(members),
        other => Err(wrong_type("a table", other, location)),
    }
}
