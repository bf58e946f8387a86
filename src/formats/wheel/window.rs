//! Random access to a file without reading all of it: pip's wheel has 2 MB, its list of files a fiftieth of that.

use std::io::{self, Read, Seek, SeekFrom};

use crate::ports::ReadAt;

/// The number of bytes to read at once.
const SIZE: usize = 16 * 1024;

/// A position in a file, and a buffer.
pub(super) struct Window<'f> {
    file: &'f dyn ReadAt,
    at: u64,
    /// The position of the buffer in the file.
    start: u64,
    buffer: Vec<u8>,
}

impl<'f> Window<'f> {
    /// Starts at the beginning of a file.
    pub(super) fn new(file: &'f dyn ReadAt) -> Self {
        Self { file, at: 0, start: 0, buffer: Vec::new() }
    }

    /// The buffered bytes from this position on; empty if the file has to be read.
    fn buffered(&self) -> &[u8] {
        let skipped = self.at.checked_sub(self.start).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| self.buffer.get(skipped..)).unwrap_or_default()
    }

    fn fill_buffer(&mut self) -> io::Result<()> {
        self.buffer.resize(SIZE, 0);
        self.start = self.at;
        let read = self.file.read_at(self.at, &mut self.buffer);
        self.buffer.truncate(*read.as_ref().unwrap_or(&0));
        read.map(drop)
    }
}

/// A second position in the same file, with an empty buffer.
impl Clone for Window<'_> {
    fn clone(&self) -> Self {
        Self { at: self.at, ..Self::new(self.file) }
    }
}

impl Read for Window<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() {
            self.fill_buffer()?;
        }
        let read = self.buffered().read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.file.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file whose reads return fewer bytes than requested, as on some file systems.
    struct Slow(Vec<u8>);

    impl ReadAt for Slow {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
            let rest = usize::try_from(at).ok().and_then(|at| self.0.get(at..)).unwrap_or_default();
            let mut few = &rest[..rest.len().min(7_000)];
            few.read(into)
        }
    }

    proptest::proptest! {
        #[test]
        fn reads_the_same_as_a_cursor(moves: Vec<(u16, u16)>, back in 0_i64..50_000) {
            let bytes: Vec<u8> = (0..50_000_u32).map(|number| (number % 251) as u8).collect();
            let file = Slow(bytes.clone());
            let (mut window, mut expected) = (Window::new(&file), io::Cursor::new(&bytes));
            for (to, length) in moves {
                let place = SeekFrom::Start(to.into());
                assert_eq!(window.seek(place).expect("a place"), expected.seek(place).expect("a place"));
                let [mut read, mut hoped] = [(); 2].map(|()| Vec::new());
                window.by_ref().take(length.into()).read_to_end(&mut read).expect("bytes");
                expected.by_ref().take(length.into()).read_to_end(&mut hoped).expect("bytes");
                proptest::prop_assert_eq!(&read, &hoped);
                proptest::prop_assert_eq!(window.clone().stream_position().ok(), Some(expected.position()));
            }
            proptest::prop_assert_eq!(window.seek(SeekFrom::End(-back)).ok(), Some(50_000 - back.unsigned_abs()));
            proptest::prop_assert!(window.seek(SeekFrom::Current(-50_001)).is_err());
        }
    }
}
