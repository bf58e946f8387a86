//! Writes results, messages and errors to standard output and standard error, in the requested format and colours.

use std::cell::{Cell, LazyCell, OnceCell};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::format::Format;
use super::global::{Colour, GlobalArguments};
use super::mentions::Mentions;
use crate::error::{Error, Result};
use crate::message::Message;
use crate::model::{DependencyNotice, Gate, InvocationDirectory, Report};
use crate::path::path_to_bytes;
use crate::render::{self, CommandResult, Detail, Guard, Paint, Plain, Role, Screen, Style, WriteText, text};
use crate::session::Ports;
use crate::session::{self, GitColour};
use crate::term::{self, Coloured};
use crate::text::shell_quote;

/// Prints the output of one run.
pub(super) struct Printer<'e> {
    ports: Ports<'e>,
    /// The format of `--output`, if it is not `auto`.
    requested: Option<Format>,
    /// The format where none is requested, once that is decided.
    usual: OnceCell<Usual>,
    /// It was said why the result is not text.
    is_format_explained: Cell<bool>,
    /// It was said how to make commands work that were printed.
    is_program_explained: Cell<bool>,
    colour: Colour,
    /// The level of detail of text.
    pub(super) detail: Detail,
    command: String,
    /// The result of the command is findings.
    shows_findings: bool,
}

/// The format where none is requested.
#[derive(Clone, Copy)]
struct Usual {
    format: Format,
    /// Nothing but the kind of standard output decided.
    is_automatic: bool,
}

impl<'e> Printer<'e> {
    /// Takes the options of the command line. `shows_findings` says whether the result of the command is findings.
    pub(super) fn new(
        ports: Ports<'e>,
        global: &GlobalArguments,
        command: &str,
        shows_findings: bool,
    ) -> Self {
        let chosen = global.output.as_deref();
        let usual = OnceCell::new();
        if chosen == Some("auto") {
            let _ = usual.set(Usual { format: Format::automatic(ports.env), is_automatic: true });
        }
        Self {
            ports,
            requested: chosen.and_then(Format::find),
            usual,
            is_format_explained: Cell::new(false),
            is_program_explained: Cell::new(false),
            colour: global.color.unwrap_or(Colour::Auto),
            detail: match (global.quiet, global.verbose) {
                (true, _) => Detail::Quiet,
                (false, 0) => Detail::Normal,
                (false, _) => Detail::Verbose,
            },
            command: command.to_owned(),
            shows_findings,
        }
    }

    /// Refuses the format if it can only show findings and the command does not have any.
    ///
    /// # Errors
    /// Usage, with the formats that the command supports.
    pub(super) fn require_format(&self, command: &str, shows_findings: bool) -> Result<()> {
        self.requested.map_or(Ok(()), |format| format.require(command, shows_findings))
    }

    /// The format: the requested one, else the one that settings name, else text for people and JSON for programs. The
    /// settings are read when the format is needed: hooks never need them. A format that can only show findings is no more
    /// than a wish of settings, for the commands that have some.
    fn format(&self) -> Format {
        self.requested.unwrap_or_else(|| self.usual().format)
    }

    fn usual(&self) -> Usual {
        *self.usual.get_or_init(|| {
            let set = session::output_setting(self.ports).and_then(|name| Format::find(&name));
            let set = set.filter(|format| format.can_show(self.shows_findings));
            let format = set.unwrap_or_else(|| Format::automatic(self.ports.env));
            Usual { format, is_automatic: set.is_none() }
        })
    }

    /// Says once on a terminal why the result is not text, where nobody asked for a format.
    fn explain_format(&self) {
        let is_automatic = self.requested.is_none() && self.usual().is_automatic;
        let note = Format::note(self.ports.env).filter(|_| is_automatic);
        if let Some(note) = note.filter(|_| !self.is_format_explained.replace(true)) {
            self.ports.progress.finish();
            self.message(note);
        }
    }

    /// Writes a result, and returns the exit status to end with: the given one, also if the reader has closed the
    /// pipe; "undecided" if writing fails in another way.
    pub(super) fn result(&self, result: &dyn CommandResult, exit_code: u8) -> u8 {
        match self.format() {
            Format::Any(renderer) => {
                self.explain_format();
                self.to_stdout(exit_code, |style, out| (renderer.render)(result, style, out))
            }
            format @ Format::Findings(_) => self.error(&format.unsupported(&self.command)),
        }
    }

