//! The parts of a new environment: directories, links and files with their content.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::formats::wheel::{Member, Wheel};
use crate::path::RepoPath;

/// Ignores everything in its directory, itself too.
pub const IGNORE: &[u8] = b"*\n";

/// An environment before it is made. It is to be made in the order of the fields: git never sees it, and what is
/// not finished has no settings file.
pub struct Blueprint<'w> {
    /// Makes git ignore everything.
    pub ignore: File<'w>,
    /// The directories, outer ones first.
    pub directories: Vec<RepoPath>,
    /// The symbolic links.
    pub links: Vec<Link>,
    /// The files.
    pub files: Vec<File<'w>>,
    /// `pyvenv.cfg`, which makes it an environment.
    pub settings: File<'w>,
}

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it is in the environment.
    pub path: RepoPath,
    /// Where it leads.
    pub target: Vec<u8>,
}

/// A file.
pub struct File<'w> {
    /// Where it is in the environment.
    pub path: RepoPath,
    /// It is a program.
    pub executable: bool,
    pub(super) content: Content<'w>,
}

pub(super) enum Content<'w> {
    Bytes(Cow<'static, [u8]>),
    Packed(&'w Wheel<'w>, &'w Member),
}

impl<'w> File<'w> {
    pub(super) fn plain(path: RepoPath, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { path, executable: false, content: Content::Bytes(bytes.into()) }
    }

    pub(super) fn program(path: RepoPath, bytes: Vec<u8>) -> Self {
        Self { path, executable: true, content: Content::Bytes(bytes.into()) }
    }

    /// The content. What is packed in a wheel is unpacked, and compared with the hash that the wheel has of it.
    ///
    /// # Errors
    /// Action if the wheel is damaged.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        match &self.content {
            Content::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Content::Packed(wheel, member) => {
                wheel.read(member).map(Cow::Owned).map_err(|error| damaged(wheel, error))
            }
        }
    }

    /// A name for the content by which other environments can have the same file: the hash that the wheel has of it.
    /// `None` for what is written for this environment, and for programs.
    #[must_use]
    pub fn shared_name(&self) -> Option<&str> {
        match &self.content {
            Content::Packed(_, member) if !self.executable => {
                member.hash.strip_prefix("sha256=").filter(|hash| is_digest(hash))
            }
            _ => None,
        }
    }

    /// The size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Packed(_, member) => member.size,
        }
    }
}

impl Blueprint<'_> {
    /// How many files and links it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.files.len() + self.links.len() + 2) as u64
    }

    /// It starts with packages.
    #[must_use]
    pub fn is_seeded(&self) -> bool {
        self.files.iter().any(|file| matches!(file.content, Content::Packed(..)))
    }

    /// The size of its files in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().chain([&self.ignore, &self.settings]).map(File::size).sum()
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
