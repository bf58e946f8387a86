//! Whether the rules that everybody has ignore a place, whatever stands there: a directory or a link.

use crate::error::{Error, Result};
use crate::git::{IgnoreQuestion, IgnoreRule};
use crate::message::message;
use crate::path::{RepoPath, printable};
use crate::session::Session;

/// What the shared rules do for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IgnoreCoverage {
    /// They ignore it in every form.
    Full,
    /// This rule ignores a directory there, but no link.
    DirectoryOnly(IgnoreRule),
    /// They do not.
    None,
}

/// Asks about places that may be a directory today and a link tomorrow; `is_link` says which is which now.
///
/// # Errors
/// Undecided if git cannot answer.
pub(super) fn of_places(session: &Session<'_>, places: &[(&RepoPath, bool)]) -> Result<Vec<IgnoreCoverage>> {
    let question =
        |(path, is_link): &(&RepoPath, bool)| IgnoreQuestion { path: (*path).clone(), directory: !is_link };
    let questions: Vec<IgnoreQuestion> = places.iter().map(question).collect();
    let repository = &session.repository;
    let mut rules: Vec<Option<IgnoreRule>> = repository
        .ignore_rules(&questions)?
        .into_iter()
        .zip(places)
        .map(|(rule, (path, _))| shared(rule, path))
        .collect();
    let links: Vec<usize> = (0..places.len()).filter(|&index| places[index].1).collect();
    let of = |indices: &[usize]| indices.iter().map(|&index| places[index].0).collect::<Vec<_>>();
    for (&index, rule) in links.iter().zip(repository.ignore_rules_for_directories(&of(&links))?) {
        rules[index] = shared(rule, places[index].0);
    }
    // A rule without a slash that has the last word about a directory has it about a link as well.
    let slashed = |rule: &IgnoreRule| rule.pattern.ends_with('/');
    let doubtful =
        |&index: &usize| rules[index].as_ref().is_some_and(|rule| places[index].1 || slashed(rule));
    let doubtful: Vec<usize> = (0..places.len()).filter(doubtful).collect();
    let as_links = repository.ignore_rules_for_links(&of(&doubtful))?;
    let mut coverage: Vec<IgnoreCoverage> = rules
        .iter()
        .map(|rule| if rule.is_some() { IgnoreCoverage::Full } else { IgnoreCoverage::None })
        .collect();
    for (&index, rule) in doubtful.iter().zip(as_links) {
        if let (None, Some(directory)) = (shared(rule, places[index].0), rules[index].take()) {
            coverage[index] = IgnoreCoverage::DirectoryOnly(directory);
        }
    }
    Ok(coverage)
}

/// Says for each path, as what it is, whether a shared rule ignores it.
///
/// # Errors
/// Undecided if git cannot answer.
pub(super) fn of_pieces(session: &Session<'_>, pieces: &[IgnoreQuestion]) -> Result<Vec<bool>> {
    let rules = session.repository.ignore_rules(pieces)?;
    let covered = rules.into_iter().zip(pieces);
    Ok(covered.map(|(rule, piece)| shared(rule, &piece.path).is_some()).collect())
}

/// The `!` rules that take places out of what is ignored.
///
/// # Errors
/// Undecided if git cannot answer.
pub(super) fn exceptions(session: &Session<'_>, paths: &[&RepoPath]) -> Result<Vec<Option<IgnoreRule>>> {
    // With a slash at its end, git would look for rules about what is in the directory.
    let question = |path: &&RepoPath| IgnoreQuestion { path: (*path).clone(), directory: false };
    session.repository.ignore_exceptions(&paths.iter().map(question).collect::<Vec<_>>())
}

/// The error for a place that stays open whatever rule there is for it.
pub(super) fn unprotected(path: &RepoPath) -> Error {
    Error::action(message!("cannot ignore `{}` with a rule in `.gitignore`", path))
}

/// Adds the rule that is stronger.
pub(super) fn because_of(error: Error, rule: &IgnoreRule) -> Error {
    let rule = printable(format!("{}:{}: {}", rule.source, rule.line, rule.pattern).as_bytes());
    error.cause(format!("`{rule}` takes it out again")).hint("remove that rule and try again")
}

fn shared(rule: Option<IgnoreRule>, path: &RepoPath) -> Option<IgnoreRule> {
    rule.filter(|rule| is_for_everybody(rule, path))
}

/// A rule in a `.gitignore` that is not the place's own (environments go away, and their rules with them) and is
/// about the place itself. A file that ignores itself needs no other rule: nothing is left once it is gone.
fn is_for_everybody(rule: &IgnoreRule, path: &RepoPath) -> bool {
    let is_elsewhere = |file: RepoPath| path.is_root() || file == *path || !file.is_within(path);
    rule.is_shared() && !rule.of_contents && RepoPath::new(rule.source.as_bytes()).is_ok_and(is_elsewhere)
}
