//! Looking at what programs outside of the repository have put where.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Numbers that change with a file, to which links are followed: its size in bytes, when it was changed last in
/// nanoseconds since 1970, and its number in the file system where there are such. `None` if there is no file.
#[must_use]
pub fn file_stamp(path: &Path) -> Option<[u64; 3]> {
    let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let modified = u64::try_from(modified.as_nanos()).unwrap_or(u64::MAX);
    Some([metadata.len(), modified, number(&metadata)])
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

/// Says whether a file begins with these bytes.
#[must_use]
pub fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    let mut beginning = vec![0; bytes.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut beginning)).is_ok() && beginning == bytes
}

/// Reads a file that nobody but this user, or the system, can have written; `None` if there is no such file.
#[must_use]
pub fn read_own(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    file.metadata().ok().filter(|metadata| metadata.is_file() && is_own(metadata))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Says whether nobody but this user, or the system, can have written something.
#[cfg(unix)]
pub(super) fn is_own(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    let others_may_write = metadata.mode() & 0o022 != 0;
    (owner == rustix::process::geteuid().as_raw() || owner == 0) && !others_may_write
}

/// Says whether nobody but this user, or the system, can have written something.
#[cfg(not(unix))]
pub(super) fn is_own(_: &Metadata) -> bool {
    true
}
