//! The lock of the tool that the project uses.

use std::collections::BTreeSet;

use super::choice::Choice;
use super::collection::Collection;
use super::requirements::is_pylock;
use super::workspace::member_manifests;
use crate::formats::pyproject::{DefaultGroups, GroupTool, Pyproject};
use crate::fs::exists;
use crate::model::{InstallInput, Place, RequestedPackages};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::project::locks::{DiskFiles, LOCK_FORMATS, LockFormat, LockInput, LockSelection};
use crate::python::MarkerEnvironment;

/// The tools that decide about groups, as locks name them.
const TOOLS: [(&str, GroupTool); 3] =
    [("uv", GroupTool::Uv), ("poetry", GroupTool::Poetry), ("pdm", GroupTool::Pdm)];

/// The lock that a file is, by its name.
pub(super) fn format_of(file: &RepoPath) -> Option<&'static LockFormat> {
    let is_named = |format: &&&LockFormat| {
        file.name() == format.file_name.as_bytes() || (format.file_name == "pylock.toml" && is_pylock(file))
    };
    LOCK_FORMATS.iter().find(is_named).copied()
}

/// The locks beside the manifests of a project, that of the tool whose tables `pyproject.toml` has first.
pub(super) fn locks(collection: &Collection<'_>, project: &RepoPath) -> Vec<(RepoPath, &'static LockFormat)> {
    let path = |format: &LockFormat| project.join(format.file_name).ok();
    let present = LOCK_FORMATS.iter().filter_map(|format| Some((path(format)?, *format)));
    let mut found: Vec<_> = present.filter(|(file, _)| exists(&file.to_path(collection.top))).collect();
    if found.len() > 1 {
        let tool = collection.pyproject(project).and_then(|pyproject| pyproject.group_tool());
        found.arrange_by_key(|(_, format)| tool.is_none() || group_tool(format) != tool);
    }
    found
}

/// The tool that decides about groups in a project with this lock.
pub(super) fn group_tool(format: &LockFormat) -> Option<GroupTool> {
    TOOLS.iter().find(|(name, _)| *name == format.tool).map(|(_, tool)| *tool)
}

/// Adds what a lock asks for; `false` if that is not known, so that the manifest has to be asked.
pub(super) fn add(
    collection: &mut Collection<'_>,
    file: &RepoPath,
    format: &LockFormat,
    choice: &mut Choice,
    markers: &MarkerEnvironment,
) -> bool {
    let place = Place { file: file.clone(), line: None };
    let Some(lock) = collection.read(file, &place) else { return false };
    let directory = file.parent().unwrap_or_default();
    let beside = directory.join(format.manifest).ok().filter(|manifest| collection.is_inside(manifest));
    let manifest = beside.and_then(|manifest| collection.read(&manifest, &place));
    let pyproject = manifest.as_deref().and_then(|bytes| Pyproject::parse(bytes).ok());
    let members = pyproject
        .as_ref()
        .filter(|pyproject| pyproject.standard.is_none() && group_tool(format) == Some(GroupTool::Uv))
        .map(|pyproject| member_manifests(collection, &directory, pyproject));
    let (groups, extras) = wanted(format, pyproject.as_ref(), &members.unwrap_or_default(), choice);
    let files = DiskFiles { directory: directory.to_path(collection.top) };
    let input = LockInput { file, lock: &lock, manifest: manifest.as_deref(), files: &files };
    let selection = LockSelection {
        directory: &files.directory,
        extras: &extras,
        groups: groups.as_deref(),
        environment: markers,
    };
    match (format.requested)(&input, &selection) {
        Ok(packages) => {
            take_over(&mut collection.packages, packages);
            collection.packages.choice = chosen(groups.as_deref(), &extras);
            collection.packages.inputs.push(InstallInput::Lock(file.to_path(collection.top)));
            true
        }
        Err(reason) => {
            collection.leave(&place, reason);
            false
        }
    }
}

/// The groups, if they are not those that the tool installs anyway, and the extras. What the manifest has is found, and what
/// the members of a workspace have whose root is no project: uv then installs all of them.
fn wanted(
    format: &LockFormat,
    pyproject: Option<&Pyproject>,
    members: &[Pyproject],
    choice: &mut Choice,
) -> (Option<Vec<String>>, Vec<String>) {
    let manifests = || pyproject.into_iter().chain(members);
    manifests().for_each(|pyproject| choice.knows(pyproject));
    let (all_groups, all_extras): (BTreeSet<String>, BTreeSet<String>) = match pyproject {
        Some(_) => (
            manifests().flat_map(Pyproject::group_names).collect(),
            manifests().flat_map(Pyproject::extra_names).collect(),
        ),
        // A `Pipfile` has groups alone, and a lock that stands alone may have any.
        None => (choice.possible_groups().into_iter().collect(), choice.extras.iter().cloned().collect()),
    };
    let extras: Vec<String> =
        choice.possible_extras().into_iter().filter(|extra| all_extras.contains(extra)).collect();
    let named: Vec<String> =
        choice.possible_groups().into_iter().filter(|group| all_groups.contains(group)).collect();
    let is_usual = choice.instead.is_none();
    extras.iter().for_each(|extra| choice.found_extra(extra));
    named.iter().for_each(|group| choice.found_group(group));
    if is_usual && named.is_empty() {
        return (None, extras);
    }
    let usual = pyproject.zip(group_tool(format)).filter(|_| is_usual);
    let mut groups =
        usual.map(|(pyproject, tool)| usual_groups(pyproject, members, tool)).unwrap_or_default();
    groups.extend(named);
    groups.arrange();
    groups.dedup();
    (Some(groups), extras)
}

/// The groups and extras that are wanted, as a phrase.
fn chosen(groups: Option<&[String]>, extras: &[String]) -> String {
    let named = |what: &str, names: &[String]| {
        let plural = if names.len() == 1 { "" } else { "s" };
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("the {what}{plural} {}", names.join(", "))
    };
    let groups = match groups {
        None => "the default groups".to_owned(),
        Some([]) => "no groups".to_owned(),
        Some(groups) => named("group", groups),
    };
    if extras.is_empty() { groups } else { format!("{groups} and {}", named("extra", extras)) }
}

/// The groups that the tool installs anyway. At a root that is no project, its `default-groups` count for all members.
fn usual_groups(pyproject: &Pyproject, members: &[Pyproject], tool: GroupTool) -> Vec<String> {
    let set = pyproject.uv.as_ref().map(|uv| &uv.default_groups);
    let is_usual = |name: &String| match set {
        Some(DefaultGroups::All) => true,
        Some(DefaultGroups::Named(_)) => false,
        Some(DefaultGroups::Usual) | None => name == "dev",
    };
    let of_members = members.iter().flat_map(Pyproject::group_names).filter(is_usual);
    pyproject.default_groups(tool).into_iter().chain(of_members).collect()
}

fn take_over(all: &mut RequestedPackages, found: RequestedPackages) {
    all.files.extend(found.files.into_iter().filter(|file| !all.files.contains(file)).collect::<Vec<_>>());
    all.requested.extend(found.requested);
    all.constraints.extend(found.constraints);
    all.overrides.extend(found.overrides);
    all.unreadable.extend(found.unreadable);
    all.own_names.extend(found.own_names);
    all.kept_names.extend(found.kept_names);
    all.notes.extend(found.notes);
    all.is_exact = found.is_exact;
    all.active = found.active;
    all.source = found.source;
}
