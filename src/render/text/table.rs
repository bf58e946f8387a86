//! Tables that fit the width of the terminal.

use std::collections::HashSet;

use crate::render::role::Role;
use crate::render::style::Style;

/// The space between two columns.
const GAP: &str = "  ";
/// The least width that a column is cut to.
const NARROWEST: usize = 12;

/// A column, and what may be done to it on a narrow terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its heading.
    pub(super) title: &'static str,
    /// Its cells are aligned to the right.
    pub(super) at_right: bool,
    /// The order in which columns are dropped, lowest first; `None` for a column that is always kept.
    pub(super) dropped: Option<u8>,
    /// The middle of its cells may be cut out when no more columns can be dropped, as long as all cells stay different.
    pub(super) shrinks: bool,
}

/// A table: columns, and rows with one cell per column.
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table of the columns that have content in at least one row.
    pub(super) fn new(columns: &[Column], rows: Vec<Vec<String>>) -> Self {
        let has_content: Vec<bool> =
            (0..columns.len()).map(|index| rows.iter().any(|row| !row[index].is_empty())).collect();
        let mut table = Self { columns: columns.to_vec(), rows };
        table.keep(&has_content);
        table
    }

    /// Drops columns and shortens cells until the lines fit.
    pub(super) fn fit(&mut self, style: &Style<'_>) {
        let Some(columns) = style.screen.columns else { return };
        while self.width(style) > columns {
            let droppable = |(index, column): (usize, &Column)| Some((column.dropped?, index));
            let Some((_, index)) = self.columns.iter().enumerate().filter_map(droppable).min() else { break };
            let kept: Vec<bool> = (0..self.columns.len()).map(|other| other != index).collect();
            self.keep(&kept);
        }
        let excess = self.width(style).saturating_sub(columns);
        if excess > 0 {
            self.shrink(excess, style.screen.width_of);
        }
    }

    /// Returns the line of headings and a line per row. Columns are as wide as their widest cell.
    pub(super) fn lines(&self, style: &Style<'_>) -> (String, Vec<String>) {
        let widths = self.widths(style);
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.to_owned()).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).zip(&self.columns).map(|((cell, width), column)| {
                let padding = " ".repeat(width.saturating_sub((style.screen.width_of)(cell)));
                if column.at_right { format!("{padding}{cell}") } else { format!("{cell}{padding}") }
            });
            cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
        };
        (style.paint.paint(Role::Heading, &line(&titles)), self.rows.iter().map(line).collect())
    }

    fn keep(&mut self, kept: &[bool]) {
        let mut wanted = kept.iter();
        self.columns.retain(|_| *wanted.next().unwrap_or(&true));
        for row in &mut self.rows {
            let mut wanted = kept.iter();
            row.retain(|_| *wanted.next().unwrap_or(&true));
        }
    }

    fn widths(&self, style: &Style<'_>) -> Vec<usize> {
        let width = |text: &str| (style.screen.width_of)(text);
        let widest = |index: usize| self.rows.iter().map(|row| width(&row[index])).max().unwrap_or(0);
        self.columns
            .iter()
            .enumerate()
            .map(|(index, column)| widest(index).max(width(column.title)))
            .collect()
    }

    fn width(&self, style: &Style<'_>) -> usize {
        self.widths(style).iter().sum::<usize>() + GAP.len() * self.columns.len().saturating_sub(1)
    }

    /// Cuts out the middle of the cells of the column that shrinks.
    fn shrink(&mut self, excess: usize, width_of: fn(&str) -> usize) {
        let Some(index) = self.columns.iter().position(|column| column.shrinks) else { return };
        let cells: Vec<&String> = self.rows.iter().map(|row| &row[index]).collect();
        let widest = cells.iter().map(|cell| width_of(cell)).max().unwrap_or(0);
        let different = cells.iter().collect::<HashSet<_>>().len();
        let fitting = (widest.saturating_sub(excess).max(NARROWEST)..widest).find_map(|limit| {
            let cut: Vec<String> = cells.iter().map(|cell| shorten(cell, limit, width_of)).collect();
            (cut.iter().collect::<HashSet<_>>().len() == different).then_some(cut)
        });
        for (row, cut) in self.rows.iter_mut().zip(fitting.into_iter().flatten()) {
            row[index] = cut;
        }
    }
}

/// Replaces the middle of a text that is wider than `limit` columns by `…`.
fn shorten(text: &str, limit: usize, width_of: fn(&str) -> usize) -> String {
    if width_of(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(1);
    let fitting = |characters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut taken = String::new();
        for character in characters {
            taken.push(character);
            if width_of(&taken) > room {
                taken.pop();
                break;
            }
        }
        taken
    };
    // The end of a path tells more than its start.
    let head = fitting(&mut text.chars(), room / 3);
    let reversed = fitting(&mut text.chars().rev(), room - width_of(&head));
    format!("{head}…{}", reversed.chars().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::detail::Detail;
    use crate::render::paint::Plain;
    use crate::render::screen::Screen;

    const COLUMNS: [Column; 4] = [
        Column { title: "PATH", at_right: false, dropped: None, shrinks: true },
        Column { title: "SIZE", at_right: true, dropped: Some(1), shrinks: false },
        Column { title: "USED", at_right: false, dropped: Some(0), shrinks: false },
        Column { title: "NOTE", at_right: false, dropped: None, shrinks: false },
    ];

    /// East Asian characters are twice as wide.
    fn width_of(text: &str) -> usize {
        text.chars().map(|c| if c >= '\u{1100}' && c != '…' { 2 } else { 1 }).sum()
    }

    fn written(columns: Option<usize>, rows: &[[&str; 4]]) -> String {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let style = Style {
            paint: &Plain,
            detail: Detail::Normal,
            screen: Screen { columns, width_of, ..Screen::default() },
        };
        let mut table = Table::new(&COLUMNS, rows);
        table.fit(&style);
        let (head, lines) = table.lines(&style);
        std::iter::once(head).chain(lines).map(|line| line + "\n").collect()
    }

    #[test]
    fn columns_are_dropped_in_order_and_empty_ones_are_left_out() {
        let rows = [["venv", "1 byte", "now", ""], ["환경", "12 bytes", "", ""]];
        assert_eq!(written(None, &rows), "PATH      SIZE  USED\nvenv    1 byte  now\n환경  12 bytes\n");
        assert_eq!(written(Some(19), &rows), "PATH      SIZE\nvenv    1 byte\n환경  12 bytes\n");
        assert_eq!(written(Some(13), &rows), "PATH\nvenv\n환경\n");
    }

    #[test]
    fn shortened_paths_stay_different() {
        let rows = [["services/backend/.venv", "", "", ""], ["web", "", "", ""]];
        assert_eq!(written(Some(14), &rows), "PATH\nserv…end/.venv\nweb\n");
        let alike =
            [["services/backend/of/all/.venv", "", "", ""], ["services/frontend/of/all/.venv", "", "", ""]];
        let lines = written(Some(16), &alike);
        let lines: Vec<&str> = lines.lines().collect();
        assert!(
            lines[1] != lines[2] && lines.iter().all(|line| line.contains("PATH") || line.contains('…')),
            "{lines:?}"
        );
    }
}
