//! The files that decide on what an environment contains.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::locks::LOCK_FORMATS;
use super::manifests::MANIFESTS;
use super::requested::{RequestOptions, is_archive, requested};
use crate::config::Settings;
use crate::error::Result;
use crate::formats::setup_cfg::SetupCfg;
use crate::formats::source_reference::SourceReference;
use crate::formats::uv_lock;
use crate::fs::{FileKind, exists, is_directory, list_directory, read_optional, real_path};
use crate::model::{PackageSource, PythonRequests, Requested, RequestedPackages, Selection, What};
use crate::path::{RepoPath, resolve};
use crate::python::MarkerEnvironment;
use crate::session::Session;
use crate::setting::Origin;
use crate::tree::LOCK_LIMIT;

/// Files beside a manifest that hold settings of tools for the project.
const TOOL_SETTINGS: [&str; 3] = ["uv.toml", "poetry.toml", "pdm.toml"];

/// What decides on the content of an environment.
#[derive(Debug, Default)]
pub struct CacheInputs {
    /// The texts in the work tree.
    pub texts: BTreeSet<RepoPath>,
    /// The archives in it that are named: what is installed is in them.
    pub archives: BTreeSet<RepoPath>,
    /// The directories in it that are searched for archives; what else lies there does not matter.
    pub directories: BTreeSet<RepoPath>,
    /// What lies outside of it, absolute.
    pub outside: Vec<PathBuf>,
}

impl CacheInputs {
    /// Adds an archive, or a place to look for archives.
    fn add(&mut self, tops: &[PathBuf], place: &Path) {
        match path_inside(tops, place) {
            None if self.outside.iter().any(|known| known == place) => {}
            None => self.outside.push(place.to_path_buf()),
            Some(path) if is_directory(place) => self.directories.extend([path]),
            Some(path) if exists(place) => self.archives.extend([path]),
            Some(_) => {}
        }
    }

    /// Adds the files that each `setup.cfg` says it is completed by.
    fn add_files_of_setup_cfg(&mut self, top: &Path) {
        let manifests = self.texts.iter().filter(|file| file.name() == b"setup.cfg");
        let named: Vec<RepoPath> = manifests
            .flat_map(|file| {
                let bytes = read_optional(&file.to_path(top), LOCK_LIMIT).ok().flatten().unwrap_or_default();
                let directory = file.parent().unwrap_or_default();
                let files = SetupCfg::parse(&bytes).files.into_iter();
                files
                    .filter_map(|name| resolve(directory.as_bytes(), name.as_bytes()))
                    .collect::<Vec<RepoPath>>()
            })
            .collect();
        self.texts.extend(named);
    }
}

/// The path in the work tree, which may have two names; `None` outside of it.
fn path_inside(tops: &[PathBuf], place: &Path) -> Option<RepoPath> {
    tops.iter().find_map(|top| RepoPath::from_relative(place.strip_prefix(top).ok()?).ok())
}

/// The files in a directory that is searched for archives, sorted.
///
/// # Errors
/// Undecided if it cannot be listed.
pub(super) fn archives_in(directory: &Path) -> Result<Vec<Vec<u8>>> {
    let listed = list_directory(directory)?.unwrap_or_default();
    let archives =
        listed.into_iter().filter(|entry| entry.kind != FileKind::Directory && is_archive(&entry.name));
    Ok(archives.map(|entry| entry.name).collect())
}

