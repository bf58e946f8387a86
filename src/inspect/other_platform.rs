//! Environments of another system: a checkout may lie on a disk that several systems share, or be copied between them.

use std::path::{Path, PathBuf};

use super::interpreters::interpreter_links;
use super::pyvenv_cfg;
use crate::fs::{Resolution, exists, is_directory, resolve_links};

/// Where macOS, and installers for it, keep Pythons and homes, and no other system does.
const OF_MACOS: [&str; 8] = [
    "/Users",
    "/Library/Frameworks",
    "/System/Library",
    "/Applications",
    "/Volumes",
    "/opt/homebrew",
    "/opt/local/Library",
    "/usr/local/Cellar",
];
/// The same of Linux.
const OF_LINUX: [&str; 3] = ["/home", "/root", "/opt/hostedtoolcache"];

/// What keeps an environment from being used on this system, as a predicate; `None` if nothing shows that it is of
/// another one.
#[must_use]
pub fn other_platform(root: &Path) -> Option<&'static str> {
    let has = |scripts: &str| is_directory(&root.join(scripts));
    let (own, other, what) = match cfg!(windows) {
        true => ("Scripts", "bin", "was created for a POSIX system"),
        false => ("bin", "Scripts", "was created for Windows"),
    };
    if has(other) && !has(own) {
        return Some(what);
    }
    let (places, what) = match (cfg!(windows), cfg!(target_os = "macos")) {
        (true, _) => return None,
        (false, true) => (&OF_LINUX[..], "was created on Linux"),
        (false, false) => (&OF_MACOS[..], "was created on macOS"),
    };
    python_elsewhere(root)?.iter().any(|python| is_of(python, places)).then_some(what)
}

/// The places of a Python that does not exist here: what links of the environment point to, and its `home`. `None` if any of
/// the links works.
fn python_elsewhere(root: &Path) -> Option<Vec<PathBuf>> {
    let mut places = Vec::new();
    for link in interpreter_links(root) {
        match resolve_links(&link) {
            Resolution::Missing(place) => places.push(place),
            Resolution::Found(_) | Resolution::Loop | Resolution::Unknown(_) => return None,
        }
    }
    let config = pyvenv_cfg::read(root).ok().flatten();
    let home = config.as_ref().and_then(|config| config.home()).map(PathBuf::from);
    places.extend(home.filter(|home| matches!(resolve_links(home), Resolution::Missing(_))));
    Some(places)
}

/// Whether a path lies in one of the directories, in a part of it that does not exist here.
fn is_of(path: &Path, directories: &[&str]) -> bool {
    directories.iter().any(|directory| {
        let part = path.strip_prefix(directory).ok().and_then(|below| below.components().next());
        part.is_some_and(|part| !exists(&Path::new(directory).join(part)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_does_not_exist_here_is_of_another_system() {
        let is_of = |path: &str| is_of(Path::new(path), &["/nowhere", "/", "/tmp"]);
        for (path, expected) in [
            ("/nowhere/u/bin", true),
            ("/nowhere", true),
            ("/no-such-directory", true),
            ("/tmp", false),
            ("nowhere/u", false),
            ("/tmp/..", false),
        ] {
            assert_eq!(is_of(path), expected, "{path}");
        }
    }
}
