//! Text about `create`: what was made, and how to activate it.

use std::io::{self, Write};

use crate::model::{Attempt, Creation, CreationStep, MadeEnvironment};
use crate::path::display;
use crate::render::text::error;
use crate::render::{Detail, Role, Style};
use crate::text::{counted, shell_quote, size};

/// Writes a line for each environment, then what to do next.
pub(in crate::render) fn result(
    creation: &Creation,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for attempt in &creation.attempts {
        match &attempt.result {
            Ok(made) if style.detail != Detail::Quiet => made_text(attempt, made, style, out)?,
            Ok(_) => {}
            Err(failure) => error(failure, style.paint, out)?,
        }
    }
    if style.detail == Detail::Quiet || !creation.dry_run {
        return Ok(());
    }
    writeln!(out, "dry run: nothing was changed")
}

fn made_text(
    attempt: &Attempt,
    made: &MadeEnvironment,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Heading, verb(made.step));
    writeln!(out, "{head} {}", described(made))?;
    if style.detail == Detail::Verbose {
        details(made, out)?;
    }
    if matches!(made.step, CreationStep::WouldMake | CreationStep::WouldReplace) {
        return Ok(());
    }
    let named = attempt.name.as_ref().map(|name| format!(" --env {}", shell_quote(name.as_bytes())));
    let command = format!("eval \"$(git pyenv activate{})\"", named.unwrap_or_default());
    writeln!(out, "  activate it: {}", style.paint.paint(Role::Command, &command))
}

/// Why it has this Python, and how large it is.
fn details(made: &MadeEnvironment, out: &mut dyn Write) -> io::Result<()> {
    if made.chosen_by.is_empty() {
        writeln!(out, "  no version of Python is asked for")?;
    }
    made.chosen_by.iter().try_for_each(|reason| writeln!(out, "  {reason}"))?;
    match made.environment.contents.measure {
        Some(measure) => writeln!(out, "  {}, {}", counted(measure.files, "file"), size(measure.bytes)),
        None => Ok(()),
    }
}

/// What became of it.
fn verb(step: CreationStep) -> &'static str {
    match step {
        CreationStep::Made => "created",
        CreationStep::Replaced => "replaced",
        CreationStep::AlreadyThere => "already there:",
        CreationStep::WouldMake => "would create",
        CreationStep::WouldReplace => "would replace",
    }
}

/// `` `.venv` with Python 3.12.1 (/usr/bin/python3.12), pip 24.2 ``.
fn described(made: &MadeEnvironment) -> String {
    let place = match &made.outside {
        Some(directory) => display(directory),
        None => made.environment.root.to_string(),
    };
    let python = made.environment.python.as_deref().unwrap_or("of unknown version");
    let from = made.interpreter.as_deref().map(|path| format!(" ({})", display(path)));
    let seeds: String = made.seeds.iter().rev().map(|seed| format!(", {seed}")).collect();
    format!("`{place}` with Python {python}{}{seeds}", from.unwrap_or_default())
}
