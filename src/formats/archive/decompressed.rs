//! Decompression by another thread, while this one works with what came.

use std::io::{self, BufReader, Read};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle};

use zstd::stream::read::Decoder;

use crate::formats::digest::DigestingReader;

/// The most memory that a frame may ask for, as a power of two: four times what the writer's level uses.
const WINDOW_LOG_MAX: u32 = 23;
/// So much is handed over at a time.
const PART: usize = 256 * 1024;
/// How many parts may wait.
const MAX_WAITING: usize = 4;

/// Reads what is in compressed bytes, to the end of these.
pub struct Decompressed {
    parts: Receiver<io::Result<Vec<u8>>>,
    /// Parts that were read, to be filled again.
    used: Sender<Vec<u8>>,
    part: Vec<u8>,
    /// How much of the part was read.
    at: usize,
    thread: JoinHandle<io::Result<(String, u64)>>,
}

impl Decompressed {
    /// Begins to decompress.
    ///
    /// # Errors
    /// That of the decompression, or of the system if it refuses a thread.
    pub fn open(input: impl Read + Send + 'static) -> io::Result<Self> {
        let mut decoder = Decoder::with_buffer(BufReader::with_capacity(PART, DigestingReader::new(input)))?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        let (ready, parts) = mpsc::sync_channel(MAX_WAITING);
        let (used, free) = mpsc::channel();
        let thread = thread::Builder::new().spawn(move || decompress(decoder, &ready, &free))?;
        Ok(Self { parts, used, part: Vec::new(), at: 0, thread })
    }

    /// The SHA-256 of the compressed bytes, in lower-case hexadecimal, and how many they are. It is called when everything
    /// was read.
    ///
    /// # Errors
    /// Other if not everything was read; else that of reading.
    pub fn finish(self) -> io::Result<(String, u64)> {
        drop(self.parts);
        self.thread.join().map_err(|_| unfinished())?
    }

    /// Waits for the next part that is not empty, and says whether there is one.
    fn next_part(&mut self) -> io::Result<bool> {
        while self.at == self.part.len() {
            // The sender is gone after the last part.
            let Ok(part) = self.parts.recv() else { return Ok(false) };
            let used = std::mem::replace(&mut self.part, part?);
            self.at = 0;
            // The other thread has ended if nobody takes it.
            let _ = self.used.send(used);
        }
        Ok(true)
    }
}

impl Read for Decompressed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || !self.next_part()? {
            return Ok(0);
        }
        let mut left = self.part.get(self.at..).unwrap_or_default();
        let read = left.read(into)?;
        self.at = self.at.saturating_add(read);
        Ok(read)
    }
}

/// Hands over everything that the decoder has, and returns the digest of what it was made of.
fn decompress<R: Read>(
    mut decoder: Decoder<'static, BufReader<DigestingReader<R>>>,
    ready: &SyncSender<io::Result<Vec<u8>>>,
    free: &Receiver<Vec<u8>>,
) -> io::Result<(String, u64)> {
    loop {
        let mut part = free.try_recv().unwrap_or_default();
        part.clear();
        let read = match decoder.by_ref().take(PART as u64).read_to_end(&mut part) {
            Ok(0) => break,
            Ok(_) => Ok(part),
            Err(error) => Err(error),
        };
        let is_failed = read.is_err();
        // Nobody takes it when the reader was dropped.
        if ready.send(read).is_err() || is_failed {
            return Err(unfinished());
        }
    }
    let mut input = decoder.finish();
    io::copy(&mut input, &mut io::sink())?;
    Ok(input.into_inner().finish())
}

fn unfinished() -> io::Error {
    io::Error::other("it was not read to its end")
}
