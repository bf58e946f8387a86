//! Which commits a push publishes, what they bring in, and how to take it out of them.

use std::collections::BTreeSet;
use std::time::Instant;

use super::framework::References;
use super::run::{RunRequest, empty, switch, switched_off};
use crate::error::{Error, Result};
use crate::git::{CommitRange, Reader};
use crate::model::{Gate, GateTrigger, HistoryFix, HookEvent, Report, Scope, Severity};
use crate::ops::check;
use crate::ops::gather::{self, short};
use crate::ops::session::Session;
use crate::path::{RepoPath, printable, quote};
use crate::tree::ObjectId;

/// One reference that is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Push {
    /// The commits that the other side does not have.
    range: CommitRange,
    /// What the reference named on the other side, if it is known here.
    replaced: Option<ObjectId>,
    /// The commit that is pushed.
    end: ObjectId,
    /// What is pushed, as git names it.
    reference: Option<String>,
}

/// One line of what git says to the hook: <https://git-scm.com/docs/githooks#_pre_push>.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    reference: String,
    local: ObjectId,
    remote: ObjectId,
}

/// Reads what is pushed; what is deleted is left out.
///
/// # Errors
/// Undecided for what git would not say, and for a commit that is not there.
pub(super) fn read(session: &Session<'_>, request: &RunRequest) -> Result<Vec<Push>> {
    let length = session.repository.layout().object_id_length;
    let lines = lines(&request.input, length)?;
    let known = match request.arguments.first() {
        Some(remote) if !lines.is_empty() => session.repository.known_of(remote)?,
        _ => Vec::new(),
    };
    let pushed = lines.into_iter().filter(|line| !line.local.is_zero());
    // What is a file by itself, as some projects tag a key, holds no environment.
    let is_file = |line: &Line| session.repository.blob_sizes(&[line.local]).iter().all(Option::is_some);
    pushed.filter(|line| !is_file(line)).map(|line| resolve(session, line, &known)).collect()
}

fn lines(input: &[u8], length: usize) -> Result<Vec<Line>> {
    let whole = input.strip_suffix(b"\n").unwrap_or(input);
    let lines = whole.split(|&byte| byte == b'\n').filter(|_| !whole.is_empty());
    lines.map(|text| line(text, length).ok_or_else(|| unreadable(text))).collect()
}

/// From the right: only the first part, which the user typed, may hold a space.
fn line(text: &[u8], length: usize) -> Option<Line> {
    let mut parts = text.rsplitn(4, |&byte| byte == b' ');
    let (remote, _, local, reference) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let id = |bytes: &[u8]| {
        let id = ObjectId::from_hex(std::str::from_utf8(bytes).ok()?)?;
        (id.as_bytes().len() == length).then_some(id)
    };
    let reference = String::from_utf8_lossy(reference).into_owned();
    Some(Line { reference, local: id(local)?, remote: id(remote)? })
}

fn unreadable(text: &[u8]) -> Error {
    Error::undecided("failed to understand what is being pushed").cause(format!("git said `{}`", quote(text)))
}

/// `known` is what the other side has under any name: a branch may have been merged with one of them.
fn resolve(session: &Session<'_>, line: Line, known: &[ObjectId]) -> Result<Push> {
    let end = commit(session, &line.local.to_string())?;
    let replaced = match line.remote.is_zero() {
        true => None,
        false => session.repository.resolve(&line.remote.to_string())?,
    };
    let others = known.iter().copied().filter(|id| Some(*id) != replaced);
    let exclude = replaced.into_iter().chain(others).collect();
    let range = CommitRange { include: vec![end], exclude };
    Ok(Push { range, replaced, end, reference: Some(line.reference) })
}

fn commit(session: &Session<'_>, revision: &str) -> Result<ObjectId> {
    let missing = || {
        Error::undecided(format!("`{}` names no commit", printable(revision.as_bytes())))
            .hint("a shallow clone may not have it: fetch more history")
    };
    session.repository.resolve(revision)?.ok_or_else(missing)
}

/// Checks what is pushed.
///
/// # Errors
/// Settings; undecided if history cannot be read.
pub(super) fn check(session: &Session<'_>, pushes: &[Push]) -> Result<Gate> {
    let (report, history_fix) = examine(session, pushes)?;
    Ok(Gate { report, trigger: GateTrigger::Push(history_fix) })
}

/// Checks the commits that a framework names.
///
/// # Errors
/// As [`check()`]; undecided also for a reference that names no commit.
pub(super) fn check_framework(session: &Session<'_>, references: &References) -> Result<Gate> {
    let is_id = |from: &&String| !from.bytes().all(|byte| byte == b'0');
    let named = references.from.as_ref().filter(is_id);
    let known = match named {
        None => None,
        // What the other side has need not be here; what somebody typed has to be.
        Some(from) if references.remote.is_some() => session.repository.resolve(from)?,
        Some(from) => Some(commit(session, from)?),
    };
    let exclude = match (known, &references.remote) {
        (known, Some(remote)) => known.into_iter().chain(session.repository.known_of(remote)?).collect(),
        (Some(known), None) => vec![known],
        (None, None) => session.repository.tips("refs/remotes/")?,
    };
    let end = commit(session, &references.to)?;
    let range = CommitRange { include: vec![end], exclude };
    let push = Push { range, replaced: known, end, reference: references.local.clone() };
    let (report, history_fix) = examine(session, &[push])?;
    let trigger = if references.remote.is_some() {
        GateTrigger::Push(history_fix)
    } else {
        GateTrigger::Range(history_fix)
    };
    Ok(Gate { report, trigger })
}

