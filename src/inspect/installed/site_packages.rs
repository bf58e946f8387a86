//! Where the packages of an environment lie.
//!
//! `lib/pythonX.Y[t]/site-packages`, the same below `lib64` where that is a directory of its own (Fedora, openSUSE),
//! `Lib/site-packages` on Windows, `lib/pypyX.Y/site-packages`, `site-packages` of PyPy before 3.8, and
//! `X.Y/lib` of `__pypackages__` (PEP 582).

use std::path::{Path, PathBuf};

use crate::fs::{
    DirectoryEntry, FileKey, FileKind, Resolution, file_key, is_link, is_same_file, list_directory,
};
use crate::inspect::pyvenv_cfg;
use crate::model::{Unreadable, UnreadableReason};
use crate::order::Arrange as _;
use crate::path::RepoPath;

/// A directory of packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePackages {
    /// Where it is.
    pub directory: PathBuf,
    /// The same, relative to the environment.
    pub place: RepoPath,
    /// The version in the name of the directory above it: `3.12`, `3.13t`; `None` if no name has it.
    pub python: Option<String>,
}

/// The directories of packages of an environment.
#[derive(Debug, Default)]
pub struct FoundSitePackages {
    /// Those that its Python uses, in the order in which it looks at them.
    pub sites: Vec<SitePackages>,
    /// What could not be listed.
    pub unreadable: Vec<Unreadable>,
}

/// Finds the directories of packages of the environment at `root`. Of several versions' only those of the recorded
/// one count: an environment that was made anew in place keeps the old one's.
#[must_use]
pub fn site_packages(root: &Path) -> FoundSitePackages {
    let mut found = all_site_packages(root);
    let first = found.sites.first().and_then(|site| site.python.clone());
    if found.sites.iter().any(|site| site.python != first) {
        let recorded = recorded_feature(root);
        let is_recorded = |site: &SitePackages| site.python.as_deref().map(numbers) == recorded.as_deref();
        if found.sites.iter().any(is_recorded) {
            found.sites.retain(is_recorded);
        }
    }
    found
}

/// Every directory of packages, whatever version it is for.
#[must_use]
pub fn all_site_packages(root: &Path) -> FoundSitePackages {
    let mut finder = Finder { root, found: FoundSitePackages::default(), seen: Vec::new() };
    let pypackages = root.file_name().is_some_and(|name| name == "__pypackages__");
    if pypackages {
        finder.versions(b"", &[b""], b"lib");
        return finder.found;
    }
    for library in libraries(root) {
        // PyPy has no directory of its own for a platform.
        let prefixes: &[&[u8]] = if *library == b"lib" { &[b"python", b"pypy"] } else { &[b"python"] };
        finder.versions(library, prefixes, b"site-packages");
    }
    finder.add(b"Lib/site-packages", None);
    finder.add(b"site-packages", None);
    finder.found
}

/// The directories that have one directory for each version.
fn libraries(root: &Path) -> &'static [&'static [u8]] {
    let platform_library = root.join("lib64");
    match is_link(&platform_library) {
        true if is_same_file(&platform_library, &root.join("lib")) => &[b"lib"],
        true => &[b"lib", b"lib64"],
        // A directory of its own comes first on the path.
        false => &[b"lib64", b"lib"],
    }
}

struct Finder<'r> {
    root: &'r Path,
    found: FoundSitePackages,
    /// The directories found: `lib64` is often a link to `lib`.
    seen: Vec<FileKey>,
}

impl Finder<'_> {
    /// Adds `LIBRARY/PREFIX<version>/LAST` for each version that is there, those of the first prefix first.
    fn versions(&mut self, library: &[u8], prefixes: &[&[u8]], last: &[u8]) {
        let Ok(library) = RepoPath::new(library) else { return };
        let mut listed = match list_directory(&library.to_path(self.root)) {
            Ok(listed) => listed.unwrap_or_default(),
            Err(error) => return self.unreadable(library, error.to_string()),
        };
        // conda makes a link `python3.1` beside `python3.10`; the directory's own name counts.
        listed.arrange_by_key(|entry| entry.kind == FileKind::Link);
        for prefix in prefixes {
            for DirectoryEntry { name, .. } in &listed {
                let Some(version) = name.strip_prefix(*prefix).and_then(version) else { continue };
                let path = [library.as_bytes(), b"/", name.as_slice(), b"/", last].concat();
                self.add(path.strip_prefix(b"/").unwrap_or(&path), Some(version));
            }
        }
    }

    /// Adds a directory if it exists, once under all its names.
    fn add(&mut self, place: &[u8], python: Option<&str>) {
        let Ok(place) = RepoPath::new(place) else { return };
        let directory = place.to_path(self.root);
        let key = match file_key(&directory) {
            Ok(key) if self.seen.contains(&key) => return,
            Ok(key) => key,
            Err(Resolution::Found(_) | Resolution::Missing(_)) => return,
            Err(Resolution::Loop) => return self.unreadable(place, "it is a symlink loop".to_owned()),
            Err(Resolution::Unknown(reason)) => return self.unreadable(place, reason),
        };
        self.seen.push(key);
        self.found.sites.push(SitePackages { directory, place, python: python.map(str::to_owned) });
    }

    fn unreadable(&mut self, place: RepoPath, reason: String) {
        self.found.unreadable.push(Unreadable { place, reason: UnreadableReason::Failed(reason) });
    }
}

/// A version as directories have it: `3.12`, `3.13t`.
fn version(name: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(name).ok()?;
    let (major, minor) = numbers(text).split_once('.')?;
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (number(major) && number(minor)).then_some(text)
}

/// A directory's version without the letter that marks a build without the global interpreter lock.
fn numbers(version: &str) -> &str {
    version.strip_suffix('t').unwrap_or(version)
}

/// The first two numbers of the version that `pyvenv.cfg` has.
fn recorded_feature(root: &Path) -> Option<String> {
    pyvenv_cfg::read(root).ok()??.python_feature()
}
