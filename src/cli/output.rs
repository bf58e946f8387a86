//! Where results, talk and errors go, and how they look.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::error::ErrorKind as ClapErrorKind;

use super::COMMANDS;
use super::global::{Colour, GlobalArguments};
use crate::env::Env;
use crate::error::Error;
use crate::model::Gate;
use crate::ops::Ports;
use crate::ops::colour::{self, GitColour};
use crate::path::printable;
use crate::render::{self, CommandResult, Detail, Paint, Plain, Renderer, Role, Style, WriteText as _, text};
use crate::term::{self, Coloured};

/// The commands whose standard output belongs to somebody else: the command that runs the hook, the shell that
/// evaluates it, the program that is run.
const NOT_OURS: [&str; 3] = ["hook", "activate", "run"];

/// The output of one run.
pub(super) struct Output<'e> {
    ports: Ports<'e>,
    renderer: &'static Renderer,
    /// The format was asked for, not guessed.
    is_chosen: bool,
    colour: Colour,
    /// How much text says.
    pub(super) detail: Detail,
    command: String,
}

impl<'e> Output<'e> {
    /// Decides on format and colour.
    pub(super) fn new(ports: Ports<'e>, global: &GlobalArguments, command: &str) -> Self {
        let chosen = Some(global.output.clone()).filter(|format| !format.is_empty() && format != "auto");
        let name = chosen.as_deref().unwrap_or_else(|| automatic(ports.env));
        Self {
            ports,
            renderer: named(name).unwrap_or(render::RENDERERS[0]),
            is_chosen: chosen.is_some(),
            colour: global.color.unwrap_or(Colour::Auto),
            detail: match (global.quiet, global.verbose) {
                (true, _) => Detail::Quiet,
                (false, 0) => Detail::Normal,
                (false, _) => Detail::Verbose,
            },
            command: command.to_owned(),
        }
    }

    /// Writes a result and returns the exit status that was decided before; a reader who has gone away does
    /// not change it, any other failure to write makes it "could not tell".
    pub(super) fn result(&self, result: &dyn CommandResult, exit_code: u8) -> u8 {
        self.ports.progress.finish();
        let is_terminal = self.ports.env.stdout_is_terminal;
        let paint = self.paint(is_terminal);
        let style = Style { paint: &paint, detail: self.detail, screen: term::screen(is_terminal) };
        let mut out = BufWriter::new(io::stdout().lock());
        let written = (self.renderer.render)(result, &style, &mut out).and_then(|()| out.flush());
        self.settle(written, exit_code)
    }

    /// The output of a command whose standard output belongs to somebody else ([`NOT_OURS`]): unless a format was
    /// asked for it is text, whoever reads it, and an error leaves standard output alone.
    pub(super) fn text_unless_asked(&self) -> Self {
        let renderer = if self.is_chosen { self.renderer } else { render::RENDERERS[0] };
        Self { renderer, command: self.command.clone(), ..*self }
    }

    /// Writes what a hook has to say.
    pub(super) fn gate(&self, gate: &Gate, exit_code: u8) -> u8 {
        if self.is_chosen && self.renderer.error.is_some() {
            return self.result(gate, exit_code);
        }
        let is_terminal = self.ports.env.stderr_is_terminal;
        let paint = self.paint(is_terminal);
        let style = Style { paint: &paint, detail: self.detail, screen: term::screen(is_terminal) };
        let mut out = BufWriter::new(io::stderr().lock());
        let written = gate.write_text(&style, &mut out).and_then(|()| out.flush());
        drop(out);
        self.settle(written, exit_code)
    }

    /// Writes plain text, such as a completion script.
    pub(super) fn plain(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> u8 {
        self.ports.progress.finish();
        let mut out = BufWriter::new(io::stdout().lock());
        let written = write(&mut out).and_then(|()| out.flush());
        self.settle(written, 0)
    }

    /// Says something beside the result, unless told to be quiet.
    pub(super) fn talk(&self, message: &str) {
        if self.detail != Detail::Quiet {
            let _ = writeln!(io::stderr().lock(), "{message}");
        }
    }

    /// Writes an error: text to standard error, and in a format that has a place for errors also there.
    pub(super) fn error(&self, error: &Error) -> u8 {
        self.ports.progress.finish();
        let exit_code = error.kind().exit_code();
        let paint = self.paint(self.ports.env.stderr_is_terminal);
        let _ = text::write_error(error, &paint, &mut io::stderr().lock());
        match self.renderer.error {
            Some(write) => {
                let mut out = BufWriter::new(io::stdout().lock());
                let written = write(&self.command, error, &mut out).and_then(|()| out.flush());
                self.settle(written, exit_code)
            }
            None => exit_code,
        }
    }

    fn settle(&self, written: io::Result<()>, exit_code: u8) -> u8 {
        match written {
            Ok(()) => exit_code,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit_code,
            Err(error) => {
                let error = Error::undecided("failed to write the result").cause(error);
                let _ = text::write_error(&error, &Plain, &mut io::stderr().lock());
                if exit_code == 0 { error.kind().exit_code() } else { exit_code }
            }
        }
    }

    /// The colours for a stream.
    fn paint(&self, is_terminal: bool) -> LatePaint<'_> {
        LatePaint { output: self, is_terminal, is_coloured: OnceCell::new() }
    }

