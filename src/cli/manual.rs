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
  NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM
                  when to colour text
  GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_CONFIG_COUNT and others
                  have the same meaning as for git
  PATH            where git and Pythons are found, except in relative directories and
                  in the work tree

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

/// Writes the page of a command that clap has built.
pub(super) fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut out = Vec::new();
    title(command).to_writer(&mut out)?;
    man.render_name_section(&mut out)?;
    synopsis(command).to_writer(&mut out)?;
    man.render_description_section(&mut out)?;
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
