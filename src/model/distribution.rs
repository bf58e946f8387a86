//! A package as an installer left it in an environment.

use std::fmt;

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

/// Where a distribution came from, if that was recorded (`direct_url.json`, PEP 610, or an `.egg-link`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectSource {
    /// The URL as recorded; for an `.egg-link` the directory as a `file:` URL.
    pub url: String,
    /// The local directory or file that a `file:` URL names.
    pub local: Option<std::path::PathBuf>,
    /// Its files are used where they are, not copied.
    pub editable: bool,
    /// The commit, of a version-controlled source.
    pub commit: Option<String>,
}

/// An installed distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The name as recorded.
    pub name: String,
    /// The version as recorded; `None` if the metadata does not tell.
    pub version: Option<String>,
    /// Where its metadata lies, relative to the environment.
    pub metadata: RepoPath,
    /// How the metadata is stored.
    pub form: MetadataForm,
    /// Who installed it (`INSTALLER`).
    pub installer: Option<String>,
    /// Where it came from, unless from an index.
    pub source: Option<DirectSource>,
    /// It has a `RECORD` of its files.
    pub has_record: bool,
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
        Skip { path, reason: self.reason.to_string(), blob: None }
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
