//! The text of `fix`: first the plan, then the result and what to do next.

use std::io::{self, Write};

use super::notes::{write_skipped, write_suppressed};
use crate::message::{message, named_singly, named_together};
use crate::model::{FixPlan, FixResult};
use crate::path::{RepoPath, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped};

/// The number of files that are listed one by one.
const SHOWN: usize = 10;

impl WriteText for FixPlan {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet || self.is_empty() {
            return Ok(());
        }
        write_plan(self, &|_| false, style, out)
    }
}

/// Writes what is to be changed. What is deleted too, which its root tells, is not kept on disk.
pub(super) fn write_plan(
    plan: &FixPlan,
    is_deleted: &dyn Fn(&RepoPath) -> bool,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for diff in &plan.diffs {
        write_diff(&diff.unified, style, out)?;
    }
    if plan.loses_slash {
        let head = style.paint.paint(Role::Info, "note:");
        writeln!(out, "{head} a rule with `/` at its end does not ignore a symlink of that name")?;
    }
    for untracked in &plan.untracked {
        let files = counted(untracked.paths.len() as u64, "file");
        let head = style.paint.paint(Role::Heading, "untrack");
        let place = match untracked.root.is_root() {
            true => named_together(&untracked.paths),
            false => message!("`{}`", untracked.root),
        };
        let kept = if is_deleted(&untracked.root) { "" } else { "; kept on disk" };
        writeln!(out, "{head} {} ({files}{kept})", style.said(&place))?;
    }
    write_kept(plan, style, out)
}

/// Writes which files stay tracked.
fn write_kept(plan: &FixPlan, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let most = if style.detail == Detail::Verbose { usize::MAX } else { SHOWN };
    for kept in plan.kept.iter().take(most) {
        let head = style.paint.paint(Role::Heading, "keep");
        writeln!(out, "{head} `{}` in git: {}", style.shown(&kept.path), kept.reason)?;
    }
    match plan.kept.len().saturating_sub(most) {
        0 => Ok(()),
        more => {
            let command = style.paint.paint(Role::Command, &see_all_command(plan));
            let more = counted(more as u64, "more file");
            writeln!(out, "and keep {more} in git; see them all with: {command}")
        }
    }
}

/// The command that shows every file that stays tracked. Once the others are untracked, git has only these.
fn see_all_command(plan: &FixPlan) -> String {
    let directory = &plan.repository.invocation_directory;
    let words = |paths: &mut dyn Iterator<Item = &RepoPath>| {
        paths.map(|path| format!(" {}", directory.word(path))).collect::<String>()
    };
    match plan.dry_run {
        true => format!("git pyenv fix --dry-run -v{}", words(&mut plan.asked.iter())),
        false => {
            format!("git ls-files --{}", words(&mut plan.untracked.iter().map(|untracked| &untracked.root)))
        }
    }
}

/// Writes a unified diff, with control characters escaped.
fn write_diff(unified: &[u8], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for line in unified.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let shown = printable(line.strip_suffix(b"\r").unwrap_or(line));
        let role = match line {
            [b'-' | b'+', b'-' | b'+', ..] | [b'@', ..] => Some(Role::Heading),
            [b'-', ..] => Some(Role::Error),
            [b'+', ..] => Some(Role::Info),
            _ => None,
        };
        let shown = role.map_or(shown.clone(), |role| style.paint.paint(role, &shown));
        writeln!(out, "{shown}")?;
    }
    Ok(())
}

impl WriteText for FixResult {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let plan = &self.plan;
        write_skipped(&plan.skipped, style, out)?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        write_suppressed(&plan.suppressed, style, out)?;
        if plan.is_empty() {
            return writeln!(out, "nothing to fix{}", at_paths(&plan.asked, style));
        }
        if plan.dry_run {
            return writeln!(out, "dry run: nothing was changed");
        }
        write_done(self, style, out)
    }
}

/// Writes what was changed, and what to do next.
pub(super) fn write_done(result: &FixResult, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for path in &result.unstaged {
        let head = style.paint.paint(Role::Info, "note:");
        writeln!(out, "{head} `{}` has other unstaged changes, so it was not staged", style.shown(path))?;
    }
    writeln!(out, "done: {}; {}", done(&result.plan), next_step(result, style))?;
    if !result.plan.in_head {
        return Ok(());
    }
    let head = style.paint.paint(Role::Info, "note:");
    let create = style.paint.paint(Role::Command, "git pyenv create");
    writeln!(
        out,
        "{head} pulling that commit deletes the files in other clones; `{create}` makes new ones there"
    )
}

/// Formats `1 environment is untracked and ignored, 2 are ignored`.
fn done(plan: &FixPlan) -> String {
    let counted = |count: usize| match count {
        1 => "1 environment is".to_owned(),
        count => format!("{} environments are", grouped(count as u64)),
    };
    let out = plan.untracked.len();
    let mut parts = Vec::new();
    if out > 0 {
        parts.push(format!("{} untracked and ignored", counted(out)));
    }
    if plan.only_ignored > 0 {
        parts.push(format!("{} ignored", counted(plan.only_ignored)));
    }
    if plan.rules > 1 {
        parts.push(format!("{} ignore rules are written", grouped(plan.rules as u64)));
    }
    parts.join(", ")
}

/// Says what to do next.
fn next_step(result: &FixResult, style: &Style<'_>) -> String {
    let commit = style.paint.paint(Role::Command, "git commit");
    if result.unstaged.is_empty() {
        return format!("commit the change with `{commit}`");
    }
    let words: Vec<String> = result.unstaged.iter().map(|path| style.here.word(path)).collect();
    let add = style.paint.paint(Role::Command, &format!("git add {}", words.join(" ")));
    format!("review the change, then run `{add}` and `{commit}`")
}

/// Formats `` at `a`, `b` ``, or nothing.
fn at_paths(paths: &[RepoPath], style: &Style<'_>) -> String {
    if paths.is_empty() {
        return String::new();
    }
    let more = if paths.len() > SHOWN { ", …" } else { "" };
    format!(" at {}{more}", style.said(&named_singly(paths.iter().take(SHOWN))))
}
