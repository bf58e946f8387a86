//! Changes the index in one step, and lists the paths that git would add.

use std::ffi::OsString;

use super::command::without_newline;
use super::ignore_rule::IgnoreQuestion;
use super::repository::Repository;
use crate::error::{Error, ErrorKind, Result};
use crate::path::{RepoPath, bytes_to_path};
use crate::tree::{EntryKind, ObjectId};

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
        self.git().records(&["ls-files", "--others", "--exclude-standard", "-z"], &mut |record| {
            let (path, directory) = match record.strip_suffix(b"/") {
                Some(path) => (path, true),
                None => (record, false),
            };
            found.extend(RepoPath::new(path).ok().map(|path| IgnoreQuestion { path, directory }));
        })?;
        Ok(found)
    }

    /// The paths in the index at or below some roots, including `git add -N` entries, which no commit would contain
    /// yet.
    ///
    /// # Errors
    /// Undecided if git cannot list them.
    pub fn index_paths_below(&self, roots: &[RepoPath]) -> Result<Vec<RepoPath>> {
        let mut found = Vec::new();
        if roots.is_empty() {
            return Ok(found);
        }
        let mut arguments: Vec<OsString> =
            ["--literal-pathspecs", "ls-files", "--cached", "--full-name", "-z", "--"]
                .map(Into::into)
                .to_vec();
        let pathspec =
            |root: &RepoPath| if root.is_root() { b".".to_vec() } else { root.as_bytes().to_vec() };
        arguments.extend(roots.iter().map(|root| bytes_to_path(&pathspec(root)).into_os_string()));
        self.git().records(&arguments, &mut |record| found.extend(RepoPath::new(record).ok()))?;
        Ok(found)
    }

    /// The blob that git would make of a file with this content; the attributes of the path decide about line endings
    /// and filters. With `write`, the blob is also stored.
    ///
    /// # Errors
    /// Undecided if git cannot make it.
    pub fn blob_for(&self, path: &RepoPath, content: &[u8], write: bool) -> Result<ObjectId> {
        let mut path_option = OsString::from("--path=");
        path_option.push(bytes_to_path(path.as_bytes()));
        let mut arguments = vec![OsString::from("hash-object"), "--stdin".into(), path_option];
        arguments.extend(write.then(|| "-w".into()));
        let printed = without_newline(self.git().output(&arguments, content.to_vec())?);
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
        added.iter().for_each(|file| line(format!("{} {}", mode(file.kind), file.id), &file.path));
        let arguments = ["update-index", "-z", "--index-info"];
        let output = self.git().run(&arguments, input)?;
        if output.status == Some(0) {
            return Ok(());
        }
        Err(self.git().failure(&arguments, &output).of_kind(ErrorKind::Action))
    }
}

/// The mode of an entry in the index: <https://git-scm.com/docs/index-format>.
fn mode(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "100644",
        EntryKind::Executable => "100755",
        EntryKind::Link => "120000",
        EntryKind::Submodule => "160000",
    }
}
