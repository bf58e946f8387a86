//! Whether text speaks of a command that does not work where it is read.

use std::io::{self, Write};

/// How a command of this program begins.
const COMMAND: &[u8] = b"git pyenv ";

/// Passes text on and remembers whether it has such a command.
pub(super) struct Mentions<W> {
    out: W,
    /// The last bytes that were passed on, and may be the beginning of a command.
    end: Vec<u8>,
    /// One was seen.
    pub(super) is_found: bool,
}

impl<W: Write> Mentions<W> {
    /// Looks at what is written to `out`.
    pub(super) fn new(out: W) -> Self {
        Self { out, end: Vec::new(), is_found: false }
    }
}

impl<W: Write> Write for Mentions<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.end.extend(bytes.iter().take(written));
        self.is_found |= memchr::memmem::find(&self.end, COMMAND).is_some();
        let known = self.end.len().saturating_sub(COMMAND.len() - 1);
        self.end.drain(..known);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_also_in_parts() {
        let found = |parts: &[&str]| {
            let mut text = Mentions::new(Vec::new());
            parts.iter().for_each(|part| text.write_all(part.as_bytes()).expect("memory"));
            assert_eq!(text.out, parts.concat().as_bytes());
            text.is_found
        };
        assert!(found(&["fix: git pyenv fix venv"]));
        assert!(found(&["fix: g", "it py", "", "env", " create"]));
        assert!(!found(&["git-pyenv", "git pyenv"]));
        assert!(!found(&[]));
    }
}
