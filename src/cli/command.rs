//! What the table of commands consists of, and what a command is given.

use clap::{ArgMatches, FromArgMatches};

use super::output::Printer;
use crate::error::{Error, Result};
use crate::model::CommandEffect;
use crate::ports::Questions;
use crate::session::Ports;

/// One command.
pub struct Command {
    /// The name of its file in this folder, without the extension.
    pub name: &'static str,
    /// Describes the arguments.
    pub(super) describe: fn() -> clap::Command,
    /// Runs it, and returns the exit status.
    pub(super) run: fn(&Context<'_>, &ArgMatches) -> Result<u8>,
    findings: Findings,
    /// Another program reads its standard output: the caller of a hook, the shell that evaluates it, or whatever reads
    /// the output of the program that is run. Unless a format is requested, it gets text, and no errors.
    pub(super) is_for_another_program: bool,
    effect: CommandEffect,
    /// Subcommands that only read.
    reading: &'static [&'static str],
    /// It asks at a terminal, and does nothing without one, unless `--force` is given.
    pub(super) asks_first: bool,
    /// Subcommands that write, but destroy nothing.
    writing: &'static [&'static str],
    /// Its standard output is always text, also that of all its subcommands.
    prints_text: bool,
    /// Subcommands whose standard output is always text.
    printing: &'static [&'static str],
}

/// Which subcommands show findings.
#[derive(Debug, Clone, Copy)]
enum Findings {
    None,
    All,
    Of(&'static str),
}

impl Command {
    /// Creates a command whose result is shown as text or JSON.
    pub(super) const fn new(
        name: &'static str,
        describe: fn() -> clap::Command,
        run: fn(&Context<'_>, &ArgMatches) -> Result<u8>,
    ) -> Self {
        Self {
            name,
            describe,
            run,
            findings: Findings::None,
            is_for_another_program: false,
            effect: CommandEffect::Read,
            reading: &[],
            writing: &[],
            asks_first: false,
            prints_text: false,
            printing: &[],
        }
    }

    /// Says what it may do, at most. Without this it only reads.
    pub(super) const fn may(self, effect: CommandEffect) -> Self {
        Self { effect, ..self }
    }

    /// Says which of its subcommands only read.
    pub(super) const fn only_reads_in(self, subcommands: &'static [&'static str]) -> Self {
        Self { reading: subcommands, ..self }
    }

    /// Says which of its subcommands write, but destroy nothing.
    pub(super) const fn only_writes_in(self, subcommands: &'static [&'static str]) -> Self {
        Self { writing: subcommands, ..self }
    }

    /// Says that it asks at a terminal before it does anything.
    pub(super) const fn asking_first(self) -> Self {
        Self { asks_first: true, ..self }
    }

    /// Says that its standard output is always text.
    pub(super) const fn printing_text(self) -> Self {
        Self { prints_text: true, ..self }
    }

    /// Says of which subcommands the standard output is always text.
    pub(super) const fn printing_text_in(self, subcommands: &'static [&'static str]) -> Self {
        Self { printing: subcommands, ..self }
    }

    /// Says that the result is findings, which more formats can show.
    pub(super) const fn with_findings(self) -> Self {
        Self { findings: Findings::All, ..self }
    }

    /// Says that the result of this subcommand is findings.
    pub(super) const fn with_findings_of(self, subcommand: &'static str) -> Self {
        Self { findings: Findings::Of(subcommand), ..self }
    }

    /// Says that another program reads standard output.
    pub(super) const fn for_another_program(self) -> Self {
        Self { is_for_another_program: true, ..self }
    }

    /// Returns whether the result is findings, with these arguments.
    pub(super) fn shows_findings(&self, matches: &ArgMatches) -> bool {
        match self.findings {
            Findings::None => false,
            Findings::All => true,
            Findings::Of(subcommand) => matches.subcommand_name() == Some(subcommand),
        }
    }

    /// Returns whether the result is findings with any arguments.
    pub(super) fn always_shows_findings(&self) -> bool {
        matches!(self.findings, Findings::All)
    }

    /// Returns what it may do, at most, with a subcommand.
    pub(super) fn effect(&self, subcommand: Option<&str>) -> CommandEffect {
        match subcommand {
            Some(name) if self.reading.contains(&name) => CommandEffect::Read,
            Some(name) if self.writing.contains(&name) => CommandEffect::Write,
            _ => self.effect,
        }
    }

    /// Returns whether standard output is always text, with a subcommand.
    pub(super) fn prints_text(&self, subcommand: Option<&str>) -> bool {
        self.prints_text || subcommand.is_some_and(|name| self.printing.contains(&name))
    }

    /// Returns its name with that of the subcommand, such as `hook install`.
    pub(super) fn full_name(&self, matches: &ArgMatches) -> String {
        let subcommand = matches.subcommand_name().map(|name| format!(" {name}"));
        self.name.to_owned() + &subcommand.unwrap_or_default()
    }
}

/// What a command is given beside its arguments.
pub(super) struct Context<'c> {
    pub(super) ports: Ports<'c>,
    pub(super) output: Printer<'c>,
    /// Asks the person at the terminal.
    pub(super) questions: &'c dyn Questions,
    /// Describes the whole command line.
    pub(super) program: fn() -> clap::Command,
    /// The table of commands.
    pub(super) commands: &'static [&'static Command],
}

/// Returns the arguments of a command.
pub(super) fn parsed<A: FromArgMatches>(matches: &ArgMatches) -> Result<A> {
    A::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))
}
