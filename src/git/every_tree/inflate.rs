//! Decompressing one object after another with the same state.

use flate2::{Decompress, FlushDecompress, Status};

/// A decompressor, reset for each object.
pub(super) struct Inflate(Decompress);

impl Inflate {
    pub(super) fn new() -> Self {
        Self(Decompress::new(true))
    }

    /// Decompresses a whole object into a buffer; `None` unless it has exactly `size` bytes.
    pub(super) fn whole(&mut self, compressed: &[u8], size: usize, into: &mut Vec<u8>) -> Option<()> {
        into.clear();
        // One byte more shows an object that is longer than its header says.
        into.try_reserve(size + 1).ok()?;
        self.0.reset(true);
        let status = self.0.decompress_vec(compressed, into, FlushDecompress::Finish).ok()?;
        (status == Status::StreamEnd && into.len() == size).then_some(())
    }

    /// Decompresses the first bytes of an object, as many as the buffer has room for or as there are.
    pub(super) fn start(&mut self, compressed: &[u8], most: usize, into: &mut Vec<u8>) -> Option<()> {
        into.clear();
        into.try_reserve_exact(most).ok()?;
        self.0.reset(true);
        self.0.decompress_vec(compressed, into, FlushDecompress::Sync).ok().map(drop)
    }
}
