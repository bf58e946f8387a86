//! Puts a value, of a document or of text, into the field of its setting.

use std::mem::discriminant;

use super::allow::{AllowEntry, Allowed};
use super::key::{Check, Slot};
use super::site::{Site, shown};
use super::text_value;
use super::trust::checked;
use crate::error::{Error, Result};
use crate::formats::{Located, Value};
use crate::setting::Setting;

/// A value as its source has it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Input<'v> {
    /// Text, or a key that stands alone.
    Text(Option<&'v str>),
    /// A value of a document.
    Data(&'v Located),
}

/// Checks a value and assigns it. A list given as text in several pieces by one source (values of git
/// config, repeated flags) grows; everything else replaces what was there.
pub(super) fn assign<T>(slot: &Slot<T>, target: &mut T, site: &Site, input: Input<'_>) -> Result<()> {
    match slot {
        Slot::Text(check, field) => *field(target) = set(site, text(*check, site, input)?),
        Slot::Optional(check, field) => *field(target) = set(site, optional(*check, site, input)?),
        Slot::Boolean(field) => *field(target) = set(site, boolean(site, input)?),
        Slot::List(check, field) => {
            let field = field(target);
            let mut value =
                if continues(field, site, input)? { std::mem::take(&mut field.value) } else { Vec::new() };
            value.extend(list(*check, site, input)?);
            *field = set(site, value);
        }
        Slot::Allow(field) => {
            let field = field(target);
            let earlier =
                if continues(field, site, input)? { field.value.entries().to_vec() } else { Vec::new() };
            let entries = earlier.into_iter().chain(allow(site, input)?).collect();
            *field = set(site, Allowed::compile(entries, site)?);
        }
        Slot::Environments => {
            return Err(site.error("must be set part by part, such as `environments.NAME.directory`"));
        }
    }
    Ok(())
}

fn set<V>(site: &Site, value: V) -> Setting<V> {
    Setting { value, origin: site.origin.clone() }
}

/// Says whether a list goes on where the same source left it. As in git's own lists, an empty value
/// discards what came before it.
fn continues<V>(field: &Setting<V>, site: &Site, input: Input<'_>) -> Result<bool> {
    match input {
        Input::Data(_) => Ok(false),
        Input::Text(None) => Err(site.error("needs a value")),
        Input::Text(Some(text)) => {
            Ok(!text.trim().is_empty() && discriminant(&field.origin) == discriminant(&site.origin))
        }
    }
}

fn text(check: Check, site: &Site, input: Input<'_>) -> Result<String> {
    match input {
        Input::Text(None) => Err(site.error("needs a value")),
        Input::Text(Some(text)) => checked(check, text, site),
        Input::Data(Located { value: Value::Text(text), .. }) => checked(check, text, site),
        Input::Data(other) => Err(wrong_type("text", &other.value, site)),
    }
}

fn optional(check: Check, site: &Site, input: Input<'_>) -> Result<Option<String>> {
    match input {
        Input::Text(Some("")) | Input::Data(Located { value: Value::Null, .. }) => Ok(None),
        input => text(check, site, input).map(Some),
    }
}

fn boolean(site: &Site, input: Input<'_>) -> Result<bool> {
    match input {
        Input::Text(text) => text_value::boolean(text).ok_or_else(|| {
            site.error(format!("must be true or false, not {}", shown(text.unwrap_or_default())))
        }),
        Input::Data(Located { value: Value::Boolean(value), .. }) => Ok(*value),
        Input::Data(other) => Err(wrong_type("true or false", &other.value, site)),
    }
}

fn list(check: Check, site: &Site, input: Input<'_>) -> Result<Vec<String>> {
    match input {
        Input::Text(text) => {
            text_value::list(text.unwrap_or_default()).map(|entry| checked(check, entry, site)).collect()
        }
        Input::Data(Located { value: Value::List(items), .. }) => {
            items.iter().map(|item| text_item(check, &site.at(item.line), item)).collect()
        }
        Input::Data(other) => Err(wrong_type("a list of text", &other.value, site)),
    }
}

fn text_item(check: Check, site: &Site, item: &Located) -> Result<String> {
    match &item.value {
        Value::Text(text) => checked(check, text, site),
        other => Err(wrong_type("a list of text", other, site).hint("every entry of the list is text")),
    }
}

fn allow(site: &Site, input: Input<'_>) -> Result<Vec<AllowEntry>> {
    match input {
        Input::Text(text) => text_value::allow(text.unwrap_or_default())
            .map(|(pattern, reason)| AllowEntry::new(pattern, reason, site))
            .collect(),
        Input::Data(Located { value: Value::List(items), .. }) => {
            items.iter().map(|item| allow_item(site, item)).collect()
        }
        Input::Data(other) => Err(wrong_type(ALLOW_SHAPE, &other.value, site)),
    }
}

/// What `allow` looks like in a document.
const ALLOW_SHAPE: &str = "a list of tables with `path` and `reason`";

fn allow_item(site: &Site, item: &Located) -> Result<AllowEntry> {
    let site = site.at(item.line);
    let Value::Table(members) = &item.value else { return Err(wrong_type(ALLOW_SHAPE, &item.value, &site)) };
    let (mut path, mut reason) = (None, None);
    for member in members {
        let field = match member.key.as_str() {
            "path" => &mut path,
            "reason" => &mut reason,
            other => {
                return Err(site
                    .at(member.line)
                    .error(format!("must be {ALLOW_SHAPE}, without {}", shown(other))));
            }
        };
        let Value::Text(text) = &member.value.value else {
            let part = Site { name: format!("{}.{}", site.name, member.key), ..site.at(member.line) };
            return Err(wrong_type("text", &member.value.value, &part));
        };
        *field = Some(text.as_str());
    }
    let path = path.ok_or_else(|| site.error("has an entry without `path`"))?;
    AllowEntry::new(path, reason.unwrap_or_default(), &site)
}

/// The error of a value of another type; a number where text belongs is most often a version.
pub(super) fn wrong_type(wanted: &str, value: &Value, site: &Site) -> Error {
    let error = site.error(format!("must be {wanted}, not {}", value.kind()));
    match value {
        Value::Number(number) if wanted == "text" => error.hint(format!("put it in quotes: `\"{number}\"`")),
        _ => error,
    }
}
