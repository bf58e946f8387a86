//! The last door before a terminal: what a renderer writes reaches it without deceptive characters, wherever they came
//! from. Renderers quote names themselves, which reads better; this holds for what one of them forgets.

use std::io::{self, Write};

use crate::path::is_deceptive;

/// The start of a sequence that sets colours
/// (<https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Functions-using-CSI-_-ordered-by-the-final-character_s_>).
const COLOUR: &str = "\x1b[";

/// Writes text and escapes deceptive characters, except line breaks, tabs, and the colours of the program itself.
pub struct Guard<'g, W> {
    out: W,
    is_coloured: &'g dyn Fn() -> bool,
}

impl<'g, W: Write> Guard<'g, W> {
    /// Guards what is written to `out`. `is_coloured` says whether the program colours the text.
    pub fn new(out: W, is_coloured: &'g dyn Fn() -> bool) -> Self {
        Self { out, is_coloured }
    }

    fn write_text(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(|c| !matches!(c, '\n' | '\t') && is_deceptive(c)) {
            let (before, from) = rest.split_at(at);
            self.out.write_all(before.as_bytes())?;
            let length = match colour(from).filter(|_| (self.is_coloured)()) {
                Some(length) => {
                    self.out.write_all(&from.as_bytes()[..length])?;
                    length
                }
                None => {
                    let length = from.chars().next().map_or(1, char::len_utf8);
                    self.write_octal(&from.as_bytes()[..length])?;
                    length
                }
            };
            rest = &from[length..];
        }
        self.out.write_all(rest.as_bytes())
    }

    fn write_octal(&mut self, bytes: &[u8]) -> io::Result<()> {
        bytes.iter().try_for_each(|byte| write!(self.out, "\\{byte:03o}"))
    }
}

impl<W: Write> Write for Guard<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for chunk in bytes.utf8_chunks() {
            self.write_text(chunk.valid())?;
            self.write_octal(chunk.invalid())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The length of the sequence at the start of a text that sets colours.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix(COLOUR)?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then_some(COLOUR.len() + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(bytes: &[u8], is_coloured: bool) -> String {
        let mut out = Vec::new();
        Guard::new(&mut out, &|| is_coloured).write_all(bytes).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn nothing_deceptive_passes() {
        let cases: [(&[u8], bool, &str); 8] = [
            (b"a\tb\n", false, "a\tb\n"),
            (b"\x1b[1ma\x1b[0m", true, "\x1b[1ma\x1b[0m"),
            (b"\x1b[1ma\x1b[0m", false, "\\033[1ma\\033[0m"),
            (b"\x1b[2J\x1b]0;x\x07", true, "\\033[2J\\033]0;x\\007"),
            ("\u{9b}31m".as_bytes(), true, "\\302\\23331m"),
            ("a\u{202e}b\r".as_bytes(), true, "a\\342\\200\\256b\\015"),
            (b"\xff\xc2", true, "\\377\\302"),
            ("é🐍".as_bytes(), false, "é🐍"),
        ];
        for (bytes, is_coloured, expected) in cases {
            assert_eq!(guarded(bytes, is_coloured), expected);
        }
    }
}
