//! Manual pages, made from what clap knows about a command and from the sections of its long help.
//!
//! A section of the long help is a heading that ends with a colon, followed by indented lines: prose, or a term, a gap
//! and its meaning.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// The sections of the program's long help and manual page.
pub(super) const PROGRAM: &str = "\
Exit status:
  0  clean, or done
  1  findings
  2  wrong usage or settings, or the action failed
  3  could not determine, because something could not be read; this stops a commit

Environment:
  GIT_PYENV=0     hooks check nothing
  SKIP            hooks to skip, as for pre-commit: git-pyenv or git-pyenv-guard
  GIT_PYENV_KEY   a setting, see git-pyenv-config(1); such as GIT_PYENV_OUTPUT=text
  GIT_PYENV_WORK_TREE, GIT_PYENV_PYTHON and others
                  set for external commands, see git-pyenv-commands(1)
  NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM
                  when to colour text
  GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_CONFIG_COUNT and others
                  have the same meaning as for git
  PATH            where git, Pythons and external commands are found, except in
                  relative directories and in the work tree

Files:
  pyproject.toml          project settings, in [tool.git-pyenv]
  tools/python-env.json   the same settings as JSON
  .python-version         the Python version that `git pyenv create` looks for
  .gitignore              where `git pyenv fix` adds rules

Examples:
  git pyenv check            report environments that are tracked, not ignored or broken
  git pyenv fix --dry-run    show how to untrack and ignore them
  git pyenv fix              untrack and ignore them, then `git commit`
  git pyenv create           create the environment
  git pyenv run python       run its Python
  git pyenv list             list the project's environments
  git pyenv hook install     check every commit, merge and push
";

/// The longest line of help, for the usual terminal.
pub(super) const WIDTH: usize = 79;

/// A command that clap has built, and those in it, with the sections of their long help wrapped once, at so many
/// characters.
pub(super) fn with_wrapped_sections(command: Command, width: usize) -> Command {
    let command = match command.get_after_long_help().map(ToString::to_string) {
        Some(text) => command.after_long_help(wrapped(&text, width)),
        None => command,
    };
    command.mut_subcommands(|inner| with_wrapped_sections(inner, width))
}

/// Wraps the sections of a long help: clap would wrap their lines once more where a terminal is narrower than they are. What
/// follows a term is aligned.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut paragraph: Option<(String, usize)> = None;
    let mut is_example = false;
    for line in text.lines() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        let is_term = indent == 2 && (is_example || body.contains("  ") || next_is_deeper(text, line));
        let goes_on = |words: &str| {
            indent > 2 || (indent == 2 && !is_term && !words.contains("  ") && !words.ends_with('.'))
        };
        match &mut paragraph {
            Some((words, hanging)) if goes_on(words) => {
                // A term that has a line of its own keeps it, and its meaning the place.
                match words.ends_with('\n') {
                    true => *hanging = indent,
                    false => words.push(' '),
                }
                words.push_str(body);
            }
            _ => {
                out.extend(paragraph.take().map(|(words, hanging)| folded(&words, hanging, width)));
                paragraph = (indent == 2).then(|| opened(body, next_is_deeper(text, line)));
                if indent != 2 {
                    is_example = line.starts_with("Examples");
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
    }
    out.extend(paragraph.map(|(words, hanging)| folded(&words, hanging, width)));
    out
}

/// A new paragraph, and how far its further lines are indented.
fn opened(body: &str, is_continued: bool) -> (String, usize) {
    let gap = body.find("  ").map(|at| at + body[at..].len() - body[at..].trim_start().len());
    match gap {
        Some(start) => (body.to_owned(), 2 + start),
        None if is_continued => (format!("{body}\n"), 2),
        None => (body.to_owned(), 2),
    }
}

/// Breaks a paragraph into lines; a gap and a line break in it stay.
fn folded(paragraph: &str, hanging: usize, longest: usize) -> String {
    let mut out = String::new();
    for (index, line) in paragraph.split('\n').filter(|line| !line.is_empty()).enumerate() {
        let mut column = if index == 0 { 2 } else { hanging };
        out.push_str(&" ".repeat(column));
        for (number, word) in line.split(' ').enumerate() {
            let width = word.chars().count();
            if number > 0 && !word.is_empty() && column + 1 + width > longest && column > hanging {
                out.truncate(out.trim_end().len());
                out.push('\n');
                out.push_str(&" ".repeat(hanging));
                column = hanging;
            } else if number > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += width;
        }
        out.push('\n');
    }
    out
}

/// Writes the page of a command that clap has built.
pub(super) fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut out = Vec::new();
    title(command).to_writer(&mut out)?;
    man.render_name_section(&mut out)?;
    synopsis(command).to_writer(&mut out)?;
    description(command).to_writer(&mut out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut out)?;
    }
    man.render_options_section(&mut out)?;
    let text = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    sections(&text).to_writer(&mut out)?;
    see_also(command).to_writer(&mut out)?;
    Ok(out)
}

