//! The permissions of files that are written.

use crate::git::Sharing;

/// Who may do what with a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The permissions of a new file, before the umask.
    new: u32,
    /// An existing file keeps its permissions.
    keeps: bool,
    sharing: Sharing,
}

impl Access {
    /// A file of the user: it keeps its permissions; a new one gets those that the umask leaves.
    pub const FILE: Self = Self { new: 0o666, keeps: true, sharing: Sharing::Umask };

    /// A file for its owner alone.
    pub const PRIVATE: Self = Self::private(Sharing::Umask);

    /// A file in the git directory, which others may use as `core.sharedRepository` says.
    #[must_use]
    pub const fn of_repository(sharing: Sharing) -> Self {
        Self { new: 0o666, keeps: false, sharing }
    }

    /// As [`Access::of_repository`], for a program.
    #[must_use]
    pub const fn program_of_repository(sharing: Sharing) -> Self {
        Self { new: 0o777, keeps: false, sharing }
    }

    /// As [`Access::of_repository`], for what may hold secrets: in a repository that is not shared, only the owner may
    /// read it.
    #[must_use]
    pub const fn private(sharing: Sharing) -> Self {
        Self { new: 0o600, keeps: false, sharing }
    }

    /// As [`Access::private`], for a program.
    #[must_use]
    pub const fn private_program(sharing: Sharing) -> Self {
        Self { new: 0o700, keeps: false, sharing }
    }

    /// The mode to create a file with, which the umask changes; `before` is the mode of the file that it replaces. It
    /// allows nobody more than the mode at the end does.
    pub(super) fn creation_mode(self, before: Option<u32>) -> u32 {
        before.filter(|_| self.keeps).map_or(self.new, |before| before & 0o777)
    }

    /// Whether an existing file keeps its permissions and its group.
    pub(super) fn keeps(self) -> bool {
        self.keeps
    }

    /// The mode that a file gets, from the one that it was created with, and that of the file in its place.
    pub(super) fn mode(self, created: u32, before: Option<u32>) -> u32 {
        match before.filter(|_| self.keeps) {
            Some(before) => before & 0o777,
            None => self.sharing.file_mode(created & self.new),
        }
    }
}
