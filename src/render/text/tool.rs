//! The text of `tool`: a table of tools, or one tool with what it runs and may do.

use std::io::{self, Write};

use super::log::time;
use super::table::{Cell, Column, Narrowing, Table};
use crate::message::message;
use crate::model::{
    ArgumentDescription, CommandEffect, ListedTool, ToolAction, ToolDetails, ToolListing, ToolRemoval,
    ToolReport, ToolRuns, ToolTrust, TrustListing, TrustedItem,
};
use crate::path::{RepoPath, display, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::counted;

/// How many digits of a SHA-256 tell files apart for people.
const SHORT_DIGEST: usize = 12;
/// The registry, relative to the top of the work tree.
const REGISTRY: &[u8] = b"tools/registry.json";

impl WriteText for ToolListing {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.tools.is_empty() {
            writeln!(out, "no tools are registered")?;
            let command = style.paint.paint(Role::Command, "git pyenv tool register FILE");
            return match style.detail {
                Detail::Quiet => Ok(()),
                _ => writeln!(out, "  to register the tool that a file describes: {command}"),
            };
        }
        let columns =
            [Column::left("NAME"), Column::left("TRUST"), Column::left("RUNS"), Column::left("DESCRIPTION")];
        let rows = self.tools.iter().map(|listed| row(listed, style)).collect();
        let mut table = Table::new(columns, rows);
        let narrowings =
            [Narrowing::Cut("DESCRIPTION", 20), Narrowing::Cut("RUNS", 12), Narrowing::Drop("RUNS")];
        table.fit(&narrowings, style);
        write_table(&table, style, out)?;
        for listed in &self.tools {
            if let Err(error) = &listed.tool {
                let head = style.paint.paint(Role::Warning, "warning:");
                let name = printable(listed.name.as_bytes());
                writeln!(out, "{head} cannot run `{name}`: {}", style.said(&error.summary().escaped()))?;
            }
        }
        Ok(())
    }
}

fn row(listed: &ListedTool, style: &Style<'_>) -> [Cell; 4] {
    let name = printable(listed.name.as_bytes());
    match &listed.tool {
        Ok(tool) => {
            let runs = match &tool.runs {
                ToolRuns::Script(path) | ToolRuns::Executable(path) => style.shown(path),
                ToolRuns::ThisProgram => "git-pyenv".to_owned(),
            };
            [name, trust_word(&tool.trust).to_owned(), runs, printable(tool.description.as_bytes())]
        }
        Err(_) => [name, "cannot run".to_owned(), String::new(), String::new()],
    }
    .map(Cell::from)
}

fn write_table(table: &Table, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (head, lines) = table.lines(style);
    writeln!(out, "{head}")?;
    lines.iter().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
}

fn trust_word(trust: &ToolTrust) -> &'static str {
    match trust {
        ToolTrust::Trusted(_) => "trusted",
        ToolTrust::Changed => "changed",
        ToolTrust::Untrusted => "untrusted",
        ToolTrust::NotNeeded => "not needed",
    }
}

impl WriteText for TrustListing {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        for error in &self.damaged {
            let head = style.paint.paint(Role::Warning, "warning:");
            writeln!(out, "{head} {}", style.said(&error.summary().escaped()))?;
        }
        if self.items.is_empty() {
            return writeln!(out, "nothing is trusted");
        }
        let columns = [
            Column::left("NAME"),
            Column::left("KIND"),
            Column::right("FILES"),
            Column::left("SINCE"),
            Column::left("REPOSITORY"),
        ];
        let row = |item: &TrustedItem| {
            [
                printable(item.name.as_bytes()),
                item.kind.to_owned(),
                item.files.len().to_string(),
                time(&item.trusted_at),
                display(&item.origin),
            ]
            .map(Cell::from)
        };
        let mut table = Table::new(columns, self.items.iter().map(row).collect());
        table.fit(&[Narrowing::Cut("REPOSITORY", 20), Narrowing::Drop("KIND")], style);
        write_table(&table, style, out)
    }
}

impl WriteText for ToolReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let tool = &self.tool;
        let name = printable(tool.name.as_bytes());
        let verb = match self.action {
            ToolAction::Shown | ToolAction::WouldTrust => return write_tool(tool, style, out),
            ToolAction::Registered => "registered",
            ToolAction::WouldRegister => "would register",
            ToolAction::AlreadyRegistered => "already registered:",
            ToolAction::Trusted => "now trusted:",
            ToolAction::AlreadyTrusted if tool.trust == ToolTrust::NotNeeded => "no trust needed:",
            ToolAction::AlreadyTrusted => "already trusted:",
        };
        writeln!(out, "{verb} `{name}` ({})", style.shown(&tool.file))?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let command = |text: String| style.paint.paint(Role::Command, &text);
        match (&self.action, &tool.trust) {
            (ToolAction::WouldRegister, _) => Ok(()),
            (_, ToolTrust::Untrusted | ToolTrust::Changed) => {
                writeln!(
                    out,
                    "  it runs once you trust it: {}",
                    command(format!("git pyenv tool trust {name}"))
                )
            }
            _ => writeln!(out, "  run it with: {}", command(format!("git pyenv tool run {name}"))),
        }
    }
}

