//! The text of `hook run`: why a commit, merge or push is blocked. It is short, and its last line is a command that helps.

use std::io::{self, Write};

use super::finding::{has_more_evidence, write_see_all, write_without_fix};
use super::gate_environments::write_unfit;
use super::gate_locks::write_stale;
use super::gate_received::{remedy_of_pusher, write_unaccepted};
use super::notes::{write_skipped, write_suppressed};
use crate::model::{
    Finding, FixStep, Gate, GateTrigger, HistoryChange, NEW_BRANCH, Outcome, PlaceToFix, Report, RuleGroup,
    Severity,
};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::grouped;

/// The number of findings that are shown: with two lines each, all of the text stays below 20 lines.
const SHOWN: usize = 3;
/// The number of notes of each kind.
const NOTES: usize = 3;

impl WriteText for Gate {
    /// Writes nothing if everything is in order.
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Self { report, trigger } = self;
        match report.outcome() {
            Outcome::Clean => {
                write_report_notes(report, style, out)?;
                if has_more_notes(report) && !is_elsewhere(trigger) {
                    write_see_all(&report.scope, style, out)?;
                }
                if style.detail == Detail::Quiet { Ok(()) } else { write_earlier(report, style, out) }
            }
            Outcome::Undecided => {
                let head = style.paint.paint(Role::Error, "git-pyenv:");
                writeln!(out, "{head} could not determine whether {} in order", undecided_subject(trigger))?;
                write_report_notes(report, style, out)?;
                if has_more_notes(report) && !is_elsewhere(trigger) {
                    write_see_all(&report.scope, style, out)?;
                }
                let (purpose, command) = undecided_command(trigger);
                writeln!(out, "{purpose}\n  {}", style.paint.paint(Role::Command, &command))
            }
            Outcome::Findings => {
                let blocking = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
                let (stale, others): (Vec<&Finding>, Vec<&Finding>) =
                    blocking.partition(|finding| finding.rule.group == RuleGroup::Lock);
                let (unfit, blocking): (Vec<&Finding>, Vec<&Finding>) =
                    others.into_iter().partition(|finding| is_about_environment(finding));
                // Of two lists each is short, so that both stay below 20 lines.
                let shown = if stale.is_empty() || blocking.is_empty() { SHOWN } else { 1 };
                if !blocking.is_empty() {
                    write_blocking(&blocking, shown, trigger, style, out)?;
                }
                write_report_notes(report, style, out)?;
                let is_cut = |found: &[&Finding]| {
                    found.len() > shown || found.iter().any(|finding| has_more_evidence(finding, style))
                };
                if let GateTrigger::Receive(received) = trigger {
                    write_unaccepted(received, style, out)?;
                } else if is_cut(&blocking) || is_cut(&stale) || has_more_notes(report) {
                    write_see_all(&report.scope, style, out)?;
                }
                if !blocking.is_empty() {
                    let (explanation, command) = remedy(&blocking, self);
                    writeln!(out, "\n{explanation}\n  {}", style.paint.paint(Role::Command, &command))?;
                }
                if !stale.is_empty() {
                    write_stale(&stale, shown, trigger, style, out)?;
                }
                let is_alone = blocking.is_empty() && stale.is_empty();
                write_unfit(&unfit, if is_alone { SHOWN } else { 0 }, style, out)
            }
        }
    }
}

/// Says whether the text is read where the repository is not.
fn is_elsewhere(trigger: &GateTrigger) -> bool {
    matches!(trigger, GateTrigger::Receive(_))
}

/// Says whether a finding is about an environment of the work tree or about what is installed in it.
fn is_about_environment(finding: &Finding) -> bool {
    matches!(finding.rule.group, RuleGroup::Environment | RuleGroup::Requirements)
}

/// Writes the first lines of what could not be read and of what settings suppress.
fn write_report_notes(report: &Report, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_skipped(&report.skipped[..report.skipped.len().min(NOTES)], style, out)?;
    write_suppressed(&report.suppressed[..report.suppressed.len().min(NOTES)], style, out)
}

/// Says whether not every note is written.
fn has_more_notes(report: &Report) -> bool {
    report.skipped.len() > NOTES || report.suppressed.len() > NOTES
}

/// Returns words such as `this commit is`.
fn undecided_subject(trigger: &GateTrigger) -> &'static str {
    match trigger {
        GateTrigger::Commit => "this commit is",
        GateTrigger::Merge => "this merge is",
        GateTrigger::Push(_) | GateTrigger::Receive(_) => "this push is",
        GateTrigger::Range(_) => "these commits are",
        GateTrigger::Everything => "the repository is",
    }
}

/// Returns words such as `this commit would add`.
fn blocked_subject(trigger: &GateTrigger) -> &'static str {
    match trigger {
        GateTrigger::Commit => "this commit would add",
        GateTrigger::Merge => "this merge would add",
        GateTrigger::Push(_) => "this push would publish",
        GateTrigger::Receive(_) => "this push would add",
        GateTrigger::Range(_) => "these commits add",
        GateTrigger::Everything => "the repository contains",
    }
}

