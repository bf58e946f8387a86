//! The inspection of an environment on the disk: what was seen of it without running anything.

use std::path::PathBuf;

use super::{EnvironmentKind, Evidence, FixStep, Installer, PlaceToFix, Skip};
use crate::message::Message;
use crate::path::RepoPath;

/// What the name of an interpreter leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterpreterState {
    /// A file; with every link followed it is this one.
    Alive(PathBuf),
    /// A link that ends here, where nothing is.
    Dangling(PathBuf),
    /// What no one can execute.
    NotExecutable {
        /// What it is, if the name is a link; with every link followed it is this one.
        target: Option<PathBuf>,
        /// Why, as a predicate: `is empty`.
        why: &'static str,
    },
    /// A link that leads back to itself.
    Loop,
    /// A text file that holds this path: git wrote a link so because `core.symlinks` is false.
    TextFile(String),
    /// Unknown: it could not be read.
    Unknown,
}

impl InterpreterState {
    /// It is certain that nothing can be run.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        matches!(self, Self::Dangling(_) | Self::NotExecutable { .. } | Self::Loop | Self::TextFile(_))
    }
}

/// A name of the interpreter in an environment: `bin/python`, `Scripts/python.exe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterpreterName {
    /// The name.
    pub path: RepoPath,
    /// What stands behind it.
    pub state: InterpreterState,
    /// The file is in the environment itself: a copy or a launcher, which needs the base all the same.
    pub is_own_file: bool,
}

/// The directory of the base interpreter, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The directory, escaped for people.
    pub place: String,
    /// It is there; `None` if unknown, as of another system's or another user's.
    pub exists: Option<bool>,
}

/// What shows which Python an environment is for, each as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PythonVersions {
    /// As `sys.implementation.name`: `cpython`, `pypy`.
    pub implementation: Option<String>,
    /// In the settings file: `3.12`, `3.12.1`.
    pub recorded: Option<String>,
    /// In the names of the directories of packages: `3.12`, `3.13t`.
    pub libraries: Vec<String>,
    /// Of the interpreter that the environment's links lead to: `3.12`, `3.12.1`.
    pub interpreter: Option<String>,
}

impl PythonVersions {
    /// The version that the environment has now; a recorded one is as old as the environment.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        self.interpreter.as_deref().or(self.recorded.as_deref())
    }
}

/// A file in which the place of the environment was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPath {
    /// The file.
    pub path: RepoPath,
    /// The place it names, escaped for people.
    pub place: String,
    /// That place is the environment, also through links.
    pub leads_here: bool,
}

/// What shows that an environment was not made, or not deleted, to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnfinishedSign {
    /// It has the name under which this program prepares an environment.
    Staging,
    /// Its deletion in its place has begun and not ended.
    Condemned,
    /// There is no `pyvenv.cfg`, and the creator writes one.
    NoSettings,
    /// There is a `pyvenv.cfg` and no interpreter.
    NoInterpreter,
    /// There is no activation script; creators write them last.
    NoActivation,
    /// There is no directory for packages.
    NoPackages,
    /// There is the package `pip` without its metadata, which installers write last.
    PipWithoutMetadata,
    /// An install into it has begun and not ended.
    InterruptedInstall,
}

/// A distribution whose files are used where they lie, in another checkout of this project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignEditable {
    /// The distribution's name as recorded.
    pub name: String,
    /// The record that says so.
    pub record: RepoPath,
    /// The directory it points to, escaped for people.
    pub target: String,
    /// The checkout is a work tree of this very repository.
    pub same_repository: bool,
    /// The directory of the same project in this work tree, if it is there.
    pub project: Option<RepoPath>,
}

/// An editable install whose files are gone: what it installed cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenEditable {
    /// The distribution's name as recorded.
    pub name: String,
    /// The record that says so.
    pub record: RepoPath,
    /// The directory that does not exist, escaped for people.
    pub missing: String,
    /// The directory of the project in this work tree, if it is one of this work tree.
    pub project: Option<RepoPath>,
    /// Its metadata is in the environment, so that it can be uninstalled.
    pub can_be_uninstalled: bool,
}

/// How thoroughly the packages of an environment are looked at. Each includes those above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PackageCheck {
    /// Not at all.
    Nothing,
    /// What is installed from where it is developed, and whether that is there.
    Sources,
    /// Whether the files of each package exist and have the recorded size.
    #[default]
    Quick,
    /// Whether they have the recorded content, for which each of them is read.
    Deep,
}

/// An installed package that is not as an installer left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedPackage {
    /// The distribution's name, as its directory has it.
    pub name: String,
    /// Its version, as its directory has it.
    pub version: Option<String>,
    /// Its metadata.
    pub record: RepoPath,
    /// What is wrong.
    pub damage: PackageDamage,
}

/// What is wrong with an installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageDamage {
    /// Files are not what its `RECORD` says.
    Files {
        /// How many do not exist.
        missing: u64,
        /// How many are something else.
        changed: u64,
        /// Some of them.
        examples: Vec<DamagedFile>,
        /// It came from an index, so that its name and version are enough to install it again.
        is_from_index: bool,
    },
    /// It has no `METADATA`, and perhaps nothing at all.
    NoMetadata,
    /// It has no `RECORD`, which its installer would have written last.
    NoRecord,
    /// There is other metadata of the same name, here.
    Duplicate(Vec<RepoPath>),
    /// An interrupted removal left it behind; installers pass it over.
    Leftover,
}

