//! What the project says about environments: whether it needs one, which one it means, and of which Python.

use std::path::Path;

use super::{SMALL_LIMIT, note, versions};
use crate::config::Settings;
use crate::error::Result;
use crate::formats::project::Project;
use crate::fs::{is_directory, read_start};
use crate::model::{Choice, Condition, Evidence, Facts, ProjectFacts, Shape, Skip};
use crate::ops::gather::Gathered;
use crate::ops::session::Session;
use crate::ops::{choose, interpreter};
use crate::path::{RepoPath, path_to_bytes, quote};

/// Files whose presence says that a project has requirements, each with the tool that writes it.
const MANIFESTS: [(&str, &str); 4] =
    [("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm"), ("Pipfile", "pipenv")];

/// The most bytes read of `pyproject.toml`.
const PROJECT_LIMIT: u64 = 1024 * 1024;

/// Adds what the project says.
///
/// # Errors
/// Undecided if one of its files cannot be read.
pub(super) fn add(session: &Session<'_>, gathered: &mut Gathered, environment_required: bool) -> Result<()> {
    let Gathered { facts, settings, skipped, .. } = gathered;
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(()) };
    let choice = choose::choose(session, settings, None)?;
    let project = read_start(&top.join("pyproject.toml"), PROJECT_LIMIT)?;
    let project = project.map(|bytes| Project::of_pyproject(&bytes)).unwrap_or_default();
    ask(session, &choice, facts, skipped);
    let whole = facts.on_disk.iter().any(|found| found.environment.shape == Shape::Environment);
    let links = facts.disk_links.iter().map(|found| &found.link);
    let mut links = links.chain(facts.tracked_links.iter().map(|tracked| &tracked.link));
    let linked = links.any(|link| link.entry.kind.is_file() || is_directory(&link.entry.path.to_path(&top)));
    facts.project = Some(ProjectFacts {
        declared: declared(&top, settings, &project)?,
        environment: shown(&choice),
        has_environment: whole || linked || is_directory(&choice.directory),
        environment_required,
    });
    Ok(())
}

/// Compares the Python of the environment that the project means with what is asked for. The environments of test
/// runners are of many versions on purpose.
fn ask(session: &Session<'_>, choice: &Choice, facts: &mut Facts, skipped: &mut Vec<Skip>) {
    let meant = |condition: &&mut Condition| {
        choice.place.as_ref() == Some(&condition.root) && !matches!(condition.kind.name, "tox" | "nox")
    };
    let Some(condition) = facts.conditions.iter_mut().find(meant) else { return };
    match interpreter::asked(session, choice, None) {
        Ok(asked) => condition.unmet_request = asked.unmet(&versions::build(&condition.versions)),
        Err(error) => note(&error, &condition.root, skipped),
    }
}

fn shown(choice: &Choice) -> String {
    match &choice.place {
        Some(place) => place.to_string(),
        None => quote(&path_to_bytes(&choice.directory)),
    }
}

/// The files that declare requirements, in the order in which people would name them.
fn declared(top: &Path, settings: &Settings, project: &Project) -> Result<Vec<Evidence>> {
    let mut found = Vec::new();
    let mut add = |name: &str, fact: String| {
        found.extend(RepoPath::from_relative(Path::new(name)).ok().map(|path| Evidence { path, fact }));
    };
    let requirements = &settings.requirements_file.value;
    if read_start(&top.join(requirements), SMALL_LIMIT)?.is_some_and(|bytes| has_lines(&bytes)) {
        add(requirements, "lists requirements".to_owned());
    }
    if let Some(declares) = project.declares {
        add("pyproject.toml", format!("declares `{declares}`"));
    }
    for (name, tool) in MANIFESTS {
        if crate::fs::exists(&top.join(name)) {
            add(name, format!("is written by or for {tool}"));
        }
    }
    Ok(found)
}

/// Says whether a requirements file has a line that is not blank and no comment.
fn has_lines(bytes: &[u8]) -> bool {
    let lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.into_iter().any(|line| !line.is_empty() && !line.starts_with(b"#"))
}
