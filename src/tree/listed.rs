//! A tree in memory: the entries a range brings in, and every unit test.

use std::collections::BTreeMap;

use super::{Content, Entry, EntryKind, ObjectId, OwnedEntry, Tree, Visitor};
use crate::error::{Error, Result};
use crate::path::RepoPath;

/// A sorted list of entries, each with its content if it was given.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    entries: BTreeMap<RepoPath, (OwnedEntry, Option<Vec<u8>>)>,
}

impl Listed {
    /// Adds an entry with its content, replacing one of the same path.
    pub fn insert(&mut self, path: RepoPath, kind: EntryKind, content: Vec<u8>) {
        let entry = OwnedEntry { path: path.clone(), kind, id: None, size: Some(content.len() as u64) };
        self.entries.insert(path, (entry, Some(content)));
    }

    /// Adds an entry whose content is elsewhere, replacing one of the same path.
    pub fn insert_entry(&mut self, entry: OwnedEntry) {
        self.entries.insert(entry.path.clone(), (entry, None));
    }

    /// Says how many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Tree for Listed {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        for (entry, _) in self.entries.values() {
            visitor.entry(&Entry {
                path: entry.path.as_bytes(),
                kind: entry.kind,
                id: ObjectId::raw(entry.id.as_ref()),
                size: entry.size,
            });
        }
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        let content = self.entries.get(&entry.path).and_then(|(_, content)| content.as_ref());
        let content =
            content.ok_or_else(|| Error::undecided(format!("no content is known for `{}`", entry.path)))?;
        let size = content.len() as u64;
        Ok(if size > limit { Content::TooLarge(size) } else { Content::Whole(content.clone()) })
    }
}