    /// As [`Self::result`], for the result of `check`.
    pub(super) fn report(&self, report: &Report, exit_code: u8) -> u8 {
        match self.format() {
            Format::Any(_) => self.result(report, exit_code),
            Format::Findings(format) => self.to_stdout(exit_code, |_, out| format.write_report(report, out)),
        }
    }

    /// As [`Self::result`], for the result of `hook run`. Text goes to standard error: git shows it there.
    pub(super) fn gate(&self, gate: &Gate, exit_code: u8) -> u8 {
        match self.requested {
            Some(Format::Findings(format)) => {
                self.to_stdout(exit_code, |_, out| format.write_gate(gate, out))
            }
            Some(Format::Any(renderer)) if renderer.error.is_some() => self.result(gate, exit_code),
            _ => {
                let is_terminal = self.ports.env.stderr_is_terminal;
                let written =
                    self.write(io::stderr().lock(), is_terminal, |style, out| text::write(gate, style, out));
                self.after_writing(written, exit_code)
            }
        }
    }

    /// As [`Self::gate`], for a hook that only says something. It says no more than that, and its exit status is 0.
    pub(super) fn notice(&self, notice: &Option<DependencyNotice>) -> u8 {
        match self.requested {
            Some(Format::Any(renderer)) if renderer.error.is_some() => self.result(notice, 0),
            _ => {
                self.is_program_explained.set(true);
                let is_terminal = self.ports.env.stderr_is_terminal;
                let written = self
                    .write(io::stderr().lock(), is_terminal, |style, out| text::write(notice, style, out));
                self.after_writing(written, 0)
            }
        }
    }

    /// Returns whether to say that a hook failed which only says something: on request, and to programs, which wait for an
    /// answer.
    pub(super) fn says_failures_of_notices(&self) -> bool {
        self.detail == Detail::Verbose
            || matches!(self.requested, Some(Format::Any(renderer)) if renderer.error.is_some())
    }

    /// Returns the output for a command whose standard output another program reads: text unless a format was
    /// requested, so that an error leaves standard output empty.
    pub(super) fn text_unless_requested(&self) -> Self {
        let requested = self.requested.or_else(|| Some(Format::text()));
        Self {
            requested,
            usual: OnceCell::new(),
            is_format_explained: Cell::new(false),
            is_program_explained: Cell::new(false),
            command: self.command.clone(),
            ..*self
        }
    }

    /// Writes plain text to standard output, such as a completion script.
    pub(super) fn plain(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> u8 {
        self.ports.progress.finish();
        let mut out = BufWriter::new(io::stdout().lock());
        let written = write(&mut out).and_then(|()| out.flush());
        self.after_writing(written, 0)
    }

    /// Writes a message to standard error, unless `--quiet` is given.
    pub(super) fn message(&self, message: &str) {
        if self.detail != Detail::Quiet {
            let _ = writeln!(io::stderr().lock(), "{message}");
        }
    }

    /// Writes a warning to standard error, unless `--quiet` is given.
    pub(super) fn warning(&self, warning: &Message) {
        self.message(&format!("warning: {}", render::said(warning, &self.here())));
    }

    /// The directory that paths in text are seen from; it is looked up when the first path is written.
    fn here(&self) -> LazyCell<InvocationDirectory, impl FnOnce() -> InvocationDirectory + use<'e>> {
        let ports = self.ports;
        LazyCell::new(move || session::invocation_directory(ports))
    }

    /// Writes text to standard error, such as an error or what a question is about.
    pub(super) fn to_stderr(&self, result: &dyn WriteText) {
        self.ports.progress.finish();
        let is_terminal = self.ports.env.stderr_is_terminal;
        // Who cannot be shown what the question is about will not say yes.
        let _ = self.write(io::stderr().lock(), is_terminal, |style, out| text::write(result, style, out));
    }

    /// Writes an error as text to standard error, and also to standard output if the format has a place for errors.
    pub(super) fn error(&self, error: &Error) -> u8 {
        self.ports.progress.finish();
        let exit_code = error.kind().exit_code();
        self.to_stderr(error);
        let format = self.format();
        if !format.shows_errors() {
            return exit_code;
        }
        self.explain_format();
        let mut out = BufWriter::new(io::stdout().lock());
        let written = format.write_error(&self.command, error, &mut out).and_then(|()| out.flush());
        self.after_writing(written, exit_code)
    }

