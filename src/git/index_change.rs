//! Changes the index in one step, and lists the paths that git would add.

use std::ffi::OsString;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::command::without_newline;
use super::entries::{EntryCollector, IndexEntries};
use super::ignore_rule::IgnoreQuestion;
use super::index_file::IndexFile;
use super::index_scan::Reading;
use super::repository::Repository;
use super::scratch::index_with;
use super::stored_index::{StoredEntry, mode, write};
use crate::error::{Error, ErrorKind, Result};
use crate::path::{RepoPath, bytes_to_path, display, path_to_bytes};
use crate::text::shell_quote;
use crate::tree::{EntryKind, NoopVisitor, ObjectId};

/// A file to put into the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedFile {
    /// The path.
    pub path: RepoPath,
    /// The blob.
    pub id: ObjectId,
    /// The kind of the entry.
    pub kind: EntryKind,
}

impl Repository<'_> {
    /// The paths on the disk that `git add .` would add: neither tracked nor ignored. A nested repository counts as
    /// one directory.
    ///
    /// # Errors
    /// Undecided if git cannot list them.
    pub fn untracked(&self) -> Result<Vec<IgnoreQuestion>> {
        let mut found = Vec::new();
        let mut record = |record: &[u8]| {
            let (path, directory) = match record.strip_suffix(b"/") {
                Some(path) => (path, true),
                None => (record, false),
            };
            found.extend(RepoPath::new(path).ok().map(|path| IgnoreQuestion { path, directory }));
        };
        self.index_records(&["ls-files", "--others", "--exclude-standard", "-z"], &mut record)?;
        Ok(found)
    }

    /// Runs a command of git that reads the index and prints NUL-terminated records.
    ///
    /// # Errors
    /// Undecided if the index cannot be read, or git fails.
    pub(super) fn index_records(&self, command: &[&str], record: &mut dyn FnMut(&[u8])) -> Result<()> {
        match self.whole_index()? {
            None => self.plumbing.git_with_index().records(command, record),
            Some(index) => {
                let command = [&["-c", "index.sparse=false"], command].concat();
                self.git().with_index(index.path()).records(&command, record)
            }
        }
    }

    /// The error for an index that another process is writing, or was when it was killed.
    fn locked(&self) -> Error {
        let mut lock = self.layout.index_file.clone().into_os_string();
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        Error::action("the index is locked").cause(format!("`{}` exists", display(&lock))).hint(format!(
            "if no git process is running in this repository, one was killed: `rm {}`",
            shell_quote(&path_to_bytes(&lock))
        ))
    }

    /// A copy of the index that git only reads; `None` if the index itself is one. Git sets the time of the shared part
    /// of a split index, and stores trees to expand a sparse one.
    fn whole_index(&self) -> Result<Option<NamedTempFile>> {
        let index = IndexFile::open(&self.layout.index_file)?;
        if index.scan(&self.layout, IndexEntries::All, &mut NoopVisitor)? == Reading::Complete {
            return Ok(None);
        }
        let mut entries = EntryCollector(Vec::new());
        self.visit_index_file(&index, IndexEntries::All, &mut entries)?;
        let mut stored: Vec<StoredEntry> = entries.0.iter().filter_map(StoredEntry::of).collect();
        stored.sort_by(|a, b| a.path.cmp(&b.path));
        let bytes = write(&stored, self.layout.object_id_length);
        let bytes = bytes.ok_or_else(|| Error::undecided("the index has too many entries"))?;
        index_with(&bytes).map(Some)
    }

    /// The blob that git would make of a file with this content; the attributes of the path decide about line endings
    /// and filters. With `write`, the blob is also stored.
    ///
    /// # Errors
    /// Undecided if git cannot make it, action if it cannot store it.
    pub fn blob_for(&self, path: &RepoPath, content: &[u8], write: bool) -> Result<ObjectId> {
        let mut path_option = OsString::from("--path=");
        path_option.push(bytes_to_path(path.as_bytes()));
        let mut arguments = vec![OsString::from("hash-object"), "--stdin".into(), path_option];
        arguments.extend(write.then(|| "-w".into()));
        let printed = self.plumbing.git_with_index().output(&arguments, content.to_vec());
        let printed =
            printed.map_err(|error| if write { error.of_kind(ErrorKind::Action) } else { error })?;
        let printed = without_newline(printed);
        let id = ObjectId::from_hex(&String::from_utf8_lossy(&printed));
        id.ok_or_else(|| Error::undecided("`git hash-object` printed no object name"))
    }

    /// Removes paths from the index and adds files to it: all of them or none. The disk does not change, and a path
    /// that is not tracked is skipped.
    ///
    /// # Errors
    /// Action if git cannot write the index; then nothing is changed.
    pub fn change_index(&self, removed: &[RepoPath], added: &[StagedFile]) -> Result<()> {
        if removed.is_empty() && added.is_empty() {
            return Ok(());
        }
        let zero = "0".repeat(self.layout.object_id_length * 2);
        let mut input = Vec::new();
        let mut line = |head: String, path: &RepoPath| {
            input.extend([head.as_bytes(), b"\t", path.as_bytes(), b"\0"].concat());
        };
        removed.iter().for_each(|path| line(format!("0 {zero}"), path));
        added.iter().for_each(|file| line(format!("{:o} {}", mode(file.kind), file.id), &file.path));
        let arguments = ["update-index", "-z", "--index-info"];
        let output = self.plumbing.git_with_index().run(&arguments, input)?;
        if output.status == Some(0) {
            return Ok(());
        }
        if memchr::memmem::find(&output.stderr, b"index.lock': File exists").is_some() {
            return Err(self.locked());
        }
        Err(self.git().failure(&arguments, &output).of_kind(ErrorKind::Action))
    }
}
