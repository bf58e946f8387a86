//! In which directories an environment's Python looks for packages
//! (<https://docs.python.org/3/library/site.html>).

use std::path::{Path, PathBuf};

use super::base_packages::base_directories;
use super::site_packages::{FoundSitePackages, SitePackages, site_packages};
use crate::formats::path_configuration;
use crate::fs::{
    DirectoryEntry, FileKey, FileKind, Resolution, file_key, is_directory, list_directory, normalise_path,
    read_start, resolve_links,
};
use crate::path::{RepoPath, bytes_to_path, path_to_bytes};
use crate::tree::SMALL_FILE_LIMIT;

/// More directories than any environment adds to its path.
const MOST_ADDED: usize = 1000;

/// A directory with what it has.
pub(super) struct SearchedDirectory {
    /// The directory.
    pub(super) directory: PathBuf,
    /// Its place relative to the environment; `None` if it is outside, or not one of the environment's own directories.
    pub(super) place: Option<RepoPath>,
    /// A package in a directory of a lower rank hides one of the same name. The environment's own have the rank 0.
    pub(super) rank: usize,
    /// What it has. Of eggs only those that a `.pth` file names are on the path.
    pub(super) entries: Vec<DirectoryEntry>,
}

/// The directories on the path, in its order.
#[derive(Default)]
pub(super) struct SearchPath {
    pub(super) directories: Vec<SearchedDirectory>,
    /// Why there may be more, as a lower-case fragment.
    pub(super) unread: Option<String>,
    /// The directories, so that none is there twice.
    seen: Vec<FileKey>,
    /// The eggs that a `.pth` file names.
    eggs: Vec<PathBuf>,
}

/// The path of the environment at `root`. Packages of the base Python are on it where `pyvenv.cfg` says so, and then
/// those of the user, whose home directory this is. `PYTHONPATH` and the like are not looked at.
pub(super) fn search_path(root: &Path, home: Option<&Path>) -> SearchPath {
    let FoundSitePackages { mut sites, unreadable } = site_packages(root);
    let unread = unreadable.first();
    let unread =
        unread.map(|found| format!("`{}` cannot be read: {}", found.place.seen_from_root(), found.reason));
    let mut path = SearchPath { unread, ..SearchPath::default() };
    if let Some(version) = interpreter_version(root) {
        let is_other =
            |site: &SitePackages| site.python.as_deref().is_some_and(|python| !is_of(python, &version));
        sites.retain(|site| !is_other(site));
    }
    let base = base_directories(root, &sites, home);
    for site in sites {
        path.add(site.directory, Some(site.place), 0);
    }
    path.add_configured();
    match base {
        Ok(directories) => directories.into_iter().for_each(|directory| {
            let rank = path.next_rank();
            let first = path.directories.len();
            path.add(directory, None, rank);
            path.add_configured_since(first);
        }),
        Err(reason) => path.unread = path.unread.take().or(Some(reason)),
    }
    path.keep_eggs_on_path();
    path
}

/// The feature version in the name of the program that `bin/python` leads to: only the directories of this version are
/// on its path. A copy has no version in its name.
fn interpreter_version(root: &Path) -> Option<String> {
    let Resolution::Found(real) = resolve_links(&root.join("bin/python")) else { return None };
    // A build for debugging, one without the global lock, or one for another processor has more behind the version.
    let rest = real.file_name()?.to_str()?.strip_prefix("python")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    Some(rest[..end].to_owned()).filter(|version| version.contains('.'))
}

/// Says whether a directory's version is a feature version, also without the global interpreter lock.
fn is_of(python: &str, version: &str) -> bool {
    python.trim_end_matches('t') == version
}

impl SearchPath {
    fn next_rank(&self) -> usize {
        1 + self.directories.iter().map(|directory| directory.rank).max().unwrap_or(0)
    }

    /// Adds a directory that exists, unless it was added before.
    fn add(&mut self, directory: PathBuf, place: Option<RepoPath>, rank: usize) {
        let Some(key) = file_key(&directory).ok().filter(|key| !self.seen.contains(key)) else { return };
        self.seen.push(key);
        match list_directory(&directory) {
            Ok(entries) => {
                let entries = entries.unwrap_or_default();
                self.directories.push(SearchedDirectory { directory, place, rank, entries });
            }
            Err(error) => self.unread = self.unread.take().or_else(|| Some(error.to_string())),
        }
    }

    /// Adds what the `.pth` files of the directories name.
    fn add_configured(&mut self) {
        self.add_configured_since(0);
    }

    fn add_configured_since(&mut self, first: usize) {
        for (site, name) in self.path_files_since(first) {
            let read = match read_start(&site.join(bytes_to_path(&name)), SMALL_FILE_LIMIT) {
                Ok(read) => read.unwrap_or_default(),
                Err(error) => {
                    self.unread = self.unread.take().or_else(|| Some(error.to_string()));
                    continue;
                }
            };
            for line in path_configuration::read(&read) {
                let target = normalise_path(&site.join(line));
                if is_egg(&target) {
                    self.add_egg(target);
                } else if self.directories.len() < MOST_ADDED && is_local(&target) && is_directory(&target) {
                    let rank = self.next_rank();
                    self.add(target, None, rank);
                }
            }
        }
    }

    /// The `.pth` files of directories, in the order in which they are read.
    fn path_files_since(&self, first: usize) -> Vec<(PathBuf, Vec<u8>)> {
        let directories = self.directories.iter().skip(first);
        let files = directories.flat_map(|site| {
            let named = site.entries.iter().filter(|entry| {
                entry.kind != FileKind::Directory && path_configuration::is_name(&entry.name)
            });
            named.map(|entry| (site.directory.clone(), entry.name.clone()))
        });
        files.collect()
    }

    /// Puts an egg on the path: it is an entry of the directory that it is in.
    fn add_egg(&mut self, egg: PathBuf) {
        let is_listed = egg
            .parent()
            .is_some_and(|above| self.directories.iter().any(|directory| directory.directory == above));
        if let (false, Some(above), Some(name)) = (is_listed, egg.parent(), egg.file_name()) {
            let name = path_to_bytes(Path::new(name));
            let kind = if is_directory(&egg) { FileKind::Directory } else { FileKind::File };
            if crate::fs::exists(&egg) {
                let (directory, rank) = (above.to_path_buf(), self.next_rank());
                let entries = vec![DirectoryEntry { name, kind }];
                self.directories.push(SearchedDirectory { directory, place: None, rank, entries });
            }
        }
        self.eggs.push(egg);
    }

    /// Leaves out the eggs that no `.pth` file names: several versions may lie beside each other.
    fn keep_eggs_on_path(&mut self) {
        for directory in &mut self.directories {
            let (eggs, place) = (&self.eggs, &directory.directory);
            directory.entries.retain(|entry| {
                let name = bytes_to_path(&entry.name);
                !is_egg(&name) || eggs.contains(&place.join(name))
            });
        }
    }
}

fn is_egg(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "egg")
}

/// Says whether looking at a path asks no other machine: an environment may name any.
fn is_local(path: &Path) -> bool {
    !(cfg!(windows) && path_to_bytes(path).starts_with(b"//"))
}
