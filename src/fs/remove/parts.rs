//! Deleting some paths in a directory that stays.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use super::outcome::{KeptEntry, RemovedTree, SETTINGS_FILE};
use super::place::DirectoryPlace;
use crate::fs::directory::FileKind;
use crate::fs::open_directory::OpenDirectory;
use crate::fs::place::open_below;
use crate::order::Arrange as _;
use crate::path::{RepoPath, bytes_to_path};
use crate::ports::Progress;

/// Deletes files, links and directories in an open directory, and the directories between that have become empty. A
/// `pyvenv.cfg` is the last to go. No link is followed.
pub(in crate::fs) fn remove_parts(
    top: &OpenDirectory,
    parts: &[RepoPath],
    progress: &dyn Progress,
) -> RemovedTree {
    let mut outcome = RemovedTree::default();
    let (last, first): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.name() == SETTINGS_FILE);
    for part in first.into_iter().chain(last) {
        remove_part(top, part, progress, &mut outcome);
    }
    let between = |part: &RepoPath| part.ancestors().skip(1).collect::<Vec<_>>();
    let between: BTreeSet<RepoPath> =
        parts.iter().flat_map(between).filter(|above| !above.is_root()).collect();
    // The deepest first: a path sorts before what is below it.
    for directory in between.iter().rev() {
        let above = directory.parent().unwrap_or_else(RepoPath::root);
        let removed =
            open_below(&top.handle, &above).and_then(|above| above.remove_directory(directory.name()));
        outcome.removed += u64::from(removed.is_ok());
    }
    outcome.kept.arrange();
    outcome
}

fn remove_part(top: &OpenDirectory, part: &RepoPath, progress: &dyn Progress, outcome: &mut RemovedTree) {
    let kept = |reason: String| KeptEntry { path: part.as_bytes().to_vec(), reason };
    let above = part.parent().unwrap_or_else(RepoPath::root);
    let above = match open_below(&top.handle, &above) {
        Ok(above) => above,
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        Err(error) => return outcome.kept.push(kept(error.to_string())),
    };
    let status = match above.status_of(part.name()) {
        Ok(Some(status)) => status,
        Ok(None) => return,
        Err(error) => return outcome.kept.push(kept(error.to_string())),
    };
    if status.kind == FileKind::Directory {
        let place = DirectoryPlace::new(above, part.name(), bytes_to_path(part.as_bytes()));
        match place.remove_tree(&|_| true, progress) {
            Ok(tree) => {
                outcome.removed += tree.removed;
                let below = |entry: KeptEntry| {
                    let path = part.join(&entry.path).map_or(entry.path, |path| path.as_bytes().to_vec());
                    KeptEntry { path, ..entry }
                };
                outcome.kept.extend(tree.kept.into_iter().map(below));
            }
            Err(error) => {
                outcome.kept.push(kept(error.reason().seen_from_root()));
            }
        }
        return;
    }
    let removed = above.remove_entry(part.name()).or_else(|error| match error.kind() {
        ErrorKind::PermissionDenied if above.make_writable().is_ok() => above.remove_entry(part.name()),
        _ => Err(error),
    });
    match removed {
        Ok(()) => {
            outcome.removed += 1;
            progress.advance(1, 0);
        }
        Err(error) => outcome.kept.push(kept(error.to_string())),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes and looks at what is deleted")]

    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::ports::NoProgress;

    #[test]
    fn what_is_no_part_stays() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path();
        fs::create_dir_all(top.join("lib/python3/site-packages")).expect("directories");
        fs::create_dir_all(top.join("bin")).expect("a directory");
        fs::create_dir_all(top.join("outside")).expect("a directory");
        for name in ["lib/python3/os.py", "lib/mine.py", "bin/activate", "outside/kept", "pyvenv.cfg"] {
            fs::write(top.join(name), "").expect("a file");
        }
        symlink("outside", top.join("lib64")).expect("a link");
        let parts = ["bin/activate", "lib/python3", "lib64", "pyvenv.cfg", "gone", "lib64/kept"]
            .map(|name| RepoPath::new(name.as_bytes()).expect("a path"));
        let opened = OpenDirectory::open(top).expect("a directory");
        let outcome = remove_parts(&opened, &parts, &NoProgress);
        // The link is a part, and what is behind it is none.
        assert_eq!(outcome.kept.len(), 0, "{:?}", outcome.kept);
        let left: Vec<_> =
            fs::read_dir(top).expect("a directory").map(|entry| entry.expect("one").file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(top.join("lib/mine.py").exists() && top.join("outside/kept").exists());
        // A directory, its two entries, a directory that became empty, and three files and links.
        assert_eq!(outcome.removed, 3 + 1 + 3);
    }
}
