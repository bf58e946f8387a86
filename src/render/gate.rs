//! What a commit, merge or push that is stopped shows: short, and the last line is a command that helps.

use std::io::{self, Write};

use super::text::{finding_text, notes};
use super::{Detail, Role, Style};
use crate::model::{Finding, Gate, GateTrigger, HistoryFix, InvocationDirectory, Outcome, Report, Severity};
use crate::path::RepoPath;
use crate::text::{grouped, shell_word};

/// The most environments that are shown one by one: two lines each keep the whole below 20 lines.
const SHOWN: usize = 3;
/// The most environments that the command names.
const NAMED: usize = 8;
/// The most lines of notes of one sort.
const NOTES: usize = 3;

/// Writes what the gate has to say; nothing at all when everything is in order.
///
/// # Errors
/// Whatever writing fails with.
pub fn write(gate: &Gate, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Gate { report, trigger } = gate;
    let blocking: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.severity > Severity::Info).collect();
    let mut shortened = report.clone();
    shortened.skipped.truncate(NOTES);
    shortened.suppressed.truncate(NOTES);
    match report.outcome() {
        Outcome::Clean => {
            notes(&shortened, style, out)?;
            if style.detail == Detail::Quiet { Ok(()) } else { earlier(report, style, out) }
        }
        Outcome::Undecided => {
            let head = style.paint.paint(Role::Error, "git-pyenv:");
            writeln!(out, "{head} could not tell whether {} an environment", subject(trigger))?;
            notes(&shortened, style, out)?;
            let (purpose, command) = way_on(trigger);
            writeln!(out, "{purpose}\n  {}", style.paint.paint(Role::Command, command))
        }
        Outcome::Findings => {
            blocked(&blocking, trigger, style, out)?;
            notes(&shortened, style, out)?;
            let (explanation, command) = remedy(&blocking, gate);
            writeln!(out, "\n{explanation}\n  {}", style.paint.paint(Role::Command, &command))
        }
    }
}

/// `this commit holds`.
fn subject(trigger: &GateTrigger) -> &'static str {
    match trigger {
        GateTrigger::Commit => "this commit holds",
        GateTrigger::Merge => "this merge holds",
        GateTrigger::Push(_) => "this push holds",
        GateTrigger::Range(_) => "these commits hold",
        GateTrigger::Everything => "git holds",
    }
}

/// `this commit would add`.
fn accusation(trigger: &GateTrigger) -> &'static str {
    match trigger {
        GateTrigger::Commit => "this commit would add",
        GateTrigger::Merge => "this merge would add",
        GateTrigger::Push(_) => "this push would publish",
        GateTrigger::Range(_) => "these commits bring in",
        GateTrigger::Everything => "git holds",
    }
}

/// What to do when the check has no answer. A merge that a hook has stopped is completed by `git commit`.
fn way_on(trigger: &GateTrigger) -> (&'static str, &'static str) {
    match trigger {
        GateTrigger::Commit | GateTrigger::Merge => {
            ("to go on without this check:", "GIT_PYENV=0 git commit")
        }
        GateTrigger::Push(_) => ("to go on without this check:", "GIT_PYENV=0 git push"),
        GateTrigger::Range(_) | GateTrigger::Everything => {
            ("to see what could be looked at:", "git pyenv check -v")
        }
    }
}

/// The headline and the first findings.
fn blocked(
    blocking: &[&Finding],
    trigger: &GateTrigger,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Error, "git-pyenv:");
    let count = blocking.len();
    let things = if count == 1 {
        "a Python environment or a piece of one".to_owned()
    } else {
        format!("{} Python environments or pieces of one", grouped(count as u64))
    };
    writeln!(out, "{head} {} {things}", accusation(trigger))?;
    for finding in blocking.iter().take(SHOWN) {
        let mut short = (*finding).clone();
        short.fix = None;
        finding_text(&short, style, out)?;
    }
    match count.saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "and {} more", grouped(more as u64)),
    }
}

/// One line about what was committed before and does not block.
fn earlier(report: &Report, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let old: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.severity == Severity::Info).collect();
    let Some((first, rest)) = old.split_first() else { return Ok(()) };
    let more = match rest.len() {
        0 => String::new(),
        count => format!(", and {} more like it", grouped(count as u64)),
    };
    let head = style.paint.paint(Role::Info, "git-pyenv:");
    let command =
        first.fix.as_ref().map(|fix| format!("; `{}` takes it out", fix.command)).unwrap_or_default();
    writeln!(out, "{head} {}{more}{command}", first.message)
}

