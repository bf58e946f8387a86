//! What is known of one backend.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::reading::OutputReading;
use super::task::{InstallSource, InstallTask};

/// A command of a plan. It starts in the directory of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCommand {
    /// The program, absolute.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables that it gets besides those of every backend.
    pub variables: Vec<(&'static str, OsString)>,
}

/// A program that installs packages.
pub struct Backend {
    /// Its name, in settings and for `--backend`.
    pub name: &'static str,
    /// It is the environment's own package, run by its interpreter, and no program on `PATH`.
    pub is_of_environment: bool,
    /// It installs what requirements files and manifests of any tool ask for.
    pub installs_anything: bool,
    /// The lock files and manifests that it installs from.
    pub claims: &'static [&'static str],
    /// The commands that bring an environment in step.
    ///
    /// # Errors
    /// Why the backend cannot do what is asked, as a predicate such as `cannot install groups`.
    pub plan: fn(&InstallTask<'_>) -> Result<Vec<PlannedCommand>, String>,
    /// The command that removes these packages, for a backend whose plan installs only.
    pub remove: Option<fn(&InstallTask<'_>, &[String]) -> PlannedCommand>,
    /// The command of the program at a path that writes its lock file, which may exist already, for a tool that has one.
    pub lock: Option<fn(&Path, bool) -> PlannedCommand>,
    /// What the lines mean that it writes.
    pub reading: OutputReading,
}

impl Backend {
    /// Says whether it can install from this source.
    #[must_use]
    pub fn takes(&self, source: &InstallSource) -> bool {
        match source {
            InstallSource::OfTool(file) => self.claims.contains(file),
            InstallSource::Files { .. } => self.installs_anything,
        }
    }
}

impl PlannedCommand {
    /// A command without variables of its own.
    pub(super) fn new(program: &Path, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program: program.to_path_buf(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            variables: Vec::new(),
        }
    }

    /// Adds arguments.
    pub(super) fn with(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds an option with each of these values.
    pub(super) fn with_each(self, option: &str, values: &[String]) -> Self {
        self.with(values.iter().flat_map(|value| [option.to_owned(), value.clone()]))
    }

    /// Adds an option if it is wanted.
    pub(super) fn with_if(self, is_wanted: bool, option: &str) -> Self {
        if is_wanted { self.with([option]) } else { self }
    }

    /// Sets a variable.
    pub(super) fn setting(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }
}
