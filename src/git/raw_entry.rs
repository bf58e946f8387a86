//! An entry of a tree object, as its bytes have it.
//!
//! Format: <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_tree_objects>.

use super::entries::kind_of;
use crate::tree::EntryKind;

/// An entry of a tree: `MODE NAME<nul>ID`.
pub(super) struct RawEntry<'t> {
    /// All of its bytes.
    pub(super) raw: &'t [u8],
    pub(super) mode: i32,
    pub(super) name: &'t [u8],
    pub(super) id: &'t [u8],
}

impl<'t> RawEntry<'t> {
    /// The first entry of the rest of a tree, with an id of this many bytes; `None` if it is malformed.
    pub(super) fn first(rest: &'t [u8], id_length: usize) -> Option<Self> {
        // A mode has five or six digits.
        let space = rest.iter().take(8).position(|&byte| byte == b' ')?;
        let nul = memchr::memchr(0, rest)?;
        let raw = rest.get(..nul + 1 + id_length)?;
        let mode = rest[..space].iter().try_fold(0, |mode, digit| {
            matches!(digit, b'0'..=b'7').then(|| mode * 8 + i32::from(digit - b'0'))
        })?;
        Some(Self { raw, mode, name: raw.get(space + 1..nul)?, id: &raw[nul + 1..] })
    }
}

/// An entry of a tree, as its bytes have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeEntry<'t> {
    /// The mode: of a link, a file, a directory or a submodule.
    pub mode: i32,
    /// The name. In a crafted tree it may be invalid, or a path.
    pub name: &'t [u8],
    /// The raw id of the content.
    pub id: &'t [u8],
}

impl TreeEntry<'_> {
    /// Returns whether it is a symbolic link.
    #[must_use]
    pub fn is_link(&self) -> bool {
        kind_of(self.mode) == Some(EntryKind::Link)
    }
}

/// Receives entries, and says whether to go on. Several threads may call it at the same time.
pub type SeeEntry<'s> = &'s (dyn Fn(&TreeEntry<'_>) -> bool + Sync);