/// A file that is not as it was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedFile {
    /// The file.
    pub path: RepoPath,
    /// What is wrong with it.
    pub damage: FileDamage,
}

/// What is wrong with an installed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileDamage {
    /// It does not exist.
    Missing,
    /// It is a directory or a device.
    NotAFile,
    /// It has another size, in bytes.
    Size {
        /// The size that was installed.
        recorded: u64,
        /// The size that it has.
        found: u64,
    },
    /// It has the size, but another content.
    Content,
}

/// What `git pyenv create --force` would do with an environment. Only `check` asks, of those that do not work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recreation {
    /// It refuses.
    pub is_refused: bool,
    /// Files that no tool could create again, because of which it refuses, relative to the environment.
    pub foreign: Vec<RepoPath>,
    /// It refuses until the files that git has of the environment are untracked.
    pub is_tracked: bool,
    /// The Python that only this run was told to use.
    pub python: Option<String>,
    /// It refuses because the setting `autoCleanup` says so.
    pub is_forbidden: bool,
}

/// What is known of the condition of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The environment.
    pub root: RepoPath,
    /// Who made it.
    pub kind: EnvironmentKind,
    /// It is elsewhere, and its root a link to it.
    pub is_linked: bool,
    /// `home` in its settings file.
    pub home: Option<Home>,
    /// Every name of its interpreter.
    pub interpreters: Vec<InterpreterName>,
    /// Which Python it is for.
    pub versions: PythonVersions,
    /// Where its files say that it is.
    pub recorded_paths: Vec<RecordedPath>,
    /// What shows that it is not whole.
    pub unfinished: Vec<UnfinishedSign>,
    /// What is installed from other checkouts.
    pub foreign_editables: Vec<ForeignEditable>,
    /// What is installed from directories that do not exist.
    pub broken_editables: Vec<BrokenEditable>,
    /// What is installed and not as an installer left it.
    pub damaged_packages: Vec<DamagedPackage>,
    /// Who can install into it.
    pub installer: Option<Installer>,
    /// What can be deleted if it cannot be recreated: the pieces of a remnant, and the directory in which this program
    /// was preparing or deleting an environment.
    pub left_over: Vec<RepoPath>,
    /// Whether and how it can be recreated.
    pub recreation: Recreation,
    /// The request that its Python does not satisfy, as text; asked only of the environment that the project means.
    pub unsatisfied_request: Option<Message>,
    /// What could not be looked at.
    pub unreadable: Vec<Skip>,
}

impl Inspection {
    /// Says whether this program was preparing or deleting it when it was stopped.
    #[must_use]
    pub fn is_staging(&self) -> bool {
        matches!(self.unfinished.first(), Some(UnfinishedSign::Staging | UnfinishedSign::Condemned))
    }

    /// The commands that make a working environment of it, and what they do in a few words; `None` if there are none.
    /// Test runners recreate their environments themselves, `create` does not create conda prefixes, and replaces nothing
    /// behind a link.
    #[must_use]
    pub fn recreation_steps(&self) -> Option<(Vec<FixStep>, &'static str)> {
        let Recreation { is_refused, is_tracked, is_forbidden, .. } = self.recreation;
        let (place, python) = (self.root.clone(), self.recreation.python.clone());
        if is_refused || self.is_linked || self.is_staging() || self.root.is_root() {
            let is_left_over = !self.left_over.is_empty() && !is_tracked && !self.is_linked;
            let delete = || (vec![FixStep::Delete(self.left_over.clone())], "deletes what is left of it");
            return is_left_over.then(delete);
        }
        let (last, effect) = match self.kind {
            kind if kind.is_replaceable_by_create => (
                FixStep::Recreate { place, python, despite_settings: is_forbidden },
                "recreates it; installed packages are not carried over",
            ),
            kind if kind.is_test_runner => {
                (FixStep::Delete(vec![place]), "deletes it; the next test run creates it again")
            }
            _ => return None,
        };
        let first = is_tracked.then(|| FixStep::Fix(PlaceToFix::new(&self.root)));
        Some((first.into_iter().chain([last]).collect(), effect))
    }
}

/// What a project says about environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFacts {
    /// Its directory in the work tree.
    pub project: RepoPath,
    /// The files that declare requirements.
    pub declared: Vec<Evidence>,
    /// The directory of the environment it means, escaped for people.
    pub environment: Message,
    /// That environment is there; or, where nothing names it, any other one of the project is, or a tool keeps one elsewhere;
    /// or what may be or hold one could not be looked at.
    pub has_environment: bool,
    /// The environments directly in its directory, if nothing says which of several is meant.
    pub unselected: Vec<RepoPath>,
    /// It was asked that there be one.
    pub environment_required: bool,
    /// The commands that create one, or select one of those that are there.
    pub creation: Vec<FixStep>,
    /// The requests for a Python that cannot be met, whatever Python there is.
    pub invalid_requests: Vec<InvalidRequest>,
}

/// A request for a Python in a file of the project that no tool accepts, or that the project itself does not support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRequest {
    /// The file.
    pub file: RepoPath,
    /// The line in it, counted from 1, if known.
    pub line: Option<usize>,
    /// What is wrong, as a sentence without an end.
    pub reason: Message,
}
