//! A package as an installer left it in an environment.

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
