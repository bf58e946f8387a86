//! Where a hash differs: whether a requirement of the manifest contradicts the lock.

use std::collections::BTreeMap;

use crate::formats::{Located, Value};
use crate::python::{Requirement, Specifiers, Wanted, normalised};

/// A requirement as far as it can be compared with a locked version.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Declared {
    /// Normalised.
    pub(super) name: String,
    /// The specifiers with their text; `None` where they do not decide.
    pub(super) specifiers: Option<(String, Specifiers)>,
}

/// The requirements in lists of the standard form, as far as they can be read.
pub(super) fn of_list(value: Option<&Value>) -> Vec<Declared> {
    let Some(Value::List(items)) = value else { return Vec::new() };
    items.iter().filter_map(of_item).collect()
}

/// Those of a table of lists: groups or extras.
pub(super) fn of_lists(value: Option<&Value>) -> Vec<Declared> {
    let Some(Value::Table(members)) = value else { return Vec::new() };
    members.iter().flat_map(|member| of_list(Some(&member.value.value))).collect()
}

fn of_item(item: &Located) -> Option<Declared> {
    let Value::Text(text) = &item.value else { return None };
    let requirement = Requirement::parse_standard(text).ok()?;
    let specifiers = match requirement.wanted {
        // A marker may be for another Python than that of the lock.
        Wanted::Version(specifiers) if !specifiers.is_any() && requirement.marker.is_none() => {
            Some((specifiers.to_string(), specifiers))
        }
        _ => None,
    };
    Some(Declared { name: normalised(&requirement.name), specifiers })
}

/// The requirements in a table with names as keys, of poetry or pipenv; `parse` reads their versions.
pub(super) fn of_table(
    value: Option<&Value>,
    parse: fn(&str) -> Result<Specifiers, String>,
) -> Vec<Declared> {
    let Some(Value::Table(members)) = value else { return Vec::new() };
    let declared = members.iter().filter(|member| member.key != "python").map(|member| {
        let version = match &member.value.value {
            Value::Text(text) => Some(text.clone()),
            // Whatever else is in the table may change what the version means.
            _ => None,
        };
        let specifiers = version.and_then(|text| Some((text.clone(), parse(&text).ok()?)));
        Declared { name: normalised(&member.key), specifiers }
    });
    declared.collect()
}

/// How the lock contradicts a requirement, if it does: a lower-case fragment.
pub(super) fn contradiction<'l>(
    declared: &[Declared],
    locked: impl IntoIterator<Item = (&'l str, Option<&'l str>)>,
) -> Option<String> {
    let mut versions: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, version) in locked {
        versions.entry(normalised(name)).or_default().extend(version);
    }
    declared.iter().find_map(|declared| {
        let name = &declared.name;
        let Some(locked) = versions.get(name) else { return Some(format!("`{name}` is not locked")) };
        let (text, specifiers) = declared.specifiers.as_ref()?;
        let is_met = locked.is_empty() || locked.iter().any(|version| specifiers.accept_installed(version));
        (!is_met).then(|| format!("`{name}` is locked as {}, which is not `{text}`", locked.join(" and ")))
    })
}

/// Why a lock is stale whose hash differs: what contradicts it, else that perhaps only the text was changed.
pub(super) fn changed(manifest: &str, since: &str, contradiction: Option<String>) -> String {
    match contradiction {
        Some(contradiction) => format!("`{manifest}` was changed since {since}: {contradiction}"),
        None => format!(
            "`{manifest}` was changed since {since}; every requirement is met by a locked version, so it may be that \
             only the text changed"
        ),
    }
}
