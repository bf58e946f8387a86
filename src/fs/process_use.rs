//! Which running processes use a directory, as the system's files describe them; no program is run.

use std::path::PathBuf;

/// How a process uses a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// Its program lies there.
    Program,
    /// It was started by a name there, as Python is that of an environment.
    Name,
    /// It works in it.
    WorkingDirectory,
    /// `VIRTUAL_ENV` names it.
    Activated,
    /// It has a file of it in its memory.
    Mapped,
}

/// A process that uses a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessUse {
    /// The number of the directory, among those that were asked about.
    pub directory: usize,
    /// The number of the process.
    pub process: u32,
    /// Its name.
    pub name: String,
    /// How it uses the directory.
    pub kind: UseKind,
}

/// The processes that use directories, given without links, by directory and number. This process is left out, and what
/// the system does not tell of those of other users. Empty on systems other than Linux.
#[must_use]
pub fn processes_using(directories: &[PathBuf]) -> Vec<ProcessUse> {
    #[cfg(target_os = "linux")]
    {
        linux::processes_using(directories)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = directories;
        Vec::new()
    }
}

/// <https://man7.org/linux/man-pages/man5/proc.5.html>
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "it reads the system's files about processes")]
mod linux {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{ProcessUse, UseKind};
    use crate::fs::process::linux::parents;
    use crate::fs::resolve::normalise_path;
    use crate::fs::threads;
    use crate::order::Arrange as _;
    use crate::path::{bytes_to_path, path_to_bytes};

    /// The names by which a process may have been started: that of the program, and that of a script.
    const NAMES: usize = 2;
    /// So many parents are looked at.
    const DEPTH: usize = 64;

    pub(super) fn processes_using(directories: &[PathBuf]) -> Vec<ProcessUse> {
        let own = std::process::id();
        let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = listed.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let numbers: Vec<u32> = numbers.filter(|number| *number != own).collect();
        let ancestors: Vec<u32> = parents().take(DEPTH).filter_map(|parent| parent.parse().ok()).collect();
        let uses = threads::in_parallel(&numbers, |number| {
            let facts = Facts::read(*number, ancestors.contains(number));
            uses(*number, &facts, directories)
        });
        let mut uses: Vec<ProcessUse> = uses.into_iter().flatten().collect();
        uses.arrange_by_key(|found| (found.directory, found.process));
        uses
    }

    /// What is known of a process.
    struct Facts {
        program: Option<PathBuf>,
        directory: Option<PathBuf>,
        names: Vec<PathBuf>,
        activated: Option<PathBuf>,
        maps: Vec<u8>,
    }

    impl Facts {
        /// An ancestor got `VIRTUAL_ENV` from the shell in which this process was called: it does not use it itself.
        fn read(process: u32, is_ancestor: bool) -> Self {
            let link = |name: &str| fs::read_link(format!("/proc/{process}/{name}")).ok();
            let bytes = |name: &str| fs::read(format!("/proc/{process}/{name}")).unwrap_or_default();
            let directory = link("cwd");
            let absolute = |name: &[u8]| {
                let path = bytes_to_path(name);
                let from = directory.as_deref().unwrap_or(Path::new("/"));
                normalise_path(&from.join(path))
            };
            // A name without `/` was found in PATH.
            let arguments = bytes("cmdline");
            let named = arguments.split(|&byte| byte == 0).take(NAMES).filter(|name| name.contains(&b'/'));
            let names = named.map(absolute).collect();
            let environment = if is_ancestor { Vec::new() } else { bytes("environ") };
            let activated = environment.split(|&byte| byte == 0).find_map(|pair| {
                pair.strip_prefix(b"VIRTUAL_ENV=").filter(|path| !path.is_empty()).map(bytes_to_path)
            });
            Self { program: link("exe"), directory, names, activated, maps: bytes("maps") }
        }
    }

    fn uses(process: u32, facts: &Facts, directories: &[PathBuf]) -> Vec<ProcessUse> {
        let kinds = directories.iter().map(|directory| {
            let inside = |path: &PathBuf| path.starts_with(directory);
            let needle = [b" ".as_slice(), &path_to_bytes(directory), b"/"].concat();
            if facts.program.as_ref().is_some_and(inside) {
                Some(UseKind::Program)
            } else if facts.names.iter().any(inside) {
                Some(UseKind::Name)
            } else if facts.directory.as_ref().is_some_and(inside) {
                Some(UseKind::WorkingDirectory)
            } else if facts.activated.as_ref() == Some(directory) {
                Some(UseKind::Activated)
            } else {
                memchr::memmem::find(&facts.maps, &needle).map(|_| UseKind::Mapped)
            }
        });
        let found = kinds.enumerate().filter_map(|(at, kind)| Some((at, kind?)));
        let name = || {
            let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
            name.trim_end().to_owned()
        };
        found.map(|(directory, kind)| ProcessUse { directory, process, name: name(), kind }).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn each_way_to_use_a_directory_is_seen() {
            let facts = Facts {
                program: Some("/e/one/bin/python".into()),
                directory: Some("/e/two/lib".into()),
                names: vec!["/e/three/bin/python".into()],
                activated: Some("/e/four".into()),
                maps: b"7f00-7f01 r-xp 00 08:01 9   /e/five/lib/a.so\n".to_vec(),
            };
            let names = ["one", "two", "three", "four", "five", "six", "fiv", "e"];
            let directories = names.map(|name| PathBuf::from("/e").join(name));
            let found: Vec<(usize, UseKind)> = uses(1, &facts, &directories)
                .into_iter()
                .map(|found| (found.directory, found.kind))
                .collect();
            let expected = [
                (0, UseKind::Program),
                (1, UseKind::WorkingDirectory),
                (2, UseKind::Name),
                (3, UseKind::Activated),
                (4, UseKind::Mapped),
            ];
            assert_eq!(found, expected);
        }
    }
}
