//! From what a backend can install, the source that counts first.

use std::path::{Path, PathBuf};

use super::project_manifest;
use super::request::InstallationRequest;
use super::requirement_words::words;
use super::target::TargetEnvironment;
use crate::backends::{BACKENDS, InstallSource, ManifestTask};
use crate::config::{NamedEnvironment, Settings};
use crate::error::{Error, Result};
use crate::fs::{exists, is_directory, real_path};
use crate::model::{InstallInput, RequestedPackages};
use crate::order::Arrange as _;
use crate::path::display;
use crate::session::Session;
use crate::setting::Origin;

/// The lock file of PEP 751. Tools export it beside a lock of their own, which counts before.
const PYLOCK: &str = "pylock.toml";

/// The manifest that installers read themselves.
const PYPROJECT: &str = "pyproject.toml";

/// What is looked at to find them.
pub(super) struct SourceFinder<'f> {
    pub(super) session: &'f Session<'f>,
    pub(super) settings: &'f Settings,
    pub(super) target: &'f TargetEnvironment,
    pub(super) request: &'f InstallationRequest,
    /// The directory of the project, absolute.
    pub(super) project: &'f Path,
    pub(super) requested: &'f RequestedPackages,
}

impl SourceFinder<'_> {
    /// The sources: the files that were named, else the lock file of the project, and its requirements files and manifest.
    /// There may be none only if the request says so.
    ///
    /// # Errors
    /// Usage if a named file does not exist or there is nothing to install, settings where the repository names a file
    /// outside of it.
    pub(super) fn find(&self) -> Result<Vec<InstallSource>> {
        if !self.request.requirements.is_empty() {
            let files = self.request.requirements.iter().map(|typed| self.typed(typed));
            let requirements = files.collect::<Result<_>>()?;
            return Ok(vec![InstallSource::Files { requirements, manifest: None }]);
        }
        let mut sources = if self.named().is_some() { Vec::new() } else { self.locks() };
        let requirements = self.requirements_files()?;
        let manifest = self.manifest(&requirements);
        if !requirements.is_empty() || manifest.is_some() {
            sources.push(InstallSource::Files { requirements, manifest });
        }
        if sources.is_empty() && !self.request.may_be_empty {
            return Err(Error::usage("there is nothing to install: the project declares no requirements")
                .hint("name a requirements file with `--requirement FILE`"));
        }
        Ok(sources)
    }

    /// The environment in the settings, if these name its requirements files.
    fn named(&self) -> Option<&NamedEnvironment> {
        let named = self.settings.environments.get(self.target.selection.name.as_ref()?)?;
        (!named.requirements.value.is_empty()).then_some(named)
    }

    /// A file that was named on the command line.
    fn typed(&self, typed: &str) -> Result<PathBuf> {
        let file = self.session.env.directory.join(typed);
        match (exists(&file), is_directory(&file)) {
            (true, false) => Ok(file),
            (true, true) => Err(Error::usage(format!("`{}` is a directory", display(typed.as_ref())))),
            (false, _) => Err(Error::usage(format!("`{}` does not exist", display(typed.as_ref())))),
        }
    }

    /// The lock file that counts, or what only one tool installs from.
    fn locks(&self) -> Vec<InstallSource> {
        let is_set = self.settings.requirements_file.origin != Origin::Default;
        let is_of_kind = |backend: &str| (backend == "conda") == self.target.is_conda;
        let backends = BACKENDS.iter().filter(|backend| is_of_kind(backend.name));
        let claims = backends.flat_map(|backend| backend.claims.iter().copied());
        let mut found: Vec<&'static str> = claims.filter(|file| exists(&self.project.join(file))).collect();
        let counts = |file: &&'static str| self.requested.inputs.iter().any(|input| is_lock(input, file));
        if found.iter().any(counts) {
            found.retain(counts);
        } else if is_set {
            found.clear();
        }
        found.arrange_by_key(|file| *file == PYLOCK);
        found.dedup();
        found.into_iter().map(InstallSource::OfTool).collect()
    }

    /// The requirements files that count.
    fn requirements_files(&self) -> Result<Vec<PathBuf>> {
        let files = self.requested.inputs.iter().filter_map(|input| match input {
            InstallInput::RequirementsFile(file) => Some(file),
            InstallInput::Manifest(_) | InstallInput::Lock(_) => None,
        });
        files.map(|file| self.inside(file.clone())).collect()
    }

    /// The manifest that counts, if one does.
    fn manifest(&self, requirements: &[PathBuf]) -> Option<ManifestTask> {
        let manifests = self.requested.inputs.iter().filter_map(|input| match input {
            InstallInput::Manifest(file) => Some(file),
            InstallInput::RequirementsFile(_) | InstallInput::Lock(_) => None,
        });
        let manifests: Vec<&PathBuf> = manifests.collect();
        if manifests.is_empty() {
            return None;
        }
        let is_package =
            requirements.is_empty() && manifests.iter().any(|file| project_manifest::is_package(file));
        let is_of_file =
            |file: &Path| file == self.project.join(PYPROJECT) && project_manifest::is_standard(file);
        let file = manifests.iter().all(|file| is_of_file(file)).then_some(PYPROJECT);
        let is_manifests = |name: &[u8]| {
            manifests.iter().any(|file| file.file_name().is_some_and(|own| own.as_encoded_bytes() == name))
        };
        let lines = self.requested.requested.iter();
        let lines = lines
            .filter(|line| is_manifests(line.place.file.name()) && !(is_package && line.group.is_none()));
        Some(ManifestTask { is_package, file, words: lines.filter_map(words).flatten().collect() })
    }

    /// Refuses a file outside of the work tree that the user has not named: a commit must not decide what is read on the
    /// machine of somebody who cloned the repository.
    fn inside(&self, file: PathBuf) -> Result<PathBuf> {
        let origin =
            self.named().map_or(&self.settings.requirements_file.origin, |named| &named.requirements.origin);
        if !matches!(origin, Origin::Default | Origin::File { .. }) {
            return Ok(file);
        }
        let top = self.session.top()?;
        if real_path(&file).zip(real_path(&top)).is_some_and(|(file, top)| file.starts_with(top)) {
            return Ok(file);
        }
        let shown = display(&file);
        Err(Error::settings(format!(
            "`{shown}` leads out of the work tree, and only you may name such a file"
        ))
        .hint("name it yourself with `--requirement FILE`"))
    }
}

/// Says whether an input is the lock of this name.
fn is_lock(input: &InstallInput, name: &str) -> bool {
    matches!(input, InstallInput::Lock(file) if file.file_name().is_some_and(|own| own == name))
}
