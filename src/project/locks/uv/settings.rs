//! The settings that uv records in a lock: options, and what constrains the resolution.

use std::collections::BTreeSet;

use super::compare::{LockDifference, compare};
use super::declaration::{Declaration, MemberSources, Requirer};
use super::workspace::texts;
use crate::formats::Value;
use crate::formats::uv_lock::{self, UvConflict, UvLock};
use crate::python::{Answer, Marker, Specifiers, normalised};

/// Settings with their names in the lock and in the manifest, and the value that is not recorded.
const OPTIONS: [(&str, &str, &str); 3] = [
    ("resolution-mode", "resolution", "highest"),
    ("prerelease-mode", "prerelease", "if-necessary-or-explicit"),
    ("fork-strategy", "fork-strategy", "requires-python"),
];

/// Lists of requirements with their names in the lock and in the manifest.
const LISTS: [(&str, &str); 3] = [
    ("constraints", "constraint-dependencies"),
    ("overrides", "override-dependencies"),
    ("build-constraints", "build-constraint-dependencies"),
];

fn certain(reason: String) -> Result<(), LockDifference> {
    Err(LockDifference::Certain(reason))
}

fn unknown(reason: impl Into<String>) -> LockDifference {
    LockDifference::Unknown(reason.into())
}

/// Compares the options.
pub(super) fn compare_options(lock: &UvLock, settings: &Value) -> Result<(), LockDifference> {
    let recorded = |name: &str| lock.options.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    for (in_lock, name, default) in OPTIONS {
        let text = |value: Option<&Value>| match value {
            None => Ok(default.to_owned()),
            Some(Value::Text(text)) => Ok(text.clone()),
            Some(_) => Err(unknown(format!("`{name}` is not a string"))),
        };
        let (locked, set) = (text(recorded(in_lock))?, text(settings.at(&[name]))?);
        if locked != set {
            return certain(format!("`{name}` is `{set}`, and was `{locked}` when it was locked"));
        }
    }
    let others = lock.options.iter().map(|(key, _)| key.as_str());
    let others = others.filter(|key| !OPTIONS.iter().any(|(known, ..)| known == key));
    for name in others.chain(["exclude-newer", "exclude-newer-package"]) {
        compare_dates(name, recorded(name), settings.at(&[name]))?;
    }
    Ok(())
}

/// Compares a limit on the age of packages, which uv records as a time.
fn compare_dates(name: &str, recorded: Option<&Value>, set: Option<&Value>) -> Result<(), LockDifference> {
    match (recorded, set) {
        (None, None) => Ok(()),
        (Some(recorded), Some(set)) if recorded == set => Ok(()),
        (Some(_), None) if !name.starts_with("exclude-newer") => {
            Err(unknown(format!("the option `{name}` of the lock is not known")))
        }
        // A span is recorded beside the time that it stood for.
        (Some(_), None) if name.ends_with("-span") => Ok(()),
        (Some(_), None) => certain(format!("`{name}` is no longer set")),
        (None, Some(_)) => certain(format!("`{name}` was not set when it was locked")),
        _ => Err(unknown(format!("`{name}` may be the same time in another form"))),
    }
}

/// Compares markers of environments, which `tool` has: uv takes none from `uv.toml`.
pub(super) fn compare_environments(
    lock: &UvLock,
    tool: &Value,
    pythons: &Specifiers,
) -> Result<(), LockDifference> {
    let pairs =
        [("environments", &lock.supported_markers), ("required-environments", &lock.required_markers)];
    for (name, recorded) in pairs {
        let set = match tool.at(&[name]) {
            Some(Value::Text(text)) => vec![text.clone()],
            other => texts(other, name).map_err(LockDifference::Unknown)?,
        };
        if set.len() != recorded.len() {
            return certain(format!("`{name}` has changed"));
        }
        for (set, recorded) in set.iter().zip(recorded) {
            let marker =
                |text: &str| Marker::parse(text).map_err(|reason| unknown(format!("`{text}`: {reason}")));
            match Marker::apply_alike(Some(&marker(set)?), Some(&marker(recorded)?), &[pythons]) {
                Answer::Yes => {}
                Answer::No => return certain(format!("`{name}` has changed: `{set}` was `{recorded}`")),
                Answer::Unknown(reason) => return Err(unknown(format!("`{name}`: {reason}"))),
            }
        }
    }
    Ok(())
}

