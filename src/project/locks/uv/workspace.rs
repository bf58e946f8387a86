//! The projects that a lock of uv is for.

use std::collections::BTreeSet;

use super::super::lock_input::LockInput;
use super::super::members::matching;
use super::declaration::joined;
use crate::formats::uv_lock::UvGroups;
use crate::formats::{Member, Value};
use crate::python::{Requirement, normalised};

/// A project of the workspace.
pub(super) struct LockedMember {
    /// Its normalised name.
    pub(super) name: String,
    /// Its directory relative to the lock; `.` for the root.
    pub(super) directory: String,
    /// Its manifest.
    pub(super) manifest: Value,
}

/// The root, if it is a project, and the members of its workspace.
///
/// # Errors
/// Why they are not known, as a lower-case fragment.
pub(super) fn members(input: &LockInput<'_>, root: &Value) -> Result<Vec<LockedMember>, String> {
    let mut members: Vec<LockedMember> = Vec::new();
    members.extend(member(".", root.clone())?);
    let Some(workspace) = root.at(&["tool", "uv", "workspace"]) else { return Ok(members) };
    let excluded = matching(input.files, &texts(workspace.at(&["exclude"]), "exclude")?)?;
    let mut directories = matching(input.files, &texts(workspace.at(&["members"]), "members")?)?;
    directories
        .retain(|directory| !excluded.contains(directory) && directory.as_str() != "" && directory != ".");
    for directory in directories {
        let manifest = input.other_manifest(&format!("{directory}/pyproject.toml"))?;
        let Some(manifest) = manifest else { continue };
        // uv leaves such members alone.
        if manifest.at(&["tool", "uv", "managed"]) == Some(&Value::Boolean(false)) {
            continue;
        }
        members.extend(member(&joined("", &directory), manifest)?);
    }
    Ok(members)
}

fn member(directory: &str, manifest: Value) -> Result<Option<LockedMember>, String> {
    if manifest.at(&["project"]).is_none() {
        return Ok(None);
    }
    let name = manifest.text_at(&["project", "name"]);
    let name = name.ok_or_else(|| format!("the project in `{directory}` has no `name`"))?;
    Ok(Some(LockedMember { name: normalised(&name), directory: directory.to_owned(), manifest }))
}

/// The strings of a list; none without one.
///
/// # Errors
/// That it is something else, as a lower-case fragment.
pub(super) fn texts(value: Option<&Value>, name: &str) -> Result<Vec<String>, String> {
    let wrong = || format!("`{name}` is not a list of strings");
    match value {
        None => Ok(Vec::new()),
        Some(Value::List(items)) => items
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Ok(text.clone()),
                _ => Err(wrong()),
            })
            .collect(),
        Some(_) => Err(wrong()),
    }
}

/// The groups that uv installs by default, as a manifest or a lock has them.
///
/// # Errors
/// That they are something else, as a lower-case fragment.
pub(super) fn default_groups(value: Option<&Value>) -> Result<UvGroups, String> {
    match value {
        None => Ok(UvGroups::Named(vec!["dev".to_owned()])),
        Some(Value::Text(text)) if text == "all" => Ok(UvGroups::All),
        other => texts(other, "default-groups").map(UvGroups::Named),
    }
}

impl LockedMember {
    /// `tool.uv.sources`.
    pub(super) fn sources(&self) -> &[Member] {
        sources(&self.manifest)
    }

    /// The keys that are not static.
    pub(super) fn is_dynamic(&self, key: &str) -> bool {
        match self.manifest.at(&["project", "dynamic"]) {
            Some(Value::List(items)) => items.iter().any(|item| item.value == Value::Text(key.to_owned())),
            _ => false,
        }
    }

    /// The requirements of the project and its extras, each with its extra.
    pub(super) fn requirements(&self) -> Result<Vec<(String, Option<String>)>, String> {
        let own = texts(self.manifest.at(&["project", "dependencies"]), "dependencies")?;
        let mut found: Vec<_> = own.into_iter().map(|text| (text, None)).collect();
        if let Some(Value::Table(extras)) = self.manifest.at(&["project", "optional-dependencies"]) {
            for extra in extras {
                let name = normalised(&extra.key);
                let items = texts(Some(&extra.value.value), &extra.key)?;
                found.extend(items.into_iter().map(|text| (text, Some(name.clone()))));
            }
        }
        Ok(found)
    }

