//! Writing an archive.

use std::io::{self, Read, Write};

use zstd::stream::write::Encoder;

use super::header::{ArchiveMember, ArchiveSize, BLOCK};

/// The level at which `zstd` and `tar --zstd` compress.
const LEVEL: i32 = 3;
/// So many threads compress while the caller reads files. More need more memory, and reading is slower than they are.
const THREADS: u32 = 1;
/// So much of a file is read at a time.
const CHUNK: usize = 128 * 1024;

/// Writes an archive. One that is dropped before [`ArchiveWriter::finish`] has no end, and no reader takes it.
pub struct ArchiveWriter<W: Write> {
    encoder: Encoder<'static, W>,
    size: ArchiveSize,
    buffer: Vec<u8>,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive.
    ///
    /// # Errors
    /// That of the compression.
    pub fn new(output: W) -> io::Result<Self> {
        let mut encoder = Encoder::new(output, LEVEL)?;
        encoder.include_checksum(true)?;
        encoder.multithread(THREADS)?;
        Ok(Self { encoder, size: ArchiveSize::default(), buffer: vec![0; CHUNK] })
    }

    /// Adds a member, with as many bytes of the content as it has. The order is the one described in the module.
    ///
    /// # Errors
    /// Unexpected end if the content is shorter; else that of reading or writing.
    pub fn add(&mut self, member: &ArchiveMember, content: &mut dyn Read) -> io::Result<()> {
        self.encoder.write_all(&member.headers()?)?;
        let size = member.size();
        let mut left = size;
        while left > 0 {
            let length = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            let part = self.buffer.get_mut(..length).unwrap_or_default();
            let read = content.read(part)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.encoder.write_all(part.get(..read).unwrap_or_default())?;
            left = left.saturating_sub(read as u64);
        }
        let padding = usize::try_from(size.next_multiple_of(BLOCK as u64) - size).unwrap_or(0);
        self.encoder.write_all([0; BLOCK].get(..padding).unwrap_or_default())?;
        self.size.members = self.size.members.saturating_add(1);
        self.size.bytes = self.size.bytes.saturating_add(size);
        Ok(())
    }

    /// Ends the archive, and returns where it was written to and how much it holds.
    ///
    /// # Errors
    /// That of writing.
    pub fn finish(mut self) -> io::Result<(W, ArchiveSize)> {
        self.encoder.write_all(&[0; 2 * BLOCK])?;
        Ok((self.encoder.finish()?, self.size))
    }
}
