//! The settings that uv records in a lock: options, and what constrains the resolution.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lists::texts;
use super::compare::{LockDifference, compare};
use super::declaration::{Declaration, MemberSources, Requirer, joined, without_credentials};
use super::limits::compare_limits;
use super::static_metadata::compare_static_metadata;
use super::targets::is_locked;
use crate::formats::Value;
use crate::formats::uv_lock::{self, UvLock};
use crate::message::{Message, message};
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
    ("overrides", OVERRIDES),
    ("build-constraints", BUILD_CONSTRAINTS),
];

const OVERRIDES: &str = "override-dependencies";

const BUILD_CONSTRAINTS: &str = "build-constraint-dependencies";

const PRERELEASE_PACKAGE: &str = "prerelease-package";

/// The options of a lock that are not compared as text.
const OTHER_OPTIONS: [&str; 4] =
    ["exclude-newer", "exclude-newer-span", "exclude-newer-package", PRERELEASE_PACKAGE];

fn certain(reason: String) -> Result<(), LockDifference> {
    Err(LockDifference::Certain(reason.into()))
}

fn unknown(reason: impl Into<Message>) -> LockDifference {
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
    compare_limits(lock, settings)?;
    compare_prereleases(recorded(PRERELEASE_PACKAGE), settings.at(&[PRERELEASE_PACKAGE]))?;
    let known = |key: &str| OPTIONS.iter().any(|(known, ..)| *known == key) || OTHER_OPTIONS.contains(&key);
    match lock.options.iter().find(|(key, _)| !known(key)) {
        Some((key, _)) => Err(unknown(format!("the option `{key}` of the lock is not known"))),
        None => Ok(()),
    }
}

/// Compares for which packages pre-releases are taken otherwise.
fn compare_prereleases(recorded: Option<&Value>, set: Option<&Value>) -> Result<(), LockDifference> {
    let by_name = |value: Option<&Value>| match value {
        None => Ok(BTreeMap::new()),
        Some(Value::Table(members)) => {
            let pairs = members.iter().map(|member| (normalised(&member.key), member.value.value.clone()));
            Ok(pairs.collect::<BTreeMap<_, _>>())
        }
        Some(_) => Err(unknown(format!("`{PRERELEASE_PACKAGE}` is not a table"))),
    };
    let (recorded, set) = (by_name(recorded)?, by_name(set)?);
    let changed = |name: &&String| recorded.get(*name) != set.get(*name);
    match set.keys().chain(recorded.keys()).find(changed) {
        Some(name) => certain(format!("`{PRERELEASE_PACKAGE}` for `{name}` has changed")),
        None => Ok(()),
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
        let mut declared = declared.map_err(LockDifference::Unknown)?.concat();
        let recorded = recorded_list(recorded(in_lock), in_lock)?;
        let is_new = |one: &Declaration| !recorded.iter().any(|known| known.name == one.name);
        let has_effect = |one: &Declaration| is_locked(lock, &one.name) && !one.applies_nowhere(&[pythons]);
        let mut idle = None;
        // uv records all that it was told when it locked, and later no more than what has an effect.
        if name != BUILD_CONSTRAINTS {
            idle = declared.iter().find(|one| is_new(one) && !has_effect(one)).map(|one| one.text.clone());
            declared.retain(|one| !is_new(one) || has_effect(one));
        }
        let said = |difference| match difference {
            LockDifference::Certain(reason) => LockDifference::Certain(message!("`{}`: {}", name, reason)),
            LockDifference::Unknown(reason) => LockDifference::Unknown(message!("`{}`: {}", name, reason)),
        };
        compare(&declared, &recorded, pythons).map_err(said)?;
        // What was required by nothing may be required by an override.
        if let Some(text) = idle.filter(|_| name == OVERRIDES) {
            return Err(unknown(format!("`{name}` has `{text}`, which may be needed by nothing")));
        }
    }
    compare_excludes(lock, recorded("excludes"), tool)?;
    compare_static_metadata(lock, recorded("dependency-metadata"), settings)?;
    let known = [
        "constraints",
        "overrides",
        "build-constraints",
        "excludes",
        "dependency-metadata",
        "dependency-groups",
        "default-groups",
        "group-requires-python",
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
    let (declared, recorded) = (names(tool.at(&[name]))?, names(recorded)?);
    // What nothing needs is no difference for uv, unless it was recorded.
    let is_new = |name: &&String| !recorded.contains(*name) && is_locked(lock, name);
    match declared.iter().find(is_new).or_else(|| recorded.difference(&declared).next()) {
        Some(changed) if !declared.contains(changed) => {
            certain(format!("`{name}` no longer has `{changed}`"))
        }
        Some(changed) => certain(format!("`{name}` had no `{changed}` when it was locked")),
        None => Ok(()),
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
