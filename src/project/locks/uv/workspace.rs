//! The projects that a lock of uv is for.

use crate::message::Message;
use std::collections::{BTreeMap, BTreeSet};

use super::super::lists::texts;
use super::super::lock_input::LockInput;
use super::super::members::matching;
use super::declaration::joined;
use super::groups::{ComparedGroup, groups};
use crate::formats::uv_lock::UvGroups;
use crate::formats::{Member, Value};
use crate::order::Arrange as _;
use crate::python::normalised;

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
pub(super) fn members(input: &LockInput<'_>, root: &Value) -> Result<Vec<LockedMember>, Message> {
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

fn member(directory: &str, manifest: Value) -> Result<Option<LockedMember>, Message> {
    if manifest.at(&["project"]).is_none() {
        return Ok(None);
    }
    let name = manifest.text_at(&["project", "name"]);
    let name = name.ok_or_else(|| format!("the project in `{directory}` has no `name`"))?;
    Ok(Some(LockedMember { name: normalised(&name), directory: directory.to_owned(), manifest }))
}

/// The groups that uv installs by default, as a manifest or a lock has them.
///
/// # Errors
/// That they are something else, as a lower-case fragment.
pub(super) fn default_groups(value: Option<&Value>) -> Result<UvGroups, Message> {
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
    pub(super) fn requirements(&self) -> Result<Vec<(String, Option<String>)>, Message> {
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

    /// The groups, each with what it includes.
    pub(super) fn groups(&self) -> Result<Vec<ComparedGroup>, Message> {
        groups(&self.manifest)
    }

    /// Whether it is built and installed: if it says so or has a build system, and without one if another member needs it.
    pub(super) fn is_package(&self, is_required: bool) -> bool {
        match self.manifest.at(&["tool", "uv", "package"]) {
            Some(value) => *value == Value::Boolean(true),
            None => is_required || self.manifest.at(&["build-system"]).is_some(),
        }
    }
}

/// `tool.uv.sources` of a manifest.
pub(super) fn sources(manifest: &Value) -> &[Member] {
    match manifest.at(&["tool", "uv", "sources"]) {
        Some(Value::Table(sources)) => sources,
        _ => &[],
    }
}

/// The members that a source `{workspace = true}` names, and whether it says that they are editable. uv installs these
/// also without a build system. It counts each source, needed or not, and not those of a project for itself; of several
/// for one member the last counts: those of the root come first, then the members by their names.
pub(super) fn required_members(root: &Value, members: &[LockedMember]) -> BTreeMap<String, Option<bool>> {
    let name = root.text_at(&["project", "name"]).map(|name| normalised(&name)).unwrap_or_default();
    let mut ordered: Vec<&LockedMember> = members.iter().collect();
    ordered.arrange_by_key(|member| &member.name);
    let of_members = ordered.into_iter().map(|member| (member.name.as_str(), member.sources()));
    let mut required = BTreeMap::new();
    for (owner, sources) in std::iter::once((name.as_str(), sources(root))).chain(of_members) {
        for (source, table) in sources.iter().flat_map(each_source) {
            if source != owner && table.at(&["workspace"]) == Some(&Value::Boolean(true)) {
                let editable = table.at(&["editable"]).map(|value| *value == Value::Boolean(true));
                required.insert(source, editable);
            }
        }
    }
    required
}

/// The tables of an entry of `tool.uv.sources`, with its normalised name: there is one, or a list of them.
pub(super) fn each_source(entry: &Member) -> Vec<(String, &Value)> {
    let name = normalised(&entry.key);
    match &entry.value.value {
        Value::List(items) => items.iter().map(|item| (name.clone(), &item.value)).collect(),
        one => vec![(name, one)],
    }
}
