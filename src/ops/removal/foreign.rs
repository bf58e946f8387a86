//! Files of an environment that nobody can make again: no creator makes them and no installer lists them.

use std::collections::{BTreeSet, HashSet};

use super::claims::Claims;
use super::creators::{self, Traits};
use super::subject::Subject;
use crate::path::{RepoPath, split_name};
use crate::tree::OwnedEntry;

/// More of a program is not read to tell who wrote it.
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
pub(super) fn find(subject: &Subject) -> Vec<RepoPath> {
    let claims = Claims::read(subject);
    let traits = traits(subject);
    let judged = |entry: &OwnedEntry| relation(subject, &claims, traits, entry);
    let relations: Vec<(&RepoPath, Relation)> =
        subject.survey.entries.iter().map(|entry| (&entry.path, judged(entry))).collect();
    let own = relations.iter().filter(|(_, relation)| *relation == Relation::Own);
    let own = directories(own.map(|(path, _)| path.as_bytes()));
    let foreign =
        relations.iter().filter(|(_, relation)| *relation == Relation::Foreign).map(|(path, _)| *path);
    let unread = subject.survey.unreadable.iter().map(|skip| &skip.path);
    let found: BTreeSet<RepoPath> = foreign.chain(unread).map(|path| outermost(path, &own)).collect();
    found.into_iter().collect()
}

fn traits(subject: &Subject) -> Traits {
    let has = |name: &[u8]| subject.survey.entries.iter().any(|entry| entry.path.name() == name);
    let runner = subject.directory.parent().and_then(|parent| parent.file_name());
    Traits {
        legacy: subject.entry(b"pyvenv.cfg").is_none()
            && (has(b"orig-prefix.txt") || has(b"no-global-site-packages.txt")),
        runner: runner.is_some_and(|name| name == ".tox" || name == ".nox")
            || subject.entry(b".tox-info.json").is_some()
            || subject.entry(b".tox-config1").is_some(),
    }
}

fn relation(subject: &Subject, claims: &Claims, traits: Traits, entry: &OwnedEntry) -> Relation {
    let path = entry.path.as_bytes();
    if claims.contain(path) || creators::makes(entry, traits) {
        return Relation::Own;
    }
    if creators::is_cache(path) {
        return Relation::Cache;
    }
    if let Some(source) = creators::source_beside(path)
        && (subject.entry(&source).is_some() || claims.contain(&source))
    {
        return Relation::Cache;
    }
    let program = matches!(split_name(path).0, b"bin" | b"Scripts");
    let text = program.then(|| subject.read(entry, PROGRAM_LIMIT)).flatten();
    match text {
        Some(text) if creators::is_generated_program(&text) => Relation::Own,
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
