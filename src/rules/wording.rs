//! Phrases that several rules use.

use crate::model::{Condition, Environment, Extent, Finding, Fix, InvocationDirectory, Remedy, Shape};
use crate::path::RepoPath;
use crate::text::{counted, size};

/// `venv, Python 3.12, 1,204 files, 38.0 MiB`.
pub(super) fn describe(environment: &Environment) -> String {
    let python = environment.python.as_ref().map(|version| format!("Python {version}"));
    let measure = environment.contents.measure;
    let parts = [
        Some(environment.kind.label.to_owned()),
        python,
        measure.map(|measure| counted(measure.files, "file")),
        measure.map(|measure| size(measure.bytes)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// ` in commit 1a2b3c4`, or nothing.
pub(super) fn in_commit(commit: Option<&String>) -> String {
    commit.map(|commit| format!(" in commit {commit}")).unwrap_or_default()
}

/// The fix that untracks and ignores.
pub(super) fn untrack(path: &RepoPath) -> Fix {
    fix(Remedy::Fix, path, "keeps it on disk, takes it out of git, adds one ignore rule")
}

fn fix(remedy: Remedy, place: &RepoPath, effect: &str) -> Fix {
    Fix {
        command: InvocationDirectory::Top.command(remedy, place),
        remedy,
        place: place.clone(),
        effect: effect.to_owned(),
        safe: remedy != Remedy::CreateAnew,
    }
}

/// The fix that untracks and ignores an environment; one that shares its directory with other files needs a rule
/// for each of its pieces.
pub(super) fn untrack_environment(environment: &Environment) -> Fix {
    let fix = untrack(&environment.root);
    match &environment.extent {
        Extent::Parts(parts) if environment.shape == Shape::Environment && parts.len() > 1 => {
            Fix { effect: "keeps it on disk, takes it out of git, adds ignore rules".to_owned(), ..fix }
        }
        _ => fix,
    }
}

/// The fix that only ignores.
pub(super) fn ignore(path: &RepoPath) -> Fix {
    Fix { effect: "adds one ignore rule".to_owned(), ..untrack(path) }
}

/// The fix that makes the environment that a project declared in this file means.
pub(super) fn create(declaration: &RepoPath) -> Fix {
    fix(Remedy::Create, declaration, "makes the environment")
}

/// Adds the fix that makes an environment anew, if `create` can make one of its kind. Test runners make theirs anew
/// themselves, and a conda prefix is not for `create` to replace.
pub(super) fn made_anew(finding: Finding, condition: &Condition) -> Finding {
    if !condition.is_replaceable() {
        return finding;
    }
    finding.fix(fix(
        Remedy::CreateAnew,
        &condition.root,
        "makes it anew, without the packages installed in it",
    ))
}
