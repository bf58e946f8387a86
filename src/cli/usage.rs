//! What clap reports instead of parsed arguments: help, the version, or a usage error.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind as ClapErrorKind;

use super::command::Command;
use super::format::Format;
use crate::env::Env;
use crate::error::Error;
use crate::path::printable;
use crate::session::OUTPUT_VARIABLE;

/// Shows what clap reports, and returns the exit status. Help and version go to standard output. An error goes to
/// standard error, and also to standard output in a format that has a place for errors. The arguments could not be
/// parsed, so the format is searched in their words; `command` is the one that they name, if any.
pub(super) fn show(env: &Env, arguments: &[OsString], command: Option<&Command>, error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        let _ = error.print();
        return 0;
    }
    print(error);
    let is_requested = |format: &Format| {
        let name = format.name();
        let joined = OsString::from(format!("--output={name}"));
        let apart = arguments.windows(2).any(|pair| pair[0] == "--output" && pair[1] == name);
        apart || arguments.contains(&joined)
    };
    let is_for_another_program = command.is_some_and(|command| command.is_for_another_program);
    let set = env.text(OUTPUT_VARIABLE).and_then(Format::find);
    let usual = (!is_for_another_program).then(|| set.unwrap_or_else(|| Format::automatic(env)));
    let requested = Format::all().find(is_requested);
    let format = requested.or(usual);
    if let Some(write) = format.and_then(Format::error_writer) {
        let name = command.map(|command| command.name).unwrap_or_default();
        let error = Error::usage(headline(error)).hint("see `git pyenv -h`");
        let _ = write(name, &error, &mut io::stdout().lock());
        if let Some(note) = Format::note(env).filter(|_| requested.or(set).is_none()) {
            let _ = writeln!(io::stderr().lock(), "{note}");
        }
    }
    2
}

/// Prints a usage error without control characters: clap repeats the arguments, which may be names of files.
fn print(error: &clap::Error) {
    let rendered = error.to_string();
    if rendered.lines().all(|line| printable(line.as_bytes()) == line) {
        let _ = error.print();
        return;
    }
    let clean: String = rendered.lines().map(|line| printable(line.as_bytes()) + "\n").collect();
    let _ = io::stderr().lock().write_all(clean.as_bytes());
}

/// Returns the first line of an error.
pub(super) fn headline(error: &clap::Error) -> String {
    if error.kind() == ClapErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing".to_owned();
    }
    let rendered = error.to_string();
    rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
