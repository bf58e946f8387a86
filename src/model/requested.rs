//! What a project asks an environment to contain, and where it says so. Manifests and locks produce it, `satisfied`
//! compares it with what is installed.

use std::path::PathBuf;

use crate::message::{Message, Say};
use crate::path::RepoPath;
use crate::python::{ActiveNames, Marker, Specifiers};

/// A file of the repository, and a line in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: RepoPath,
    /// The line, counted from 1; `None` for the file as a whole.
    pub line: Option<usize>,
}

impl Place {
    /// The place for programs: the file relative to the top of the work tree.
    #[must_use]
    pub fn seen_from_root(&self) -> String {
        Message::of(self).seen_from_root()
    }
}

impl Say for Place {
    fn say(&self, message: &mut Message) {
        self.file.say(message);
        if let Some(line) = self.line {
            format!(":{line}").say(message);
        }
    }
}

/// One thing that a project asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Requested {
    /// Where it says so.
    pub place: Place,
    /// As written, for messages. It comes from a file, so it may contain anything.
    pub text: String,
    /// The package.
    pub what: What,
    /// When it applies; `None` is always.
    pub marker: Option<Marker>,
    /// The dependency group or extra of the project that it is in; `None` for the requirements of the project itself.
    pub group: Option<String>,
}

/// A package that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// One from an index. That one of the same version came from elsewhere does not matter, as in pip.
    Package {
        /// The name as written.
        name: String,
        /// The extras, normalised, sorted and unique.
        extras: Vec<String>,
        /// The accepted versions.
        specifiers: Specifiers,
    },
    /// One from a certain place.
    Source {
        /// The name as written; `None` if nothing but the package itself tells it.
        name: Option<String>,
        /// The extras, normalised, sorted and unique.
        extras: Vec<String>,
        /// The place.
        source: PackageSource,
    },
    /// One of conda, whose packages have names of their own: what `conda-meta` records is to be compared, not the
    /// metadata of Python.
    CondaPackage {
        /// The name, in lower case.
        name: String,
        /// Version and build as written, without blanks around them: `1.26`, `>=3.9`, `=1.26`, `1.26=py312_0`. Empty
        /// for any (<https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications>).
        specification: String,
        /// The name or URL of the channel that it has to be from.
        channel: Option<String>,
    },
}

/// Where a package that is not from an index comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageSource {
    /// A local directory with a project.
    Directory {
        /// Absolute, without `.` and `..`; links are not followed.
        path: PathBuf,
        /// Its files are used where they are.
        is_editable: bool,
    },
    /// An archive or wheel.
    Archive {
        /// The URL without fragment; `file:///…` for a local one.
        url: String,
        /// The directory of the project in the archive.
        subdirectory: Option<String>,
        /// The hashes of which it has to have one, as `sha256=…` in lower-case hexadecimal; if there are none, it may be
        /// any archive.
        hashes: Vec<String>,
    },
    /// A repository of a version control system.
    Repository {
        /// `git`, `hg`, `svn` or `bzr`.
        vcs: String,
        /// The URL without `git+`, revision and fragment, as `direct_url.json` has it.
        url: String,
        /// A branch, tag or commit.
        revision: Option<String>,
        /// The directory of the project in the repository.
        subdirectory: Option<String>,
        /// Its files are used where they are checked out.
        is_editable: bool,
    },
}

/// A requirement that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRequirement {
    /// Where it is.
    pub place: Place,
    /// Why, a lower-case fragment.
    pub reason: Message,
    /// The tools would refuse it (PYE406). Otherwise it may be fine, and what it asks for is not known.
    pub is_error: bool,
}

/// The kind of files that the requested packages are read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RequestedBy {
    /// Nothing asks for anything.
    #[default]
    Nothing,
    /// Requirements files of pip alone.
    Requirements,
    /// Manifests, perhaps with requirements files.
    Manifest,
    /// The lock of this tool.
    Lock(String),
}

/// A file that an installer has to be given, absolute. Files that it includes are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallInput {
    /// A requirements file of pip.
    RequirementsFile(PathBuf),
    /// `pyproject.toml`, `setup.cfg`, `setup.py`, `Pipfile`, `environment.yml` or a script.
    Manifest(PathBuf),
    /// A lock.
    Lock(PathBuf),
}

/// Everything that one environment is asked to contain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequestedPackages {
    /// The files that were read, also those that others include.
    pub files: Vec<RepoPath>,
    /// What is asked for.
    pub requested: Vec<Requested>,
    /// What must hold of a package that is required, by anything. Always [`What::Package`] or [`What::Source`] with a name.
    pub constraints: Vec<Requested>,
    /// What replaces every requirement of the same name, also those of installed packages: `override-dependencies` of uv,
    /// `resolution.overrides` of pdm. A package with overrides none of which applies is not required by anything.
    pub overrides: Vec<Requested>,
    /// What could not be read.
    pub unreadable: Vec<UnreadableRequirement>,
    /// What is installed besides is drift: the files are a lock (PYE404).
    pub is_exact: bool,
    /// The groups and extras for which a lock was read, as a phrase: `the default groups`.
    pub choice: String,
    /// The extras and groups with which the markers of `requested` are evaluated.
    pub active: ActiveNames,
    /// The normalised names of the project itself, which is never drift.
    pub own_names: Vec<String>,
    /// The normalised names of what may stay in an environment though nothing asks for it there: what any section of
    /// `Pipfile.lock` names, also under a marker that does not hold, pipenv does not remove.
    pub kept_names: Vec<String>,
    /// The kind of files.
    pub source: RequestedBy,
    /// Local files and directories in which an installer looks for archives: `--find-links`. Absolute, without `.` and `..`.
    pub find_links: Vec<PathBuf>,
    /// What an installer has to be given so that it installs this.
    pub inputs: Vec<InstallInput>,
    /// What may change the answer and was not looked at, whole sentences without a full stop: a variable of pip or uv that
    /// is set.
    pub notes: Vec<String>,
}

impl RequestedPackages {
    /// Says whether no file says anything about packages, so that there is nothing to compare an environment with. A project
    /// that states its name and no dependencies says that it needs none.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.source == RequestedBy::Nothing && self.own_names.is_empty() && self.unreadable.is_empty()
    }
}
