//! The project that a package was installed from, as its manifests describe it now.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::manifests;
use super::project_directory::MANIFEST_LIMIT;
use crate::formats::declared_requirement::{DeclaredRequirement, DeclaredSource, RequirementContent};
use crate::formats::pyproject::Pyproject;
use crate::formats::requires_python;
use crate::formats::setup_cfg::SetupCfg;
use crate::fs::{exists, read_optional, times};
use crate::model::Distribution;
use crate::path::{display, printable};
use crate::python::{Requirement, Specifiers, Wanted};
use crate::satisfied::{LocalProject, LocalRequirement};

/// The extensions of build tools that compute the version although the manifest states one.
const COMPUTES_VERSION: &[u8] = b"dynamic-versioning";

/// The project in a directory, which is installed in the environment at `root` as this distribution; `None` if there are no
/// manifests that say anything.
pub(super) fn local_project(
    root: &Path,
    directory: &Path,
    installed: Option<&Distribution>,
) -> Option<Arc<LocalProject>> {
    let read = |name: &str| read_optional(&directory.join(name), MANIFEST_LIMIT).ok().flatten();
    let is_changed = |files: &[&str]| {
        let since = installed.and_then(|found| times(&found.metadata_path(root)).modified);
        files.iter().find(|file| is_newer(&directory.join(file), since)).map(|file| (*file).to_owned())
    };
    let described = read(manifests::pyproject::MANIFEST.file_name)
        .and_then(|bytes| of_pyproject(&bytes, &is_changed))
        .or_else(|| {
            let config = read(manifests::setup_cfg::MANIFEST.file_name);
            let has_program = exists(&directory.join(manifests::setup_py::MANIFEST.file_name));
            (config.is_some() || has_program)
                .then(|| of_setuptools(config.as_deref(), has_program, &is_changed))
        })?;
    let manifest = display(&directory.join(&described.manifest));
    Some(Arc::new(LocalProject { manifest, ..described }))
}

/// Says whether a file was written after the installation; not if either time is unknown.
fn is_newer(file: &Path, installed: Option<SystemTime>) -> bool {
    times(file).modified.zip(installed).is_some_and(|(changed, installed)| changed > installed)
}

/// The project of a `pyproject.toml`; `None` if it only has settings of other tools.
fn of_pyproject(bytes: &[u8], is_changed: &dyn Fn(&[&str]) -> Option<String>) -> Option<LocalProject> {
    let name = manifests::pyproject::MANIFEST.file_name;
    let read = Pyproject::parse(bytes).ok()?;
    if read.standard.is_none() && read.name.is_none() {
        return None;
    }
    let own = read.own_requirements(&[]);
    let mut project = LocalProject {
        manifest: name.to_owned(),
        name: read.name.clone(),
        is_name_certain: true,
        requires_python: requires_python::parse(bytes).ok().flatten().map(|read| read.specifiers),
        version: read.version.clone().filter(|_| memchr::memmem::find(bytes, COMPUTES_VERSION).is_none()),
        is_complete: own.computed.is_empty(),
        ..LocalProject::default()
    };
    add(&mut project, None, own.dependencies);
    for extra in own.extras {
        add(&mut project, Some(&extra.name), extra.requirements);
    }
    if !project.is_complete {
        let files = own.computed.iter().flat_map(|computed| &computed.files);
        let files: Vec<String> =
            files.map(|file| String::from_utf8_lossy(file.path.as_bytes()).into_owned()).collect();
        let mut watched =
            vec![name, manifests::setup_cfg::MANIFEST.file_name, manifests::setup_py::MANIFEST.file_name];
        watched.extend(files.iter().map(String::as_str));
        project.may_require_more = is_changed(&watched).map(|file| changed(&file));
    }
    Some(project)
}

/// The project of a `setup.cfg` or `setup.py`, which may compute anything: what it passes to setuptools overrules the other.
fn of_setuptools(
    setup_cfg: Option<&[u8]>,
    has_program: bool,
    is_changed: &dyn Fn(&[&str]) -> Option<String>,
) -> LocalProject {
    let [config, program] =
        [&manifests::setup_cfg::MANIFEST, &manifests::setup_py::MANIFEST].map(|manifest| manifest.file_name);
    let read = SetupCfg::parse(setup_cfg.unwrap_or_default());
    let mut project = LocalProject {
        manifest: config.to_owned(),
        name: read.name.clone(),
        is_name_certain: !has_program,
        requires_python: read.requires_python.filter(|_| !has_program),
        may_require_more: is_changed(&[config, program]).map(|file| changed(&file)),
        ..LocalProject::default()
    };
    add(&mut project, None, read.dependencies);
    for extra in read.extras.into_iter().filter(|extra| !extra.name.is_empty()) {
        add(&mut project, Some(&extra.name), extra.requirements);
    }
    project
}

fn changed(file: &str) -> String {
    let file = printable(file.as_bytes());
    format!("`{file}` is newer than the installation, and what it requires is computed")
}

/// Adds requirements as the metadata of the built package has them. One that is not understood leaves the list open.
fn add(project: &mut LocalProject, extra: Option<&str>, requirements: Vec<DeclaredRequirement>) {
    for declared in requirements {
        let text = declared.text;
        match declared.content.ok().and_then(|content| requirement(&text, content)) {
            Some(requirement) => {
                project.requires.push(LocalRequirement { requirement, extra: extra.map(str::to_owned) });
            }
            None => project.is_complete = false,
        }
    }
}

fn requirement(text: &str, content: RequirementContent) -> Option<Requirement> {
    let wanted = match content.source {
        DeclaredSource::Index(specifiers) => Wanted::Version(specifiers),
        DeclaredSource::Repository { vcs, url, revision, subdirectory, .. } => {
            let revision = revision.map(|revision| format!("@{revision}")).unwrap_or_default();
            let below = subdirectory.map(|path| format!("#subdirectory={path}")).unwrap_or_default();
            Wanted::Source(format!("{vcs}+{url}{revision}{below}"))
        }
        // Where a local path leads to is compared where the project itself asks for it.
        DeclaredSource::Direct { source, subdirectory, .. } if source.contains("://") => {
            let sign = if source.contains('#') { '&' } else { '#' };
            let below = subdirectory.map(|path| format!("{sign}subdirectory={path}")).unwrap_or_default();
            Wanted::Source(format!("{source}{below}"))
        }
        DeclaredSource::Direct { .. } | DeclaredSource::Member { .. } => {
            Wanted::Version(Specifiers::parse("").ok()?)
        }
    };
    let RequirementContent { name, extras, marker, .. } = content;
    Some(Requirement { text: text.to_owned(), name: name?, extras, wanted, marker })
}
