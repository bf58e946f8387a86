//! The files that installers say they installed.

use std::collections::{HashMap, HashSet};

use super::inspected_directory::InspectedDirectory;
use super::listed_files::{LIST_LIMIT, ListedFile, SoundList, resolve};
use super::recorded_files::{self, Recorded};
use crate::formats::entry_points::{self, EntryPoint};
use crate::formats::{conda_record, installed_files, lines};
use crate::fs::{self, ListedEntry};
use crate::path::{RepoPath, split_name};

/// What lists of installed packages say. Entries of the listing go by their numbers.
#[derive(Debug, Default)]
pub(super) struct OwnedFiles {
    /// Of each entry: what is known of it.
    known: Vec<ListState>,
    /// What lists say of the entries that are not known to be untouched, by number. A file may belong to several packages,
    /// which may differ.
    rows: Vec<(usize, ListedFile)>,
    /// What they say of files that were not there.
    absent: HashMap<Box<[u8]>, Vec<ListedFile>>,
    /// Modules and packages of distributions without a list, without `.py`.
    modules: HashSet<Box<[u8]>>,
    /// By number.
    sound_lists: Vec<SoundList>,
    /// The commands of packages, by name.
    commands: HashMap<String, Vec<EntryPoint>>,
}

/// What lists say of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListState {
    /// None names it.
    Nothing,
    /// One names it.
    Named,
    /// It is as one says.
    Untouched,
}

impl OwnedFiles {
    /// Reads every list of an environment. With `trusts_times` a file of the recorded size that was not changed since the
    /// list was written is as it was installed.
    pub(super) fn read(inspected: &InspectedDirectory, trusts_times: bool) -> Self {
        let mut owned = Self { known: vec![ListState::Nothing; inspected.listing.len()], ..Self::default() };
        let mut records = Vec::new();
        for entry in inspected.listing.entries().filter(|entry| entry.kind.is_file()) {
            let directory = entry.directory.as_bytes();
            let (site, metadata) = split_name(directory);
            match entry.name {
                b"RECORD" if metadata.ends_with(b".dist-info") => records.push((entry, site)),
                b"installed-files.txt" if metadata.ends_with(b".egg-info") => {
                    owned.add_installed_files(inspected, entry);
                }
                b"entry_points.txt" => owned.add_commands(inspected, entry),
                b"top_level.txt" if !has_list(inspected, directory) => {
                    owned.add_modules(inspected, entry, site)
                }
                name if directory == b"conda-meta" && name.ends_with(b".json") => {
                    owned.add_conda_files(inspected, entry);
                }
                name if name.ends_with(b".egg-info") => owned.add_module(directory, distribution_name(name)),
                _ => {}
            }
        }
        let read = |(list, site): &(ListedEntry<'_>, &[u8])| {
            recorded_files::read(inspected, *list, site, trusts_times)
        };
        fs::in_parallel(&records, read).into_iter().for_each(|recorded| owned.add_record(recorded));
        owned.rows.sort_unstable_by_key(|(number, _)| *number);
        owned.sound_lists.sort_unstable_by_key(|list| list.number);
        owned
    }

    /// What lists say of a path, whose entry has this number if it was listed; nothing of one that is untouched.
    pub(super) fn listed(&self, number: Option<usize>, path: &[u8]) -> impl Iterator<Item = &ListedFile> {
        let rows = number.map_or(&[][..], |number| {
            let start = self.rows.partition_point(|(row, _)| *row < number);
            let end = self.rows.partition_point(|(row, _)| *row <= number);
            self.rows.get(start..end).unwrap_or_default()
        });
        let absent = self.absent.get(path).filter(|_| number.is_none());
        rows.iter().map(|(_, listed)| listed).chain(absent.into_iter().flatten())
    }

    /// Says whether the entry of a number is as a list says.
    pub(super) fn is_untouched(&self, number: usize) -> bool {
        self.known.get(number) == Some(&ListState::Untouched)
    }

    /// Says whether a list names this path, whose entry has this number if it was listed, or a distribution without a list
    /// owns it.
    pub(super) fn contain(&self, number: Option<usize>, path: &[u8]) -> bool {
        let is_named = match number {
            Some(number) => self.known.get(number).is_some_and(|known| *known != ListState::Nothing),
            None => self.absent.contains_key(path),
        };
        is_named || self.owned_by_module(path)
    }

    /// Says whether an entry is a list in which nothing stands that no installer writes.
    pub(super) fn is_sound_list(&self, number: usize) -> bool {
        self.sound_lists.binary_search_by_key(&number, |list| list.number).is_ok()
    }

    /// Those lists.
    pub(super) fn sound_lists(&self) -> &[SoundList] {
        &self.sound_lists
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

    fn add_record(&mut self, recorded: Recorded) {
        let Recorded { untouched, rows, absent, sound } = recorded;
        for number in untouched {
            self.note(number, ListState::Untouched);
        }
        for (number, _) in &rows {
            self.note(*number, ListState::Named);
        }
        self.rows.extend(rows);
        for (path, listed) in absent {
            self.absent.entry(path).or_default().push(listed);
        }
        self.sound_lists.extend(sound);
    }

    fn note(&mut self, number: usize, found: ListState) {
        if let Some(known) = self.known.get_mut(number).filter(|known| **known != ListState::Untouched) {
            *known = found;
        }
    }

    fn add(&mut self, inspected: &InspectedDirectory, path: RepoPath, listed: ListedFile) {
        match inspected.entry(path.as_bytes()) {
            Some(entry) => {
                self.note(entry.number, ListState::Named);
                self.rows.push((entry.number, listed));
            }
            None => self.absent.entry(path.as_bytes().into()).or_default().push(listed),
        }
    }

    /// What setuptools lists for pip, relative to the directory of the metadata.
    fn add_installed_files(&mut self, inspected: &InspectedDirectory, entry: ListedEntry<'_>) {
        let bytes = inspected.read(&entry.path(), LIST_LIMIT).unwrap_or_default();
        let metadata = entry.directory.as_bytes();
        for path in installed_files::read(&bytes)
            .into_iter()
            .filter_map(|line| resolve(&inspected.directory, metadata, line))
        {
            self.add(inspected, path, ListedFile { hash: None, size: None });
        }
    }

    fn add_conda_files(&mut self, inspected: &InspectedDirectory, entry: ListedEntry<'_>) {
        let record = inspected.read(&entry.path(), LIST_LIMIT).and_then(|bytes| conda_record::parse(&bytes));
        let Some(record) = record else { return };
        if record.file_name.is_some_and(|name| name.as_bytes() == entry.name) {
            self.sound_lists.push(SoundList::of(entry.number));
        }
        for file in record.files {
            let Some(path) = resolve(&inspected.directory, b"", file.path.as_bytes()) else { continue };
            self.add(inspected, path, ListedFile { hash: file.hash, size: None });
        }
    }

    fn add_commands(&mut self, inspected: &InspectedDirectory, entry: ListedEntry<'_>) {
        let bytes = inspected.read(&entry.path(), LIST_LIMIT).unwrap_or_default();
        let commands = std::str::from_utf8(&bytes).ok().and_then(|text| entry_points::commands(text).ok());
        for command in commands.unwrap_or_default() {
            self.commands.entry(command.name.clone()).or_default().push(command);
        }
    }

    fn add_modules(&mut self, inspected: &InspectedDirectory, entry: ListedEntry<'_>, site: &[u8]) {
        let bytes = inspected.read(&entry.path(), LIST_LIMIT).unwrap_or_default();
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
