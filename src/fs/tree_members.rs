//! Everything below a directory as an archive keeps it: also directories, permissions and times. No link is followed and
//! no mount crossed.

use std::collections::HashSet;

use super::directory::{DirectoryEntry, DirectoryHandle, EntryStatus, FileKind};
use super::open_directory::OpenDirectory;
use super::threads;
use super::tree_walk::enter;
use crate::error::{Error, Result};
use crate::path::RepoPath;

/// A file, link or directory, with all that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeMember {
    /// Its path, relative to the directory that was listed; the root for that itself.
    pub path: RepoPath,
    /// What it is.
    pub kind: FileKind,
    /// Bytes of content; for a link, the length of what it says.
    pub size: u64,
    /// Its permissions.
    pub mode: u32,
    /// When its content was changed: seconds since 1970, and nanoseconds.
    pub modified: (i64, u32),
    /// Device and inode, if it is a file that has more than one name.
    pub shared: Option<(u64, u64)>,
}

impl OpenDirectory {
    /// Lists the directory itself and everything below it, or only what is at and below some paths and the directories above
    /// these, sorted by path. Of what `may_miss` says yes to, what cannot be listed, and what is neither file, link nor
    /// directory, is left out.
    ///
    /// # Errors
    /// Action if something cannot be listed, or is a socket, a FIFO or a device.
    pub fn members(
        &self,
        chosen: Option<&[RepoPath]>,
        may_miss: &(dyn Fn(&RepoPath) -> bool + Sync),
    ) -> Result<Vec<TreeMember>> {
        let above = chosen.map(|chosen| chosen.iter().flat_map(|path| path.ancestors().skip(1)).collect());
        let walk =
            MemberWalk { chosen: chosen.map(|chosen| chosen.iter().cloned().collect()), above, may_miss };
        let status = self.handle.status().map_err(|error| unlisted(&RepoPath::root(), error))?;
        let mut found = vec![member(RepoPath::root(), status)];
        found.extend(walk.list(&self.handle, &RepoPath::root(), (0, chosen.is_none()))?);
        found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }
}

struct MemberWalk<'w> {
    chosen: Option<HashSet<RepoPath>>,
    /// The directories above what is chosen.
    above: Option<HashSet<RepoPath>>,
    may_miss: &'w (dyn Fn(&RepoPath) -> bool + Sync),
}

impl MemberWalk<'_> {
    /// Lists a directory at a depth, several of those in it at a time; `is_chosen` says whether everything in it counts.
    fn list(
        &self,
        directory: &DirectoryHandle,
        path: &RepoPath,
        (depth, is_chosen): (usize, bool),
    ) -> Result<Vec<TreeMember>> {
        let entries = match directory.list_shared() {
            Ok(entries) => entries,
            Err(_) if (self.may_miss)(path) => return Ok(Vec::new()),
            Err(error) => return Err(unlisted(path, error)),
        };
        let (mut found, mut below) = (Vec::with_capacity(entries.len()), Vec::new());
        for DirectoryEntry { name, .. } in entries {
            // Never fails: a listed name is a single component.
            let Ok(path) = path.join(&name) else { continue };
            let is_chosen = is_chosen || self.chosen.as_ref().is_some_and(|chosen| chosen.contains(&path));
            if !is_chosen && !self.above.as_ref().is_some_and(|above| above.contains(&path)) {
                continue;
            }
            let status = directory.status_of(&name).map_err(|error| unlisted(&path, error))?;
            // It is gone by now.
            let Some(status) = status else { continue };
            match status.kind {
                FileKind::Other if (self.may_miss)(&path) => {}
                FileKind::Other => {
                    let reason = format!("`{}` is a socket, a FIFO or a device", path.seen_from_root());
                    return Err(Error::action("an archive cannot hold it").cause(reason));
                }
                FileKind::File | FileKind::Link => found.push(member(path, status)),
                FileKind::Directory => below.push((member(path, status), is_chosen)),
            }
        }
        let list =
            |(found, is_chosen): &(TreeMember, bool)| self.enter(directory, found, (depth, *is_chosen));
        for listed in threads::in_parallel(&below, list) {
            found.extend(listed?);
        }
        Ok(found)
    }

    /// Lists a directory in one at a depth, and that itself.
    fn enter(
        &self,
        directory: &DirectoryHandle,
        found: &TreeMember,
        (depth, is_chosen): (usize, bool),
    ) -> Result<Vec<TreeMember>> {
        match enter(directory, found.path.name(), depth) {
            Ok(child) => {
                let mut listed = self.list(&child, &found.path, (depth.saturating_add(1), is_chosen))?;
                listed.push(found.clone());
                Ok(listed)
            }
            Err(_) if (self.may_miss)(&found.path) => Ok(Vec::new()),
            Err(reason) => Err(unlisted(&found.path, reason)),
        }
    }
}

fn member(path: RepoPath, status: EntryStatus) -> TreeMember {
    let EntryStatus { kind, stamp, mode, links, .. } = status;
    let is_shared = kind == FileKind::File && links > 1;
    TreeMember {
        path,
        kind,
        size: stamp.size,
        mode,
        modified: (stamp.modified.0, u32::try_from(stamp.modified.1).unwrap_or(0)),
        shared: is_shared.then_some((stamp.device, stamp.inode)),
    }
}

fn unlisted(path: &RepoPath, cause: impl std::fmt::Display) -> Error {
    Error::action(format!("failed to read `{}`", path.seen_from_root())).cause(cause.to_string())
}
