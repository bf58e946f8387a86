//! Assigns a value, from a document or from text, to the field of its setting.

use std::mem::discriminant;

use super::allow::{AllowEntry, Allowed};
use super::field_access::{FieldAccess, TextCheck};
use super::key::Key;
use super::setting_location::{SettingLocation, in_backticks};
use super::text_value;
use super::validate::validated;
use crate::error::{Error, Result};
use crate::formats::{Located, Value};
use crate::setting::Setting;

/// A value as its source provides it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Input<'v> {
    /// Text; `None` for a key without a value.
    Text(Option<&'v str>),
    /// A value of a document.
    Data(&'v Located),
}

/// Validates a value and assigns it. A list that one source gives as several texts (values of git config,
/// repeated flags) is appended to; everything else replaces the earlier value.
///
/// # Errors
/// Settings for a value that it does not accept.
pub(super) fn assign<T>(
    key: &Key<T>,
    target: &mut T,
    location: &SettingLocation,
    input: Input<'_>,
) -> Result<()> {
    match &key.field {
        FieldAccess::Text(check, field) => *field(target) = set(location, text(*check, location, input)?),
        FieldAccess::Optional(check, field) => {
            *field(target) = set(location, optional(*check, location, input)?)
        }
        FieldAccess::Boolean(field) => *field(target) = set(location, boolean(location, input)?),
        FieldAccess::List(check, field) => {
            let field = field(target);
            let mut value = if continues(field, location, input)? {
                std::mem::take(&mut field.value)
            } else {
                Vec::new()
            };
            value.extend(list(*check, location, input)?);
            *field = set(location, value);
        }
        FieldAccess::Allow(field) => {
            let field = field(target);
            let earlier =
                if continues(field, location, input)? { field.value.entries().to_vec() } else { Vec::new() };
            let entries = earlier.into_iter().chain(allow(location, input)?).collect();
            *field = set(location, Allowed::compile(entries, location)?);
        }
        FieldAccess::Environments => {
            return Err(location.error("must be set part by part, such as `environments.NAME.directory`"));
        }
    }
    Ok(())
}

fn set<V>(location: &SettingLocation, value: V) -> Setting<V> {
    Setting { value, origin: location.origin.clone() }
}

/// Returns whether a list continues one of the same source. As in git's own lists, an empty value clears it.
fn continues<V>(field: &Setting<V>, location: &SettingLocation, input: Input<'_>) -> Result<bool> {
    match input {
        Input::Data(_) => Ok(false),
        Input::Text(None) => Err(location.error("needs a value")),
        Input::Text(Some(text)) => {
            Ok(!text.trim().is_empty() && discriminant(&field.origin) == discriminant(&location.origin))
        }
    }
}

fn text(check: TextCheck, location: &SettingLocation, input: Input<'_>) -> Result<String> {
    match input {
        Input::Text(None) => Err(location.error("needs a value")),
        Input::Text(Some(text)) => validated(check, text, location),
        Input::Data(Located { value: Value::Text(text), .. }) => validated(check, text, location),
        Input::Data(Located { value: Value::Number(text), .. }) if check == TextCheck::Count => {
            validated(check, text, location)
        }
        Input::Data(other) => Err(wrong_type("a string", &other.value, location)),
    }
}

fn optional(check: TextCheck, location: &SettingLocation, input: Input<'_>) -> Result<Option<String>> {
    match input {
        Input::Text(Some("")) | Input::Data(Located { value: Value::Null, .. }) => Ok(None),
        input => text(check, location, input).map(Some),
    }
}

fn boolean(location: &SettingLocation, input: Input<'_>) -> Result<bool> {
    match input {
        Input::Text(text) => text_value::boolean(text).ok_or_else(|| {
            location.error(format!("must be true or false, not {}", in_backticks(text.unwrap_or_default())))
        }),
        Input::Data(Located { value: Value::Boolean(value), .. }) => Ok(*value),
        Input::Data(other) => Err(wrong_type("true or false", &other.value, location)),
    }
}

fn list(check: TextCheck, location: &SettingLocation, input: Input<'_>) -> Result<Vec<String>> {
    match input {
        Input::Text(text) => text_value::list(text.unwrap_or_default())
            .map(|entry| validated(check, entry, location))
            .collect(),
        Input::Data(Located { value: Value::List(items), .. }) => {
            items.iter().map(|item| text_item(check, &location.at(item.line), item)).collect()
        }
        Input::Data(other) => Err(wrong_type("a list of strings", &other.value, location)),
    }
}

fn text_item(check: TextCheck, location: &SettingLocation, item: &Located) -> Result<String> {
    match &item.value {
        Value::Text(text) => validated(check, text, location),
        other => {
            Err(wrong_type("a list of strings", other, location)
                .hint("every entry of the list must be a string"))
        }
    }
}

fn allow(location: &SettingLocation, input: Input<'_>) -> Result<Vec<AllowEntry>> {
    match input {
        Input::Text(text) => text_value::allow(text.unwrap_or_default())
            .map(|(pattern, reason)| AllowEntry::new(pattern, reason, location))
            .collect(),
        Input::Data(Located { value: Value::List(items), .. }) => {
            items.iter().map(|item| allow_item(location, item)).collect()
        }
        Input::Data(other) => Err(wrong_type(ALLOW_SHAPE, &other.value, location)),
    }
}

/// The shape of `allow` in a document.
const ALLOW_SHAPE: &str = "a list of tables with `path` and `reason`";

fn allow_item(location: &SettingLocation, item: &Located) -> Result<AllowEntry> {
    let location = location.at(item.line);
    let Value::Table(members) = &item.value else {
        return Err(wrong_type(ALLOW_SHAPE, &item.value, &location));
    };
    let (mut path, mut reason) = (None, None);
    for member in members {
        let field = match member.key.as_str() {
            "path" => &mut path,
            "reason" => &mut reason,
            other => {
                return Err(location
                    .at(member.line)
                    .error(format!("must be {ALLOW_SHAPE}, without {}", in_backticks(other))));
            }
        };
        let Value::Text(text) = &member.value.value else {
            let part = SettingLocation {
                name: format!("{}.{}", location.name, member.key),
                ..location.at(member.line)
            };
            return Err(wrong_type("a string", &member.value.value, &part));
        };
        *field = Some(text.as_str());
    }
    let path = path.ok_or_else(|| location.error("has an entry without `path`"))?;
    AllowEntry::new(path, reason.unwrap_or_default(), &location)
}

/// The error for a value of the wrong type. A number instead of text is most often a version.
pub(super) fn wrong_type(wanted: &str, value: &Value, location: &SettingLocation) -> Error {
    let error = location.error(format!("must be {wanted}, not {}", value.kind()));
    match value {
        Value::Number(number) if wanted == "a string" => {
            error.hint(format!("put it in quotes: `\"{number}\"`"))
        }
        _ => error,
    }
}