/// Compares the sets of extras and groups that exclude each other; `name` is that of the root.
pub(super) fn compare_conflicts(
    lock: &UvLock,
    tool: &Value,
    name: Option<&str>,
) -> Result<(), LockDifference> {
    let sets = match tool.at(&["conflicts"]) {
        None => &[],
        Some(Value::List(sets)) => sets.as_slice(),
        Some(_) => return Err(unknown("`conflicts` is not a list")),
    };
    let mut declared = Vec::new();
    for set in sets {
        let Value::List(items) = &set.value else {
            return Err(unknown("`conflicts` is not a list of lists"));
        };
        let item = |item: &crate::formats::Located| UvConflict {
            package: item
                .value
                .text_at(&["package"])
                .or(name.map(str::to_owned))
                .map(|name| normalised(&name)),
            extra: item.value.text_at(&["extra"]).map(|extra| normalised(&extra)),
            group: item.value.text_at(&["group"]).map(|group| normalised(&group)),
        };
        declared.push(items.iter().map(item).collect::<BTreeSet<_>>());
    }
    let recorded: Vec<BTreeSet<_>> = lock.conflicts.iter().map(|set| set.iter().cloned().collect()).collect();
    let is_in = |set: &BTreeSet<UvConflict>, sets: &[BTreeSet<UvConflict>]| sets.contains(set);
    let is_same =
        declared.iter().all(|set| is_in(set, &recorded)) && recorded.iter().all(|set| is_in(set, &declared));
    match (is_same, declared.is_empty() || recorded.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => certain("`conflicts` has changed".to_owned()),
        // uv adds what follows from groups that include each other.
        (false, false) => Err(unknown("`conflicts` may have changed")),
    }
}

/// Compares what constrains the resolution. `tool` has the lists: uv takes those of `uv.toml` for its pip interface alone.
pub(super) fn compare_constraints(
    lock: &UvLock,
    settings: &Value,
    tool: &Value,
    sources: &MemberSources<'_>,
    pythons: &Specifiers,
) -> Result<(), LockDifference> {
    let recorded = |name: &str| lock.manifest_value(name);
    for (in_lock, name) in LISTS {
        let declared = texts(tool.at(&[name]), name).map_err(LockDifference::Unknown)?;
        let declared: Result<Vec<_>, _> =
            declared.iter().map(|text| Declaration::of_manifest(text, Requirer::Project, sources)).collect();
        let recorded = recorded_list(recorded(in_lock), in_lock)?;
        let said = |difference| match difference {
            LockDifference::Certain(reason) => LockDifference::Certain(format!("`{name}`: {reason}")),
            LockDifference::Unknown(reason) => LockDifference::Unknown(format!("`{name}`: {reason}")),
        };
        compare(&declared.map_err(LockDifference::Unknown)?.concat(), &recorded, pythons).map_err(said)?;
    }
    compare_excludes(lock, recorded("excludes"), tool)?;
    compare_dependency_metadata(recorded("dependency-metadata"), settings)?;
    let known = [
        "constraints",
        "overrides",
        "build-constraints",
        "excludes",
        "dependency-metadata",
        "dependency-groups",
        "default-groups",
    ];
    match lock.manifest.iter().find(|(key, _)| !known.contains(&key.as_str())) {
        Some((key, _)) => Err(unknown(format!("`manifest.{key}` of the lock is not known"))),
        None => Ok(()),
    }
}