/// Returns what to do if the check is undecided. A merge that a hook has stopped is completed by `git commit`.
fn undecided_command(trigger: &GateTrigger) -> (&'static str, String) {
    match trigger {
        GateTrigger::Commit | GateTrigger::Merge => {
            ("to skip this check:", "GIT_PYENV=0 git commit".to_owned())
        }
        GateTrigger::Push(_) => ("to skip this check:", "GIT_PYENV=0 git push".to_owned()),
        GateTrigger::Receive(received) => {
            ("to skip this check, run on the server:", format!("git config pyenv.{} false", received.setting))
        }
        GateTrigger::Range(_) | GateTrigger::Everything => ("for details:", "git pyenv check -v".to_owned()),
    }
}

/// Writes the headline and the first findings.
fn write_blocking(
    blocking: &[&Finding],
    shown: usize,
    trigger: &GateTrigger,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Error, "git-pyenv:");
    let count = blocking.len();
    let things = if count == 1 {
        "a Python environment or part of one".to_owned()
    } else {
        format!("{} Python environments or parts of them", grouped(count as u64))
    };
    writeln!(out, "{head} {} {things}", blocked_subject(trigger))?;
    blocking.iter().take(shown).try_for_each(|finding| write_without_fix(finding, style, out))?;
    match count.saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "and {} more", grouped(more as u64)),
    }
}

/// Writes one line about what was committed earlier, which does not block.
fn write_earlier(report: &Report, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let old: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.severity == Severity::Info).collect();
    let Some((first, rest)) = old.split_first() else { return Ok(()) };
    let more = match rest.len() {
        0 => String::new(),
        count => format!(", and {} more", grouped(count as u64)),
    };
    let head = style.paint.paint(Role::Info, "git-pyenv:");
    let command = match (&first.fix, rest.len()) {
        (None, _) => String::new(),
        (Some(fix), 0) => format!("; untrack it with `{}`", fix.command),
        (Some(_), _) => {
            let places: Vec<PlaceToFix> = old.iter().map(|finding| place_to_fix(finding)).collect();
            let directory = &report.repository.invocation_directory;
            let command = match directory.lacks_program {
                true => directory.fixing(&places.iter().collect::<Vec<_>>()),
                false => "git pyenv fix".to_owned(),
            };
            format!("; untrack them with `{command}`")
        }
    };
    let see = match report.scope.check_command() {
        Some(command) if !rest.is_empty() => format!("; see them all with `{command}`"),
        _ => String::new(),
    };
    writeln!(out, "{head} {}{more}{see}{command}", style.said(&first.message))
}

/// Returns what to do about the findings, and the command that does it or starts it.
fn remedy(blocking: &[&Finding], gate: &Gate) -> (String, String) {
    let (trigger, invocation_directory) = (&gate.trigger, &gate.report.repository.invocation_directory);
    let them = if blocking.len() == 1 { "it" } else { "them" };
    let history_fix = match trigger {
        GateTrigger::Receive(received) => return remedy_of_pusher(them, received, invocation_directory),
        GateTrigger::Push(history_fix) | GateTrigger::Range(history_fix) => history_fix.as_ref(),
        GateTrigger::Commit | GateTrigger::Merge | GateTrigger::Everything => None,
    };
    let Some(fix) = history_fix else {
        let places: Vec<PlaceToFix> = blocking.iter().map(|finding| place_to_fix(finding)).collect();
        let again = if *trigger == GateTrigger::Everything { "commit" } else { "try again" };
        let text = format!("to untrack and ignore {them} but keep {them} on disk, run this and {again}:");
        return (text, invocation_directory.fixing(&places.iter().collect::<Vec<_>>()));
    };
    let text = match &fix.change {
        HistoryChange::Amend => {
            format!("to remove {them} from the last commit but keep {them} on disk, run this and push again:")
        }
        HistoryChange::Rewrite { first, unnamed, .. } => {
            let published = if fix.is_published {
                "another remote has them already: there you need a force push, and others have to fetch anew\n"
            } else {
                ""
            };
            let again = if unnamed.is_some() {
                format!("push `{NEW_BRANCH}` in its place")
            } else {
                "push again".to_owned()
            };
            format!(
                "history has {them} from commit {first} on. This rewrites the commits without {them} and keeps \
                 {them} on disk;\ncommit or stash other changes first. {published}Run it and {again}:"
            )
        }
    };
    (text, fix.command(invocation_directory))
}

