//! The parts of a new environment: directories, links and files with their content.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::formats::wheel::{Wheel, WheelMember};
use crate::path::RepoPath;

/// Ignores everything in its directory, itself too.
pub const IGNORE: &[u8] = b"*\n";

/// An environment before it is made. It is to be made in the order of the fields: git never sees it, and what is
/// not finished has no settings file.
pub struct EnvironmentLayout<'w> {
    /// Makes git ignore everything.
    pub ignore: LayoutFile<'w>,
    /// The directories, outer ones first.
    pub directories: Vec<RepoPath>,
    /// The symbolic links.
    pub links: Vec<LayoutLink>,
    /// The files.
    pub files: Vec<LayoutFile<'w>>,
    /// `pyvenv.cfg`, which makes it an environment.
    pub settings: LayoutFile<'w>,
}

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutLink {
    /// Where it is in the environment.
    pub path: RepoPath,
    /// Where it leads.
    pub target: Vec<u8>,
}

/// A file.
pub struct LayoutFile<'w> {
    /// Where it is in the environment.
    pub path: RepoPath,
    /// It is a program.
    pub executable: bool,
    pub(super) content: FileContent<'w>,
}

pub(super) enum FileContent<'w> {
    Bytes(Cow<'static, [u8]>),
    Packed(&'w Wheel<'w>, &'w WheelMember),
}

impl<'w> LayoutFile<'w> {
    pub(super) fn plain(path: RepoPath, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { path, executable: false, content: FileContent::Bytes(bytes.into()) }
    }

    pub(super) fn program(path: RepoPath, bytes: Vec<u8>) -> Self {
        Self { path, executable: true, content: FileContent::Bytes(bytes.into()) }
    }

    /// The content. What is packed in a wheel is unpacked, and compared with the hash that the wheel has of it.
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

    /// A name for the content by which other environments can have the same file: the hash that the wheel has of it.
    /// `None` for what is written for this environment, and for programs.
    #[must_use]
    pub fn shared_name(&self) -> Option<&str> {
        match &self.content {
            FileContent::Packed(_, member) if !self.executable => {
                member.hash.strip_prefix("sha256=").filter(|hash| is_digest(hash))
            }
            _ => None,
        }
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
    /// How many files and links it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.files.len() + self.links.len() + 2) as u64
    }

    /// It starts with packages.
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

/// Says whether text is a SHA-256 as `RECORD` writes it. What a wheel says of a file that is not unpacked is no name
/// to look for otherwise.
fn is_digest(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

pub(super) fn damaged(wheel: &Wheel<'_>, reason: impl std::fmt::Display) -> Error {
    Error::action(format!("the wheel of `{}` cannot be installed", wheel.distribution)).cause(reason)
}
