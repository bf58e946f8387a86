//! The files that installers say they installed.

use std::collections::{HashMap, HashSet};

use super::inspected_directory::InspectedDirectory;
use crate::formats::content_hash::ContentHash;
use crate::formats::entry_points::{self, EntryPoint};
use crate::formats::{conda_record, installed_files, lines, record};
use crate::fs::FileStamp;
use crate::path::{self, bytes_to_path, path_to_bytes, split_name};
use crate::tree::OwnedEntry;

/// A longer list of files is not read: the largest packages have some megabytes.
pub(super) const LIST_LIMIT: u64 = 64 * 1024 * 1024;

/// What a list says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedFile {
    /// The hash of its content; without one nothing proves that it was not changed.
    pub(super) hash: Option<ContentHash>,
    /// Its size in bytes.
    pub(super) size: Option<u64>,
    /// What shows when the list was written, if nothing was done with it since.
    pub(super) written: Option<FileStamp>,
}

/// A file that a list names.
#[derive(Debug)]
pub(super) struct NamedFile {
    /// Its path, relative to the environment.
    pub(super) path: Box<[u8]>,
    /// Whether the list has the hash of its content.
    pub(super) has_hash: bool,
}

/// What lists of installed packages say, by paths relative to the environment.
#[derive(Debug, Default)]
pub(super) struct OwnedFiles {
    /// A file may belong to several packages, which may differ.
    files: HashMap<Box<[u8]>, Vec<ListedFile>>,
    /// Modules and packages of distributions without a list, without `.py`.
    modules: HashSet<Box<[u8]>>,
    /// The lists in which nothing stands that no installer writes, with what they name.
    sound_lists: HashMap<Box<[u8]>, Vec<NamedFile>>,
    /// The commands of packages, by name.
    commands: HashMap<String, Vec<EntryPoint>>,
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
                b"entry_points.txt" => owned.add_commands(inspected, entry),
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

    /// What lists say of a path; nothing if none names it.
    pub(super) fn listed(&self, path: &[u8]) -> &[ListedFile] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }

    /// Says whether a list names this path, or a distribution without a list owns it.
    pub(super) fn contain(&self, path: &[u8]) -> bool {
        self.files.contains_key(path) || self.owned_by_module(path)
    }

    /// Says whether the path is that of a list in which nothing stands that no installer writes.
    pub(super) fn is_sound_list(&self, path: &[u8]) -> bool {
        self.sound_lists.contains_key(path)
    }

    /// What such a list names; nothing for any other file.
    pub(super) fn named_by_list(&self, path: &[u8]) -> &[NamedFile] {
        self.sound_lists.get(path).map_or(&[], Vec::as_slice)
    }

    /// The commands for which installers write a script of this name: that of the command, which for some packages is
    /// followed by a version (`pip-3.12`, `easy_install-3.8`).
    pub(super) fn commands(&self, script: &[u8]) -> &[EntryPoint] {
        let Ok(name) = std::str::from_utf8(script) else { return &[] };
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end_matches('-');
        let found = self.commands.get(name).or_else(|| self.commands.get(base));
        found.map_or(&[], Vec::as_slice)
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
        let Some(bytes) = inspected.read(entry, LIST_LIMIT) else { return };
        let stamp = inspected.listing.position(entry.path.as_bytes());
        let stamp = stamp.and_then(|at| *inspected.listing.stamps.get(at)?);
        let written = stamp.filter(FileStamp::is_as_written);
        let mut named = Vec::new();
        for row in record::read(&bytes) {
            let Some(path) = resolve(inspected, site, &row.path) else { continue };
            let hash = row.hash.as_deref().and_then(ContentHash::parse_recorded);
            named.push(NamedFile { path: path.clone(), has_hash: hash.is_some() });
            self.files.entry(path).or_default().push(ListedFile { hash, size: row.size, written });
        }
        if record::is_sound(&bytes) {
            self.sound_lists.insert(entry.path.as_bytes().into(), named);
        }
    }

    /// What setuptools lists for pip, relative to the directory of the metadata.
    fn add_installed_files(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry, metadata: &[u8]) {
        let bytes = inspected.read(entry, LIST_LIMIT).unwrap_or_default();
        for path in
            installed_files::read(&bytes).into_iter().filter_map(|line| resolve(inspected, metadata, line))
        {
            self.files.entry(path).or_default().push(ListedFile { hash: None, size: None, written: None });
        }
    }

    fn add_conda_files(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry) {
        let record = inspected.read(entry, LIST_LIMIT).and_then(|bytes| conda_record::parse(&bytes));
        let Some(record) = record else { return };
        if record.file_name.is_some_and(|name| name.as_bytes() == entry.path.name()) {
            self.sound_lists.insert(entry.path.as_bytes().into(), Vec::new());
        }
        for file in record.files {
            let Some(path) = resolve(inspected, b"", file.path.as_bytes()) else { continue };
            self.files.entry(path).or_default().push(ListedFile {
                hash: file.hash,
                size: None,
                written: None,
            });
        }
    }

    fn add_commands(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry) {
        let bytes = inspected.read(entry, LIST_LIMIT).unwrap_or_default();
        let commands = std::str::from_utf8(&bytes).ok().and_then(|text| entry_points::commands(text).ok());
        for command in commands.unwrap_or_default() {
            self.commands.entry(command.name.clone()).or_default().push(command);
        }
    }

    fn add_modules(&mut self, inspected: &InspectedDirectory, entry: &OwnedEntry, site: &[u8]) {
        let bytes = inspected.read(entry, LIST_LIMIT).unwrap_or_default();
        lines(&bytes).for_each(|name| self.add_module(site, name));
    }

    fn add_module(&mut self, site: &[u8], name: &[u8]) {
        self.modules.insert([site, b"/", name].concat().into());
    }
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
    path::resolve(base, listed).map(|path| path.as_bytes().into())
}
