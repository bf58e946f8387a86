//! Output formats: those that `--output` names, and the default.

use std::io::{self, Write};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::render::{FINDING_FORMATS, FindingsFormat, RENDERERS, Renderer};

/// An output format.
#[derive(Clone, Copy)]
pub(super) enum Format {
    /// One that can show the result of every command.
    Any(&'static Renderer),
    /// One that can only show findings.
    Findings(&'static dyn FindingsFormat),
}

impl Format {
    /// Returns all formats.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let any = RENDERERS.iter().map(|renderer| Self::Any(renderer));
        any.chain(FINDING_FORMATS.iter().map(|format| Self::Findings(*format)))
    }

    /// Finds a format by name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// Returns the text format.
    pub(super) fn text() -> Self {
        Self::Any(RENDERERS[0])
    }

    /// Returns the default: text for people, JSON for programs.
    pub(super) fn automatic(env: &Env) -> Self {
        Self::find(if env.stdout_is_terminal { "text" } else { "json" }).unwrap_or_else(Self::text)
    }

    /// Returns what a person at a terminal is told where nothing but the kind of standard output decided on the format, and
    /// the result goes elsewhere.
    pub(super) fn note(env: &Env) -> Option<&'static str> {
        (env.stderr_is_terminal && !env.stdout_is_terminal).then_some(
            "note: standard output is not a terminal, so this is JSON; for text, use `--output text`, or for good \
             `git config --global pyenv.output text`",
        )
    }

    /// Returns the name that `--output` takes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Any(renderer) => renderer.name,
            Self::Findings(format) => format.name(),
        }
    }

    /// Whether the format has a place for errors on standard output.
    pub(super) fn shows_errors(self) -> bool {
        match self {
            Self::Any(renderer) => renderer.error.is_some(),
            Self::Findings(_) => true,
        }
    }

    /// Writes the error of a command, if the format has a place for errors.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub(super) fn write_error(self, command: &str, error: &Error, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Any(renderer) => renderer.error.map_or(Ok(()), |write| write(command, error, out)),
            Self::Findings(format) => format.write_error(error, out),
        }
    }

    /// Whether the format can show the result of a command, which is findings or something else.
    pub(super) fn can_show(self, is_findings: bool) -> bool {
        is_findings || matches!(self, Self::Any(_))
    }

    /// Refuses a format that can only show findings for a command whose result is not findings.
    ///
    /// # Errors
    /// Usage, with the formats that the command supports.
    pub(super) fn require(self, command: &str, shows_findings: bool) -> Result<()> {
        if self.can_show(shows_findings) { Ok(()) } else { Err(self.unsupported(command)) }
    }

    /// Returns the error for a command that does not support this format.
    pub(super) fn unsupported(self, command: &str) -> Error {
        let supported: Vec<&str> = RENDERERS.iter().map(|renderer| renderer.name).collect();
        Error::usage(format!("`git pyenv {command}` does not support `--output {}`", self.name()))
            .hint(format!("it supports {}", supported.join(" and ")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::{KEYS, Kind};
    use crate::model::Report;

    struct Dummy;

    impl FindingsFormat for Dummy {
        fn name(&self) -> &'static str {
            "dummy"
        }

        fn write_report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
            report
                .findings
                .iter()
                .try_for_each(|finding| writeln!(out, "{}", finding.message.seen_from_root()))
        }

        fn write_error(&self, error: &Error, out: &mut dyn Write) -> io::Result<()> {
            writeln!(out, "{}", error.message().seen_from_root())
        }
    }

    #[test]
    fn a_command_without_findings_refuses_a_format_for_findings() {
        let format = Format::Findings(&Dummy);
        assert!(format.require("check", true).is_ok());
        let error = format.require("hook install", false).expect_err("no findings");
        assert_eq!(
            error.message().seen_from_root(),
            "`git pyenv hook install` does not support `--output dummy`"
        );
        assert_eq!(error.hints(), ["it supports text and json".into()]);
        assert!(Format::text().require("hook install", false).is_ok());
    }

    #[test]
    fn the_setting_names_every_format() {
        let key = KEYS.iter().find(|key| key.name == "output").expect("a setting");
        let Kind::Choice(names) = key.kind() else { panic!("{:?}", key.kind()) };
        assert_eq!(names, std::iter::once("auto").chain(Format::all().map(Format::name)).collect::<Vec<_>>());
        assert!(names.iter().all(|name| key.about.contains(name)), "{}", key.about);
    }

    #[test]
    fn names_are_unique() {
        let names: Vec<&str> = Format::all().map(Format::name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        assert_eq!(Format::text().name(), "text");
    }
}
