//! The part of the text of `hook run` that is about stale locks and exported requirements.

use std::io::{self, Write};

use super::finding::write_without_fix;
use crate::model::{Finding, GateTrigger};
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped};

/// Writes which files a commit or a merge leaves stale, and the command that writes them again.
pub(super) fn write_stale(
    stale: &[&Finding],
    shown: usize,
    trigger: &GateTrigger,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let subject = if *trigger == GateTrigger::Merge { "merge" } else { "commit" };
    let files = counted(stale.len() as u64, "stale lock or requirements file");
    writeln!(out, "{} this {subject} would contain {files}", style.paint.paint(Role::Error, "git-pyenv:"))?;
    stale.iter().take(shown).try_for_each(|finding| write_without_fix(finding, style, out))?;
    if stale.len() > shown {
        writeln!(out, "and {} more", grouped((stale.len() - shown) as u64))?;
    }
    let mut fixes: Vec<&str> =
        stale.iter().filter_map(|finding| finding.fix.as_ref()).map(|fix| fix.command.as_str()).collect();
    fixes.dedup();
    match fixes.as_slice() {
        [] => writeln!(
            out,
            "\nto see the commands that write them, in their first lines, run this; then stage them and try again:\n  {}",
            style.paint.paint(Role::Command, "git pyenv check --staged -v")
        ),
        [first, rest @ ..] => {
            let (them, more) = match rest.len() {
                0 => ("it", String::new()),
                count => ("the first", format!(" ({} more follow)", grouped(count as u64))),
            };
            writeln!(
                out,
                "\nto write and stage {them} again, run this and try again{more}:\n  {}",
                style.paint.paint(Role::Command, first)
            )
        }
    }
}