/// What to do about it, and the command that does it or begins it.
fn remedy(blocking: &[&Finding], gate: &Gate) -> (String, String) {
    let (trigger, invocation_directory) = (&gate.trigger, gate.report.repository.invocation_directory);
    let them = if blocking.len() == 1 { "it" } else { "them" };
    let history_fix = match trigger {
        GateTrigger::Push(history_fix) | GateTrigger::Range(history_fix) => history_fix.as_ref(),
        GateTrigger::Commit | GateTrigger::Merge | GateTrigger::Everything => None,
    };
    let fix = |places: &[RepoPath]| fix_command(invocation_directory, &places.iter().collect::<Vec<_>>());
    match history_fix {
        None => {
            let places: Vec<&RepoPath> = blocking.iter().map(|finding| &finding.path).collect();
            let again = if *trigger == GateTrigger::Everything { "commit" } else { "try again" };
            let text = format!(
                "to keep {them} on disk, take {them} out of git and ignore {them}, run this and {again}:"
            );
            (text, fix_command(invocation_directory, &places))
        }
        Some(HistoryFix::Amend { places }) => {
            let text = format!(
                "to keep {them} on disk and take {them} out of the last commit, run this and push again:"
            );
            (text, format!("{} && git commit --amend --no-edit", fix(places)))
        }
        Some(HistoryFix::Rebase { first, is_root, branch, places }) => {
            let fix = fix(places);
            let text = format!(
                "history keeps {them} even if a later commit takes {them} out, so change the commits named above,\n\
                 from {first} on: run this, mark them `edit`, and where it stops\n\
                 `{fix} && git commit --amend --no-edit && git rebase --continue`; then push again:"
            );
            let start = if *is_root { "--root".to_owned() } else { format!("{first}^") };
            let branch = branch.iter().map(|name| format!(" {}", shell_word(name.as_bytes())));
            (text, format!("git rebase -i {start}{}", branch.collect::<String>()))
        }
    }
}

/// Names the places where they fit on a line; `git pyenv fix` alone also takes out what was committed before.
fn fix_command(invocation_directory: InvocationDirectory, places: &[&RepoPath]) -> String {
    if places.len() > NAMED { "git pyenv fix".to_owned() } else { invocation_directory.fix_command(places) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FailOn, Inspected, RepositoryLabel, RuleInfo, Scope, Skip, Suppression};
    use crate::render::{Plain, Screen};

    static RULE: RuleInfo = RuleInfo {
        code: "PYE101",
        name: "committed-environment",
        summary: "",
        explanation: "",
        help: "",
        severity: Severity::Error,
    };

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    fn shown(findings: usize, notes: usize, trigger: GateTrigger) -> String {
        let evidence =
            crate::model::Evidence { path: path("e/pyvenv.cfg"), fact: "home = /usr/bin".to_owned() };
        let finding = |n: usize| {
            Finding::of(&RULE, &path(&format!("e{n}")), "it").because(std::slice::from_ref(&evidence))
        };
        let skip = |n: usize| Skip { path: path(&format!("s{n}")), reason: "torn".to_owned(), blob: None };
        let suppressed = |n: usize| Suppression {
            finding: n.to_string(),
            because: "allowed".to_owned(),
            from_repository: true,
        };
        let report = Report {
            repository: RepositoryLabel {
                root: "/r".into(),
                work_tree: None,
                invocation_directory: InvocationDirectory::Top,
            },
            scope: Scope::Staged,
            findings: (0..findings).map(finding).collect(),
            environments: Vec::new(),
            skipped: (0..notes).map(skip).collect(),
            suppressed: (0..notes).map(suppressed).collect(),
            inspected: Inspected::default(),
            fail_on: FailOn::Warning,
        };
        let mut out = Vec::new();
        let style = Style { paint: &Plain, detail: Detail::Normal, screen: Screen::default() };
        write(&Gate { report, trigger }, &style, &mut out).expect("memory");
        String::from_utf8(out).expect("text")
    }

    fn rebase(is_root: bool, branch: Option<&str>) -> GateTrigger {
        let branch = branch.map(str::to_owned);
        GateTrigger::Push(Some(HistoryFix::Rebase {
            first: "abc".to_owned(),
            is_root,
            branch,
            places: vec![path("e0")],
        }))
    }

    #[test]
    fn it_is_short_and_ends_with_a_command_that_helps() {
        let amend = GateTrigger::Push(Some(HistoryFix::Amend { places: vec![path("my env")] }));
        let cases = [
            (GateTrigger::Commit, "git pyenv fix e0"),
            (GateTrigger::Merge, "git pyenv fix e0"),
            (GateTrigger::Everything, "git pyenv fix e0"),
            (amend, "git pyenv fix 'my env' && git commit --amend --no-edit"),
            (rebase(false, None), "git rebase -i abc^"),
            (rebase(false, Some("side")), "git rebase -i abc^ side"),
            (rebase(true, None), "git rebase -i --root"),
        ];
        for (trigger, command) in cases {
            let text = shown(1, 0, trigger.clone());
            assert_eq!(text.lines().last().map(str::trim_start), Some(command));
            let long = shown(9, 9, trigger);
            assert!(long.lines().count() <= 20, "{long}");
        }
    }

    #[test]
    fn no_answer_says_how_to_go_on() {
        let text = shown(0, 9, GateTrigger::Commit);
        assert!(
            text.starts_with("git-pyenv: could not tell whether this commit holds an environment\n"),
            "{text}"
        );
        assert_eq!(text.lines().last(), Some("  GIT_PYENV=0 git commit"));
        assert_eq!(shown(0, 0, GateTrigger::Commit), "");
    }
}
