//! Lines that are longer than the terminal is wide, broken between words. The terminal itself breaks them anywhere, also
//! in the middle of a word.

use std::cell::RefCell;
use std::io::{self, Write};

use crate::render::paint::Paint;
use crate::render::role::Role;
use crate::render::screen::Screen;

/// How much further than the line a continuation is indented.
const INDENTATION: usize = 4;
/// A line with so many gaps of two blanks or more is a row of a table.
const GAPS_OF_ROW: usize = 2;
/// Units that are not torn off their number.
const UNITS: [&str; 8] = ["ms", "s", "byte", "bytes", "KiB", "MiB", "GiB", "TiB"];

/// Colours text as another paint does and remembers the commands, which are not broken: who copies one that is gets two.
pub(super) struct RememberingPaint<'p> {
    paint: &'p dyn Paint,
    commands: RefCell<Vec<String>>,
}

impl<'p> RememberingPaint<'p> {
    pub(super) fn new(paint: &'p dyn Paint) -> Self {
        Self { paint, commands: RefCell::default() }
    }
}

impl Paint for RememberingPaint<'_> {
    fn paint(&self, role: Role, text: &str) -> String {
        if role == Role::Command && text.contains(' ') {
            self.commands.borrow_mut().push(text.to_owned());
        }
        self.paint.paint(role, text)
    }
}

/// Breaks the lines that are written to it, and hands them on. What ends without a line break is handed on by `flush`.
pub(super) struct Wrapping<'w> {
    out: &'w mut dyn Write,
    screen: Screen,
    paint: &'w RememberingPaint<'w>,
    /// The line that has not come to its end.
    line: Vec<u8>,
}

impl<'w> Wrapping<'w> {
    pub(super) fn new(out: &'w mut dyn Write, screen: Screen, paint: &'w RememberingPaint<'w>) -> Self {
        Self { out, screen, paint, line: Vec::new() }
    }

    fn end_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let wrapped = std::str::from_utf8(&line).ok().zip(self.screen.columns).map(|(text, columns)| {
            broken(text, columns, self.screen.width_of, &self.paint.commands.borrow())
        });
        match wrapped {
            Some(wrapped) => self.out.write_all(wrapped.as_bytes()),
            None => self.out.write_all(&line),
        }
    }
}

impl Write for Wrapping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = part.strip_suffix(b"\n").unwrap_or(part);
            self.line.extend_from_slice(text);
            if text.len() < part.len() {
                self.end_line()?;
                self.out.write_all(b"\n")?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.out.flush()
    }
}

/// Breaks a line between words, where it is too wide, but no row of a table and no line of a patch.
fn broken(line: &str, columns: usize, width_of: fn(&str) -> usize, commands: &[String]) -> String {
    let is_row = line.trim_start().split("  ").filter(|cell| !cell.is_empty()).count() > GAPS_OF_ROW;
    let is_context = line.starts_with(' ') && !line.starts_with("  ");
    let is_of_patch = is_context || line.starts_with(['+', '-', '@']);
    if width_of(line) <= columns || is_row || is_of_patch {
        return line.to_owned();
    }
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let indentation = " ".repeat(blanks + INDENTATION);
    let (mut text, mut used) = (String::new(), 0);
    for (gap, word) in words(line, commands) {
        let width = width_of(word);
        if used > blanks && used + width_of(gap) + width > columns && indentation.len() < columns {
            text.push('\n');
            text.push_str(&indentation);
            used = indentation.len() + width;
        } else {
            text.push_str(gap);
            used += width_of(gap) + width;
        }
        text.push_str(word);
    }
    text
}

/// Whether a number stands before this place of a line and its unit after it.
fn is_before_unit(line: &str, at: usize) -> bool {
    let (before, after) = line.split_at(at);
    let unit =
        after.trim_start_matches(' ').split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    before.ends_with(|c: char| c.is_ascii_digit()) && UNITS.contains(&unit)
}

/// The parts of a line that stay whole, each with the blanks before it: words, commands, numbers with their units, and what
/// stands between backticks.
fn words<'t>(line: &'t str, commands: &[String]) -> Vec<(&'t str, &'t str)> {
    let whole: Vec<(usize, usize)> = commands
        .iter()
        .flat_map(|command| line.match_indices(command.as_str()))
        .map(|(at, found)| (at, at + found.len()))
        .collect();
    let mut words = Vec::new();
    let (mut gap_at, mut word_at, mut is_quoted) = (0, None, false);
    for (at, character) in line.char_indices() {
        let is_gap = character == ' '
            && !is_quoted
            && !whole.iter().any(|(start, end)| (*start..*end).contains(&at))
            && !is_before_unit(line, at);
        is_quoted ^= character == '`';
        match (is_gap, word_at) {
            (true, Some(start)) => {
                words.push((&line[gap_at..start], &line[start..at]));
                (gap_at, word_at) = (at, None);
            }
            (false, None) => word_at = Some(at),
            _ => {}
        }
    }
    if let Some(start) = word_at {
        words.push((&line[gap_at..start], &line[start..]));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::paint::Plain;

    /// A command, its line, and what becomes of it on 30 columns.
    fn written(command: &str, line: &str) -> String {
        let paint = RememberingPaint::new(&Plain);
        paint.paint(Role::Command, command);
        let mut out = Vec::new();
        let screen = Screen { columns: Some(30), ..Screen::default() };
        let mut wrapping = Wrapping::new(&mut out, screen, &paint);
        // A line comes in pieces, and one of them ends within a character.
        for byte in line.as_bytes() {
            wrapping.write_all(&[*byte]).expect("memory");
        }
        wrapping.flush().expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn lines_are_broken_between_words() {
        let cases = [
            ("short é\n\nshort", "short é\n\nshort"),
            (
                "error: a sentence of some words is broken\n",
                "error: a sentence of some\n    words is broken\n",
            ),
            ("  evidence: a sentence of words\n", "  evidence: a sentence of\n      words\n"),
            ("  hint: run `git pyenv fix a b` ok\n", "  hint: run\n      `git pyenv fix a b` ok\n"),
            (
                "  fix: git pyenv fix old      (untracks it)\n",
                "  fix: git pyenv fix old\n      (untracks it)\n",
            ),
            ("an-extraordinarily-long-word-of-one-line\n", "an-extraordinarily-long-word-of-one-line\n"),
            ("PATH  KIND  PYTHON  SIZE  FILES  PACKAGES\n", "PATH  KIND  PYTHON  SIZE  FILES  PACKAGES\n"),
            ("+an ignore rule with blanks in its name\n", "+an ignore rule with blanks in its name\n"),
        ];
        for (line, expected) in cases {
            assert_eq!(written("git pyenv fix old", line), expected);
        }
    }

    #[test]
    fn commands_stay_whole() {
        let command = "git pyenv fix .venv left 'new env' old";
        let line = format!("  fix: {command}      (untracks them)\n");
        assert_eq!(written(command, &line), format!("  fix:\n      {command}\n      (untracks them)\n"));
    }

    #[test]
    fn a_number_keeps_its_unit() {
        let line = "freed all of it, 3.0 MiB in 120 ms or so\n";
        assert_eq!(written("x", line), "freed all of it, 3.0 MiB in\n    120 ms or so\n");
        assert_eq!(
            written("x", "it took some seconds, and 120 more\n"),
            "it took some seconds, and 120\n    more\n"
        );
    }
}
