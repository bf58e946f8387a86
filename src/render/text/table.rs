//! Tables that fit the width of the terminal.

use std::collections::HashSet;

use crate::render::role::Role;
use crate::render::style::Style;

/// The space between two columns.
const GAP: &str = "  ";

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its heading, by which [`Narrowing`] names it.
    title: &'static str,
    /// Its cells are aligned to the right.
    at_right: bool,
}

impl Column {
    /// A column of text.
    pub(super) const fn left(title: &'static str) -> Self {
        Self { title, at_right: false }
    }

    /// A column of numbers.
    pub(super) const fn right(title: &'static str) -> Self {
        Self { title, at_right: true }
    }
}

/// One way to make a table narrower.
#[derive(Debug, Clone, Copy)]
pub(super) enum Narrowing {
    /// The column with this heading shows the short form of its cells.
    Shorten(&'static str),
    /// The middle of cells of the column with this heading is cut out, to no less than this width, as long as all cells
    /// stay different.
    Cut(&'static str, usize),
    /// The column with this heading is left out.
    Drop(&'static str),
}

/// What one cell shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    full: String,
    short: Option<String>,
}

impl Cell {
    /// A cell with a short form for narrow terminals.
    pub(super) fn or_short(full: String, short: String) -> Self {
        Self { full, short: Some(short) }
    }
}

impl From<String> for Cell {
    fn from(full: String) -> Self {
        Self { full, short: None }
    }
}

/// A table: columns with one cell per row.
pub(super) struct Table {
    columns: Vec<ShownColumn>,
    rows: usize,
}

/// A column with its cells, and what is shown of them.
struct ShownColumn {
    column: Column,
    cells: Vec<Cell>,
    shown: Vec<String>,
}

impl Table {
    /// Creates a table of the columns that have content in at least one row. Each row has a cell for each column.
    pub(super) fn new<const N: usize>(columns: [Column; N], rows: Vec<[Cell; N]>) -> Self {
        let count = rows.len();
        let mut rows: Vec<_> = rows.into_iter().map(IntoIterator::into_iter).collect();
        let columns = columns.into_iter().map(|column| {
            let cells: Vec<Cell> = rows.iter_mut().filter_map(Iterator::next).collect();
            let shown = cells.iter().map(|cell| cell.full.clone()).collect();
            ShownColumn { column, cells, shown }
        });
        let has_content = |column: &ShownColumn| column.shown.iter().any(|cell| !cell.is_empty());
        Self { columns: columns.filter(has_content).collect(), rows: count }
    }

    /// Narrows the table, in this order, until its lines fit. What was shortened or cut is then shown as fully as there is
    /// room again, the last first.
    pub(super) fn fit(&mut self, narrowings: &[Narrowing], style: &Style<'_>) {
        let Some(room) = style.screen.columns else { return };
        let mut applied = Vec::new();
        for narrowing in narrowings {
            if self.width(style) <= room {
                break;
            }
            self.narrow(*narrowing, room, style);
            applied.push(*narrowing);
        }
        let mut cut = HashSet::new();
        for narrowing in applied.into_iter().rev() {
            match narrowing {
                Narrowing::Shorten(title) => self.widen(title, room, style),
                Narrowing::Cut(title, _) if cut.insert(title) => self.narrow(narrowing, room, style),
                Narrowing::Cut(..) | Narrowing::Drop(_) => {}
            }
        }
    }

    fn narrow(&mut self, narrowing: Narrowing, room: usize, style: &Style<'_>) {
        match narrowing {
            Narrowing::Shorten(title) => {
                self.change(title, |column| column.shown = column.cells.iter().map(short).collect());
            }
            Narrowing::Cut(title, least) => {
                self.change(title, |column| column.shown = column.full());
                let excess = self.width(style).saturating_sub(room);
                self.change(title, |column| column.cut(excess, least, style.screen.width_of));
            }
            Narrowing::Drop(title) => self.columns.retain(|column| column.column.title != title),
        }
    }

    /// Shows the whole cells of a column again, if the lines fit then.
    fn widen(&mut self, title: &str, room: usize, style: &Style<'_>) {
        let mut before = Vec::new();
        self.change(title, |column| {
            let full = column.full();
            before = std::mem::replace(&mut column.shown, full);
        });
        if self.width(style) > room {
            self.change(title, |column| column.shown = before);
        }
    }

    fn change(&mut self, title: &str, change: impl FnOnce(&mut ShownColumn)) {
        if let Some(column) = self.columns.iter_mut().find(|column| column.column.title == title) {
            change(column);
        }
    }

    /// Returns the line of headings and a line per row. Columns are as wide as their widest cell.
    pub(super) fn lines(&self, style: &Style<'_>) -> (String, Vec<String>) {
        let width_of = style.screen.width_of;
        let line = |text: &dyn Fn(&ShownColumn) -> String| {
            let cells = self.columns.iter().map(|column| {
                let cell = text(column);
                let padding = " ".repeat(column.width(width_of).saturating_sub(width_of(&cell)));
                if column.column.at_right { format!("{padding}{cell}") } else { format!("{cell}{padding}") }
            });
            cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
        };
        let row = |number: usize| {
            line(&move |column: &ShownColumn| column.shown.get(number).cloned().unwrap_or_default())
        };
        let titles = line(&|column: &ShownColumn| column.column.title.to_owned());
        (style.paint.paint(Role::Heading, &titles), (0..self.rows).map(row).collect())
    }

    fn width(&self, style: &Style<'_>) -> usize {
        let widths = self.columns.iter().map(|column| column.width(style.screen.width_of));
        widths.sum::<usize>() + GAP.len() * self.columns.len().saturating_sub(1)
    }
}

impl ShownColumn {
    fn full(&self) -> Vec<String> {
        self.cells.iter().map(|cell| cell.full.clone()).collect()
    }

    fn width(&self, width_of: fn(&str) -> usize) -> usize {
        self.widest(width_of).max(width_of(self.column.title))
    }

    fn widest(&self, width_of: fn(&str) -> usize) -> usize {
        self.shown.iter().map(|cell| width_of(cell)).max().unwrap_or(0)
    }

    /// Cuts out the middle of cells, so that the column becomes narrower by `excess`.
    fn cut(&mut self, excess: usize, least: usize, width_of: fn(&str) -> usize) {
        let widest = self.widest(width_of);
        let different = self.shown.iter().collect::<HashSet<_>>().len();
        let fitting = (widest.saturating_sub(excess).max(least)..widest).find_map(|limit| {
            let cut: Vec<String> = self.shown.iter().map(|cell| shorten(cell, limit, width_of)).collect();
            (cut.iter().collect::<HashSet<_>>().len() == different).then_some(cut)
        });
        if let Some(cut) = fitting {
            self.shown = cut;
        }
    }
}

fn short(cell: &Cell) -> String {
    cell.short.as_ref().unwrap_or(&cell.full).clone()
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

    const COLUMNS: [Column; 4] =
        [Column::left("PATH"), Column::right("SIZE"), Column::left("USED"), Column::left("NOTE")];

    const NARROWINGS: [Narrowing; 5] = [
        Narrowing::Shorten("NOTE"),
        Narrowing::Drop("USED"),
        Narrowing::Cut("PATH", 20),
        Narrowing::Drop("SIZE"),
        Narrowing::Cut("PATH", 12),
    ];

    /// East Asian characters are twice as wide.
    fn width_of(text: &str) -> usize {
        text.chars().map(|c| if c >= '\u{1100}' && c != '…' { 2 } else { 1 }).sum()
    }

    /// The last cell of a row becomes `…` where it is shortened.
    fn written(columns: Option<usize>, rows: &[[&str; 4]]) -> String {
        let cell = |text: &str| match text.starts_with("note") {
            true => Cell::or_short(text.to_owned(), "…".to_owned()),
            false => Cell::from(text.to_owned()),
        };
        let rows = rows.iter().map(|row| row.map(cell)).collect();
        let style = Style {
            paint: &Plain,
            detail: Detail::Normal,
            screen: Screen { columns, width_of, ..Screen::default() },
            here: &&crate::model::InvocationDirectory::default(),
            evaluate: &|| "",
        };
        let mut table = Table::new(COLUMNS, rows);
        table.fit(&NARROWINGS, &style);
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

    #[test]
    fn what_is_shortened_is_whole_again_where_a_dropped_column_leaves_room() {
        let rows = [["venv", "1 byte", "2 years ago", "note 1"]];
        let whole = "PATH    SIZE  USED         NOTE\nvenv  1 byte  2 years ago  note 1\n";
        assert_eq!(written(Some(33), &rows), whole);
        assert_eq!(
            written(Some(32), &rows),
            "PATH    SIZE  USED         NOTE\nvenv  1 byte  2 years ago  …\n"
        );
        assert_eq!(written(Some(30), &rows), "PATH    SIZE  NOTE\nvenv  1 byte  note 1\n");
        assert_eq!(written(Some(18), &rows), "PATH    SIZE  NOTE\nvenv  1 byte  …\n");
        let long = [["services/backend/of/.venv", "100 bytes", "", ""]];
        assert_eq!(
            written(Some(31), &long),
            "PATH                       SIZE\nservic…kend/of/.venv  100 bytes\n"
        );
        assert_eq!(written(Some(25), &long), "PATH\nservices/backend/of/.venv\n");
    }
}
