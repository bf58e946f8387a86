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

/// What clap calls a hint.
const TIP: &str = "tip:";
/// The width that usage errors keep to.
const COLUMNS: usize = 80;

/// Shows what clap reports, and returns the exit status. Help and version go to standard output. An error goes to
/// standard error, and also to standard output in a format that has a place for errors. The arguments could not be
/// parsed, so the format is searched in their words; `command` is the one that they name, if any.
pub(super) fn show(env: &Env, arguments: &[OsString], command: Option<&Command>, error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        let _ = error.print();
        return 0;
    }
    print(env, error);
    let is_requested = |format: &Format| {
        let name = format.name();
        let joined = OsString::from(format!("--output={name}"));
        let apart = arguments.windows(2).any(|pair| pair[0] == "--output" && pair[1] == name);
        apart || arguments.contains(&joined)
    };
    let is_for_another_program = command.is_some_and(|command| command.is_for_another_program);
    let shows_findings = command.is_some_and(Command::always_shows_findings);
    let set = env.text(OUTPUT_VARIABLE).and_then(Format::find);
    let set = set.filter(|format| format.can_show(shows_findings));
    let usual = (!is_for_another_program).then(|| set.unwrap_or_else(|| Format::automatic(env)));
    let requested = Format::all().find(is_requested);
    let format = requested.or(usual);
    if let Some(format) = format.filter(|format| format.shows_errors()) {
        let name = command.map(|command| command.name).unwrap_or_default();
        let headline = Error::usage(headline(error));
        let error = hints(error).into_iter().fold(headline, Error::hint).hint("see `git pyenv -h`");
        let _ = format.write_error(name, &error, &mut io::stdout().lock());
        if let Some(note) = Format::note(env).filter(|_| requested.or(set).is_none()) {
            let _ = writeln!(io::stderr().lock(), "{note}");
        }
    }
    2
}

/// Prints a usage error without control characters: clap repeats the arguments, which may be names of files. Its tips are
/// hints, as everywhere.
fn print(env: &Env, error: &clap::Error) {
    let rendered = error.to_string();
    let is_clean = rendered.lines().all(|line| printable(line.as_bytes()) == line);
    let is_plain = env.text("NO_COLOR").is_some() || env.text("TERM").is_none_or(|name| name == "dumb");
    let coloured = is_clean && env.stderr_is_terminal && !is_plain;
    let lines = if coloured { error.render().ansi().to_string() } else { rendered };
    let line = |line: &str| {
        folded(&with_hint(&if coloured { line.to_owned() } else { printable(line.as_bytes()) })) + "\n"
    };
    let text: String = lines.lines().map(line).collect();
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Breaks a line of clap with the values of an argument between these: clap breaks lines of help only.
fn folded(line: &str) -> String {
    let indentation = "  ";
    if !line.trim_start().starts_with("[possible values: ") {
        return line.to_owned();
    }
    let (mut text, mut width) = (String::new(), 0);
    for value in line.split_inclusive(", ") {
        if width > 0 && width + shown_width(value.trim_end()) > COLUMNS {
            text.truncate(text.trim_end().len());
            text += &format!("\n{indentation}");
            width = indentation.len();
        }
        text += value;
        width += shown_width(value);
    }
    text
}

/// The number of characters that a terminal shows of a text with colours.
fn shown_width(text: &str) -> usize {
    let mut is_escape = false;
    let is_shown = |next: &char| {
        let was_escape = is_escape;
        is_escape = *next == '\x1b' || (is_escape && *next != 'm');
        !was_escape && !is_escape
    };
    text.chars().filter(is_shown).count()
}

/// A line of clap in which a tip is called a hint, in whatever colour.
fn with_hint(line: &str) -> String {
    let Some((before, after)) = line.split_once(TIP) else { return line.to_owned() };
    let is_label = before.split('\x1b').enumerate().all(|(index, part)| {
        let rest =
            if index == 0 { part } else { part.trim_start_matches(|c| c != 'm').trim_start_matches('m') };
        rest.trim().is_empty()
    });
    if is_label { format!("{before}hint:{after}") } else { line.to_owned() }
}

/// Returns what clap suggests.
fn hints(error: &clap::Error) -> Vec<String> {
    let rendered = error.to_string();
    let tips = rendered.lines().filter_map(|line| line.trim_start().strip_prefix(TIP));
    tips.map(|tip| tip.trim().to_owned()).collect()
}

/// Returns the first line of an error.
pub(super) fn headline(error: &clap::Error) -> String {
    if error.kind() == ClapErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing".to_owned();
    }
    let rendered = error.to_string();
    rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_values_take_several_lines() {
        let line = format!("  [possible values: {}]", ["\x1b[32mpre-commit\x1b[0m"; 7].join(", "));
        let lines: Vec<String> = folded(&line).lines().map(str::to_owned).collect();
        assert_eq!(lines.iter().map(|line| shown_width(line)).collect::<Vec<_>>(), [79, 25]);
        assert_eq!(lines.concat().replace(' ', ""), line.replace(' ', ""));
        assert_eq!(folded("a, b"), "a, b");
    }

    #[test]
    fn a_tip_is_a_hint_wherever_it_is_coloured() {
        assert_eq!(with_hint("  tip: a similar one"), "  hint: a similar one");
        assert_eq!(with_hint("  \x1b[32mtip:\x1b[0m a"), "  \x1b[32mhint:\x1b[0m a");
        assert_eq!(with_hint("error: unexpected argument 'tip:'"), "error: unexpected argument 'tip:'");
    }
}