/// What decides on what the selected environment contains, whether or not it exists: manifests and locks of the project and
/// of local projects that it uses, requirements files with what they include, archives that these name and directories with
/// such, settings of tools, and where its Python is requested. What a manifest says of its lock's tool counts as well as the
/// lock.
#[must_use]
pub fn cache_inputs(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    python: &PythonRequests,
) -> CacheInputs {
    let mut inputs = CacheInputs::default();
    let Some(top) = session.repository.layout().work_tree.as_deref() else { return inputs };
    let tops: Vec<PathBuf> = [top.to_path_buf()].into_iter().chain(real_path(top)).collect();
    let all = [false, true].map(|ignores_lock| read(session, top, settings, selection, ignores_lock));
    inputs.texts.extend(all.iter().flat_map(|found| found.files.iter().cloned()));
    let mut directories = BTreeSet::from([selection.project.clone(), RepoPath::root()]);
    let lines = all.iter().flat_map(|found| [&found.requested, &found.constraints, &found.overrides]);
    for place in lines.flatten().filter_map(local_source) {
        match place {
            LocalPlace::Project(place) => match path_inside(&tops, &place) {
                Some(path) => directories.extend([path]),
                None => inputs.add(&tops, &place),
            },
            LocalPlace::Archive(place) => inputs.add(&tops, &place),
        }
    }
    all.iter().flat_map(|found| &found.find_links).for_each(|place| inputs.add(&tops, place));
    directories.extend(projects_of_lock(top, &selection.project));
    for directory in &directories {
        inputs.texts.extend(usual_files(directory, &selection.project));
    }
    inputs.texts.extend(files_of_requests(python));
    inputs.add_files_of_setup_cfg(top);
    inputs.texts.retain(|file| {
        let place = file.to_path(top);
        exists(&place) && !is_directory(&place)
    });
    inputs
}

/// What the project asks for.
fn read(
    session: &Session<'_>,
    top: &Path,
    settings: &Settings,
    selection: &Selection,
    ignores_lock: bool,
) -> RequestedPackages {
    let options = RequestOptions {
        project: &selection.project,
        environment: selection.name.as_deref(),
        files: &[],
        groups: &[],
        extras: &[],
        markers: &MarkerEnvironment::default(),
        ignores_lock,
    };
    requested(session.env, top, settings, &options)
}

/// The local projects that the lock of uv names.
fn projects_of_lock(top: &Path, project: &RepoPath) -> Vec<RepoPath> {
    let lock = project.join("uv.lock").ok();
    let lock = lock.and_then(|lock| read_optional(&lock.to_path(top), LOCK_LIMIT).ok().flatten());
    let directories = lock.iter().flat_map(|lock| uv_lock::local_directories(lock));
    directories.filter_map(|directory| resolve(project.as_bytes(), directory.as_bytes())).collect()
}

/// The files that may lie in a directory; at the top of the work tree only what counts for projects below it as well.
fn usual_files(directory: &RepoPath, project: &RepoPath) -> Vec<RepoPath> {
    let is_own = directory == project;
    let names = TOOL_SETTINGS.into_iter().chain(MANIFESTS.iter().map(|manifest| manifest.file_name));
    let names = names.filter(|name| is_own || !directory.is_root() || TOOL_SETTINGS.contains(name));
    let locks = LOCK_FORMATS.iter().map(|format| format.file_name).filter(|_| is_own);
    names.chain(locks).filter_map(|name| directory.join(name).ok()).collect()
}

/// Where a Python is requested. What the settings say is in the key itself; their files have more.
fn files_of_requests(python: &PythonRequests) -> Vec<RepoPath> {
    let origins = python.requests.iter().map(|asked| &asked.origin);
    let origins = origins.chain(python.requires.iter().map(|requires| &requires.origin));
    let file = |origin: &Origin| match origin {
        Origin::File { path, .. }
            if path.name() == b".python-version" || path.name() == b"pyproject.toml" =>
        {
            Some(path.clone())
        }
        _ => None,
    };
    origins.filter_map(file).collect()
}

/// What a line asks for that is not on an index and not behind a URL; absolute.
enum LocalPlace {
    Project(PathBuf),
    Archive(PathBuf),
}

fn local_source(line: &Requested) -> Option<LocalPlace> {
    let What::Source { source, .. } = &line.what else { return None };
    match source {
        PackageSource::Directory { path, .. } => Some(LocalPlace::Project(path.clone())),
        PackageSource::Archive { url, .. } => match SourceReference::parse(url) {
            Ok(SourceReference::Local { path, .. }) => Some(LocalPlace::Archive(path)),
            _ => None,
        },
        PackageSource::Repository { .. } => None,
    }
}
