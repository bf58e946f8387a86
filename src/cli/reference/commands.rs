//! A page for each command, and their index.

use clap::Arg;

use super::markdown::{code, escaped, table};
use super::page::Page;
use super::related;
use crate::cli::command::Command;
use crate::cli::{manual, program};
use crate::model::CommandEffect;

/// The folder of the pages.
const FOLDER: &str = "docs/commands";
/// The longest line of an example that has its meaning beside it.
const WIDTH: usize = 100;

/// Returns the page of each command, and the index.
pub(super) fn pages(table: &[&Command], program: clap::Command) -> Vec<Page> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    // A paragraph of a section is then one line.
    let program = manual::with_wrapped_sections(program, usize::MAX);
    let commands: Vec<(&Command, &clap::Command)> =
        table.iter().filter_map(|command| Some((*command, program.find_subcommand(command.name)?))).collect();
    let of_commands = commands.iter().map(|(command, described)| Page {
        path: format!("{FOLDER}/{}.md", command.name),
        text: page(command, described),
    });
    let index = Page { path: format!("{FOLDER}/README.md"), text: index(&program, &commands) };
    std::iter::once(index).chain(of_commands).collect()
}

fn index(program: &clap::Command, commands: &[(&Command, &clap::Command)]) -> String {
    let rows: Vec<Vec<String>> = commands
        .iter()
        .map(|(command, described)| {
            let may = described.get_subcommands().map(|inner| command.effect(Some(inner.get_name())));
            let most = may.max().unwrap_or_else(|| command.effect(None));
            vec![
                format!("[{0}]({0}.md)", command.name),
                escaped(&plain(described.get_about())),
                effect_words(most).to_owned(),
            ]
        })
        .collect();
    let mut out = format!("# Commands\n\n{}\n\n", escaped(&plain(program.get_long_about())));
    out.push_str(&table(&["command", "what it does", "may"], &rows));
    out.push_str("\n## Global options\n\nEvery command has these.\n\n");
    out.push_str(&options(program.get_arguments().filter(|arg| arg.is_global_set())));
    out.push_str(&sections(program, 2));
    out.push_str("\n## See also\n\n- [Rules](../rules/README.md)\n- [Settings](../settings.md)\n");
    out
}

fn page(command: &Command, described: &clap::Command) -> String {
    let mut out = format!("# git pyenv {}\n\n", command.name);
    out.push_str(&body(command, described, None, 2));
    for inner in described.get_subcommands() {
        out.push_str(&format!("\n## git pyenv {} {}\n\n", command.name, inner.get_name()));
        out.push_str(&body(command, inner, Some(inner.get_name()), 3));
    }
    out.push_str("\n## See also\n\n- [All commands](README.md), their global options and exit status\n");
    for (file, title) in related::documents(command.name) {
        out.push_str(&format!("- [{title}](../{file})\n"));
    }
    out
}

/// What is said of a command, or of a subcommand of one, below headings of a level.
fn body(command: &Command, described: &clap::Command, subcommand: Option<&str>, level: usize) -> String {
    let heading = "#".repeat(level);
    let long = described.get_long_about().or_else(|| described.get_about());
    let mut out = format!("{}\n\n```\n{}\n```\n", paragraphs(&plain_lines(long), ""), usage(described));
    let is_group = subcommand.is_none() && described.has_subcommands();
    if is_group {
        let rows: Vec<Vec<String>> = described
            .get_subcommands()
            .map(|inner| vec![code(inner.get_name()), escaped(&plain(inner.get_about()))])
            .collect();
        out.push_str(&format!("\n{}", table(&["subcommand", "what it does"], &rows)));
    } else {
        out.push_str(&format!("\nIt {}.\n", effect(command, subcommand)));
    }
    let own = |arg: &&Arg| !arg.is_global_set() && !arg.is_hide_set() && arg.get_id() != "help";
    let (bare, named): (Vec<&Arg>, Vec<&Arg>) =
        described.get_arguments().filter(own).partition(|arg| arg.is_positional());
    for (title, arguments) in [("Arguments", bare), ("Options", named)] {
        if !arguments.is_empty() {
            out.push_str(&format!("\n{heading} {title}\n\n{}", options(arguments.into_iter())));
        }
    }
    let said = sections(described, level);
    let says_status = said.to_lowercase().contains("exit status");
    out.push_str(&said);
    if !is_group && !says_status {
        let rows = program::EXIT_STATUSES.iter();
        let rows: Vec<Vec<String>> =
            rows.map(|(status, means)| vec![status.to_string(), escaped(means)]).collect();
        out.push_str(&format!("\n{heading} Exit status\n\n{}", table(&["status", "means"], &rows)));
    }
    out
}

fn usage(described: &clap::Command) -> String {
    let usage = described.clone().render_usage().to_string();
    let lines = usage.trim_start_matches("Usage:").lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn effect_words(effect: CommandEffect) -> &'static str {
    match effect {
        CommandEffect::Read => "read",
        CommandEffect::Write => "read, write",
        CommandEffect::Destroy => "read, write, destroy",
    }
}

