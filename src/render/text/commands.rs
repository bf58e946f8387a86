//! The text of `git pyenv --list`: a line for each command, or with `--quiet` its name alone.

use std::io::{self, Write};

use super::explain::wrap;
use crate::model::{CommandList, CommandSource, ListedCommand};
use crate::path::{display, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

/// The least width of what a command does.
const NARROWEST: usize = 20;

/// The headings, in this order.
const SOURCES: [(CommandSource, &str); 3] = [
    (CommandSource::BuiltIn, "Built-in commands"),
    (CommandSource::Registered, "Registered tools, for `git pyenv tool run`"),
    (CommandSource::External, "External commands"),
];

impl WriteText for CommandList {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet {
            return self.commands.iter().try_for_each(|command| writeln!(out, "{}", name(command)));
        }
        let width = self.commands.iter().map(|command| (style.screen.width_of)(&name(command))).max();
        let sections = SOURCES.iter().filter(|(source, _)| self.of(*source).next().is_some());
        for (index, (source, heading)) in sections.enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            writeln!(out, "{gap}{}:", style.paint.paint(Role::Heading, heading))?;
            for command in self.of(*source) {
                write_line(command, width.unwrap_or_default(), style, out)?;
            }
        }
        Ok(())
    }
}

fn name(command: &ListedCommand) -> String {
    printable(command.name.as_bytes())
}

fn write_line(
    command: &ListedCommand,
    width: usize,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = name(command);
    let gap = " ".repeat(width.saturating_sub((style.screen.width_of)(&name)));
    let start = width + 4;
    let room = style.screen.columns.map_or(usize::MAX, |columns| columns.saturating_sub(start));
    let about = match (&command.summary, &command.program) {
        (Some(summary), _) => {
            let lines = wrap(&printable(summary.as_bytes()), room.max(NARROWEST));
            lines.join(&format!("\n{}", " ".repeat(start)))
        }
        (None, Some(program)) => style.paint.paint(Role::Detail, &display(program)),
        (None, None) => String::new(),
    };
    let line = format!("  {}{gap}  {about}", style.paint.paint(Role::Command, &name));
    writeln!(out, "{}", line.trim_end())
}
