//! The part of the text of `hook run` that is about environments of the work tree, where a setting asks for them.

use std::io::{self, Write};

use super::finding::write_without_fix;
use crate::model::Finding;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped};

/// Writes what is wrong with environments, and the command that changes the first of it. Only this many are shown; if none
/// is, one line says how to see them.
pub(super) fn write_unfit(
    unfit: &[&Finding],
    shown: usize,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if unfit.is_empty() {
        return Ok(());
    }
    let problems = counted(unfit.len() as u64, "problem");
    let head = style.paint.paint(Role::Error, "git-pyenv:");
    if shown == 0 {
        return writeln!(out, "{head} environments of the work tree have {problems}: see `git pyenv check`");
    }
    writeln!(out, "{head} environments of the work tree have {problems}")?;
    unfit.iter().take(shown).try_for_each(|finding| write_without_fix(finding, style, out))?;
    if unfit.len() > shown {
        writeln!(out, "and {} more", grouped((unfit.len() - shown) as u64))?;
    }
    let mut fixes: Vec<&str> =
        unfit.iter().filter_map(|finding| finding.fix.as_ref()).map(|fix| fix.command.as_str()).collect();
    fixes.dedup();
    let (text, command) = match fixes.as_slice() {
        [] => ("for details:".to_owned(), "git pyenv check"),
        [only] => ("run this and try again:".to_owned(), *only),
        [first, rest @ ..] => {
            let more = grouped(rest.len() as u64);
            (format!("run this first, then `git pyenv check` for {more} more:"), *first)
        }
    };
    writeln!(out, "\n{text}\n  {}", style.paint.paint(Role::Command, command))
}
