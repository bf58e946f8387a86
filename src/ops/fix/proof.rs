//! The proof, by git itself, that changed rules ignore environments and nothing else.

use std::collections::HashSet;

use super::ignore_file::IgnoreFile;
use super::target::Target;
use crate::error::Result;
use crate::git::IgnoreQuestion;
use crate::path::RepoPath;
use crate::session::Session;
use crate::tree::EntryKind;

/// A path that a changed file of rules would hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    /// The path.
    pub(super) path: RepoPath,
    /// The line of the new rule that does so, counted from 1.
    pub(super) line: usize,
}

/// Everything that must not become ignored: what stays tracked, and what is neither tracked nor ignored, except
/// for the targets themselves.
///
/// # Errors
/// Undecided if the index or the disk cannot be listed.
pub(super) fn protected(session: &Session<'_>, targets: &[Target]) -> Result<Vec<IgnoreQuestion>> {
    let untrack: HashSet<&RepoPath> = targets.iter().flat_map(|target| &target.untrack).collect();
    let is_own =
        |path: &RepoPath| untrack.contains(path) || targets.iter().any(|target| target.has_on_disk(path));
    let tracked = session.repository.tracked_below(&[RepoPath::root()])?.into_iter();
    let tracked = tracked
        .map(|entry| IgnoreQuestion { path: entry.path, directory: entry.kind == EntryKind::Submodule });
    let untracked = session.repository.untracked()?;
    Ok(tracked.chain(untracked).filter(|question| !is_own(&question.path)).collect())
}

/// What of `protected` the new text of a file ignores and the old one does not.
///
/// # Errors
/// Undecided if git cannot answer.
pub(super) fn newly_hidden(
    session: &Session<'_>,
    file: &IgnoreFile,
    protected: &[IgnoreQuestion],
    places: &[&RepoPath],
) -> Result<Vec<Hidden>> {
    let directory = file.path.parent().unwrap_or_default();
    let near = Nearby::new(file, places);
    let asked: Vec<IgnoreQuestion> =
        protected.iter().filter(|question| near.concerns(&question.path, &directory)).cloned().collect();
    let predict = |text: &[u8], questions: &[IgnoreQuestion]| {
        session.repository.predict_ignored(text, &directory, questions)
    };
    let after = predict(&file.new_text(), &asked)?;
    let ignored: Vec<(IgnoreQuestion, usize)> =
        asked.into_iter().zip(after).filter_map(|(question, rule)| Some((question, rule?.line))).collect();
    let questions: Vec<IgnoreQuestion> = ignored.iter().map(|(question, _)| question.clone()).collect();
    let before = predict(file.old.as_deref().unwrap_or_default(), &questions)?;
    let fresh = ignored.into_iter().zip(before).filter(|(_, rule)| rule.is_none());
    Ok(fresh.map(|((question, line), _)| Hidden { path: question.path, line }).collect())
}

/// Leaves out what rules for single places cannot touch, so that a large repository is not asked about whole.
struct Nearby {
    /// The places in lower case, as `core.ignoreCase` takes them; `None` if everything counts.
    places: Option<HashSet<Vec<u8>>>,
}

impl Nearby {
    fn new(file: &IgnoreFile, places: &[&RepoPath]) -> Self {
        let exact = |path: &RepoPath| !path.as_bytes().iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        let narrow = file.only_grows() && places.iter().all(|place| exact(place));
        let lower = || places.iter().map(|place| place.as_bytes().to_ascii_lowercase()).collect();
        Self { places: narrow.then(lower) }
    }

    fn concerns(&self, path: &RepoPath, directory: &RepoPath) -> bool {
        let inside = path.below(directory).is_some_and(|rest| !rest.is_empty());
        let Some(places) = &self.places else { return inside };
        let lower = path.as_bytes().to_ascii_lowercase();
        let ends = memchr::memchr_iter(b'/', &lower).chain([lower.len()]);
        inside && ends.into_iter().any(|end| places.contains(&lower[..end]))
    }
}