/// Compares the names of packages that are left out.
fn compare_excludes(lock: &UvLock, recorded: Option<&Value>, tool: &Value) -> Result<(), LockDifference> {
    let name = "exclude-dependencies";
    let names = |value| {
        let names = texts(value, name).map_err(LockDifference::Unknown)?;
        Ok::<_, LockDifference>(names.iter().map(|name| normalised(name)).collect::<BTreeSet<_>>())
    };
    let is_locked = |name: &str| lock.packages.iter().any(|package| normalised(&package.name) == name);
    let (declared, recorded) = (names(tool.at(&[name]))?, names(recorded)?);
    match declared.symmetric_difference(&recorded).next() {
        Some(changed) if !declared.contains(changed) => {
            certain(format!("`{name}` no longer has `{changed}`"))
        }
        Some(changed) if is_locked(changed) => {
            certain(format!("`{name}` had no `{changed}` when it was locked"))
        }
        // What nothing needs is no difference for uv.
        Some(changed) => Err(unknown(format!("`{name}` has `{changed}`, which may be needed by nothing"))),
        None => Ok(()),
    }
}

/// Compares what is said of packages instead of their own metadata.
fn compare_dependency_metadata(recorded: Option<&Value>, settings: &Value) -> Result<(), LockDifference> {
    let name = "dependency-metadata";
    let is_set = |value: Option<&Value>| value.is_some_and(|value| *value != Value::List(Vec::new()));
    match (is_set(recorded), is_set(settings.at(&[name]))) {
        (false, false) => Ok(()),
        (true, false) => certain(format!("`{name}` is no longer set")),
        (false, true) => certain(format!("`{name}` was not set when it was locked")),
        (true, true) => Err(unknown(format!("`{name}` is not compared"))),
    }
}

/// The requirements in a list of the lock.
pub(super) fn recorded_list(value: Option<&Value>, name: &str) -> Result<Vec<Declaration>, LockDifference> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let recorded =
        uv_lock::requirements(value).map_err(|error| unknown(format!("`{name}` of the lock: {error}")))?;
    recorded.iter().map(Declaration::of_lock).collect::<Result<_, _>>().map_err(LockDifference::Unknown)
}

/// Says whether packages come from an index that is no longer configured. One may be the default index, which is
/// not named.
pub(super) fn compare_indexes(lock: &UvLock, settings: &Value) -> Result<(), LockDifference> {
    use super::declaration::{joined, without_credentials};
    let plain = |url: &str| if url.contains("://") { without_credentials(url) } else { joined("", url) };
    let mut configured: BTreeSet<String> = indexes(settings).iter().map(|(_, url)| plain(url)).collect();
    for key in ["extra-index-url", "find-links"] {
        let more = texts(settings.at(&[key]), key).map_err(LockDifference::Unknown)?;
        configured.extend(more.iter().map(|url| plain(url)));
    }
    configured.extend(settings.text_at(&["index-url"]).map(|url| plain(&url)));
    let registries = lock.packages.iter().filter(|package| package.source.kind == "registry");
    let used: BTreeSet<String> = registries.map(|package| plain(&package.source.location)).collect();
    let others: Vec<&String> = used.difference(&configured).collect();
    let is_same_but_for_slash = |url: &&&String| {
        configured.iter().any(|known| known.trim_end_matches('/') == url.trim_end_matches('/'))
    };
    if let Some(url) = others.iter().find(is_same_but_for_slash) {
        return certain(format!("the index `{url}` is written with or without a slash at the end now"));
    }
    let has_default = settings.text_at(&["index-url"]).is_some()
        || settings.at(&["no-index"]) == Some(&Value::Boolean(true))
        || index_tables(settings).iter().any(|table| table.at(&["default"]) == Some(&Value::Boolean(true)));
    match others.as_slice() {
        [] => Ok(()),
        [_] if !has_default => Ok(()),
        [other, ..] => {
            Err(unknown(format!("packages were locked from `{other}`, which the project does not configure")))
        }
    }
}

/// The indexes of the settings: name and URL.
pub(super) fn indexes(settings: &Value) -> Vec<(String, String)> {
    let tables = index_tables(settings).into_iter();
    let index =
        |table: &Value| Some((table.text_at(&["name"]).unwrap_or_default(), table.text_at(&["url"])?));
    tables.filter_map(index).collect()
}

fn index_tables(settings: &Value) -> Vec<&Value> {
    match settings.at(&["index"]) {
        Some(Value::List(items)) => items.iter().map(|item| &item.value).collect(),
        _ => Vec::new(),
    }
}
