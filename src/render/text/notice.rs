//! The text of a hook after a checkout, a merge or a rebase: what changed, and the command that brings the environment in
//! step. It is at most two lines.

use std::io::{self, Write};

use crate::model::{AffectedEnvironment, DependencyNotice, SyncStatus};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::render::command_result::WriteText;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped};

/// The number of files that are named.
const NAMED: usize = 2;

impl WriteText for Option<DependencyNotice> {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Some(notice) = self else { return Ok(()) };
        let mut changed: Vec<&RepoPath> = notice.environments.iter().flat_map(|it| &it.changed).collect();
        changed.arrange();
        changed.dedup();
        let state = match notice.environments.as_slice() {
            [one] => state(one, style),
            several => format!("{} are out of step", counted(several.len() as u64, "environment")),
        };
        let head = style.paint.paint(Role::Warning, "git-pyenv:");
        writeln!(out, "{head} {} changed; {state}", files(&changed, style))?;
        let directory = &notice.repository.invocation_directory;
        if directory.lacks_program {
            return Ok(());
        }
        let command = match notice.environments.as_slice() {
            [one] if !one.fix.is_empty() => directory.command(&one.fix),
            _ => "git pyenv check".to_owned(),
        };
        writeln!(out, "  {}", style.paint.paint(Role::Command, &command))
    }
}

/// The changed files in words.
fn files(changed: &[&RepoPath], style: &Style<'_>) -> String {
    let named: Vec<String> =
        changed.iter().take(NAMED).map(|file| format!("`{}`", style.shown(file))).collect();
    match (named.as_slice(), changed.len().saturating_sub(NAMED)) {
        (named, more) if more > 0 => {
            format!("{} and {}", named.join(", "), counted(more as u64, "more file"))
        }
        (named, _) => named.join(" and "),
    }
}

/// How an environment stands, in words.
fn state(environment: &AffectedEnvironment, style: &Style<'_>) -> String {
    let place = style.said(&environment.environment);
    match (&environment.unsatisfied_request, environment.status) {
        (Some(request), _) => format!("`{place}` has another Python ({})", style.said(request)),
        (None, SyncStatus::OutOfStep) => {
            let packages = environment.packages;
            let noun = if packages == 1 { "package" } else { "packages" };
            format!("`{place}` is out of step ({} {noun})", grouped(packages as u64))
        }
        (None, SyncStatus::InStep | SyncStatus::Unknown) => format!("`{place}` may be out of step"),
    }
}
