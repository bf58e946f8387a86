//! The files that decide on what an environment contains.

use std::collections::BTreeSet;

use super::locks::LOCK_FORMATS;
use super::manifests::MANIFESTS;
use super::requested::{RequestOptions, requested};
use crate::config::Settings;
use crate::formats::uv_lock;
use crate::fs::{exists, is_directory, read_optional};
use crate::model::{PackageSource, PythonRequests, Requested, Selection, What};
use crate::path::{RepoPath, resolve};
use crate::python::MarkerEnvironment;
use crate::session::Session;
use crate::setting::Origin;
use crate::tree::LOCK_LIMIT;

/// Files beside a manifest that hold settings of tools for the project.
const TOOL_SETTINGS: [&str; 3] = ["uv.toml", "poetry.toml", "pdm.toml"];

/// The files of the work tree that decide on what the selected environment contains, whether or not it exists: manifests and locks
/// of the project and of local projects that it uses, requirements files with what they include, settings of tools, and where
/// its Python is requested. What a manifest says of its lock's tool counts as well as the lock.
#[must_use]
pub fn cache_inputs(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    python: &PythonRequests,
) -> BTreeSet<RepoPath> {
    let Some(top) = session.repository.layout().work_tree.as_deref() else { return BTreeSet::new() };
    let markers = MarkerEnvironment::default();
    let read = |ignores_lock| {
        let options = RequestOptions {
            project: &selection.project,
            environment: selection.name.as_deref(),
            files: &[],
            groups: &[],
            extras: &[],
            markers: &markers,
            ignores_lock,
        };
        requested(session.env, top, settings, &options)
    };
    let all = [read(false), read(true)];
    let mut files: BTreeSet<RepoPath> = all.iter().flat_map(|found| found.files.iter().cloned()).collect();
    let mut directories = BTreeSet::from([selection.project.clone(), RepoPath::root()]);
    let lines = all.iter().flat_map(|found| [&found.requested, &found.constraints, &found.overrides]);
    directories.extend(
        lines
            .flatten()
            .filter_map(|line| RepoPath::from_relative(local_directory(line)?.strip_prefix(top).ok()?).ok()),
    );
    let lock = selection.project.join("uv.lock").ok();
    let lock = lock.and_then(|lock| read_optional(&lock.to_path(top), LOCK_LIMIT).ok().flatten());
    directories.extend(
        lock.iter()
            .flat_map(|lock| uv_lock::local_directories(lock))
            .filter_map(|directory| resolve(selection.project.as_bytes(), directory.as_bytes())),
    );
    let is_own = |directory: &RepoPath| *directory == selection.project;
    for directory in &directories {
        // At the top of the work tree only what counts for projects below it as well.
        let names = TOOL_SETTINGS.into_iter().chain(MANIFESTS.iter().map(|manifest| manifest.file_name));
        let names =
            names.filter(|name| is_own(directory) || !directory.is_root() || TOOL_SETTINGS.contains(name));
        let locks = LOCK_FORMATS.iter().map(|format| format.file_name).filter(|_| is_own(directory));
        files.extend(names.chain(locks).filter_map(|name| directory.join(name).ok()));
    }
    let origins = python.requests.iter().map(|asked| &asked.origin);
    let origins = origins.chain(python.requires.iter().map(|requires| &requires.origin));
    files.extend(origins.filter_map(|origin| match origin {
        // What the settings say is in the key itself; their files have more.
        Origin::File { path, .. }
            if path.name() == b".python-version" || path.name() == b"pyproject.toml" =>
        {
            Some(path.clone())
        }
        _ => None,
    }));
    files.retain(|file| {
        let place = file.to_path(top);
        exists(&place) && !is_directory(&place)
    });
    files
}

/// The local project that a line asks for.
fn local_directory(line: &Requested) -> Option<&std::path::Path> {
    match &line.what {
        What::Source { source: PackageSource::Directory { path, .. }, .. } => Some(path),
        _ => None,
    }
}
