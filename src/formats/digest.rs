//! SHA-256 as text.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// The SHA-256 of bytes in lower-case hexadecimal.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    crate::text::hexadecimal(&Sha256::digest(bytes))
}

/// Reads from another reader, and computes the SHA-256 of what it read.
#[derive(Debug)]
pub struct DigestingReader<R> {
    input: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> DigestingReader<R> {
    /// Begins with nothing read.
    pub fn new(input: R) -> Self {
        Self { input, hasher: Sha256::new(), bytes: 0 }
    }

    /// The SHA-256 of what was read, in lower-case hexadecimal, and how many bytes that is.
    #[must_use]
    pub fn finish(self) -> (String, u64) {
        (crate::text::hexadecimal(&self.hasher.finalize()), self.bytes)
    }
}

impl<R: Read> Read for DigestingReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.hasher.update(into.get(..read).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_digest_is_the_usual_one() {
        assert_eq!(hexadecimal(b""), EMPTY);
        assert_eq!(DigestingReader::new(io::empty()).finish(), (EMPTY.to_owned(), 0));
    }

    #[test]
    fn what_is_read_is_digested() {
        let mut reader = DigestingReader::new([7; 1000].as_slice());
        let copied = io::copy(&mut reader, &mut io::sink()).expect("bytes");
        assert_eq!((copied, reader.finish()), (1000, (hexadecimal(&[7; 1000]), 1000)));
    }
}
