//! What records in an environment say that belongs to it: <https://packaging.python.org/en/latest/specifications/recording-installed-packages/>,
//! `installed-files.txt` of older packages, and the records of conda.

use super::path_class;
use crate::formats::{conda_record, installed_files, lfs_pointer, record};
use crate::model::Environment;
use crate::path::{self, RepoPath, split_name};
use crate::tree::{Child, ChildKind, EntryKind, OwnedEntry, PlaceSet, Tree};

/// The limit for a list of files: that of the largest packages has 3 MiB.
const RECORD_LIMIT: u64 = 32 * 1024 * 1024;

/// The paths that records name, relative to the root of their environment.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Without those inside of the directory of packages, which belong to the environment anyway.
    paths: PlaceSet,
    /// Whether any record could be read and names something.
    pub(super) is_known: bool,
}

impl Records {
    /// Reads the records among the entries below the root.
    pub(super) fn of_entries(tree: &dyn Tree, environment: &Environment, entries: &[OwnedEntry]) -> Self {
        let mut records = Self::default();
        for entry in entries {
            records.read(tree, environment, entry);
        }
        records
    }

    /// Reads the records in the directories where installers write them.
    pub(super) fn of_directories(tree: &dyn Tree, environment: &Environment) -> Self {
        let mut records = Self::default();
        let file = |path: RepoPath| OwnedEntry {
            path,
            kind: EntryKind::File,
            id: None,
            size: None,
            is_unmerged: false,
        };
        for directory in record_directories(tree, &environment.root) {
            for child in tree.children(&directory).unwrap_or_default() {
                match child.kind {
                    ChildKind::Directory => {
                        for path in lists_in(tree, &child.path) {
                            records.read(tree, environment, &file(path));
                        }
                    }
                    ChildKind::Entry(_) => records.read(tree, environment, &file(child.path)),
                }
            }
        }
        records
    }

    /// Returns whether a record names this path.
    pub(super) fn name(&self, path: &[u8]) -> bool {
        self.paths.has(path)
    }

    /// Returns whether a record names a path below this directory.
    pub(super) fn name_below(&self, directory: &[u8]) -> bool {
        self.paths.is_above(directory)
    }

    /// Adds what an entry names, if it is a record.
    fn read(&mut self, tree: &dyn Tree, environment: &Environment, entry: &OwnedEntry) {
        let Some(rest) = entry.path.below(&environment.root) else { return };
        let Some(kind) = RecordKind::of(rest) else { return };
        let Some(bytes) = tree.whole(entry, RECORD_LIMIT) else { return };
        if lfs_pointer::is_pointer(&bytes) {
            return;
        }
        let (metadata, _) = split_name(rest);
        let (base, named): (&[u8], Vec<Vec<u8>>) = match kind {
            RecordKind::Record => {
                (split_name(metadata).0, record::read(&bytes).into_iter().map(|row| row.path).collect())
            }
            RecordKind::InstalledFiles => {
                (metadata, installed_files::read(&bytes).into_iter().map(<[u8]>::to_vec).collect())
            }
            RecordKind::Conda => {
                (b"", conda_record::files(&bytes).into_iter().map(String::into_bytes).collect())
            }
        };
        self.is_known |= !named.is_empty();
        // Inside of the directory of packages there is nothing to find out.
        let outside = named.iter().filter(|path| kind == RecordKind::Conda || path.starts_with(b"../"));
        self.paths.extend(outside.filter_map(|path| resolve(base, path)));
    }
}

/// The file formats of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordKind {
    Record,
    InstalledFiles,
    Conda,
}

impl RecordKind {
    /// The format of a record, by its path below the root.
    fn of(rest: &[u8]) -> Option<Self> {
        let (directory, name) = split_name(rest);
        let (parent, metadata) = split_name(directory);
        let is_metadata = path_class::is_metadata(metadata);
        let in_packages = |parent: &[u8]| split_name(parent).1 == b"site-packages";
        match name {
            b"RECORD" if is_metadata && in_packages(parent) => Some(Self::Record),
            // Packages that `.pth` files name, such as PIL, have their metadata in their own directory.
            b"installed-files.txt"
                if is_metadata && (in_packages(parent) || in_packages(split_name(parent).0)) =>
            {
                Some(Self::InstalledFiles)
            }
            _ if directory == b"conda-meta" && name.ends_with(b".json") => Some(Self::Conda),
            _ => None,
        }
    }
}

/// The directories that contain records: `site-packages` in each layout, and `conda-meta`.
fn record_directories(tree: &dyn Tree, root: &RepoPath) -> Vec<RepoPath> {
    let directories = |above: &RepoPath| -> Vec<Child> {
        let children = tree.children(above).unwrap_or_default();
        children.into_iter().filter(|child| child.kind == ChildKind::Directory).collect()
    };
    let mut found = Vec::new();
    for child in directories(root) {
        match child.path.name() {
            b"conda-meta" => found.push(child.path),
            b"lib" | b"lib64" | b"Lib" => {
                for inner in directories(&child.path) {
                    if inner.path.name() == b"site-packages" {
                        found.push(inner.path);
                    } else {
                        found.extend(inner.path.join("site-packages").ok());
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The lists of files in a directory of `site-packages`, or in metadata one level below.
fn lists_in(tree: &dyn Tree, directory: &RepoPath) -> Vec<RepoPath> {
    let children = tree.children(directory).unwrap_or_default();
    if path_class::is_metadata(directory.name()) {
        let lists = [b"RECORD".as_slice(), b"installed-files.txt"];
        let paths = children.into_iter().map(|child| child.path);
        return paths.filter(|path| lists.contains(&path.name())).collect();
    }
    let is_metadata =
        |child: &Child| child.kind == ChildKind::Directory && path_class::is_metadata(child.path.name());
    let inside = children.into_iter().filter(is_metadata);
    inside.flat_map(|metadata| lists_in(tree, &metadata.path)).collect()
}

/// Resolves a relative path of a record, which may have backslashes; `None` if it is not inside of the environment.
fn resolve(base: &[u8], path: &[u8]) -> Option<RepoPath> {
    let slashed: Vec<u8> = path.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect();
    path::resolve(base, &slashed).filter(|path| !path.is_root())
}
