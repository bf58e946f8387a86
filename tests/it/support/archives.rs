//! Archives that `cleanup --backup` made.

use std::io::Read;
use std::path::{Path, PathBuf};

use git_pyenv::formats::archive::{self, ArchiveMember, ArchiveSize};
use git_pyenv::formats::snapshot::{self, ArchiveReference, Snapshot};

use super::repository::Sandbox;

/// A member with its content.
pub(crate) type Stored = (ArchiveMember, Vec<u8>);

/// The names in the directory of archives, sorted; none if it does not exist.
pub(crate) fn names(sandbox: &Sandbox) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path("repo/.git/pyenv/archives")).into_iter().flatten();
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The snapshot of an id.
pub(crate) fn snapshot(sandbox: &Sandbox, id: &str) -> Snapshot {
    let bytes = sandbox.read(&format!("repo/.git/pyenv/snapshots/{id}.json"));
    snapshot::parse(&bytes).expect("a snapshot")
}

/// Every snapshot that names an archive, oldest first.
pub(crate) fn archived(sandbox: &Sandbox) -> Vec<Snapshot> {
    let entries = std::fs::read_dir(sandbox.path("repo/.git/pyenv/snapshots")).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    paths.sort();
    let read = |path: &PathBuf| snapshot::parse(&std::fs::read(path).expect("a file")).expect("a snapshot");
    paths.iter().map(read).filter(|snapshot| snapshot.archive.is_some()).collect()
}

/// The members of an archive, which is what its snapshot says.
#[track_caller]
pub(crate) fn members(path: &Path, reference: &ArchiveReference) -> Vec<Stored> {
    let bytes = std::fs::read(path).expect("an archive");
    assert_eq!(bytes.len() as u64, reference.bytes);
    assert_eq!(git_pyenv::formats::digest::hexadecimal(&bytes), reference.sha256);
    let size = ArchiveSize { members: reference.members, bytes: reference.content_bytes };
    let mut reader = archive::open(std::io::Cursor::new(bytes), size).expect("an archive");
    let mut members = Vec::new();
    while let Some(member) = reader.next_member().expect("a member") {
        let mut content = Vec::new();
        reader.read_to_end(&mut content).expect("a content");
        members.push((member, content));
    }
    members
}

/// An entry of [`tree`].
pub(crate) type TreeRow = (PathBuf, u32, (i64, i64), String, Option<PathBuf>);

/// Everything at and below a directory: its path, kind and permissions, times, content, and the first path of the same
/// file.
pub(crate) fn tree(top: &Path) -> Vec<TreeRow> {
    use std::os::unix::fs::MetadataExt;
    let mut pending = vec![top.to_path_buf()];
    let mut paths = Vec::new();
    while let Some(path) = pending.pop() {
        let metadata = path.symlink_metadata().expect("metadata");
        if metadata.is_dir() {
            pending.extend(
                std::fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()),
            );
        }
        paths.push((path, metadata));
    }
    paths.sort_by(|(one, _), (other, _)| one.cmp(other));
    let below = |path: &Path| path.strip_prefix(top).expect("a path below").to_path_buf();
    let row = |(path, metadata): &(PathBuf, std::fs::Metadata)| {
        let same = |(_, other): &&(PathBuf, std::fs::Metadata)| other.ino() == metadata.ino();
        let first = paths.iter().find(same).map(|(path, _)| below(path));
        let content = if metadata.is_dir() { Vec::new() } else { super::removable::content(path) };
        let content = git_pyenv::formats::digest::hexadecimal(&content);
        let is_link = metadata.is_symlink();
        // No system lets everybody set the permissions of a link.
        let mode = if is_link { metadata.mode() & !0o7777 } else { metadata.mode() };
        (
            below(path),
            mode,
            (metadata.mtime(), metadata.mtime_nsec()),
            content,
            first.filter(|_| metadata.is_file()),
        )
    };
    paths.iter().map(row).collect()
}

/// Asserts that two trees are the same, and names the entries that are not.
#[track_caller]
pub(crate) fn assert_same(one: &[TreeRow], other: &[TreeRow]) {
    let only = |rows: &[TreeRow], others: &[TreeRow]| -> Vec<TreeRow> {
        rows.iter().filter(|row| !others.contains(row)).cloned().collect()
    };
    assert_eq!(only(one, other), only(other, one));
}