/// A sentence without a subject about what a command may do.
fn effect(command: &Command, subcommand: Option<&str>) -> String {
    let may = match command.effect(subcommand) {
        CommandEffect::Read => "only reads",
        CommandEffect::Write => "may create and change files, the index or git's configuration",
        CommandEffect::Destroy => "may delete files, or replace what they hold",
    };
    let asks = if command.asks_first {
        ". It asks at a terminal before it does anything, and without one it needs `--force`"
    } else {
        ""
    };
    let prints = if command.prints_text(subcommand) { "; its standard output is always text" } else { "" };
    format!("{may}{prints}{asks}")
}

/// Arguments as a list.
fn options<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    arguments.map(option).collect()
}

fn option(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("{}, ", code(&format!("-{short}"))));
    let help = arg.get_long_help().or_else(|| arg.get_help());
    let text = paragraphs(&plain_lines(help), "  ");
    let mut more = Vec::new();
    let words: Vec<String> = arg.get_possible_values().iter().map(|word| code(word.get_name())).collect();
    if arg.get_action().takes_values() && !arg.is_hide_possible_values_set() && !words.is_empty() {
        more.push(format!("Possible values: {}.", words.join(", ")));
    }
    let default = arg.get_default_values().first().filter(|_| arg.get_action().takes_values());
    if let Some(default) = default.filter(|_| !arg.is_hide_default_value_set()) {
        more.push(format!("The default is {}.", code(&default.to_string_lossy())));
    }
    let end = if more.is_empty() || text.ends_with('.') { "" } else { "." };
    let more: String = more.iter().map(|sentence| format!(" {sentence}")).collect();
    format!("- {}{}: {text}{end}{more}\n", short.unwrap_or_default(), code(&spelled(arg)))
}

/// An argument as in the usage: `--target <WHAT>`, `[PATH]...`.
fn spelled(arg: &Arg) -> String {
    let text = arg.to_string();
    if arg.is_positional() && !arg.is_required_set() {
        return text.replacen('<', "[", 1).replacen('>', "]", 1);
    }
    text
}

/// The sections of a long help.
fn sections(described: &clap::Command, level: usize) -> String {
    let text = described.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let mut out = String::new();
    let mut examples: Vec<(String, Option<String>)> = Vec::new();
    let mut is_example = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let body = line.trim_start();
        if body.is_empty() {
            continue;
        }
        if body.len() == line.len() {
            out.push_str(&example_block(&std::mem::take(&mut examples)));
            is_example = body.starts_with("Examples");
            out.push_str(&format!("\n{} {}\n\n", "#".repeat(level), escaped(body.trim_end_matches(':'))));
            continue;
        }
        let below = lines.next_if(|next| next.starts_with("   ")).map(|next| next.trim().to_owned());
        let (term, meaning) = match (body.split_once("  "), below) {
            (Some((term, meaning)), _) => (term, Some(meaning.trim().to_owned())),
            (None, below) => (body, below),
        };
        match (is_example, meaning) {
            (true, meaning) => examples.push((term.to_owned(), meaning)),
            (false, Some(meaning)) if is_command(&meaning) => {
                out.push_str(&format!("- {}: {}\n", code(term), code(&meaning)));
            }
            (false, Some(meaning)) => out.push_str(&format!("- {}: {}\n", code(term), escaped(&meaning))),
            (false, None) => out.push_str(&format!("- {}\n", escaped(term))),
        }
    }
    out.push_str(&example_block(&examples));
    out
}

/// Whether a text is a command line itself, and does not speak of one in backticks. Backticks in quotes are those of a shell.
fn is_command(text: &str) -> bool {
    text.contains("\"`") || text.split('`').step_by(2).any(|words| words.contains("git pyenv "))
}

/// Examples as one block of a shell, each with its meaning beside it, or above it where the line would be too long.
fn example_block(examples: &[(String, Option<String>)]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let widest = examples.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
    let longest = examples.iter().filter_map(|(_, meaning)| meaning.as_ref());
    let longest = longest.map(|meaning| meaning.chars().count()).max().unwrap_or_default();
    let is_beside = widest + longest + 4 <= WIDTH;
    let line = |(command, meaning): &(String, Option<String>)| match meaning {
        Some(meaning) if is_beside => format!("{command:widest$}  # {meaning}\n"),
        Some(meaning) => format!("# {meaning}\n{command}\n"),
        None => format!("{command}\n"),
    };
    format!("```sh\n{}```\n", examples.iter().map(line).collect::<String>())
}

fn plain_lines(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// Text in one line.
fn plain(text: Option<&clap::builder::StyledStr>) -> String {
    plain_lines(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Paragraphs of plain text, those after the first indented.
fn paragraphs(text: &str, indent: &str) -> String {
    let paragraphs = text.split("\n\n").map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "));
    let escaped: Vec<String> =
        paragraphs.filter(|words| !words.is_empty()).map(|words| escaped(&words)).collect();
    escaped.join(&format!("\n\n{indent}"))
}
