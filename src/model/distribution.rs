//! A package as an installer left it in an environment.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Skip;
use crate::path::RepoPath;

/// How the metadata of a distribution is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataForm {
    /// `NAME-VERSION.dist-info/` (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/>).
    DistInfo,
    /// `NAME-VERSION.egg-info`, a directory or a file.
    EggInfo,
    /// `NAME.egg-link`, which names a directory elsewhere.
    EggLink,
    /// `NAME-VERSION-pyX.Y.egg`, a directory or an archive with its metadata inside.
    Egg,
}

/// What the URL of a [`DirectSource`] names (<https://packaging.python.org/en/latest/specifications/direct-url/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceForm {
    /// An archive or a wheel (`archive_info`).
    Archive,
    /// A local directory (`dir_info`).
    Directory,
    /// A repository of a version control system (`vcs_info`).
    Repository,
}

/// Where a distribution came from, if that was recorded (`direct_url.json`, PEP 610, or an `.egg-link`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectSource {
    /// The URL as recorded; for an `.egg-link` the directory as a `file:` URL.
    pub url: String,
    /// What the URL names; `None` if the record does not say, which the standard forbids.
    pub form: Option<SourceForm>,
    /// The local directory or file that a `file:` URL names; of an editable install the project, which may be below what pip
    /// recorded.
    pub local: Option<PathBuf>,
    /// Its files are used where they are, not copied.
    pub editable: bool,
    /// The project's directory in what the URL names, if it is not the top.
    pub subdirectory: Option<String>,
    /// The version control system of a repository: `git`, `hg`, `bzr`, `svn`.
    pub vcs: Option<String>,
    /// The commit that was installed. An editable install of pip from a repository records none.
    pub commit: Option<String>,
    /// The branch, tag or commit that was requested, if any was.
    pub requested_revision: Option<String>,
    /// The hashes of an archive, as `sha256=…` in hexadecimal; uv records none.
    pub hashes: Vec<String>,
}

/// An installed distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The name as recorded.
    pub name: String,
    /// The version as recorded; `None` if the metadata does not tell.
    pub version: Option<String>,
    /// Where its metadata lies, relative to the environment, or to `outside`.
    pub metadata: RepoPath,
    /// The directory outside of the environment in which its metadata lies: the base Python's packages, or a directory
    /// that a `.pth` file names. `None` for what is in the environment.
    pub outside: Option<PathBuf>,
    /// How the metadata is stored.
    pub form: MetadataForm,
    /// Who installed it (`INSTALLER`); `None` also where only what requirements can be compared with is read.
    pub installer: Option<String>,
    /// Where it came from, unless from an index.
    pub source: Option<DirectSource>,
}

impl Distribution {
    /// The path of its metadata, for the environment at `root`.
    #[must_use]
    pub fn metadata_path(&self, root: &Path) -> PathBuf {
        self.metadata.to_path(self.outside.as_deref().unwrap_or(root))
    }
}

/// Why an entry that looks like a distribution is not taken for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadableReason {
    /// An interrupted removal left it behind; installers pass it over.
    Leftover,
    /// Its directory has no `METADATA`, and perhaps nothing at all.
    NoMetadata,
    /// It cannot be read.
    Failed(String),
}

impl fmt::Display for UnreadableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leftover => f.write_str("left behind by an interrupted removal"),
            Self::NoMetadata => f.write_str("it has no METADATA"),
            Self::Failed(reason) => f.write_str(reason),
        }
    }
}

/// Something in the place of a distribution that is not counted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where it lies, relative to the environment.
    pub place: RepoPath,
    /// Why it does not count.
    pub reason: UnreadableReason,
}

impl Unreadable {
    /// The same for a report, of the environment at `root`.
    #[must_use]
    pub fn skip(&self, root: &RepoPath) -> Skip {
        let path = root.join(self.place.as_bytes()).unwrap_or_else(|_| root.clone());
        Skip { path, reason: self.reason.to_string().into(), blob: None }
    }
}

/// What is installed in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Installed {
    /// The distributions, by normalised name, then by place. One name may be there twice.
    pub distributions: Vec<Distribution>,
    /// What looks like one and does not count, by place.
    pub unreadable: Vec<Unreadable>,
}
