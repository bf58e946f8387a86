//! The references that are pushed, and the commits that the remote does not have yet.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::git::{CommitRange, Pointed, Reader, Repository};
use crate::order::set_of;
use crate::path::{display_bytes, printable};
use crate::tree::ObjectId;

/// One reference that is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PushedReference {
    /// The commits that the remote does not have.
    pub(super) range: CommitRange,
    /// What the push replaces on the remote, if this repository has that commit.
    replaced: Option<ObjectId>,
    /// The commit that is pushed.
    pub(super) end: ObjectId,
    /// The local reference, as git names it.
    pub(super) name: Option<String>,
}

impl PushedReference {
    /// The commits as `git rev-list` takes them.
    pub(super) fn revisions(&self) -> String {
        match (self.replaced, self.range.exclude.as_slice()) {
            (Some(known), _) | (None, &[known]) => format!("{known}..{}", self.end),
            (None, _) => self.end.to_string(),
        }
    }
}

/// The commits of all references together: what the remote has for one of them it has for all.
pub(super) fn range(pushed: &[PushedReference]) -> CommitRange {
    let include = pushed.iter().map(|reference| reference.end).collect();
    let exclude: BTreeSet<ObjectId> = set_of(pushed.iter().flat_map(|it| it.range.exclude.iter().copied()));
    CommitRange { include, exclude: exclude.into_iter().collect() }
}

/// Says whether a reference is a tag.
pub(super) fn is_tag(name: &str) -> bool {
    name.starts_with("refs/tags/")
}

/// References as a framework names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedReferences {
    /// The commit that the remote has, or that the user gave as the start.
    pub(super) from: Option<String>,
    /// Where the commits end.
    pub(super) to: String,
    /// The remote that is pushed to.
    pub(super) remote: Option<String>,
    /// The local reference that is pushed.
    pub(super) local: Option<String>,
}

/// One line that git writes to the hook: <https://git-scm.com/docs/githooks#_pre_push>.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    local_name: String,
    local: ObjectId,
    remote: ObjectId,
}

/// Reads what git writes to the hook. References that are deleted are left out.
///
/// # Errors
/// Undecided for lines that git would not write, and for a commit that is missing.
pub(super) fn from_input(
    repository: &Repository<'_>,
    remote: Option<&str>,
    input: &[u8],
) -> Result<Vec<PushedReference>> {
    let lines = lines(input, repository.layout().object_id_length)?;
    let known = match remote {
        Some(remote) if !lines.is_empty() => repository.remote_commits(remote)?,
        _ => Vec::new(),
    };
    let changes = lines.into_iter().map(|Line { local_name, local, remote }| ReferenceChange {
        name: local_name,
        old: remote,
        new: local,
    });
    let mut references = resolve(repository, changes.collect())?;
    // What the remote has under any name: a branch may have been merged with one of them.
    for reference in &mut references {
        let replaced = reference.replaced;
        reference.range.exclude.extend(known.iter().copied().filter(|id| Some(*id) != replaced));
    }
    Ok(references)
}

/// What a push changes about one reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReferenceChange {
    /// Its name.
    pub(super) name: String,
    /// The object before; zero for a new reference.
    pub(super) old: ObjectId,
    /// The object after; zero for one that is deleted.
    pub(super) new: ObjectId,
}

/// Finds the commits of references, without those that are deleted. What a commit replaces is left out if this repository has
/// it.
///
/// # Errors
/// Undecided for a commit that is missing, and for what is no commit and no file.
pub(super) fn resolve(
    repository: &Repository<'_>,
    changes: Vec<ReferenceChange>,
) -> Result<Vec<PushedReference>> {
    let changes: Vec<ReferenceChange> = changes.into_iter().filter(|change| !change.new.is_zero()).collect();
    let new: Vec<ObjectId> = changes.iter().map(|change| change.new).collect();
    let old: Vec<ObjectId> = changes.iter().map(|change| change.old).filter(|old| !old.is_zero()).collect();
    let ends = repository.pointed_at(&new)?;
    let mut before = repository.pointed_at(&old)?.into_iter();
    let mut references = Vec::new();
    for (ReferenceChange { name, old, new }, end) in changes.into_iter().zip(ends) {
        let replaced = match if old.is_zero() { None } else { before.next() } {
            Some(Pointed::Commit(id)) => Some(id),
            _ => None,
        };
        let end = match end {
            Pointed::Commit(end) => end,
            // Some projects tag a key. A file contains no environment.
            Pointed::File => continue,
            Pointed::Directory => return Err(directory(&name)),
            Pointed::Missing => return Err(missing(&new.to_string())),
        };
        let range = CommitRange { include: vec![end], exclude: replaced.into_iter().collect() };
        references.push(PushedReference { range, replaced, end, name: Some(name) });
    }
    Ok(references)
}

