//! What the project says about environments: whether it needs one, which one it means, and of which Python.

use std::path::Path;

use super::{Checkouts, read, versions};
use crate::config::Settings;
use crate::detect;
use crate::error::Result;
use crate::formats::project_metadata::ProjectMetadata;
use crate::fs::{DiskTree, is_directory, read_start, real_path};
use crate::model::{Choice, Condition, Environment, Evidence, ProjectFacts, Shape, Skip};
use crate::ops::gather::Gathered;
use crate::ops::session::Session;
use crate::ops::{choose, interpreter, list};
use crate::path::RepoPath;

/// Files whose presence says that a project has requirements, each with the tool that writes it.
const MANIFESTS: [(&str, &str); 5] = [
    ("uv.lock", "uv"),
    ("poetry.lock", "poetry"),
    ("pdm.lock", "pdm"),
    ("pylock.toml", "pip"),
    ("Pipfile", "pipenv"),
];

/// The most bytes read of `pyproject.toml`.
const PROJECT_LIMIT: u64 = 1024 * 1024;

/// Adds what the project says.
///
/// # Errors
/// Usage in a bare repository.
pub(super) fn add(session: &Session<'_>, gathered: &mut Gathered, environment_required: bool) -> Result<()> {
    let Gathered { facts, settings, skipped, .. } = gathered;
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(()) };
    // An environment may be in what could not be listed.
    let hidden = skipped.iter().any(|skip| skip.blob.is_none());
    let choice = choose::meant(session, settings)?;
    if let Some(condition) = linked_elsewhere(session, &top, &choice) {
        skipped.extend(condition.unreadable.clone());
        facts.conditions.push(condition);
    }
    compare_with_request(session, &choice, &mut facts.conditions, skipped);
    let whole = facts.on_disk.iter().any(|found| found.environment.shape == Shape::Environment);
    let links = facts.disk_links.iter().map(|found| &found.link);
    let mut links = links.chain(facts.tracked_links.iter().map(|tracked| &tracked.link));
    let linked = links.any(|link| link.entry.kind.is_file() || is_directory(&link.entry.path.to_path(&top)));
    facts.project = Some(ProjectFacts {
        declared: declared(&top, settings, skipped),
        environment: shown(&choice),
        has_environment: whole
            || linked
            || hidden
            || is_directory(&choice.directory)
            || list::is_kept_elsewhere(session.env, &top),
        environment_required,
    });
    Ok(())
}

/// The environment that the project means where a link in the work tree leads to it, elsewhere. What is in the work
/// tree has been looked at already.
fn linked_elsewhere(session: &Session<'_>, top: &Path, choice: &Choice) -> Option<Condition> {
    let place = choice.place.clone()?;
    let directory = real_path(&choice.directory)?;
    if directory.starts_with(real_path(top)?) || !choose::is_environment(&directory) {
        return None;
    }
    let found = detect::environments(&DiskTree::of_one(&directory)?).ok()?.environments;
    let holder = directory.parent()?;
    let environment = found.into_iter().find(|found| found.root.to_path(holder) == directory)?;
    let environment = Environment { root: place, ..environment };
    Some(Condition { is_linked: true, ..super::of(&directory, &environment, &Checkouts::of(session)) })
}

/// Compares the Python of the environment that the project means with what is asked for. The environments of test
/// runners are of many versions on purpose.
pub fn compare_with_request(
    session: &Session<'_>,
    choice: &Choice,
    conditions: &mut [Condition],
    skipped: &mut Vec<Skip>,
) {
    let meant = |condition: &&mut Condition| {
        choice.place.as_ref() == Some(&condition.root) && !matches!(condition.kind.name, "tox" | "nox")
    };
    let Some(condition) = conditions.iter_mut().find(meant) else { return };
    match interpreter::asked(session, choice, None) {
        Ok(asked) => condition.unmet_request = asked.unmet(&versions::build(&condition.versions)),
        Err(error) => {
            let reason = format!("it is unknown which Python it should have: {error}");
            skipped.push(Skip { path: condition.root.clone(), reason, blob: None });
        }
    }
}

fn shown(choice: &Choice) -> String {
    match &choice.place {
        Some(place) => place.to_string(),
        None => crate::path::display(&choice.directory),
    }
}

/// The files that declare requirements, in the order in which people would name them. A requirements file that cannot
/// be read is noted; a `pyproject.toml` that cannot has stopped the settings from being read.
fn declared(top: &Path, settings: &Settings, skipped: &mut Vec<Skip>) -> Vec<Evidence> {
    let mut found = Vec::new();
    let requirements = RepoPath::from_relative(Path::new(&settings.requirements_file.value)).ok();
    let requirements = requirements.filter(|path| !is_directory(&path.to_path(top)));
    if let Some(path) = requirements
        && read(&path.to_path(top), &path, skipped).is_some_and(|bytes| has_lines(&bytes))
    {
        found.push(Evidence { path, fact: "lists requirements".to_owned() });
    }
    let mut add = |name: &str, fact: String| {
        found.extend(RepoPath::new(name.as_bytes()).ok().map(|path| Evidence { path, fact }));
    };
    let project = read_start(&top.join("pyproject.toml"), PROJECT_LIMIT).ok().flatten().unwrap_or_default();
    if let Some(declares) = ProjectMetadata::of_pyproject(&project).declares {
        add("pyproject.toml", format!("declares `{declares}`"));
    }
    for (name, tool) in MANIFESTS {
        if crate::fs::exists(&top.join(name)) {
            add(name, format!("is written by or for {tool}"));
        }
    }
    found
}

/// Says whether a requirements file has a line that is not blank and no comment.
fn has_lines(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.into_iter().any(|line| !line.is_empty() && !line.starts_with(b"#"))
}
