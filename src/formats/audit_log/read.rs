//! Reading a log, and proving that it is unbroken.

use super::chain::{AuditLogHead, ChainLink, gap_digest, is_torn, split_tail};
use super::record::AuditEntry;

/// Where the chain of a log is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct AuditLogBreak {
    /// The line, counted from 1; one more than there are if lines are missing at the end.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

/// An entry, and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEntry {
    /// The line, counted from 1.
    pub line: usize,
    /// The entry.
    pub entry: AuditEntry,
    /// It has the number and the digest that an entry at this place must have.
    pub follows: bool,
}

/// A log as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditLogReading {
    /// Its entries, in order.
    pub entries: Vec<ReadEntry>,
    /// The lines of entries that this version cannot read, because a later one wrote them.
    pub unknown: Vec<usize>,
    /// The lines that a killed writer did not write to their end. They are no breaks.
    pub torn: Vec<usize>,
    /// The first line that does not follow from the one before it.
    pub first_break: Option<AuditLogBreak>,
    /// What identifies each entry, also those that cannot be read, with its line.
    heads: Vec<(usize, AuditLogHead)>,
}

/// Reads a log and the file of its head, of which a new log has none.
#[must_use]
pub fn read(log: &[u8], head_file: Option<&[u8]>) -> AuditLogReading {
    let mut reader = LineReader::default();
    let (whole, tail) = split_tail(log);
    let lines = whole.strip_suffix(b"\n").map(|text| text.split(|&byte| byte == b'\n'));
    lines.into_iter().flatten().for_each(|line| reader.add(line));
    if !tail.is_empty() {
        reader.add(tail);
    }
    let ends_in_entry = !tail.is_empty() && reader.gap.is_empty();
    reader.finish(head_file, ends_in_entry)
}

impl AuditLogReading {
    /// What identifies the last entry.
    #[must_use]
    pub fn head(&self) -> AuditLogHead {
        self.heads.last().map(|(_, head)| head.clone()).unwrap_or_default()
    }

    /// How many entries there are, also those that cannot be read.
    #[must_use]
    pub fn entry_count(&self) -> usize {
        self.heads.len()
    }

    /// Whether an entry has this digest, in either case.
    #[must_use]
    pub fn contains(&self, digest: &str) -> bool {
        self.heads.iter().any(|(_, head)| head.line.eq_ignore_ascii_case(digest))
    }

    /// Keeps the break that is nearest to the start.
    fn note(&mut self, line: usize, reason: impl Into<String>) {
        let found = AuditLogBreak { line, reason: reason.into() };
        if self.first_break.as_ref().is_none_or(|first| found.line < first.line) {
            self.first_break = Some(found);
        }
    }
}

/// Reads line by line.
#[derive(Default)]
struct LineReader<'l> {
    reading: AuditLogReading,
    lines: usize,
    /// The last entry.
    last: AuditLogHead,
    /// What the last entry says of the one before it.
    before: AuditLogHead,
    /// The lines since the last entry.
    gap: Vec<&'l [u8]>,
}

impl<'l> LineReader<'l> {
    fn add(&mut self, line: &'l [u8]) {
        self.lines += 1;
        match ChainLink::parse(line) {
            Some(link) => self.add_entry(line, &link),
            None => {
                if is_torn(line, &self.last) {
                    self.reading.torn.push(self.lines);
                } else {
                    self.reading.note(self.lines, "not an entry");
                }
                self.gap.push(line);
            }
        }
    }

    fn add_entry(&mut self, line: &'l [u8], link: &ChainLink) {
        let follows = link.before() == self.last;
        if link.torn != gap_digest(&self.gap) {
            self.reading.note(
                self.lines.saturating_sub(self.gap.len()),
                "what is between two entries is not what was there when the second was written",
            );
        }
        if link.sequence.checked_sub(1) != Some(self.last.sequence) {
            self.reading.note(self.lines, format!("entry {} follows {}", link.sequence, self.last.sequence));
        } else if !follows {
            self.reading
                .note(self.lines, "the entry before it is not the one that was there when it was written");
        } else if let Some(reason) = &link.broken {
            self.reading.note(self.lines, format!("the log was broken when it was written: {reason}"));
        }
        match serde_json::from_slice(line) {
            Ok(entry) => self.reading.entries.push(ReadEntry { line: self.lines, entry, follows }),
            Err(_) => self.reading.unknown.push(self.lines),
        }
        self.gap.clear();
        self.before = std::mem::replace(&mut self.last, link.head(line));
        self.reading.heads.push((self.lines, self.last.clone()));
    }

    /// Compares the end of the log with the file of its head.
    fn finish(mut self, head_file: Option<&[u8]>, ends_in_entry: bool) -> AuditLogReading {
        match AuditLogHead::parse(head_file) {
            None => self.reading.note(self.lines.max(1), "the file of the head cannot be read"),
            // The head is only written after the line break.
            Some(head) if head == self.last && ends_in_entry => {
                self.reading.note(self.lines, "its line break is missing");
            }
            Some(head) if head == self.last || head == self.before => {}
            Some(head) => self.note_apart(&head),
        }
        self.reading
    }

    /// Says where the log departs from what its head names.
    fn note_apart(&mut self, head: &AuditLogHead) {
        let named = self.reading.heads.iter().position(|(_, entry)| entry.sequence == head.sequence);
        let next = match named {
            Some(index) => index + usize::from(self.reading.heads.iter().any(|(_, entry)| entry == head)),
            None => 0,
        };
        let line = self.reading.heads.get(next).map(|(line, _)| *line);
        let (line, reason) = match (line, named) {
            // A line that was cut off is the first that is missing.
            _ if head.sequence > self.last.sequence => (
                self.lines + usize::from(self.gap.is_empty()),
                format!("lines are missing: entry {} was written last", head.sequence),
            ),
            (Some(line), _) if head.sequence == 0 => (line, "the file of the head is missing".to_owned()),
            (Some(line), Some(index)) if next > index => {
                (line, format!("it was not written as the others were: entry {} was the last", head.sequence))
            }
            (Some(line), Some(_)) => (line, "it was changed after it was written".to_owned()),
            (line, _) => {
                (line.unwrap_or(1), "the file of the head names an entry that does not exist".to_owned())
            }
        };
        self.reading.note(line, reason);
    }
}