    /// Decides on colour: `--color`, then `NO_COLOR`, `CLICOLOR_FORCE`, git's settings, then whether it is a
    /// terminal (<https://no-color.org>, <https://bixense.com/clicolors/>).
    fn is_coloured(&self, is_terminal: bool) -> bool {
        let env = self.ports.env;
        let dumb = env.text("TERM") == Some("dumb") || env.text("CLICOLOR") == Some("0");
        match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if env.text("NO_COLOR").is_some() => false,
            Colour::Auto if env.text("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Colour::Auto => match colour::of_git(self.ports) {
                Some(GitColour::Always) => true,
                Some(GitColour::Never) => false,
                Some(GitColour::Auto) | None => is_terminal && !dumb,
            },
        }
    }
}

/// Colours that are decided upon when the first text needs one: a gate that has nothing to say does not read
/// git's settings for it.
struct LatePaint<'o> {
    output: &'o Output<'o>,
    is_terminal: bool,
    is_coloured: OnceCell<bool>,
}

impl Paint for LatePaint<'_> {
    fn paint(&self, role: Role, text: &str) -> String {
        let is_coloured = *self.is_coloured.get_or_init(|| self.output.is_coloured(self.is_terminal));
        if is_coloured { Coloured.paint(role, text) } else { Plain.paint(role, text) }
    }
}

/// Finds an output format by name.
fn named(name: &str) -> Option<&'static Renderer> {
    render::RENDERERS.iter().find(|renderer| renderer.name == name).copied()
}

/// The format for whoever reads: text for people, JSON for programs.
fn automatic(env: &Env) -> &'static str {
    if env.stdout_is_terminal || env.text("CI").is_some() { "text" } else { "json" }
}

/// Shows what clap has to say: help and version go to standard output, a mistake is an error, for programs also
/// in their format. The line could not be read, so what it says of formats is looked for in its words.
pub(super) fn usage(env: &Env, arguments: &[OsString], error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        let _ = error.print();
        return 0;
    }
    print_usage(error);
    let command_named =
        |word: &OsString| COMMANDS.iter().map(|command| command.name).find(|name| word == name);
    let command = arguments.iter().find_map(command_named).unwrap_or_default();
    let wants = |format: &str| {
        let joined = OsString::from(format!("--output={format}"));
        let apart = arguments.windows(2).any(|pair| pair[0] == "--output" && pair[1] == format);
        apart || arguments.contains(&joined)
    };
    let wanted = render::RENDERERS.iter().copied().find(|renderer| wants(renderer.name));
    let renderer = wanted.or_else(|| named(automatic(env)).filter(|_| !NOT_OURS.contains(&command)));
    if let Some(write) = renderer.and_then(|renderer| renderer.error) {
        let mut out = io::stdout().lock();
        let _ = write(command, &Error::usage(headline(error)).hint("`git pyenv -h` says how"), &mut out);
    }
    2
}

/// Prints what clap says of a mistake, without what a terminal would obey: it repeats what was typed, which may
/// be the name of a file.
fn print_usage(error: &clap::Error) {
    let rendered = error.to_string();
    if rendered.lines().all(|line| printable(line.as_bytes()) == line) {
        let _ = error.print();
        return;
    }
    let clean: String = rendered.lines().map(|line| printable(line.as_bytes()) + "\n").collect();
    let _ = io::stderr().lock().write_all(clean.as_bytes());
}

/// What is wrong, in one line.
pub(super) fn headline(error: &clap::Error) -> String {
    if error.kind() == ClapErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing".to_owned();
    }
    let rendered = error.to_string();
    rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
