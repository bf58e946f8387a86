//! Programs that run where they may mount file systems, and files that are later than others.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::repository::Sandbox;
use super::sandbox::{Finished, skip, tool};

/// How a script ended; `None`, said aloud, where it could not run.
pub(crate) type Mounted = Option<Finished>;

/// The exit status of a script that could not mount something.
const CANNOT: i32 = 77;

/// Runs a shell script in a directory of the sandbox, in a namespace of mounts of its own, with the binary under test as
/// `$0`. It exits with 77 where something cannot be mounted; then, and where there are no such namespaces, this is `None`,
/// said aloud.
pub(crate) fn run(sandbox: &Sandbox, directory: &str, script: &str) -> Mounted {
    let unshare = tool("unshare")?;
    let binary = env!("CARGO_BIN_EXE_git-pyenv");
    let mut last = None;
    for user in [&["--mount"][..], &["--mount", "--map-root-user"]] {
        let finished = sandbox.at(directory).run(&unshare, &[user, &["sh", "-c", script, binary]].concat());
        let is_missing = finished.status == Some(CANNOT) || finished.err().contains("unshare");
        if !is_missing {
            return Some(finished);
        }
        last = Some(finished);
    }
    skip(&format!("this cannot be mounted here: {}", last.map(|last| last.said()).unwrap_or_default()));
    None
}

/// Writes a file that was changed later than another, as their file system has it, whose clock moves in steps.
pub(crate) fn write_later_than(other: &Path, file: &Path) {
    let changed = |path: &Path| {
        let metadata = fs::symlink_metadata(path).expect("metadata");
        (metadata.ctime(), metadata.ctime_nsec())
    };
    loop {
        fs::write(file, "mine\n").expect("a file");
        if changed(file) > changed(other) {
            return;
        }
    }
}
