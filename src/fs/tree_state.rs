//! What something on the disk consists of, as bytes that are equal only if nothing of it was changed.

use std::path::Path;

use super::directory::{DirectoryHandle, EntryStatus, FileKind};
use super::metadata::parent_or_current;
use super::tree_walk::MAX_DEPTH;
use crate::path::path_to_bytes;

/// Everything at and below a path: of each entry its kind, mode, owner and inode number, of files and links also their size
/// and when their content was changed, and on which device it all is. How many names a file has does not count, nor when it
/// was read. No link is followed and no mount crossed; what cannot be looked at is noted as that.
#[must_use]
pub fn tree_state(path: &Path) -> Vec<u8> {
    let mut state = Vec::new();
    let Some(name) = path.file_name().map(|name| path_to_bytes(Path::new(name))) else { return state };
    let parent = DirectoryHandle::open(parent_or_current(path));
    match parent.and_then(|parent| Ok((parent.status_of(&name)?, parent))) {
        Ok((Some(status), parent)) => {
            push(&mut state, b"device", &status.stamp.device.to_be_bytes());
            add(&mut state, &parent, &name, status, 0);
        }
        Ok((None, _)) => push(&mut state, b"nothing", &name),
        Err(error) => push(&mut state, b"unread", error.to_string().as_bytes()),
    }
    state
}

/// Adds an entry of a directory, and what is below it.
fn add(state: &mut Vec<u8>, parent: &DirectoryHandle, name: &[u8], status: EntryStatus, depth: usize) {
    let EntryStatus { kind, stamp, mode, owner, .. } = status;
    let word: &[u8] = match kind {
        FileKind::Directory => b"directory",
        FileKind::Link => b"link",
        FileKind::File => b"file",
        FileKind::Other => b"other",
    };
    push(state, word, name);
    state.extend(mode.to_be_bytes());
    state.extend(owner.to_be_bytes());
    state.extend(stamp.inode.to_be_bytes());
    if kind != FileKind::Directory {
        state.extend(stamp.size.to_be_bytes());
        state.extend(stamp.modified.0.to_be_bytes());
        state.extend(stamp.modified.1.to_be_bytes());
        return;
    }
    match entries(parent, name, depth) {
        Ok((directory, entries)) => {
            for (name, status) in entries {
                add(state, &directory, &name, status, depth + 1);
            }
        }
        Err(reason) => push(state, b"unread", reason.as_bytes()),
    }
    push(state, b"end", b"");
}

/// What is in a directory.
type Entries = Vec<(Vec<u8>, EntryStatus)>;

/// Opens a directory and lists it, by name.
fn entries(
    parent: &DirectoryHandle,
    name: &[u8],
    depth: usize,
) -> Result<(DirectoryHandle, Entries), String> {
    let failed = |error: std::io::Error| error.to_string();
    let directory = parent.open_child(name).map_err(failed)?;
    if depth > 0 && parent.is_mounted(&directory).map_err(failed)? {
        return Err("it is a mount point".to_owned());
    }
    if depth >= MAX_DEPTH {
        return Err("directories are nested too deeply".to_owned());
    }
    let mut names: Vec<Vec<u8>> =
        directory.list_shared().map_err(failed)?.into_iter().map(|entry| entry.name).collect();
    names.sort();
    let mut known = Entries::with_capacity(names.len());
    for name in names {
        // What is gone by now does not count.
        if let Some(status) = directory.status_of(&name).map_err(failed)? {
            known.push((name, status));
        }
    }
    Ok((directory, known))
}

/// Adds a word and bytes, so that no two sequences of them are alike.
fn push(state: &mut Vec<u8>, word: &[u8], bytes: &[u8]) {
    state.extend(word);
    state.push(0);
    state.extend((bytes.len() as u64).to_be_bytes());
    state.extend(bytes);
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it changes what is looked at")]

    use std::fs::{self, File, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn whatever_changes_shows() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path().join("top");
        fs::create_dir_all(top.join("a/b")).expect("directories");
        fs::write(top.join("a/file"), "text").expect("a file");
        symlink("file", top.join("a/link")).expect("a link");
        let old = SystemTime::now() - Duration::from_secs(1000);
        let set = |time| {
            File::options().append(true).open(top.join("a/file")).and_then(|file| file.set_modified(time))
        };
        set(old).expect("a time");
        let mut last = tree_state(&top);
        assert_eq!(tree_state(&top), last);
        fs::hard_link(top.join("a/file"), directory.path().join("other")).expect("a name");
        fs::read(top.join("a/file")).expect("a file");
        assert_eq!(tree_state(&top), last, "another name and reading change nothing");
        let changes: [&dyn Fn() -> std::io::Result<()>; 8] = [
            &|| fs::create_dir(top.join("a/b/empty")),
            &|| fs::write(top.join("a/b/new"), ""),
            &|| fs::remove_file(top.join("a/b/new")),
            &|| fs::set_permissions(top.join("a/file"), Permissions::from_mode(0o600)),
            &|| fs::set_permissions(top.join("a/b"), Permissions::from_mode(0o700)),
            &|| fs::write(top.join("a/file"), "next").and_then(|()| set(old + Duration::from_nanos(1))),
            &|| fs::remove_file(top.join("a/link")).and_then(|()| symlink("b", top.join("a/link"))),
            &|| fs::rename(top.join("a/b"), top.join("a/c")),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            change().expect("a change");
            let now = tree_state(&top);
            assert_ne!(now, last, "{number}");
            last = now;
        }
        fs::remove_dir_all(&top).expect("nothing");
        assert_ne!(tree_state(&top), last);
    }
}
