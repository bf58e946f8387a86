//! A tree in memory, for tests.

use std::collections::BTreeMap;

use super::entry::{EntryKind, OwnedEntry};
use super::interface::{Content, Tree};
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::message::message;
use crate::path::RepoPath;

/// A sorted list of entries with their content.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    entries: BTreeMap<RepoPath, (OwnedEntry, Vec<u8>)>,
}

impl MemoryTree {
    /// Adds an entry with its content, replacing an entry of the same path.
    pub fn insert(&mut self, path: RepoPath, kind: EntryKind, content: Vec<u8>) {
        let entry = OwnedEntry {
            path: path.clone(),
            kind,
            id: None,
            size: Some(content.len() as u64),
            is_unmerged: false,
        };
        self.entries.insert(path, (entry, content));
    }
}

impl Tree for MemoryTree {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        for (entry, _) in self.entries.values() {
            visitor.entry(&entry.borrowed());
        }
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        let missing = || Error::undecided(message!("no content for `{}`", entry.path));
        let (_, content) = self.entries.get(&entry.path).ok_or_else(missing)?;
        let size = content.len() as u64;
        Ok(if size > limit { Content::TooLarge(size) } else { Content::Whole(content.clone()) })
    }
}