/// Writes everything that is known of a tool.
fn write_tool(tool: &ToolDetails, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let line = |out: &mut dyn Write, label: &str, text: &str| {
        writeln!(out, "  {} {text}", style.paint.paint(Role::Detail, &format!("{label:12}")))
    };
    let version = tool.version.as_ref().map(|version| format!(" {}", printable(version.as_bytes())));
    let head = format!("{}{}", printable(tool.name.as_bytes()), version.unwrap_or_default());
    let head = style.paint.paint(Role::Heading, &head);
    match tool.description.as_str() {
        "" => writeln!(out, "{head}")?,
        text => writeln!(out, "{head}: {}", printable(text.as_bytes()))?,
    }
    let environment = match &tool.environment {
        Some(name) => format!("the environment `{}`", printable(name.as_bytes())),
        None => "the default environment".to_owned(),
    };
    match &tool.runs {
        ToolRuns::Script(path) => {
            line(out, "runs:", &format!("{}, by the Python of {environment}", style.shown(path)))?;
        }
        ToolRuns::Executable(path) => {
            line(out, "runs:", &format!("{}, in {environment}", style.shown(path)))?
        }
        ToolRuns::ThisProgram => line(out, "runs:", "git-pyenv itself")?,
    }
    line(out, "may:", effects(tool.effect))?;
    let trust = match &tool.trust {
        ToolTrust::Trusted(since) => format!("trusted since {}", time(since)),
        ToolTrust::Changed => "not trusted: it was changed since you trusted it".to_owned(),
        ToolTrust::Untrusted => "not trusted".to_owned(),
        ToolTrust::NotNeeded => "not needed: nothing of the repository is run".to_owned(),
    };
    line(out, "trust:", &trust)?;
    for (path, sha256) in &tool.files {
        let short = sha256.get(..SHORT_DIGEST).unwrap_or(sha256);
        line(out, "file:", &format!("{}  (sha256 {short}…)", style.shown(path)))?;
    }
    if let Some(digest) = &tool.digest {
        line(out, "digest:", digest)?;
    }
    write_arguments(tool, style, out)
}

fn effects(effect: Option<CommandEffect>) -> &'static str {
    match effect {
        None => "do anything: it does not say what it does",
        Some(CommandEffect::Read) => "read files (as it says itself)",
        Some(CommandEffect::Write) => "read and write files (as it says itself)",
        Some(CommandEffect::Destroy) => "read, write and delete files (as it says itself)",
    }
}

fn write_arguments(tool: &ToolDetails, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let name = printable(tool.name.as_bytes());
    let Some(arguments) = &tool.arguments else {
        return writeln!(out, "\nusage: git pyenv tool run {name} [-- ARGS...]");
    };
    if arguments.is_empty() {
        return writeln!(out, "\nusage: git pyenv tool run {name}");
    }
    let words: Vec<String> = arguments.iter().map(usage).collect();
    writeln!(out, "\nusage: git pyenv tool run {name} -- {}", words.join(" "))?;
    let rows: Vec<[Cell; 2]> = arguments
        .iter()
        .map(|argument| {
            [format!("  {}", label(argument)), printable(argument.summary.as_bytes())].map(Cell::from)
        })
        .collect();
    let mut table = Table::new([Column::left("  ARGUMENT"), Column::left("DESCRIPTION")], rows);
    table.fit(&[Narrowing::Cut("DESCRIPTION", 20)], style);
    writeln!(out)?;
    write_table(&table, style, out)
}

/// An argument in a usage line, as `[--limit COUNT]`.
fn usage(argument: &ArgumentDescription) -> String {
    let value = argument.value_names.first().map(|word| printable(word.as_bytes()));
    let word = match (&argument.option, value) {
        (Some(option), Some(value)) => format!("{option} {value}"),
        (Some(option), None) => option.clone(),
        (None, value) => value.unwrap_or_default(),
    };
    let more = if argument.is_repeated { "..." } else { "" };
    if argument.is_required { format!("{word}{more}") } else { format!("[{word}]{more}") }
}

/// An argument in the list of arguments, as `-n, --limit COUNT`.
fn label(argument: &ArgumentDescription) -> String {
    let value = argument.value_names.first().map(|word| printable(word.as_bytes()));
    let short = argument.short_option.as_ref().map(|short| format!("{short}, ")).unwrap_or_default();
    match (&argument.option, value) {
        (Some(option), Some(value)) => format!("{short}{option} {value}"),
        (Some(option), None) => format!("{short}{option}"),
        (None, value) => value.unwrap_or_default(),
    }
}

impl WriteText for ToolRemoval {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let name = printable(self.name.as_bytes());
        let contents = counted(self.forgotten as u64, "content");
        match (self.is_unregistered, self.is_dry_run) {
            (true, true) => writeln!(out, "would unregister `{name}`; its files stay")?,
            (true, false) => writeln!(out, "unregistered `{name}`; its files stay")?,
            (false, _) if self.forgotten == 0 => writeln!(out, "`{name}` was not trusted")?,
            (false, true) => writeln!(out, "would trust `{name}` no longer ({contents})")?,
            (false, false) => writeln!(out, "`{name}` is not trusted any more ({contents})")?,
        }
        match (self.is_unregistered, style.detail) {
            (true, Detail::Normal | Detail::Verbose) => {
                let registry = RepoPath::new(REGISTRY).unwrap_or_default();
                let note = message!("commit `{}` to take it away from everybody", registry);
                super::notes::write_notes(&[note], style, out)
            }
            _ => Ok(()),
        }
    }
}
