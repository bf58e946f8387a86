//! What the rules about requirements have in common.

use crate::message::{Message, message};
use crate::model::{EnvironmentSync, Evidence, Facts, Finding, FixStep, Problem, RequestedLine, RuleInfo};
use crate::path::RepoPath;

/// The lines that a message names one by one.
const NAMED: usize = 3;

/// Every problem of every environment that was compared.
pub(super) fn problems(facts: &Facts) -> impl Iterator<Item = (&EnvironmentSync, &Problem)> {
    facts.syncs.iter().flat_map(|sync| sync.problems.iter().map(move |problem| (sync, problem)))
}

/// A finding about the first line of a problem, with all lines as evidence.
pub(super) fn of(
    rule: &'static RuleInfo,
    sync: &EnvironmentSync,
    problem: &Problem,
    message: Message,
) -> Finding {
    let first = problem.lines.first().map(|line| &line.place);
    let file = first.map_or_else(|| fallback(sync), |place| place.file.clone());
    let mut found = Finding::of(rule, &file, message);
    found.line = first.and_then(|place| place.line);
    let evidence: Vec<Evidence> = problem.lines.iter().filter_map(evidence).collect();
    found.because(&evidence)
}

fn evidence(line: &RequestedLine) -> Option<Evidence> {
    let text = &line.text;
    let fact = match line.place.line {
        Some(number) => format!("line {number}: {text}"),
        None => text.clone(),
    };
    (!text.is_empty()).then(|| Evidence { path: line.place.file.clone(), fact: fact.into() })
}

/// Adds the command that installs what is asked for.
pub(super) fn fixed(finding: Finding, sync: &EnvironmentSync) -> Finding {
    with_step(finding, sync, 0, "installs what the project asks for")
}

/// Adds the command that also removes what is not asked for.
pub(super) fn fixed_by_removal(finding: Finding, sync: &EnvironmentSync) -> Finding {
    with_step(finding, sync, 1, "installs what the lock names and removes the rest")
}

fn with_step(finding: Finding, sync: &EnvironmentSync, which: usize, effect: &str) -> Finding {
    let step: Option<&FixStep> = sync.installation.as_ref().and_then(|steps| steps.get(which));
    match step {
        Some(step) => finding.fixed_by(vec![step.clone()], effect),
        None => finding,
    }
}

/// The lines of a problem: `` `six>=1` (requirements.txt:3) and `six<2` (dev.txt:1) ``.
pub(super) fn asked(problem: &Problem) -> Message {
    let named = problem.lines.iter().take(NAMED).map(|line| message!("`{}` ({})", line.text, line.place));
    let mut named: Vec<Message> = named.collect();
    let more = problem.lines.len().saturating_sub(NAMED);
    if more > 0 {
        named.push(message!("{} more", more));
    }
    match named.split_last() {
        None => message!("`{}`", problem.package),
        Some((only, [])) => only.clone(),
        Some((last, others)) => message!("{} and {}", Message::joined(others.iter().cloned(), ", "), last),
    }
}

/// Where a problem shows, after what it says: ` (requirements.txt:3)`.
pub(super) fn places(problem: &Problem) -> Message {
    problem.lines.first().map(|line| message!(" ({})", line.place)).unwrap_or_default()
}

/// The files that say what is asked for.
pub(super) fn files(sync: &EnvironmentSync) -> Message {
    match sync.sync.files.as_slice() {
        [] => "the lock".into(),
        files => Message::joined(files.iter().map(|file| message!("`{}`", file)), " or "),
    }
}

/// The place of a distribution's metadata, or of the environment, or, outside of the work tree, of what asks for it.
pub(super) fn record(sync: &EnvironmentSync, record: &RepoPath) -> RepoPath {
    let Some(root) = &sync.root else { return fallback(sync) };
    root.join(record.as_bytes()).unwrap_or_else(|_| root.clone())
}

fn fallback(sync: &EnvironmentSync) -> RepoPath {
    sync.root.clone().or_else(|| sync.sync.files.first().cloned()).unwrap_or_default()
}
