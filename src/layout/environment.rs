//! The parts of a new environment: directories, links, and files with their content.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::formats::wheel::{Wheel, WheelMember};
use crate::path::RepoPath;

/// The content of a `.gitignore` that ignores everything in its directory, including itself.
pub(super) const IGNORE: &[u8] = b"*\n";

/// An environment before it is written. It has to be written in the order of the fields, so that git never sees it and
/// an unfinished one has no `pyvenv.cfg`.
pub struct EnvironmentLayout<'w> {
    /// The `.gitignore`.
    pub ignore: LayoutFile<'w>,
    /// The directories, parents first.
    pub directories: Vec<RepoPath>,
    /// The symlinks.
    pub links: Vec<LayoutLink>,
    /// The files.
    pub files: Vec<LayoutFile<'w>>,
    /// The `pyvenv.cfg`, which makes the directory an environment.
    pub settings: LayoutFile<'w>,
}

/// A symlink of a new environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutLink {
    /// Its path in the environment.
    pub path: RepoPath,
    /// Its target.
    pub target: Vec<u8>,
}

/// A file of a new environment.
pub struct LayoutFile<'w> {
    /// Its path in the environment.
    pub path: RepoPath,
    /// Whether it is a program.
    pub executable: bool,
    pub(super) content: FileContent<'w>,
}

/// Where the content of a file comes from.
pub(super) enum FileContent<'w> {
    /// These bytes.
    Bytes(Cow<'static, [u8]>),
    /// A file that is still packed in a wheel.
    Packed(&'w Wheel<'w>, &'w WheelMember),
}

impl<'w> LayoutFile<'w> {
    pub(super) fn plain(path: RepoPath, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { path, executable: false, content: FileContent::Bytes(bytes.into()) }
    }

    pub(super) fn program(path: RepoPath, bytes: Vec<u8>) -> Self {
        Self { path, executable: true, content: FileContent::Bytes(bytes.into()) }
    }

    /// The content. A file of a wheel is unpacked and compared with its hash in `RECORD`.
    ///
    /// # Errors
    /// Action if the wheel is damaged.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        match &self.content {
            FileContent::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            FileContent::Packed(wheel, member) => {
                wheel.read(member).map(Cow::Owned).map_err(|error| damaged(wheel, error))
            }
        }
    }

    /// The SHA-256 of a file of a wheel, as in `RECORD`; `None` for files that are written for this environment.
    #[must_use]
    pub fn packed_hash(&self) -> Option<&str> {
        match &self.content {
            FileContent::Packed(_, member) => {
                member.hash.strip_prefix("sha256=").filter(|hash| is_digest(hash))
            }
            FileContent::Bytes(_) => None,
        }
    }

    /// A name under which environments can share the file: its hash. `None` for files that are written for this
    /// environment, and for programs.
    #[must_use]
    pub fn shared_name(&self) -> Option<&str> {
        self.packed_hash().filter(|_| !self.executable)
    }

    /// The size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.content {
            FileContent::Bytes(bytes) => bytes.len() as u64,
            FileContent::Packed(_, member) => member.size,
        }
    }
}

impl EnvironmentLayout<'_> {
    /// The number of files and links.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.files.len() + self.links.len() + 2) as u64
    }

    /// Returns whether packages are installed in it.
    #[must_use]
    pub fn is_seeded(&self) -> bool {
        self.files.iter().any(|file| matches!(file.content, FileContent::Packed(..)))
    }

    /// The size of its files in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().chain([&self.ignore, &self.settings]).map(LayoutFile::size).sum()
    }
}

/// Returns whether text is a SHA-256 as in `RECORD`. A wheel can have any text there, and this one becomes a file name.
fn is_digest(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// The error for a wheel that cannot be installed.
pub(super) fn damaged(wheel: &Wheel<'_>, reason: impl std::fmt::Display) -> Error {
    Error::action(format!("the wheel of `{}` cannot be installed", wheel.distribution))
        .cause(reason.to_string())
}