/// Returns the page's title: name, section, date, source, manual. The date is blank, so that builds are reproducible.
fn title(command: &Command) -> Roff {
    let source = concat!("git-pyenv ", env!("CARGO_PKG_VERSION"));
    let mut roff = Roff::new();
    roff.control("TH", [full_name(command), "1", " ", source, "git-pyenv Manual"]);
    roff
}

/// Returns a name such as `git-pyenv-hook-install`.
pub(super) fn full_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn synopsis(command: &Command) -> Roff {
    let usage = command.clone().render_usage().to_string();
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([roman(usage.trim_start_matches("Usage:").trim())]);
    roff
}

/// Returns the description: more than the name section says.
fn description(command: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["DESCRIPTION"]);
    let about = command.get_long_about().or_else(|| command.get_about());
    roff.text([roman(about.map(ToString::to_string).unwrap_or_default())]);
    roff
}

/// Returns the sections of a long help.
fn sections(text: &str) -> Roff {
    let mut roff = Roff::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let body = line.trim_start();
        match (line.len() - body.len(), body.split_once("  ")) {
            (0, _) => {
                roff.control("SH", [body.trim_end_matches(':').to_uppercase().as_str()]);
            }
            (2, Some((term, meaning))) => {
                roff.control("TP", []);
                roff.text([bold(term)]);
                roff.text([roman(meaning.trim_start())]);
            }
            // A term whose meaning is on the next line, which is indented more.
            (2, None) if next_is_deeper(text, line) => {
                roff.control("TP", []);
                roff.text([bold(body)]);
            }
            _ => {
                roff.text([roman(body)]);
            }
        }
    }
    roff
}

fn next_is_deeper(text: &str, line: &str) -> bool {
    let next = text.lines().skip_while(|other| *other != line).nth(1);
    next.is_some_and(|next| next.starts_with("   "))
}

/// Returns a reference to the page of the parent command.
fn see_also(command: &Command) -> Roff {
    // The parent of `git-pyenv` is `git`.
    let above = full_name(command).rsplit_once('-').map_or("git", |(above, _)| above);
    let more = if command.get_name() == "hook" { ", githooks(5)" } else { "" };
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(format!("{above}(1){more}"))]);
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_wrapped_once() {
        let text = "Examples:\n  git demo a              what it does, and at such length that no line has enough room for it\n  \
                    git demo b\n  git demo c --long-option\n                 meaning\n\nNotes:\n  A note that goes on for more \
                    than\n  one line. It is one paragraph until a line\n  ends a sentence.\n  Another.\n";
        let expected = "Examples:\n  git demo a              what it does, and at such length that no line has\n                          \
                        enough room for it\n  git demo b\n  git demo c --long-option\n                 meaning\n\nNotes:\n  A \
                        note that goes on for more than one line. It is one paragraph until a line\n  ends a sentence.\n  \
                        Another.\n";
        assert_eq!(wrapped(text, WIDTH), expected);
        assert_eq!(wrapped(expected, WIDTH), expected);
    }

    #[test]
    fn every_page_says_more_than_its_name() {
        fn pages(command: &Command) {
            let about = command.get_about().map(ToString::to_string);
            let long = command.get_long_about().map(ToString::to_string);
            assert!(long.is_some() && long != about, "{}", full_name(command));
            let after = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            let too_long = after.lines().find(|line| line.chars().count() > WIDTH);
            assert_eq!(too_long, None, "{}", full_name(command));
            command.get_subcommands().for_each(pages);
        }
        let mut whole = crate::cli::describe().disable_help_subcommand(true);
        whole.build();
        pages(&with_wrapped_sections(whole, WIDTH));
    }
}