    /// The normalised names of the extras.
    pub(super) fn extras(&self) -> BTreeSet<String> {
        match self.manifest.at(&["project", "optional-dependencies"]) {
            Some(Value::Table(extras)) => extras.iter().map(|extra| normalised(&extra.key)).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// The requirements of each group, with those of the groups that it includes.
    pub(super) fn groups(&self) -> Result<Vec<(String, Vec<String>)>, String> {
        groups(&self.manifest)
    }

    /// Whether it is built and installed: if it says so or has a build system, and without one if another member needs it.
    pub(super) fn is_package(&self, is_required: bool) -> bool {
        match self.manifest.at(&["tool", "uv", "package"]) {
            Some(value) => *value == Value::Boolean(true),
            None => is_required || self.manifest.at(&["build-system"]).is_some(),
        }
    }

    /// The names that a source `{workspace = true}` of the member leads to, if a requirement has them, and whether the source
    /// says that they are not editable.
    pub(super) fn required_members(
        &self,
        inherited: &[Member],
    ) -> Result<Vec<(String, Option<bool>)>, String> {
        let mut texts: Vec<String> = self.requirements()?.into_iter().map(|(text, _)| text).collect();
        texts.extend(self.groups()?.into_iter().flat_map(|(_, items)| items));
        let names: BTreeSet<String> = texts
            .iter()
            .filter_map(|text| Requirement::parse_standard(text).ok())
            .map(|one| normalised(&one.name))
            .collect();
        let required = |member: &Member| {
            let source = &member.value.value;
            let is_required = source.at(&["workspace"]) == Some(&Value::Boolean(true))
                && names.contains(&normalised(&member.key));
            let editable = source.at(&["editable"]).map(|value| *value == Value::Boolean(true));
            is_required.then(|| (normalised(&member.key), editable))
        };
        Ok(self.sources().iter().chain(inherited).filter_map(required).collect())
    }
}

/// `tool.uv.sources` of a manifest.
pub(super) fn sources(manifest: &Value) -> &[Member] {
    match manifest.at(&["tool", "uv", "sources"]) {
        Some(Value::Table(sources)) => sources,
        _ => &[],
    }
}

/// The requirements of each group of a manifest.
///
/// # Errors
/// What is wrong with them, as a lower-case fragment.
pub(super) fn groups(manifest: &Value) -> Result<Vec<(String, Vec<String>)>, String> {
    let tables = match manifest.at(&["dependency-groups"]) {
        Some(Value::Table(tables)) => tables.as_slice(),
        _ => &[],
    };
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for table in tables {
        let mut items = Vec::new();
        expand(tables, table, &mut Vec::new(), &mut items)?;
        found.push((normalised(&table.key), items));
    }
    if let Some(legacy) = manifest.at(&["tool", "uv", "dev-dependencies"]) {
        let legacy = texts(Some(legacy), "dev-dependencies")?;
        match found.iter_mut().find(|(name, _)| name == "dev") {
            Some((_, items)) => items.extend(legacy),
            None => found.push(("dev".to_owned(), legacy)),
        }
    }
    Ok(found)
}

fn expand<'g>(
    tables: &'g [Member],
    group: &'g Member,
    within: &mut Vec<&'g str>,
    found: &mut Vec<String>,
) -> Result<(), String> {
    let wrong = || format!("the group `{}` is not understood", group.key);
    if within.contains(&group.key.as_str()) {
        return Err(format!("the group `{}` includes itself", group.key));
    }
    within.push(&group.key);
    let Value::List(items) = &group.value.value else { return Err(wrong()) };
    for item in items {
        match &item.value {
            Value::Text(text) => found.push(text.clone()),
            table => {
                let included = table.text_at(&["include-group"]).ok_or_else(wrong)?;
                let other = tables.iter().find(|other| normalised(&other.key) == normalised(&included));
                let other = other.ok_or_else(|| format!("there is no group `{included}`"))?;
                expand(tables, other, within, found)?;
            }
        }
        if found.len() > MOST_REQUIREMENTS {
            return Err(wrong());
        }
    }
    within.pop();
    Ok(())
}

/// As many requirements may a group have with all that it includes: groups that include each other twice would grow
/// without end.
const MOST_REQUIREMENTS: usize = 100_000;
