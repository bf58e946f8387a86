//! The files that installers say they installed.

use std::collections::HashSet;

use super::inspected_directory::InspectedDirectory;
use crate::formats::{conda_record, record};
use crate::path::{RepoPath, bytes_to_path, path_to_bytes, split_name};
use crate::tree::OwnedEntry;

/// A longer list of files is not read: the largest packages have some megabytes.
pub(super) const LIST_LIMIT: u64 = 64 * 1024 * 1024;

/// Paths, relative to the environment, that some list names.
#[derive(Debug, Default)]
pub(super) struct OwnedFiles {
    paths: HashSet<Box<[u8]>>,
    /// Modules and packages of distributions without a list, without `.py`.
    modules: HashSet<Box<[u8]>>,
}

impl OwnedFiles {
    /// Reads every list of an environment.
    pub(super) fn read(inspected: &InspectedDirectory) -> Self {
        let mut owned = Self::default();
        for entry in inspected.listing.entries.iter().filter(|entry| entry.kind.is_file()) {
            let (directory, name) = split_name(entry.path.as_bytes());
            let (site, metadata) = split_name(directory);
            match name {
                b"RECORD" if metadata.ends_with(b".dist-info") => owned.add_record(inspected, entry, site),
                b"installed-files.txt" if metadata.ends_with(b".egg-info") => {
                    owned.add_installed_files(inspected, entry, directory);
                }
                b"top_level.txt" if !has_list(inspected, directory) => {
                    owned.add_modules(inspected, entry, site)
                }
                _ if directory == b"conda-meta" && name.ends_with(b".json") => {
                    owned.add_conda_files(inspected, entry);
                }
                _ if name.ends_with(b".egg-info") => owned.add_module(directory, distribution_name(name)),
                _ => {}
            }
        }
        owned
    }

    /// Says whether a list names this path, or a distribution without a list owns it.
    pub(super) fn contain(&self, path: &[u8]) -> bool {
        self.paths.contains(path) || self.owned_by_module(path)
    }

    /// Says whether the path is of a module: `NAME.py`, `NAME.*.so`, or below `NAME/`.
    fn owned_by_module(&self, path: &[u8]) -> bool {
        !self.modules.is_empty()
            && path
                .iter()
                .enumerate()
                .any(|(at, byte)| matches!(byte, b'/' | b'.') && self.modules.contains(&path[..at]))
    }

    fn add_record(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry, site: &[u8]) {
        let rows = inspected.read(entry, LIST_LIMIT).map(|bytes| record::read(&bytes)).unwrap_or_default();
        self.paths.extend(rows.iter().filter_map(|row| resolve(inspected, site, &row.path)));
    }

    /// What setuptools lists for pip, relative to the directory of the metadata.
    fn add_installed_files(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry, metadata: &[u8]) {
        let bytes = inspected.read(entry, LIST_LIMIT).unwrap_or_default();
        self.paths.extend(lines(&bytes).filter_map(|line| resolve(inspected, metadata, line)));
    }

    fn add_conda_files(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry) {
        let files = inspected.read(entry, LIST_LIMIT).map(|bytes| conda_record::files(&bytes));
        let files = files.unwrap_or_default();
        self.paths.extend(files.iter().filter_map(|path| resolve(inspected, b"", path.as_bytes())));
    }

    fn add_modules(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry, site: &[u8]) {
        let bytes = inspected.read(entry, LIST_LIMIT).unwrap_or_default();
        lines(&bytes).for_each(|name| self.add_module(site, name));
    }

    fn add_module(&mut self, site: &[u8], name: &[u8]) {
        self.modules.insert([site, b"/", name].concat().into());
    }
}

/// The lines of a list, without blanks around them.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// Says whether the metadata has a list of files.
fn has_list(inspected: &InspectedDirectory, metadata: &[u8]) -> bool {
    [b"/RECORD".as_slice(), b"/installed-files.txt"]
        .iter()
        .any(|name| inspected.entry(&[metadata, name].concat()).is_some())
}

/// `name` of `name-1.0-py3.8.egg-info`, which distutils leaves as a file.
fn distribution_name(file: &[u8]) -> &[u8] {
    let end = file.iter().position(|&byte| byte == b'-').unwrap_or(file.len() - ".egg-info".len());
    &file[..end]
}

/// The path that a list means, relative to the environment; `None` if it leads out of it.
fn resolve(inspected: &InspectedDirectory, base: &[u8], listed: &[u8]) -> Option<Box<[u8]>> {
    if listed.starts_with(b"/") {
        let inside = bytes_to_path(listed);
        let inside = inside.strip_prefix(&inspected.directory).ok()?;
        return Some(path_to_bytes(inside).into());
    }
    let mut parts: Vec<&[u8]> = base.split(|&byte| byte == b'/').filter(|part| !part.is_empty()).collect();
    for part in listed.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let path = RepoPath::new(parts.join(b"/".as_slice())).ok()?;
    Some(path.as_bytes().into())
}