    fn to_stdout(
        &self,
        exit_code: u8,
        write: impl FnOnce(&Style<'_>, &mut dyn Write) -> io::Result<()>,
    ) -> u8 {
        self.ports.progress.finish();
        let written = self.write(io::stdout().lock(), self.ports.env.stdout_is_terminal, write);
        self.after_writing(written, exit_code)
    }

    fn write(
        &self,
        stream: impl Write,
        is_terminal: bool,
        write: impl FnOnce(&Style<'_>, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let paint = self.paint(is_terminal);
        let screen = term::screen(is_terminal, self.ports.env.has_utf8_locale());
        let here = self.here();
        let evaluate = || session::shell_in_use(self.ports.env).0.evaluate;
        let style = Style { paint: &paint, detail: self.detail, screen, here: &here, evaluate: &evaluate };
        let is_coloured = || paint.is_coloured.get() == Some(&true);
        let mut said = Mentions::new(BufWriter::new(stream));
        // Renderers write word by word, and what looks at each byte is quicker with many.
        let mut out = BufWriter::new(Guard::new(&mut said, &is_coloured));
        write(&style, &mut out).and_then(|()| out.flush())?;
        drop(out);
        self.explain_commands(said.is_found);
        Ok(())
    }

    /// Says once how to make the commands work that were printed, where they do not.
    fn explain_commands(&self, is_mentioned: bool) {
        let env = self.ports.env;
        // What the log names was run once, and is not advice.
        if !is_mentioned
            || self.command == "log"
            || self.is_program_explained.get()
            || session::is_on_path(env)
        {
            return;
        }
        self.is_program_explained.set(true);
        let here = env.executable.as_deref().and_then(Path::parent).map(|directory| {
            format!(", or for this shell `PATH=$PATH:{}`", shell_quote(&path_to_bytes(directory)))
        });
        self.message(&format!(
            "note: `git pyenv` needs git-pyenv on PATH: install it with `cargo install --path . --locked` in a clone of \
             its repository{}",
            here.unwrap_or_default()
        ));
    }

    /// Returns the exit status to end with.
    fn after_writing(&self, written: io::Result<()>, exit_code: u8) -> u8 {
        match written {
            Ok(()) => exit_code,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit_code,
            Err(error) => {
                let error = Error::undecided("failed to write the result").cause(error);
                let style = Style {
                    paint: &Plain,
                    detail: self.detail,
                    screen: Screen::default(),
                    here: &self.here(),
                    evaluate: &|| "",
                };
                let _ = text::write_error(&error, &style, &mut io::stderr().lock());
                if exit_code == 0 { error.kind().exit_code() } else { exit_code }
            }
        }
    }

    /// Returns the colours for a stream.
    fn paint(&self, is_terminal: bool) -> LatePaint<'_> {
        LatePaint { output: self, is_terminal, is_coloured: OnceCell::new() }
    }

    /// Decides on colour: by `--color`, `NO_COLOR`, `CLICOLOR_FORCE`, git's settings, and whether the stream is a
    /// terminal, in this order (<https://no-color.org>, <https://bixense.com/clicolors/>).
    fn is_coloured(&self, is_terminal: bool) -> bool {
        let env = self.ports.env;
        let dumb = env.text("TERM") == Some("dumb") || env.text("CLICOLOR") == Some("0");
        match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if env.text("NO_COLOR").is_some() => false,
            Colour::Auto if env.text("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Colour::Auto => match session::git_colour(self.ports) {
                Some(GitColour::Always) => true,
                Some(GitColour::Never) => false,
                Some(GitColour::Auto) | None => is_terminal && !dumb,
            },
        }
    }
}

/// Colours that are decided when the first text needs one: a gate without findings then never reads git's settings.
struct LatePaint<'o> {
    output: &'o Printer<'o>,
    is_terminal: bool,
    is_coloured: OnceCell<bool>,
}

impl Paint for LatePaint<'_> {
    fn paint(&self, role: Role, text: &str) -> String {
        let is_coloured = *self.is_coloured.get_or_init(|| self.output.is_coloured(self.is_terminal));
        if is_coloured { Coloured.paint(role, text) } else { Plain.paint(role, text) }
    }
}