fn place_to_fix(finding: &Finding) -> PlaceToFix {
    let mut steps = finding.fix.iter().flat_map(|fix| &fix.steps);
    let place =
        steps.find_map(|step| if let FixStep::Fix(place) = step { Some(place.clone()) } else { None });
    place.unwrap_or_else(|| PlaceToFix::new(&finding.path))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{
        FailOn, HistoryFix, Inspected, InvocationDirectory, RepositoryLabel, RuleInfo, Scope, Skip,
        SparedCommits, Suppression, Untracking,
    };
    use crate::path::RepoPath;
    use crate::render::paint::{Paint, Plain};
    use crate::render::role::Role;
    use crate::render::screen::Screen;

    static RULE: RuleInfo = RuleInfo {
        code: "PYE101",
        name: "committed-environment",
        group: RuleGroup::Committed,
        summary: "",
        explanation: "",
        help: "",
        severity: Severity::Error,
        is_default: true,
        means_broken: false,
        remedy: None,
    };

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    /// As where colours would first have to be asked of git.
    struct Unwanted;

    impl Paint for Unwanted {
        fn paint(&self, _: Role, text: &str) -> String {
            panic!("painted `{text}`")
        }
    }

    fn shown(findings: usize, notes: usize, trigger: GateTrigger) -> String {
        written(findings, notes, trigger, &Plain)
    }

    fn written(findings: usize, notes: usize, trigger: GateTrigger, paint: &dyn Paint) -> String {
        let evidence = crate::model::Evidence { path: path("e/pyvenv.cfg"), fact: "home = /usr/bin".into() };
        let finding = |n: usize| {
            Finding::of(&RULE, &path(&format!("e{n}")), "it").because(std::slice::from_ref(&evidence))
        };
        let skip = |n: usize| Skip { path: path(&format!("s{n}")), reason: "torn".into(), blob: None };
        let suppressed = |n: usize| Suppression {
            finding: n.to_string().into(),
            because: "allowed".into(),
            from_repository: true,
        };
        let report = Report {
            repository: RepositoryLabel {
                root: "/r".into(),
                work_tree: None,
                invocation_directory: InvocationDirectory::default(),
            },
            scope: Scope::Staged,
            findings: (0..findings).map(finding).collect(),
            environments: Vec::new(),
            syncs: Vec::new(),
            skipped: (0..notes).map(skip).collect(),
            suppressed: (0..notes).map(suppressed).collect(),
            inspected: Inspected::default(),
            looked_at: None,
            fail_on: FailOn::Warning,
        };
        let mut out = Vec::new();
        let style = Style {
            paint,
            detail: Detail::Normal,
            screen: Screen::default(),
            here: &&InvocationDirectory::default(),
            evaluate: &|| "",
        };
        Gate { report, trigger }.write_text(&style, &mut out).expect("memory");
        String::from_utf8(out).expect("text")
    }

    fn push(change: HistoryChange, before: Untracking, place: &str) -> GateTrigger {
        GateTrigger::Push(Some(HistoryFix {
            pieces: vec![path(place)],
            directories: BTreeSet::new(),
            before,
            change,
            is_published: false,
            is_bare: false,
            spared: SparedCommits::None,
        }))
    }

    fn rewrite(is_root: bool, before: Untracking, references: &[&str]) -> GateTrigger {
        let references = references.iter().map(|&name| name.to_owned()).collect();
        push(
            HistoryChange::Rewrite { first: "abc".to_owned(), is_root, references, unnamed: None },
            before,
            "e0",
        )
    }

    #[test]
    fn a_clean_gate_asks_for_no_colour() {
        assert_eq!(written(0, 0, GateTrigger::Commit, &Unwanted), "");
    }

    #[test]
    fn it_is_short_and_ends_with_a_command_that_helps() {
        let amend = |before| push(HistoryChange::Amend, before, "my env");
        let filter = "FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --force --index-filter \
            'git --literal-pathspecs rm -r --cached --quiet --ignore-unmatch -- e0'";
        let commit = "git commit --quiet --message 'untrack environment'";
        let cases = [
            (GateTrigger::Commit, "git pyenv fix e0".to_owned()),
            (GateTrigger::Merge, "git pyenv fix e0".to_owned()),
            (GateTrigger::Everything, "git pyenv fix e0".to_owned()),
            (
                amend(Untracking::Fix(vec![path("my env")])),
                "git pyenv fix 'my env' && git commit --amend --no-edit --allow-empty".to_owned(),
            ),
            (amend(Untracking::Commit), "git commit --amend --no-edit --allow-empty".to_owned()),
            (rewrite(false, Untracking::Nothing, &["refs/heads/side"]), format!("{filter} -- abc^..side")),
            (
                rewrite(false, Untracking::Commit, &["refs/heads/main", "refs/tags/v1"]),
                format!("{commit} && {filter} --tag-name-filter cat -- main v1 ^abc^"),
            ),
            (
                rewrite(true, Untracking::Fix(vec![path("e0")]), &["HEAD"]),
                format!("git pyenv fix e0 && {commit} && {filter} -- HEAD"),
            ),
        ];
        for (trigger, command) in cases {
            let text = shown(1, 0, trigger.clone());
            assert_eq!(text.lines().last().map(str::trim_start), Some(command.as_str()));
            let long = shown(9, 9, trigger);
            assert!(long.lines().count() <= 20, "{long}");
        }
    }

    #[test]
    fn no_answer_says_how_to_go_on() {
        let text = shown(0, 9, GateTrigger::Commit);
        assert!(
            text.starts_with("git-pyenv: could not determine whether this commit is in order\n"),
            "{text}"
        );
        assert_eq!(text.lines().last(), Some("  GIT_PYENV=0 git commit"));
        assert_eq!(shown(0, 0, GateTrigger::Commit), "");
    }
}
