//! The text of `tidy`: one plan, or what was done and what `check` finds afterwards.

use std::io::{self, Write};
use std::path::Path;

use super::error::write_error;
use super::{cleanup, fix};
use crate::model::{Cleanup, CleanupStep, Tidying, Unread};
use crate::path::RepoPath;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for Tidying {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let is_done = self.cleanup.step == CleanupStep::Done;
        let fix = self.fix.as_ref().filter(|fix| !fix.plan.is_empty());
        let shows_plan =
            if is_done { style.detail == Detail::Verbose } else { style.detail != Detail::Quiet };
        if let Some(fix) = fix.filter(|_| shows_plan) {
            let Cleanup { repository, plan, .. } = &self.cleanup;
            let is_deleted = |root: &RepoPath| {
                let top = repository.as_ref().map(|repository| repository.top());
                let place = root.to_path(top.unwrap_or(Path::new("")));
                plan.iter().any(|item| !item.is_stopped() && item.path == place)
            };
            fix::write_plan(&fix.plan, &is_deleted, style, out)?;
        }
        cleanup::write_items(&self.cleanup, style, out)?;
        self.cleanup.unread.iter().try_for_each(|unread| write_unread(self, unread, style, out))?;
        if style.detail != Detail::Quiet {
            write_summary(self, style, out)?;
        }
        match &self.report {
            Some(Ok(report)) => report.write_text(style, out),
            Some(Err(error)) => write_error(error, style, out),
            None => Ok(()),
        }
    }
}

fn write_summary(tidying: &Tidying, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    match tidying.cleanup.step {
        CleanupStep::Planned => Ok(()),
        _ if tidying.is_empty() => writeln!(out, "nothing to tidy"),
        CleanupStep::DryRun => writeln!(out, "dry run: nothing was changed"),
        CleanupStep::Unconfirmed => {
            writeln!(out, "nothing was changed; to tidy without a question, use `--force`")
        }
        CleanupStep::Done => {
            if !tidying.cleanup.plan.is_empty() {
                writeln!(out, "{}", cleanup::done(&tidying.cleanup))?;
            }
            let fix = tidying.fix.as_ref().filter(|fix| !fix.plan.is_empty());
            fix.map_or(Ok(()), |fix| fix::write_done(fix, style, out))
        }
    }
}

fn write_unread(
    tidying: &Tidying,
    unread: &Unread,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Warning, "could not read");
    let reason = style.said(&unread.reason.escaped());
    writeln!(out, "{head} `{}`: {reason}", style.said(&tidying.cleanup.named(&unread.path)))
}
