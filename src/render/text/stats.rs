//! The text of `stats`: a sentence and two tables, on a terminal with bars.

use std::io::{self, Write};

use super::log::{time, write_break};
use super::table::{Cell, Column, Narrowing, Table};
use crate::model::{AuditStatistics, GroupedSums, OperationSums};
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped, milliseconds, size};

/// The longest bar, in columns of the terminal.
const LONGEST: usize = 40;
/// Bars are left out where they would be shorter.
const SHORTEST: usize = 8;
/// The space before a bar.
const GAP: usize = 2;

impl WriteText for AuditStatistics {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.total.operations == 0 && self.state.first_break.is_none() {
            return writeln!(out, "the audit log is empty: nothing was deleted yet");
        }
        writeln!(out, "{}", summary(self))?;
        if style.detail != Detail::Quiet {
            write_groups("COMMAND", &self.by_command, style, out)?;
            write_groups("MONTH", &self.by_month, style, out)?;
        }
        write_break(&self.state, Role::Warning, style, out)
    }
}

/// Formats `14 operations since 2026-01-03 12:00:00 UTC freed 3.2 GiB in 41.2 s; 1 failed`.
fn summary(statistics: &AuditStatistics) -> String {
    let OperationSums { operations, failed, unfinished, freed_bytes, milliseconds: spent } = statistics.total;
    let since =
        statistics.since.as_deref().map(|since| format!(" since {}", time(since))).unwrap_or_default();
    let parts = [(failed, "failed"), (unfinished, "unfinished")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, word)| format!("{} {word}", grouped(*count))).collect();
    let parts = if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) };
    let operations = counted(operations, "operation");
    format!("{operations}{since} freed {} in {}{parts}", size(freed_bytes), milliseconds(spent))
}

fn write_groups(
    title: &'static str,
    groups: &[GroupedSums],
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let columns =
        [Column::left(title), Column::right("OPERATIONS"), Column::right("FREED"), Column::right("TIME")];
    let row = |group: &GroupedSums| {
        let sums = group.sums;
        let name = printable(group.name.as_bytes());
        [name, grouped(sums.operations), size(sums.freed_bytes), milliseconds(sums.milliseconds)]
            .map(Cell::from)
    };
    let mut table = Table::new(columns, groups.iter().map(row).collect());
    table.fit(&[Narrowing::Cut(title, 12)], style);
    let (head, lines) = table.lines(style);
    writeln!(out, "\n{head}")?;
    let width = lines.iter().map(|line| (style.screen.width_of)(line)).max().unwrap_or(0);
    let room = style.screen.columns.map_or(0, |columns| columns.saturating_sub(width + GAP).min(LONGEST));
    let most = groups.iter().map(|group| group.sums.freed_bytes).max().unwrap_or(0);
    for (line, group) in lines.iter().zip(groups) {
        let bar =
            if room < SHORTEST { String::new() } else { bar(group.sums.freed_bytes, most, room, style) };
        let line = format!("{line}{}{bar}", " ".repeat(GAP));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A bar of at most `room` columns, which stands for `most`; what is more than nothing is seen.
fn bar(bytes: u64, most: u64, room: usize, style: &Style<'_>) -> String {
    let length = (bytes as f64 / most.max(1) as f64 * room as f64).round() as usize;
    let length = length.clamp(usize::from(bytes > 0), room);
    if length == 0 {
        return String::new();
    }
    let piece = if style.screen.has_blocks { "█" } else { "=" };
    style.paint.paint(Role::Info, &piece.repeat(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::paint::Plain;
    use crate::render::screen::Screen;

    fn written(columns: Option<usize>, has_blocks: bool) -> String {
        let group = |name: &str, freed_bytes| GroupedSums {
            name: name.to_owned(),
            sums: OperationSums {
                operations: 1,
                freed_bytes,
                milliseconds: 1500,
                ..OperationSums::default()
            },
        };
        let groups = [group("a", 4096), group("b", 1024), group("c", 1), group("d", 0)];
        let screen = Screen { columns, has_blocks, ..Screen::default() };
        let style = Style {
            paint: &Plain,
            detail: Detail::Normal,
            screen,
            here: &&crate::model::InvocationDirectory::default(),
            evaluate: &|| "",
        };
        let mut out = Vec::new();
        write_groups("MONTH", &groups, &style, &mut out).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn bars_fit_the_terminal_and_are_left_out_elsewhere() {
        let plain = written(None, true);
        let lines = [
            "",
            "MONTH  OPERATIONS    FREED     TIME",
            "a               1  4.0 KiB  1500 ms",
            "b               1  1.0 KiB  1500 ms",
            "c               1   1 byte  1500 ms",
            "d               1  0 bytes  1500 ms",
        ];
        assert_eq!(plain.lines().collect::<Vec<_>>(), lines);
        assert_eq!(written(Some(40), true), plain, "no room");
        let drawn = written(Some(lines[1].len() + GAP + SHORTEST), false);
        let bars: Vec<&str> =
            drawn.lines().map(|line| line.rsplit_once("ms  ").map_or("", |(_, bar)| bar)).collect();
        assert_eq!(bars, ["", "", "========", "==", "=", ""]);
        let wide = written(Some(200), true);
        assert!(wide.contains(&format!("ms  {}\n", "█".repeat(LONGEST))), "{wide}");
    }
}
