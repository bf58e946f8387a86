//! A part of a file in memory that moves forward.
//!
//! An index of a million paths has more than 100 MB. Mapping it would cost no memory either, but more time than reading
//! it in pieces that fit into the processor's cache, and a file that another program truncates while it is mapped ends
//! the process.

use std::io::{self, Read};

use super::index_format::cut_short;
use crate::error::{Error, Result};

/// How much is read at once.
const LENGTH: usize = 256 * 1024;

/// The bytes of a source from some place on.
pub(super) struct IndexWindow<'s> {
    source: &'s mut dyn Read,
    buffer: Vec<u8>,
    /// Where the bytes start that were not consumed, and where they end.
    start: usize,
    end: usize,
    /// The number of bytes that were not read yet.
    unread: u64,
}

impl<'s> IndexWindow<'s> {
    /// Opens a window on the first `length` bytes of a source.
    ///
    /// # Errors
    /// Undecided if they cannot be read.
    pub(super) fn new(source: &'s mut dyn Read, length: u64) -> Result<Self> {
        let buffer = vec![0; usize::try_from(length).unwrap_or(LENGTH).min(LENGTH)];
        let mut window = Self { source, buffer, start: 0, end: 0, unread: length };
        window.refill()?;
        Ok(window)
    }

    /// The bytes in the window.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Moves the window forward within its bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// The number of bytes from the start of the window to the end.
    pub(super) fn remaining(&self) -> u64 {
        (self.end - self.start) as u64 + self.unread
    }

    /// Reads on, with a larger window if nothing of it was consumed. Returns whether there was more.
    ///
    /// # Errors
    /// Undecided if it cannot be read, or is shorter than it was.
    pub(super) fn refill(&mut self) -> Result<bool> {
        if self.unread == 0 {
            return Ok(false);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            let more = self.buffer.len().max(LENGTH);
            self.buffer.try_reserve(more).map_err(|error| failed(error.into()))?;
            self.buffer.resize(self.buffer.len() + more, 0);
        }
        let room = (self.buffer.len() - self.end) as u64;
        let wanted = usize::try_from(room.min(self.unread)).unwrap_or(usize::MAX);
        self.source.read_exact(&mut self.buffer[self.end..self.end + wanted]).map_err(failed)?;
        self.end += wanted;
        self.unread -= wanted as u64;
        Ok(true)
    }

    /// Moves the window forward, also beyond its bytes.
    ///
    /// # Errors
    /// Undecided if there are fewer bytes.
    pub(super) fn skip(&mut self, count: u64) -> Result<()> {
        let within = (self.end - self.start) as u64;
        let beyond = count.saturating_sub(within);
        self.consume(usize::try_from(count.min(within)).unwrap_or(usize::MAX));
        if beyond > self.unread {
            return Err(cut_short());
        }
        let skipped = io::copy(&mut self.source.take(beyond), &mut io::sink()).map_err(failed)?;
        self.unread -= beyond;
        if skipped == beyond { Ok(()) } else { Err(cut_short()) }
    }
}

fn failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => cut_short(),
        _ => Error::undecided("failed to read the index").cause(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_on_and_grows_where_nothing_was_consumed() {
        let bytes: Vec<u8> = (0..3 * LENGTH).map(|index| (index % 251) as u8).collect();
        let mut source = bytes.as_slice();
        let mut window = IndexWindow::new(&mut source, bytes.len() as u64 - 1).expect("a window");
        let shows = |window: &IndexWindow<'_>, start: usize, end: usize| window.bytes() == &bytes[start..end];
        assert!(shows(&window, 0, LENGTH));
        window.consume(LENGTH - 3);
        assert!(window.refill().expect("more"));
        assert!(shows(&window, LENGTH - 3, 2 * LENGTH - 3));
        assert!(window.refill().expect("more"));
        assert!(shows(&window, LENGTH - 3, 3 * LENGTH - 3));
        assert!(window.refill().expect("more"));
        assert!(shows(&window, LENGTH - 3, 3 * LENGTH - 1));
        assert!(!window.refill().expect("no more"));
        window.skip(2 * LENGTH as u64).expect("what is left");
        assert_eq!(window.remaining(), 2);
        assert!(shows(&window, 3 * LENGTH - 3, 3 * LENGTH - 1));
        assert!(window.skip(3).is_err());
    }

    #[test]
    fn what_became_shorter_is_an_error() {
        let bytes = vec![7; LENGTH + 10];
        assert!(IndexWindow::new(&mut &bytes[..5], 6).is_err());
        let mut source = bytes.as_slice();
        let mut window = IndexWindow::new(&mut source, bytes.len() as u64 + 1).expect("a window");
        assert!(window.refill().is_err());
        let mut source = bytes.as_slice();
        let mut window = IndexWindow::new(&mut source, bytes.len() as u64 + 1).expect("a window");
        assert!(window.skip(bytes.len() as u64 + 1).is_err());
    }
}
