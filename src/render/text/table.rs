//! Tables that fit the width of the terminal: a line never wraps.

use std::collections::HashSet;

use crate::render::{Role, Style};

/// Between two columns.
const GAP: &str = "  ";
/// No column is cut to less.
const NARROWEST: usize = 12;

/// How a column looks, and what may become of it where the terminal is narrow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its head.
    pub(super) title: &'static str,
    /// Numbers stand at the right.
    pub(super) at_right: bool,
    /// The order in which columns are left out, the lowest first; `None` for those that stay.
    pub(super) leaves: Option<u8>,
    /// Its cells may lose their middle, once no other column can be left out; never so that two become the same.
    pub(super) shrinks: bool,
}

/// Columns, and rows with a cell for each.
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of the columns that say something in at least one row.
    pub(super) fn new(columns: &[Column], rows: Vec<Vec<String>>) -> Self {
        let says: Vec<bool> =
            (0..columns.len()).map(|index| rows.iter().any(|row| !row[index].is_empty())).collect();
        let mut table = Self { columns: columns.to_vec(), rows };
        table.keep(&says);
        table
    }

    /// Leaves out columns and shortens cells until the lines fit.
    pub(super) fn fit(&mut self, style: &Style<'_>) {
        let Some(columns) = style.screen.columns else { return };
        while self.width(style) > columns {
            let leaves = |(index, column): (usize, &Column)| Some((column.leaves?, index));
            let Some((_, index)) = self.columns.iter().enumerate().filter_map(leaves).min() else { break };
            let kept: Vec<bool> = (0..self.columns.len()).map(|other| other != index).collect();
            self.keep(&kept);
        }
        let excess = self.width(style).saturating_sub(columns);
        if excess > 0 {
            self.shrink(excess, style.screen.width_of);
        }
    }

    /// The line of heads and a line for each row. Columns are as wide as their widest cell.
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

    /// Takes the middle out of the cells of the column that shrinks.
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
    // The end of a path says more than its beginning.
    let head = fitting(&mut text.chars(), room / 3);
    let reversed = fitting(&mut text.chars().rev(), room - width_of(&head));
    format!("{head}…{}", reversed.chars().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Detail, Plain, Screen};

    const COLUMNS: [Column; 4] = [
        Column { title: "PATH", at_right: false, leaves: None, shrinks: true },
        Column { title: "SIZE", at_right: true, leaves: Some(1), shrinks: false },
        Column { title: "USED", at_right: false, leaves: Some(0), shrinks: false },
        Column { title: "NOTE", at_right: false, leaves: None, shrinks: false },
    ];

    /// East Asian characters are twice as wide.
    fn width_of(text: &str) -> usize {
        text.chars().map(|c| if c >= '\u{1100}' && c != '…' { 2 } else { 1 }).sum()
    }

    fn written(columns: Option<usize>, rows: &[[&str; 4]]) -> String {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let style = Style { paint: &Plain, detail: Detail::Normal, screen: Screen { columns, width_of } };
        let mut table = Table::new(&COLUMNS, rows);
        table.fit(&style);
        let (head, lines) = table.lines(&style);
        std::iter::once(head).chain(lines).map(|line| line + "\n").collect()
    }

    #[test]
    fn columns_leave_in_order_and_empty_ones_are_not_there() {
        let rows = [["venv", "1 byte", "now", ""], ["환경", "12 bytes", "", ""]];
        assert_eq!(written(None, &rows), "PATH      SIZE  USED\nvenv    1 byte  now\n환경  12 bytes\n");
        assert_eq!(written(Some(19), &rows), "PATH      SIZE\nvenv    1 byte\n환경  12 bytes\n");
        assert_eq!(written(Some(13), &rows), "PATH\nvenv\n환경\n");
    }

    #[test]
    fn paths_lose_their_middle_but_never_what_tells_them_apart() {
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
