//! Python environments, and remnants of them, as detection found them in a tree.

use std::fmt;

use super::fingerprint::fingerprint_of;
use crate::message::Message;
use crate::path::RepoPath;
use crate::tree::{ObjectId, OwnedEntry};

/// The usual names of environments, the preferred one first.
pub const USUAL_ENVIRONMENT_NAMES: [&str; 2] = [".venv", "venv"];

/// The name of a file that holds the path of an environment (<https://peps.python.org/pep-0832/>).
pub const REDIRECT_FILE_NAME: &str = ".venv";

/// The kind of an environment: the tool that created it, as far as known.
///
/// The value of each kind is in its file of `detect/kinds/`. Code asks for a property instead of comparing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentKind {
    /// The name in JSON output (`venv`, `legacy-virtualenv`, …).
    pub name: &'static str,
    /// The name in text output (`venv`, `virtualenv before 20`, …).
    pub label: &'static str,
    /// Whether its tool writes a `pyvenv.cfg`.
    pub writes_pyvenv_cfg: WritesPyvenvCfg,
    /// An environment without activation scripts is unfinished.
    pub has_activation_scripts: bool,
    /// `git pyenv create --force` can replace it.
    pub is_replaceable_by_create: bool,
    /// A test runner creates and recreates it, with the Python that a test needs.
    pub is_test_runner: bool,
    /// It has the layout of a conda prefix.
    pub is_conda_prefix: bool,
    /// It is a directory that packages, possibly with a Python, are installed into without an environment. Everything
    /// in it is installed.
    pub is_install_target: bool,
}

impl EnvironmentKind {
    /// A kind without any of the properties, for a row that states those it has.
    #[must_use]
    pub const fn named(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            writes_pyvenv_cfg: WritesPyvenvCfg::Never,
            has_activation_scripts: false,
            is_replaceable_by_create: false,
            is_test_runner: false,
            is_conda_prefix: false,
            is_install_target: false,
        }
    }
}

/// Whether a tool writes a `pyvenv.cfg` into the environments it creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WritesPyvenvCfg {
    /// It does not, as far as known.
    Never,
    /// It depends on the tools that it uses.
    Sometimes,
    /// It does if the interpreter is a link. Old versions, which copied the interpreter, did not.
    WithLinks,
    /// It does.
    Always,
}

impl fmt::Display for EnvironmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)
    }
}

/// The layout of an environment: the directories of its scripts and packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// `bin/` and `lib/pythonX.Y/site-packages/`.
    Posix,
    /// `Scripts/` and `Lib/site-packages/`.
    Windows,
}

impl Platform {
    /// The name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Posix => "posix",
            Self::Windows => "windows",
        }
    }
}

/// How much of an environment was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Independent markers agree: the directory is or was an environment.
    Environment,
    /// Pieces are left that occur only in environments.
    Remnant,
}

/// A fact that shows something, such as that a directory is an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The file that shows it.
    pub path: RepoPath,
    /// What the file shows, in words; text from the file is already escaped.
    pub fact: Message,
}

/// Which paths below the root belong to the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Everything below the root.
    Whole,
    /// Only these paths: files, or directories with their content. Other files belong to the project.
    Parts(Vec<RepoPath>),
}

/// A path directly below an environment's root, or a piece of a remnant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The path.
    pub path: RepoPath,
    /// It is a directory, not a file or link.
    pub is_directory: bool,
}

/// The number and the size of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measure {
    /// The number of files and links.
    pub files: u64,
    /// The size of their content in bytes, as far as known.
    pub bytes: u64,
}

/// The content of an environment in a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// The parts of the environment, sorted by path.
    pub parts: Vec<Part>,
    /// The entries that belong to the environment, sorted by path. Empty if the tree is the disk: the parts say enough,
    /// and listing would take long.
    pub members: Vec<OwnedEntry>,
    /// Entries below the root that belong to the project, sorted by path. Empty if the tree is the disk.
    pub foreign: Vec<OwnedEntry>,
    /// The number and the size of the members; `None` if they were not counted.
    pub measure: Option<Measure>,
}

/// An environment or a remnant of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its directory; the root of the tree if the repository itself is the environment.
    pub root: RepoPath,
    /// Its kind.
    pub kind: EnvironmentKind,
    /// The tool that recorded itself as its creator, with its version, for example `uv 0.5.11`.
    pub creator: Option<String>,
    /// The Python version it was created for, if recorded (`3.12`, `3.12.1`).
    pub python: Option<String>,
    /// Its layout.
    pub platform: Platform,
    /// Environment or remnant.
    pub shape: Shape,
    /// It is only a `pyvenv.cfg`, beside the file that an image of a container is built from: the image may need it.
    pub is_for_image: bool,
    /// Why detection recognised it, strongest evidence first.
    pub evidence: Vec<Evidence>,
    /// Which paths of the directory belong to it.
    pub extent: Extent,
    /// Its content.
    pub contents: Contents,
}

impl Environment {
    /// Returns whether a path belongs to this environment.
    #[must_use]
    pub fn owns(&self, path: &RepoPath) -> bool {
        match &self.extent {
            Extent::Whole => path.is_within(&self.root),
            Extent::Parts(parts) => parts.iter().any(|part| path.is_within(part)),
        }
    }

    /// The paths that make up the environment: its root, or its parts.
    #[must_use]
    pub fn pieces(&self) -> Vec<RepoPath> {
        match &self.extent {
            Extent::Whole => vec![self.root.clone()],
            Extent::Parts(parts) => parts.clone(),
        }
    }

    /// Returns whether a piece is a directory: the root, or a part that is a directory.
    #[must_use]
    pub fn is_directory(&self, piece: &RepoPath) -> bool {
        self.contents.parts.iter().find(|part| part.path == *piece).is_none_or(|part| part.is_directory)
    }
}

/// A symbolic link, or a `.venv` file as in PEP 832, that points to an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentLink {
    /// The link itself.
    pub entry: OwnedEntry,
    /// Its target, escaped for output.
    pub target: String,
    /// Why the target counts as an environment.
    pub reason: &'static str,
}

/// Something that could not be examined, so that the result may be incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// The path that was not read.
    pub path: RepoPath,
    /// Why.
    pub reason: Message,
    /// The blob that was not read, if it was a blob.
    pub blob: Option<ObjectId>,
}

impl Skip {
    /// A path of the index that a merge left with several contents.
    #[must_use]
    pub fn unmerged(path: RepoPath) -> Self {
        Self { path, reason: "unmerged: resolve the conflict, then `git add` it".into(), blob: None }
    }

    /// An id that is the same in every run, of the path and the reason.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&[b"skip", self.path.as_bytes(), self.reason.seen_from_root().as_bytes()])
    }
}