/// Looks at one reference after the other; what an earlier one publishes is not looked at again.
fn examine(session: &Session<'_>, pushes: &[Push]) -> Result<(Report, Option<HistoryFix>)> {
    let started = Instant::now();
    let mut whole = empty(session, Scope::Range(described(pushes)));
    let mut history_fix = None;
    let mut seen: Vec<ObjectId> = Vec::new();
    for push in pushes {
        let mut range = push.range.clone();
        range.exclude.extend(&seen);
        seen.push(push.end);
        let Some((report, advice)) = examine_one(session, push, &range, &whole.scope)? else {
            continue;
        };
        merge(&mut whole, report);
        history_fix = history_fix.or(advice);
    }
    whole.inspected.elapsed = started.elapsed();
    Ok((whole.sorted(), history_fix))
}

fn examine_one(
    session: &Session<'_>,
    push: &Push,
    range: &CommitRange,
    scope: &Scope,
) -> Result<Option<(Report, Option<HistoryFix>)>> {
    let started = Instant::now();
    let brought = session.repository.introduced_by(range)?;
    if brought.is_empty() {
        return Ok(None);
    }
    let mut ages: Vec<ObjectId> = brought.iter().map(|entry| entry.commit).collect();
    ages.dedup();
    let gathered = gather::introduced_up_to(session, push.end, brought, scope.clone())?;
    let switch = switch(&gathered.settings, HookEvent::PrePush);
    if !switch.value {
        let suppressed = switched_off(HookEvent::PrePush, switch);
        return Ok(Some((Report { suppressed, ..empty(session, scope.clone()) }, None)));
    }
    let environments =
        gathered.facts.tracked.iter().map(|it| (it.environment.root.clone(), it.commit.clone()));
    let links = gathered.facts.tracked_links.iter().map(|it| (it.link.entry.path.clone(), it.commit.clone()));
    let commits: Vec<(RepoPath, Option<String>)> = environments.chain(links).collect();
    let report = check::report(session, gathered, crate::model::FailOn::Warning, started)?;
    let blocking = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let places: BTreeSet<RepoPath> = blocking.map(|finding| finding.path.clone()).collect();
    let named: BTreeSet<&String> = commits
        .iter()
        .filter(|(path, _)| places.contains(path))
        .filter_map(|(_, commit)| commit.as_ref())
        .collect();
    let culprits: Vec<ObjectId> = ages.into_iter().filter(|id| named.contains(&short(id))).collect();
    let history_fix = history_fix(session, push, &culprits, places.into_iter().collect())?;
    Ok(Some((report, history_fix)))
}

/// The way to take `places` out of the commits that bring them in, oldest first.
fn history_fix(
    session: &Session<'_>,
    push: &Push,
    culprits: &[ObjectId],
    places: Vec<RepoPath>,
) -> Result<Option<HistoryFix>> {
    let Some(first) = culprits.first() else { return Ok(None) };
    let is_checked_out = session.repository.head()? == Some(push.end);
    if is_checked_out && culprits.iter().all(|culprit| *culprit == push.end) {
        return Ok(Some(HistoryFix::Amend { places }));
    }
    let is_root = session.repository.resolve(&format!("{first}^"))?.is_none();
    let branch = push.reference.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
    let branch = branch.map_or_else(|| short(&push.end), str::to_owned);
    let branch = (!is_checked_out).then_some(branch);
    Ok(Some(HistoryFix::Rebase { first: short(first), is_root, branch, places }))
}

/// Adds what one reference gave, leaving out what is there already.
fn merge(whole: &mut Report, part: Report) {
    for finding in part.findings {
        let same = |other: &crate::model::Finding| {
            (other.rule.code, &other.path, &other.message)
                == (finding.rule.code, &finding.path, &finding.message)
        };
        if !whole.findings.iter().any(same) {
            whole.findings.push(finding);
        }
    }
    for environment in part.environments {
        if !whole.environments.contains(&environment) {
            whole.environments.push(environment);
        }
    }
    for suppression in part.suppressed {
        if !whole.suppressed.contains(&suppression) {
            whole.suppressed.push(suppression);
        }
    }
    whole.skipped.extend(part.skipped);
    whole.inspected.paths += part.inspected.paths;
    whole.inspected.environments += part.inspected.environments;
}

/// The commits as `git rev-list` takes them.
fn described(pushes: &[Push]) -> String {
    let one = |push: &Push| match (push.replaced, push.range.exclude.as_slice()) {
        (Some(known), _) | (None, &[known]) => format!("{known}..{}", push.end),
        (None, _) => push.end.to_string(),
    };
    pushes.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn reads_what_git_says() {
        let (a, b) = ("a".repeat(40), "0".repeat(40));
        let text = format!("refs/heads/m {a} refs/heads/m {b}\nHEAD@{{1 day ago}} {a} refs/heads/x {a}\n");
        let read = lines(text.as_bytes(), 20).expect("two lines");
        let names: Vec<&str> = read.iter().map(|line| line.reference.as_str()).collect();
        assert_eq!(names, ["refs/heads/m", "HEAD@{1 day ago}"]);
        assert!(read[0].remote.is_zero() && !read[1].remote.is_zero());
        assert_eq!(lines(b"", 20).expect("nothing"), []);
    }

    #[test]
    fn what_git_would_not_say_is_not_passed_over() {
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
