//! Environments of another system: a checkout may lie on a disk that Windows and Linux share.

use std::path::Path;

use crate::fs::is_directory;

/// What keeps an environment from being used on this system, as a predicate; `None` if nothing shows that it is of
/// another one.
#[must_use]
pub fn other_platform(root: &Path) -> Option<&'static str> {
    let has = |scripts: &str| is_directory(&root.join(scripts));
    let (own, other, what) = match cfg!(windows) {
        true => ("Scripts", "bin", "was created for a POSIX system"),
        false => ("bin", "Scripts", "was created for Windows"),
    };
    (has(other) && !has(own)).then_some(what)
}