fn directory(name: &str) -> Error {
    let name = printable(name.as_bytes());
    Error::undecided(format!("could not determine what `{name}` publishes"))
        .cause("it names a directory instead of a commit")
}

/// Takes the references that a framework names.
///
/// # Errors
/// Undecided for a reference that names no commit.
pub(super) fn from_framework(
    repository: &Repository<'_>,
    references: &NamedReferences,
) -> Result<PushedReference> {
    let is_id = |from: &&String| !from.bytes().all(|byte| byte == b'0');
    let known = match references.from.as_ref().filter(is_id) {
        None => None,
        // This repository may lack what the remote has, but not what a person typed.
        Some(from) if references.remote.is_some() => repository.resolve(from)?,
        Some(from) => Some(commit(repository, from)?),
    };
    let exclude = match (known, &references.remote) {
        (known, Some(remote)) => known.into_iter().chain(repository.remote_commits(remote)?).collect(),
        (Some(known), None) => vec![known],
        (None, None) => repository.tips("refs/remotes/")?,
    };
    let end = commit(repository, &references.to)?;
    let range = CommitRange { include: vec![end], exclude };
    Ok(PushedReference { range, replaced: known, end, name: references.local.clone() })
}

fn lines(input: &[u8], length: usize) -> Result<Vec<Line>> {
    split(input).map(|text| line(text, length).ok_or_else(|| unreadable(text))).collect()
}

/// Splits what git writes into lines.
pub(super) fn split(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = input.strip_suffix(b"\n").unwrap_or(input);
    whole.split(|&byte| byte == b'\n').filter(|_| !whole.is_empty())
}

/// Splits from the right: only the first part, which the user typed, may hold a space.
fn line(text: &[u8], length: usize) -> Option<Line> {
    let mut parts = text.rsplitn(4, |&byte| byte == b' ');
    let (remote, _, local, local_name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let local_name = String::from_utf8_lossy(local_name).into_owned();
    Some(Line { local_name, local: full_id(local, length)?, remote: full_id(remote, length)? })
}

/// The id of an object as a repository with ids of this many bytes writes it.
pub(super) fn full_id(text: &[u8], length: usize) -> Option<ObjectId> {
    let id = ObjectId::from_hex(std::str::from_utf8(text).ok()?)?;
    (id.as_bytes().len() == length).then_some(id)
}

/// The error for what git would not write.
pub(super) fn unreadable(text: &[u8]) -> Error {
    Error::undecided("could not determine what is being pushed")
        .cause(format!("unexpected input from git: `{}`", display_bytes(text)))
}

fn commit(repository: &Repository<'_>, revision: &str) -> Result<ObjectId> {
    repository.resolve(revision)?.ok_or_else(|| missing(revision))
}

fn missing(revision: &str) -> Error {
    Error::undecided(format!("bad revision `{}`", printable(revision.as_bytes())))
        .hint("if this is a shallow clone, fetch more history with `git fetch --unshallow`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn reads_what_git_writes() {
        let (a, b) = ("a".repeat(40), "0".repeat(40));
        let text = format!("refs/heads/m {a} refs/heads/m {b}\nHEAD@{{1 day ago}} {a} refs/heads/x {a}\n");
        let read = lines(text.as_bytes(), 20).expect("two lines");
        let names: Vec<&str> = read.iter().map(|line| line.local_name.as_str()).collect();
        assert_eq!(names, ["refs/heads/m", "HEAD@{1 day ago}"]);
        assert!(read[0].remote.is_zero() && !read[1].remote.is_zero());
        assert_eq!(lines(b"", 20).expect("nothing"), []);
    }

    #[test]
    fn lines_that_git_would_not_write_are_errors() {
        let a = "a".repeat(40);
        let cases = [
            "x".to_owned(),
            format!("r {a} r"),
            format!("r {a} r {a}\n\nr {a} r {a}\n"),
            format!("r {a} r {}", "a".repeat(64)),
            format!("r {a} r {}", "g".repeat(40)),
        ];
        for text in cases {
            let error = lines(text.as_bytes(), 20).expect_err(&text);
            assert_eq!(error.kind(), ErrorKind::Undecided, "{text}");
        }
    }
}
