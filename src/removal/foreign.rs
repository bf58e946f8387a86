//! Files of an environment that nobody can make again: no creator makes them and no installer lists them.

use std::collections::{BTreeSet, HashSet};

use super::generated_files::{self, CreatorTraits};
use super::inspected_directory::InspectedDirectory;
use super::owned_files::OwnedFiles;
use crate::path::{RepoPath, split_name};
use crate::tree::OwnedEntry;

/// More of a program is not read to find out who wrote it.
const PROGRAM_LIMIT: u64 = 64 * 1024;

/// What an entry is to its environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// A creator or an installer can make it again.
    Own,
    /// It makes itself again, and shows nothing about the directory it is in.
    Cache,
    Foreign,
}

/// Finds them: files, and directories that hold nothing else, by path. Directories that could not be looked into are
/// among them.
pub(super) fn find(inspected: &InspectedDirectory) -> Vec<RepoPath> {
    let owned = OwnedFiles::read(inspected);
    let traits = traits(inspected);
    let judged = |entry: &OwnedEntry| relation(inspected, &owned, traits, entry);
    let relations: Vec<(&RepoPath, Relation)> =
        inspected.listing.entries.iter().map(|entry| (&entry.path, judged(entry))).collect();
    let own = relations.iter().filter(|(_, relation)| *relation == Relation::Own);
    let own = directories(own.map(|(path, _)| path.as_bytes()));
    let foreign =
        relations.iter().filter(|(_, relation)| *relation == Relation::Foreign).map(|(path, _)| *path);
    let unread = inspected.listing.unreadable.iter().map(|skip| &skip.path);
    let found: BTreeSet<RepoPath> = foreign.chain(unread).map(|path| outermost(path, &own)).collect();
    found.into_iter().collect()
}

fn traits(inspected: &InspectedDirectory) -> CreatorTraits {
    let has = |name: &[u8]| inspected.listing.entries.iter().any(|entry| entry.path.name() == name);
    let runner = inspected.directory.parent().and_then(|parent| parent.file_name());
    CreatorTraits {
        is_legacy_virtualenv: inspected.entry(b"pyvenv.cfg").is_none()
            && (has(b"orig-prefix.txt") || has(b"no-global-site-packages.txt")),
        is_test_runner: runner.is_some_and(|name| name == ".tox" || name == ".nox")
            || inspected.entry(b".tox-info.json").is_some()
            || inspected.entry(b".tox-config1").is_some(),
    }
}

fn relation(
    inspected: &InspectedDirectory,
    owned: &OwnedFiles,
    traits: CreatorTraits,
    entry: &OwnedEntry,
) -> Relation {
    let path = entry.path.as_bytes();
    if owned.contain(path) || generated_files::makes(entry, traits) {
        return Relation::Own;
    }
    if generated_files::is_cache(path) {
        return Relation::Cache;
    }
    if let Some(source) = generated_files::source_beside(path)
        && (inspected.entry(&source).is_some() || owned.contain(&source))
    {
        return Relation::Cache;
    }
    let program = matches!(split_name(path).0, b"bin" | b"Scripts");
    let text = program.then(|| inspected.read(entry, PROGRAM_LIMIT)).flatten();
    match text {
        Some(text) if generated_files::is_generated_program(&text) => Relation::Own,
        _ => Relation::Foreign,
    }
}

/// Every directory above one of these paths; paths of one directory stand together.
fn directories<'p>(paths: impl Iterator<Item = &'p [u8]>) -> HashSet<&'p [u8]> {
    let mut found: HashSet<&[u8]> = HashSet::new();
    for path in paths {
        let mut directory = split_name(path).0;
        while !directory.is_empty() && found.insert(directory) {
            directory = split_name(directory).0;
        }
    }
    found
}

/// The outermost directory above a foreign path that holds nothing of the environment; else the path itself.
fn outermost(path: &RepoPath, own: &HashSet<&[u8]>) -> RepoPath {
    let foreign = |above: &RepoPath| above == path || (!above.is_root() && !own.contains(above.as_bytes()));
    path.ancestors().take_while(foreign).last().unwrap_or_else(|| path.clone())
}
