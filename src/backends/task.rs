//! What is to be installed, and where.

use std::path::{Path, PathBuf};

/// Where it is written down what an environment is to contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallSource {
    /// Requirements files and the manifest of the project.
    Files {
        /// The requirements files, absolute.
        requirements: Vec<PathBuf>,
        /// The manifest, if it counts.
        manifest: Option<ManifestTask>,
    },
    /// The lock file or manifest of a tool, by its name, which stands in the directory of the project.
    OfTool(&'static str),
}

/// What to install of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestTask {
    /// The project is installed itself, and so what it requires.
    pub is_package: bool,
    /// The file for a backend that reads such manifests, relative to the directory of the project.
    pub file: Option<&'static str>,
    /// What it asks for, as arguments, for a backend that cannot read the manifest: without what an installed project
    /// brings.
    pub words: Vec<String>,
}

/// A package that has the version that is asked for and comes from somewhere else, for which versions alone do not suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedPackage {
    /// Its name.
    pub name: String,
    /// The arguments that ask for it.
    pub words: Vec<String>,
}

/// One environment to bring in step.
#[derive(Debug, Clone)]
pub struct InstallTask<'t> {
    /// The program of the backend, absolute; the environment's interpreter for its own pip.
    pub program: &'t Path,
    /// The environment's directory, absolute.
    pub environment: &'t Path,
    /// Its interpreter, absolute.
    pub python: &'t Path,
    /// Its Python: the first two numbers of the version.
    pub python_feature: Option<(u64, u64)>,
    /// What is to be installed.
    pub source: &'t InstallSource,
    /// What is to be installed again, besides.
    pub replaced: &'t [ReplacedPackage],
    /// Dependency groups to install too.
    pub groups: &'t [String],
    /// Extras of the project to install too.
    pub extras: &'t [String],
    /// Projects are installed so that they are used where they are, if the backend would do that.
    pub is_editable: bool,
    /// What nothing asks for is to be removed.
    pub is_exact: bool,
    /// What the packages require is not installed; for [`InstallSource::Files`] only.
    pub without_dependencies: bool,
}

impl InstallTask<'_> {
    /// The project in the working directory with its extras, as installers take it: `.[docs,test]`.
    pub(super) fn project_word(&self) -> String {
        match self.extras {
            [] => ".".to_owned(),
            extras => format!(".[{}]", extras.join(",")),
        }
    }
}
