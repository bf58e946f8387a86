//! What `restore` lists, and what it brought back.

use std::path::{Path, PathBuf};

use super::{PlanBasis, RepositoryLabel, Unread};
use crate::error::Error;
use crate::message::Message;
use crate::path::{RepoPath, printable};

/// What the archive of a removed environment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveContent {
    /// There never was one.
    None,
    /// The whole environment.
    Whole,
    /// What no tool could write again.
    Foreign,
    /// The snapshot names one that does not exist.
    Missing,
}

impl ArchiveContent {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Whole => "all",
            Self::Foreign => "foreign",
            Self::Missing => "missing",
        }
    }
}

/// An environment that was removed, as its snapshot says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestorableEnvironment {
    /// The id of the snapshot.
    pub id: String,
    /// When it was removed, RFC 3339 in UTC.
    pub time: String,
    /// Where it was, absolute.
    pub path: PathBuf,
    /// The same, relative to the working directory where it lies in the work tree.
    pub shown: PathBuf,
    /// The kind of environment.
    pub kind: String,
    /// Its Python version, as far as known.
    pub python: Option<String>,
    /// How many packages were installed in it.
    pub packages: u64,
    /// How many files and links it had.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// How many of its paths no tool could write again.
    pub foreign: u64,
    /// What its archive holds.
    pub archive: ArchiveContent,
    /// Something is in its place.
    pub is_occupied: bool,
}

/// What can be brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestorableList {
    /// The repository; `None` for what was removed outside of one.
    pub repository: Option<RepositoryLabel>,
    /// The environments, the one that was removed last first.
    pub environments: Vec<RestorableEnvironment>,
    /// Snapshots that cannot be read.
    pub unread: Vec<Unread>,
}

/// What an environment is made from again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestorationSource {
    /// The archive alone.
    Archive,
    /// What the snapshot says.
    Snapshot,
    /// What the snapshot says, and then the archive of what no tool could write again.
    Both,
}

impl RestorationSource {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Snapshot => "snapshot",
            Self::Both => "snapshot-and-archive",
        }
    }
}

/// A package of a removed environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredPackage {
    /// Its name as recorded.
    pub name: String,
    /// Its version as recorded.
    pub version: Option<String>,
}

/// A package that could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnavailablePackage {
    /// The package.
    pub package: RestoredPackage,
    /// Why, for people; may have several lines.
    pub reason: String,
}

/// A package that is installed exactly as it was, and nothing that it requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExactPackage {
    /// The package.
    pub package: RestoredPackage,
    /// The arguments with which pip and uv install it.
    pub words: Vec<String>,
    /// What installed it before (`INSTALLER`).
    pub installer: Option<String>,
    /// Its name and version say everything about it: it came from an index.
    pub is_from_index: bool,
}

/// What came of installing packages exactly as they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExactInstallation {
    /// The packages that are there now.
    pub installed: Vec<RestoredPackage>,
    /// The others.
    pub unavailable: Vec<UnavailablePackage>,
    /// The commands that were run, each as its words.
    pub commands: Vec<Vec<String>>,
}

/// What to make a removed environment from again, where there is no archive of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvironmentRecipe {
    /// Where it goes, absolute.
    pub place: String,
    /// The requests for a Python, the one that fits best first. At least one.
    pub pythons: Vec<String>,
    /// What shells show; `None` if nothing else than usual was recorded.
    pub prompt: Option<String>,
    /// It has no pip.
    pub without_pip: bool,
    /// The packages of its base Python count too.
    pub system_site_packages: bool,
    /// The packages, in alphabetical order.
    pub packages: Vec<ExactPackage>,
    /// The names of everything that may be in it in the end, normalised.
    pub names: Vec<String>,
}

/// What `restore` brought back, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restoration {
    /// The repository; `None` outside of one.
    pub repository: Option<RepositoryLabel>,
    /// What was removed.
    pub environment: RestorableEnvironment,
    /// Where it is now, or would be, absolute.
    pub place: PathBuf,
    /// The same, as [`RestorableEnvironment::shown`].
    pub shown: PathBuf,
    /// What it was made from.
    pub source: RestorationSource,
    /// Nothing was to be changed.
    pub is_dry_run: bool,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
    /// The paths in it that were asked for; none for all of it.
    pub only: Vec<RepoPath>,
    /// The version of the Python that it was made with again, and the interpreter; `None` for an archive.
    pub python: Option<(String, PathBuf)>,
    /// How many files and links came from the archive.
    pub entries: u64,
    /// The size of these files in bytes.
    pub bytes: u64,
    /// The packages that were installed again, or would be.
    pub packages: Vec<RestoredPackage>,
    /// The packages that could not be had.
    pub unavailable: Vec<UnavailablePackage>,
    /// Files that may have been changed since a tool made them, of which the copies were brought back.
    pub copies: Vec<RepoPath>,
    /// Files in which the old place was replaced by the new one.
    pub repaired: Vec<RepoPath>,
    /// The commands that installed, or would, each as its words.
    pub commands: Vec<Vec<String>>,
    /// What else the user should know, as sentences without a full stop.
    pub notes: Vec<Message>,
}

impl Restoration {
    /// The failure of the whole, if something could not be had.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        let first = self.unavailable.first()?;
        let (missing, all) = (self.unavailable.len(), self.packages.len() + self.unavailable.len());
        let error = Error::action(format!("{missing} of {all} packages could not be had"));
        let reason = first.reason.lines().next().unwrap_or_default();
        let error = error.cause(format!("{}: {reason}", printable(first.package.name.as_bytes())));
        Some(error.hint(format!("the snapshot {} stays, so that you can try again", self.environment.id)))
    }

    /// The exit status.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.failure().map_or(0, |error| error.kind().exit_code())
    }
}

/// A path relative to a directory where it lies in it; else, where both lie below `top`, with `..`; else as it is.
#[must_use]
pub fn path_from(directory: &Path, top: Option<&Path>, path: &Path) -> PathBuf {
    if let Ok(below) = path.strip_prefix(directory) {
        return if below.as_os_str().is_empty() { PathBuf::from(".") } else { below.to_path_buf() };
    }
    let relative = top.and_then(|top| {
        let depth = directory.strip_prefix(top).ok()?.components().count();
        let below = path.strip_prefix(top).ok()?;
        Some((0..depth).map(|_| Path::new("..")).chain([below]).collect::<PathBuf>())
    });
    relative.unwrap_or_else(|| path.to_path_buf())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_working_directory() {
        let cases = [
            ("/w", Some("/w"), "/w/venv", "venv"),
            ("/w/a/b", Some("/w"), "/w/venv", "../../venv"),
            ("/w/a/b", Some("/w"), "/w/a/b/venv", "venv"),
            ("/w/a", Some("/w"), "/elsewhere/venv", "/elsewhere/venv"),
            ("/home", None, "/elsewhere/venv", "/elsewhere/venv"),
            ("/home", None, "/home", "."),
        ];
        for (directory, top, path, expected) in cases {
            let seen = path_from(Path::new(directory), top.map(Path::new), Path::new(path));
            assert_eq!(seen, Path::new(expected), "{directory} {path}");
        }
    }
}
