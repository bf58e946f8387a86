//! The text of `create`: the created environments, and how to activate them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::write_error;
use super::restore::write_restore_line;
use crate::message::named_singly;
use crate::model::{
    Attempt, Creation, CreationStep, InstallCommand, MadeEnvironment, ReplacedEnvironment, RepositoryLabel,
};
use crate::path::{RepoPath, display, path_to_bytes};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, shell_quote, size};

/// The end of the name that an environment gets which is restored beside the one that replaced it.
const OLD: &[u8] = b".old";

/// How many copied files are named.
const SHOWN: usize = 3;

impl WriteText for Creation {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        write_attempts(self, style, out)?;
        if style.detail == Detail::Quiet || !self.dry_run {
            return Ok(());
        }
        writeln!(out, "dry run: nothing was changed")
    }
}

/// Writes what became of each environment.
pub(super) fn write_attempts(creation: &Creation, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for attempt in &creation.attempts {
        match &attempt.result {
            Ok(made) if style.detail != Detail::Quiet => write_made(creation, attempt, made, style, out)?,
            Ok(_) => {}
            Err(error) => write_error(error, style, out)?,
        }
        match &attempt.installation {
            Some(Ok(installation)) => installation.write_text(style, out)?,
            Some(Err(error)) => write_error(error, style, out)?,
            None => {}
        }
    }
    Ok(())
}

fn write_made(
    creation: &Creation,
    attempt: &Attempt,
    made: &MadeEnvironment,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Heading, verb(made.step));
    writeln!(out, "{head} {}", described(made, style))?;
    if style.detail == Detail::Verbose {
        write_details(made, style, out)?;
    }
    if let Some(replaced) = &made.replaced {
        write_replaced(creation, made, replaced, style, out)?;
    }
    if matches!(made.step, CreationStep::WouldMake | CreationStep::WouldReplace) {
        return Ok(());
    }
    let named = attempt.name.as_ref().map(|name| format!(" --env {}", shell_quote(name.as_bytes())));
    let ours = || style.activation(&named.unwrap_or_default());
    let command = made.activation.clone().unwrap_or_else(ours);
    writeln!(out, "  activate it: {}", style.paint.paint(Role::Command, &command))
}

/// Writes what was in the environment that was replaced, where that is recorded, and how to install it again.
fn write_replaced(
    creation: &Creation,
    made: &MadeEnvironment,
    replaced: &ReplacedEnvironment,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (packages, copied) = (counted(replaced.packages, "package"), copied(&replaced.copied));
    let Some(record) = &replaced.record else {
        writeln!(out, "  {packages} would be removed")?;
        return copied.map_or(Ok(()), |copied| writeln!(out, "  {copied} would be copied before"));
    };
    let place = |path: &Path| shell_quote(&path_to_bytes(&near(path, &creation.repository)));
    let were = if replaced.packages == 1 { "was" } else { "were" };
    writeln!(out, "  {packages} {were} removed; the record is {}", place(&record.snapshot))?;
    if let Some(command) = made.install_command(creation.repository.top()) {
        let arguments = InstallCommand::ARGUMENTS.join(" ");
        let command = format!("{} {arguments} {}", place(&command.python), place(&command.requirements));
        writeln!(out, "  install again: {}", style.paint.paint(Role::Command, &command))?;
    } else if let Some(requirements) = &record.requirements {
        writeln!(out, "  the packages are listed in {}", place(requirements))?;
    }
    if let Some((copied, copies)) = copied.zip(record.copies.as_deref()) {
        writeln!(out, "  {copied}: copies are in {}", place(copies))?;
    }
    // Its place is taken: it goes beside that.
    let id = record.snapshot.file_stem().unwrap_or_default().to_string_lossy();
    let beside = match &made.outside {
        Some(directory) => shell_quote(&[path_to_bytes(directory).as_slice(), OLD].concat()),
        None => {
            let root = RepoPath::new([made.environment.root.as_bytes(), OLD].concat()).unwrap_or_default();
            creation.repository.invocation_directory.word(&root)
        }
    };
    write_restore_line(&id, Some(&beside), style, out)
}

/// Formats `` 2 files that may have been changed (`bin/activate`, `bin/pip`) ``.
fn copied(paths: &[RepoPath]) -> Option<String> {
    // These are paths in the environment.
    let names = named_singly(paths.iter().take(SHOWN)).seen_from_root();
    let more = if paths.len() > SHOWN { ", …" } else { "" };
    let count = counted(paths.len() as u64, "file");
    (!paths.is_empty()).then(|| format!("{count} that may have been changed ({names}{more})"))
}

/// A path as it can be typed where the command was run: relative to the top of the work tree, if that is there.
fn near(path: &Path, repository: &RepositoryLabel) -> PathBuf {
    let is_top = repository.invocation_directory.is_top();
    let below =
        repository.work_tree.as_deref().filter(|_| is_top).and_then(|top| path.strip_prefix(top).ok());
    below.unwrap_or(path).to_path_buf()
}

/// Writes why this Python was chosen, and the size.
fn write_details(made: &MadeEnvironment, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if made.chosen_by.is_empty() {
        writeln!(out, "  no Python version requested")?;
    }
    made.chosen_by.iter().try_for_each(|reason| writeln!(out, "  {}", style.said(reason)))?;
    match made.environment.contents.measure {
        Some(measure) => writeln!(out, "  {}, {}", counted(measure.files, "file"), size(measure.bytes)),
        None => Ok(()),
    }
}

/// Returns the word for what was done.
fn verb(step: CreationStep) -> &'static str {
    match step {
        CreationStep::Made => "created",
        CreationStep::Replaced => "replaced",
        CreationStep::AlreadyThere => "already exists:",
        CreationStep::WouldMake => "would create",
        CreationStep::WouldReplace => "would replace",
    }
}

/// Formats `` `.venv` with Python 3.12.1 (/usr/bin/python3.12), pip 24.2 ``.
fn described(made: &MadeEnvironment, style: &Style<'_>) -> String {
    let place = match &made.outside {
        Some(directory) => display(directory),
        None => style.shown(&made.environment.root),
    };
    let python = made.environment.python.as_deref().unwrap_or("of unknown version");
    let from = made.interpreter.as_deref().map(|path| format!(" ({})", display(path)));
    let seeds: String = made.seeds.iter().rev().map(|seed| format!(", {seed}")).collect();
    format!("`{place}` with Python {python}{}{seeds}", from.unwrap_or_default())
}
