//! `git pyenv tree`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::model::TreeForm;
use crate::ops::tree::{self, TreeRequest};

const MANUAL: &str = "\
Notes:
  A tree begins with what the manifests of the project ask for, and where there is none with
  the lock. What nothing asks for follows in trees of its own. Where every line is pinned, as
  in compiled requirements, those that others require are shown below these.
  Markers and extras are evaluated for the Python of the environment.
  In brackets is what is required, then what is wrong: a package that is not installed, or
  another version than is required.
  (*) is a package whose dependencies are shown further up, (cycle) one that requires itself
  through others, and (...) one whose dependencies are deeper than --depth.
  The exit status is 1 if a requirement is not met, 3 if that could not be determined.

Examples:
  git pyenv tree                              what is installed, and because of what
  git pyenv tree --invert idna                what requires idna
  git pyenv tree --format dot | dot -Tsvg     a picture, with Graphviz
  git pyenv tree --format mermaid             a flowchart for Markdown
";

pub(super) static COMMAND: Command = Command::new("tree", describe, run);

/// How the tree is written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Form {
    Text,
    Dot,
    Mermaid,
}

fn describe() -> clap::Command {
    clap::Command::new("tree")
        .defer(Arguments::augment_args)
        .about("Show which installed packages require which")
        .long_about(
            "Shows which packages of the environment require which, as their metadata says, with what is missing or has \
             another version than is required. It changes nothing and runs no code from the environment.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Format of the tree: text, dot (Graphviz) or mermaid.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    format: Option<Form>,

    /// Show what requires this package.
    #[arg(long, value_name = "PACKAGE")]
    invert: Option<String>,

    /// Deepest level to show; 0 shows only what the project asks for.
    #[arg(long, value_name = "N", default_value_t = 255, hide_default_value = true)]
    depth: usize,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { env, format, invert, depth } = parsed(matches)?;
    let form = match format {
        None | Some(Form::Text) => TreeForm::Text,
        Some(Form::Dot) => TreeForm::Dot,
        Some(Form::Mermaid) => TreeForm::Mermaid,
    };
    let request = TreeRequest { environment: env, inverted: invert, depth, form };
    let tree = tree::run(context.ports, &request)?;
    let status = tree.outcome().exit_code();
    // Who names a format of text wants that also in a pipe.
    Ok(match format {
        Some(_) => context.output.text_unless_requested().result(&tree, status),
        None => context.output.result(&tree, status),
    })
}
