//! What a terminal shows of what programs write to it: lines of characters with colours.
//!
//! It knows the control sequences that programs of these tests send (ECMA-48,
//! <https://ecma-international.org/publications-and-standards/standards/ecma-48/>) and fails for every other one.

use git_pyenv::term;

/// How characters look; as the words of a mark, such as `bold red`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    colour: Option<u32>,
}

/// The colours 30 to 37.
const COLOURS: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

impl Look {
    /// Follows a number of `CSI … m`.
    fn follow(&mut self, number: u32) {
        match number {
            0 => *self = Self::default(),
            1 => self.bold = true,
            2 => self.dim = true,
            3 => self.italic = true,
            4 => self.underlined = true,
            22 => (self.bold, self.dim) = (false, false),
            23 => self.italic = false,
            24 => self.underlined = false,
            30..=37 | 90..=97 => self.colour = Some(number),
            39 => self.colour = None,
            _ => panic!("a look that is not known: {number}"),
        }
    }

    fn words(self) -> String {
        let colour = self.colour.map(|number| {
            let name = COLOURS[(number % 10) as usize];
            if number >= 90 { format!("bright {name}") } else { name.to_owned() }
        });
        let flags = [
            (self.bold, "bold"),
            (self.dim, "dim"),
            (self.italic, "italic"),
            (self.underlined, "underlined"),
        ];
        let flags = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, name)| (*name).to_owned());
        flags.chain(colour).collect::<Vec<_>>().join(" ")
    }
}

/// A character with what changes it; empty behind a character that is two columns wide.
#[derive(Debug, Clone, Default)]
struct Cell {
    text: String,
    look: Look,
}

/// A terminal of any height.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// The width; without one, no line comes to its end.
    columns: Option<usize>,
    rows: Vec<Vec<Cell>>,
    row: usize,
    column: usize,
    look: Look,
    /// A program has sent a look.
    pub(crate) has_looks: bool,
}

impl Screen {
    /// Shows everything that was written to a terminal.
    pub(crate) fn of(columns: Option<usize>, written: &str) -> Self {
        let mut screen = Self { columns, ..Self::default() };
        let mut rest = written.chars();
        while let Some(character) = rest.next() {
            match character {
                '\n' => screen.row += 1,
                '\r' => screen.column = 0,
                '\u{8}' => screen.column = screen.column.saturating_sub(1),
                '\u{7}' => {}
                '\u{1b}' => screen.obey(&mut rest),
                shown => screen.put(shown),
            }
        }
        assert_eq!(screen.look, Look::default(), "a look is never taken back: {written:?}");
        screen
    }

    /// The lines without their looks.
    pub(crate) fn plain(&self) -> Vec<String> {
        let text = |row: &Vec<Cell>| row.iter().map(|cell| cell.text.as_str()).collect();
        self.rows.iter().map(text).collect()
    }

    /// The lines with marks where a look begins and ends: `‹bold red›error:‹› text`.
    pub(crate) fn marked(&self) -> Vec<String> {
        self.rows.iter().map(|row| marked(row)).collect()
    }

    fn put(&mut self, shown: char) {
        let width = (term::screen(true, true).width_of)(shown.encode_utf8(&mut [0; 4]));
        if self.columns.is_some_and(|columns| self.column + width > columns) {
            (self.row, self.column) = (self.row + 1, 0);
        }
        let (column, look) = (self.column, self.look);
        let row = self.row();
        if width == 0 {
            // It belongs to the character before it.
            row.get_mut(column.saturating_sub(1)).expect("a character").text.push(shown);
            return;
        }
        if row.len() < column + width {
            row.resize_with(column + width, || Cell { text: " ".to_owned(), look: Look::default() });
        }
        row[column] = Cell { text: shown.to_string(), look };
        row[column + 1..column + width].fill(Cell::default());
        self.column += width;
    }

    /// The line of the cursor, which exists from now on.
    fn row(&mut self) -> &mut Vec<Cell> {
        if self.rows.len() <= self.row {
            self.rows.resize_with(self.row + 1, Vec::new);
        }
        &mut self.rows[self.row]
    }

    /// Follows what comes after an escape character.
    fn obey(&mut self, rest: &mut std::str::Chars<'_>) {
        match rest.next() {
            // An operating system command, such as a title, up to a bell.
            Some(']') => assert!(rest.any(|one| one == '\u{7}'), "a command without an end"),
            Some('[') => {
                let mut numbers = String::new();
                let last = loop {
                    match rest.next().expect("a whole sequence") {
                        one @ '0'..='?' => numbers.push(one),
                        last => break last,
                    }
                };
                self.obey_control(&numbers, last);
            }
            other => panic!("a sequence that is not known: {other:?}"),
        }
    }

    fn obey_control(&mut self, numbers: &str, last: char) {
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        let count = number(numbers).max(1) as usize;
        let column = self.column;
        match (last, numbers) {
            ('m', _) => {
                self.has_looks = true;
                numbers.split(';').for_each(|text| self.look.follow(number(text)));
            }
            ('K', "" | "0") => self.row().truncate(column),
            ('K', "2") => self.row().clear(),
            ('A', _) => self.row = self.row.saturating_sub(count),
            ('B', _) => self.row += count,
            ('C', _) => self.column += count,
            ('D', _) => self.column = self.column.saturating_sub(count),
            ('G', _) => self.column = count - 1,
            // Modes, such as bracketed paste.
            ('h' | 'l', _) if numbers.starts_with('?') => {}
            _ => panic!("a sequence that is not known: {numbers}{last}"),
        }
    }
}

fn marked(row: &[Cell]) -> String {
    let mut look = Look::default();
    let mut text = String::new();
    for cell in row.iter().filter(|cell| !cell.text.is_empty()) {
        if cell.look != look {
            if look != Look::default() {
                text.push_str("‹›");
            }
            if cell.look != Look::default() {
                text.push_str(&format!("‹{}›", cell.look.words()));
            }
            look = cell.look;
        }
        text.push_str(&cell.text);
    }
    if look == Look::default() { text } else { text + "‹›" }
}

#[test]
fn it_shows_what_a_terminal_shows() {
    let screen = Screen::of(Some(8), "\x1b[1;31merror:\x1b[0m x\r\n[==>  ]\r\x1b[2K환경 is too long\r\n");
    assert_eq!(screen.plain(), ["error: x", "환경 is ", "too long"]);
    assert_eq!(screen.marked(), ["‹bold red›error:‹› x", "환경 is ", "too long"]);
    assert!(screen.has_looks && !Screen::of(None, "x\x1b[K\n").has_looks);
}
