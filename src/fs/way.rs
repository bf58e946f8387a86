//! The way that a path leads when it is followed.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Everything that is passed on the way to what a path names: each link, where it really lies, and the goal. A circle
/// ends after as many links as the system follows.
#[must_use]
pub fn way_to(path: &Path) -> Vec<PathBuf> {
    const MOST_LINKS: usize = 40;
    let mut way = Vec::new();
    let mut here = PathBuf::new();
    let mut ahead: Vec<OsString> = parts_reversed(path);
    while let Some(part) = ahead.pop() {
        if part == ".." {
            here.pop();
            continue;
        }
        let next = here.join(part);
        match fs::read_link(&next) {
            Ok(target) if way.len() < MOST_LINKS => {
                way.push(next);
                if target.is_absolute() {
                    here = PathBuf::new();
                }
                ahead.extend(parts_reversed(&target));
            }
            _ => here = next,
        }
    }
    way.push(here);
    way
}

/// The parts of a path, the last one first; without `.`, which means nothing.
fn parts_reversed(path: &Path) -> Vec<OsString> {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let mut parts: Vec<OsString> = parts.map(|part| part.as_os_str().to_owned()).collect();
    parts.reverse();
    parts
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_link_on_the_way_is_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = fs::canonicalize(directory.path()).expect("its path");
        fs::create_dir_all(top.join("real/bin")).expect("a directory");
        fs::write(top.join("real/bin/file"), "").expect("a file");
        let link =
            |target: &str, name: &str| std::os::unix::fs::symlink(target, top.join(name)).expect("a link");
        link("real", "directory");
        link("../directory/bin/file", "real/second");
        link(&top.join("real/second").to_string_lossy(), "first");
        link("circle", "circle");
        let named = |path: &str| {
            let way = way_to(&top.join(path));
            way.iter()
                .map(|step| step.strip_prefix(&top).unwrap_or(step).display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(named("first"), ["first", "real/second", "directory", "real/bin/file"]);
        assert_eq!(named("directory/./bin/../missing"), ["directory", "real/missing"]);
        assert_eq!(named("circle").len(), 41);
    }
}
