//! The options of every command.

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args};

use super::format::Format;
use crate::render::FINDING_FORMATS;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct GlobalArguments {
    /// Output format: auto, text or json.
    #[arg(long, global = true, value_name = "FORMAT", value_parser = formats())]
    #[arg(hide_possible_values = true, long_help = about_formats())]
    pub(super) output: Option<String>,

    /// Print less output.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// Print more detail, in a pipe also what is being done.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,

    /// When to colour text: auto, always or never.
    #[arg(long, global = true, value_name = "WHEN", value_enum, hide_possible_values = true)]
    pub(super) color: Option<Colour>,
}

/// Adds the options to the command line.
pub(super) fn add(command: clap::Command) -> clap::Command {
    GlobalArguments::augment_args(command)
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(std::iter::once("auto").chain(Format::all().map(Format::name)))
}

/// Returns the long help of `--output`, with the formats that only some commands support.
fn about_formats() -> String {
    let about = "Output format: auto, text or json.\n\n\
                 With auto, the output is text on a terminal, and JSON in a pipe or a file. The default is the setting \
                 `output`, else auto.";
    let names: Vec<&str> = FINDING_FORMATS.iter().map(|format| format.name()).collect();
    let Some((last, others)) = names.split_last() else { return about.to_owned() };
    format!("{about}\n\n`check` and `hook run` also support {} and {last}.", others.join(", "))
}
