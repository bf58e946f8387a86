//! Changing the index in one step: some paths out, some files in; and what git would take in.

use std::ffi::OsString;

use super::command::without_newline;
use super::ignore::IgnoreQuestion;
use super::repository::Repository;
use crate::error::{Error, ErrorKind, Result};
use crate::path::{RepoPath, bytes_to_path};
use crate::tree::{EntryKind, ObjectId};

/// A file as the index shall have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedFile {
    /// The path.
    pub path: RepoPath,
    /// The blob.
    pub id: ObjectId,
    /// What the path names.
    pub kind: EntryKind,
}

impl Repository<'_> {
    /// The paths on the disk that `git add .` would take in anew: neither tracked nor ignored. A nested
    /// repository is one directory.
    ///
    /// # Errors
    /// Undecided if git cannot list them.
    pub fn untracked(&self) -> Result<Vec<IgnoreQuestion>> {
        let mut found = Vec::new();
        self.git().records(&["ls-files", "--others", "--exclude-standard", "-z"], &mut |piece| {
            let (path, directory) = match piece.strip_suffix(b"/") {
                Some(path) => (path, true),
                None => (piece, false),
            };
            found.extend(RepoPath::new(path).ok().map(|path| IgnoreQuestion { path, directory }));
        })?;
        Ok(found)
    }

    /// The paths at or below these that the index names, also those that `git add -N` only announced and that
    /// no commit would hold yet.
    ///
    /// # Errors
    /// Undecided if git cannot list them.
    pub fn named_below(&self, roots: &[RepoPath]) -> Result<Vec<RepoPath>> {
        let mut found = Vec::new();
        if roots.is_empty() {
            return Ok(found);
        }
        let mut arguments: Vec<OsString> =
            ["--literal-pathspecs", "ls-files", "--cached", "--full-name", "-z", "--"]
                .map(Into::into)
                .to_vec();
        let spelled = |root: &RepoPath| if root.is_root() { b".".to_vec() } else { root.as_bytes().to_vec() };
        arguments.extend(roots.iter().map(|root| bytes_to_path(&spelled(root)).into_os_string()));
        self.git().records(&arguments, &mut |piece| found.extend(RepoPath::new(piece).ok()))?;
        Ok(found)
    }

    /// The blob that git would make of a file with this content, line endings and filters applied as the
    /// path's attributes say. `write` also stores it.
    ///
    /// # Errors
    /// Undecided if git cannot do so.
    pub fn blob_for(&self, path: &RepoPath, content: &[u8], write: bool) -> Result<ObjectId> {
        let mut place = OsString::from("--path=");
        place.push(bytes_to_path(path.as_bytes()));
        let mut arguments = vec![OsString::from("hash-object"), "--stdin".into(), place];
        arguments.extend(write.then(|| "-w".into()));
        let printed = without_newline(self.git().output(&arguments, content.to_vec())?);
        let id = ObjectId::from_hex(&String::from_utf8_lossy(&printed));
        id.ok_or_else(|| Error::undecided("`git hash-object` printed no object name"))
    }

    /// Takes paths out of the index and puts files in, both or neither. What is on the disk stays as it is; a
    /// path that is not tracked is left alone.
    ///
    /// # Errors
    /// Action, if git could not write the index: then nothing was changed.
    pub fn change_index(&self, removed: &[RepoPath], added: &[StagedFile]) -> Result<()> {
        if removed.is_empty() && added.is_empty() {
            return Ok(());
        }
        let zero = "0".repeat(self.layout.object_id_length * 2);
        let mut input = Vec::new();
        let mut row = |head: String, path: &RepoPath| {
            input.extend([head.as_bytes(), b"\t", path.as_bytes(), b"\0"].concat());
        };
        removed.iter().for_each(|path| row(format!("0 {zero}"), path));
        added.iter().for_each(|file| row(format!("{} {}", mode(file.kind), file.id), &file.path));
        let arguments = ["update-index", "-z", "--index-info"];
        let output = self.git().run(&arguments, input)?;
        if output.status == Some(0) {
            return Ok(());
        }
        Err(self.git().failure(&arguments, &output).of_kind(ErrorKind::Action))
    }
}

/// The file mode in the index: <https://git-scm.com/docs/index-format>.
fn mode(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "100644",
        EntryKind::Executable => "100755",
        EntryKind::Link => "120000",
        EntryKind::Submodule => "160000",
    }
}
