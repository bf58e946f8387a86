//! Plans of dry runs: shows how to carry one out, and carries out that one and no other.

use clap::{ArgMatches, Args};

use super::command::{Command, Context};
use super::command_line::CommandLine;
use crate::error::{Error, Result};
use crate::model::is_plan_id;
use crate::path::printable;
use crate::render::{CommandResult, ShownPlan, WriteJson, json};

// The option of every command that has a dry run. What is said of it as documentation, clap would show as that of the command:
// <https://docs.rs/clap/latest/clap/_derive/index.html#doc-comments>.
#[derive(Debug, Args)]
pub(super) struct ApplyArgument {
    /// Do just what a dry run showed: the id of its plan.
    ///
    /// All other options are those of the dry run. If that shows another plan by now, nothing is done. With --dry-run, the
    /// plans are only compared.
    #[arg(long, value_name = "ID")]
    apply: Option<String>,
}

impl ApplyArgument {
    /// Whether a plan was named.
    pub(super) fn is_given(&self) -> bool {
        self.apply.is_some()
    }
}

/// A run of a command that has a dry run.
pub(super) struct PlannedRun<'c, 'p> {
    pub(super) context: &'c Context<'p>,
    /// The names of the command and its subcommand.
    names: Vec<&'c str>,
    /// The arguments of the innermost of them.
    matches: &'c ArgMatches,
}

impl<'c, 'p> PlannedRun<'c, 'p> {
    /// Takes the arguments of a command.
    pub(super) fn new(context: &'c Context<'p>, command: &'static Command, matches: &'c ArgMatches) -> Self {
        match matches.subcommand() {
            Some((name, inner)) => Self { context, names: vec![command.name, name], matches: inner },
            None => Self { context, names: vec![command.name], matches },
        }
    }

    /// Goes on only if a dry run still shows the plan that `--apply` names, if it names one.
    ///
    /// # Errors
    /// Action if the plan is another one by now; as the dry run.
    pub(super) fn require<R: WriteJson>(&self, dry_run: impl FnOnce() -> Result<R>) -> Result<()> {
        // To know what a plan rests on, everything that it is about is looked at.
        if self.asked().is_none() {
            return Ok(());
        }
        self.require_shown(&dry_run()?)
    }

    /// As [`Self::require`], of a plan that is known.
    ///
    /// # Errors
    /// Action if it is another one.
    pub(super) fn require_shown(&self, plan: &dyn WriteJson) -> Result<()> {
        match self.asked() {
            Some(asked) => self.require_id(&asked, json::plan_id(plan).as_deref()),
            None => Ok(()),
        }
    }

    /// What `--apply` names.
    fn asked(&self) -> Option<String> {
        let asked = self.matches.get_raw("apply").and_then(|mut values| values.next());
        asked.map(|asked| asked.to_string_lossy().into_owned())
    }

    fn require_id(&self, asked: &str, now: Option<&str>) -> Result<()> {
        if now == Some(asked) {
            return Ok(());
        }
        let error = Error::action(format!("`--apply` names the plan {}", printable(asked.as_bytes())));
        let error = match now {
            Some(now) => error.cause(format!("a dry run with the other options shows the plan {now}")),
            None => error.cause("with the other options there is nothing to do"),
        };
        let error = if is_plan_id(asked) { error } else { error.cause("an id has 32 digits, 0 to f") };
        Err(error.cause("nothing was changed").suggest("look at it with", self.command_line("--dry-run")))
    }

    /// Writes the result of the run, as [`super::output::Printer::result`]; text of a dry run ends with how to carry it out.
    pub(super) fn result(&self, result: &dyn CommandResult, exit_code: u8) -> u8 {
        let is_plan = self.matches.get_flag("dry_run");
        let id = is_plan.then(|| json::plan_id(result)).flatten();
        // What is trusted is a content, which has an id of its own.
        let option = if self.names.last() == Some(&"trust") { "--digest" } else { "--apply" };
        let command = id.map(|id| self.command_line(&format!("{option} {id}")));
        self.context.output.result(&ShownPlan { result, command }, exit_code)
    }

    /// The same command with this option, neither as a dry run nor with another plan.
    fn command_line(&self, option: &str) -> String {
        let mut program = (self.context.program)();
        program.build();
        CommandLine { program: &program, names: &self.names, matches: self.matches }
            .with(option, &["dry_run", "apply", "digest", "interactive"])
    }
}
