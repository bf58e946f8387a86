//! What a commit, merge or push that is stopped shows: short, and the last line is a command that helps.

use std::io::{self, Write};

use super::text::{finding_text, notes};
use super::{Role, Style};
use crate::model::{Finding, Outcome, Report, Severity};
use crate::text::grouped;

/// The most environments that are shown one by one: three lines each keep the whole below 20 lines.
const SHOWN: usize = 3;
/// The most lines of notes.
const NOTES: usize = 4;

/// What the hook guards, as people call it.
#[derive(Debug, Clone, Copy)]
pub struct Occasion {
    /// `commit`, `merge` or `push`.
    pub noun: &'static str,
    /// The command that fixes what the hook of this occasion found, when there is more than can be named.
    pub fix_all: &'static str,
}

/// Writes what the gate has to say; nothing at all when everything is in order.
///
/// # Errors
/// Whatever writing fails with.
pub fn write(report: &Report, occasion: Occasion, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let blocking: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.severity > Severity::Info).collect();
    let mut shortened = report.clone();
    shortened.skipped.truncate(NOTES);
    shortened.relaxed.truncate(NOTES);
    match report.outcome() {
        Outcome::Clean => {
            notes(&shortened, style, out)?;
            earlier(report, style, out)
        }
        Outcome::Undecided => {
            let head = style.paint.paint(Role::Error, "git-pyenv:");
            writeln!(out, "{head} could not tell whether this {} holds an environment", occasion.noun)?;
            notes(&shortened, style, out)?;
            writeln!(out, "to go on without this check:")?;
            writeln!(out, "  GIT_PYENV=0 git {}", occasion.noun)
        }
        Outcome::Findings => {
            blocked(&blocking, occasion, style, out)?;
            notes(&shortened, style, out)?;
            writeln!(out, "\n{}", remedy(&blocking))?;
            writeln!(out, "  {}", style.paint.paint(Role::Command, &fix_command(&blocking, occasion)))
        }
    }
}

/// The headline and the first findings.
fn blocked(
    blocking: &[&Finding],
    occasion: Occasion,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Error, "git-pyenv:");
    let count = blocking.len();
    let things = if count == 1 {
        "a Python environment".to_owned()
    } else {
        format!("{} Python environments", grouped(count as u64))
    };
    writeln!(out, "{head} this {} would add {things} or pieces of one", occasion.noun)?;
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

fn remedy(blocking: &[&Finding]) -> &'static str {
    if blocking.len() == 1 {
        "to keep it on disk, take it out of git and ignore it, run this and try again:"
    } else {
        "to keep them on disk, take them out of git and ignore them, run this and try again:"
    }
}

/// Names the places where they are few.
fn fix_command(blocking: &[&Finding], occasion: Occasion) -> String {
    let places: Vec<String> =
        blocking.iter().map(|finding| crate::text::shell_word(finding.path.as_bytes())).collect();
    if places.len() <= SHOWN {
        format!("git pyenv fix {}", places.join(" "))
    } else {
        occasion.fix_all.to_owned()
    }
}
