//! The audit log: what this program deleted, as JSON lines, each with the SHA-256 of the previous one.
//!
//! Lines are only appended. A writer that is killed leaves a torn last line; the next writer ends it with a line break
//! and records its digest in the next line (`torn`), so that the torn line stays and cannot be replaced. The head, in a
//! separate file, identifies the last line, because the chain alone does not show that lines are missing at the end.

use serde::{Deserialize, Serialize};

use super::digest;

mod record;

pub use record::{AuditAction, AuditEvent, AuditRecord, AuditUser, KEPT_LIMIT, KeptFile};

/// The digest before the first line.
const NO_LINE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The number of the entry, from 1.
    pub sequence: u64,
    /// The SHA-256 of the previous entry's line, without its line break; 64 zeros in the first.
    pub previous: String,
    /// The SHA-256 of a torn line between that line and this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub torn: Option<String>,
    /// The time, RFC 3339 in UTC.
    pub time: String,
    /// Who ran the program; absent in lines of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<AuditUser>,
    /// The content.
    #[serde(flatten)]
    pub record: AuditRecord,
}

/// Identifies the last entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLogHead {
    /// Its number; 0 for an empty log.
    pub sequence: u64,
    /// The SHA-256 of its line.
    pub line: String,
}

/// Where the chain of a log is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct AuditLogBreak {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

/// An entry to append to a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The bytes to append to the log.
    pub bytes: Vec<u8>,
    /// The new head.
    pub head: AuditLogHead,
}

/// Verifies that no line was changed, removed or reordered, and returns the number of entries. `head` is the content of
/// the head's file; it may be one entry behind, because it is written after the line.
///
/// A torn last line is not an error: no writer has repaired it yet.
///
/// # Errors
/// [`AuditLogBreak`] for the first line that does not follow from the previous one.
pub fn verify(bytes: &[u8], head: Option<&AuditLogHead>) -> Result<u64, AuditLogBreak> {
    let (whole, tail) = split_tail(bytes);
    let mut chain = Chain::default();
    let mut head_seen = head.is_none_or(|head| head.sequence == 0);
    let mut count = 0;
    for (index, line) in lines(whole).enumerate() {
        count = index + 1;
        chain.follow(line).map_err(|reason| AuditLogBreak { line: count, reason })?;
        head_seen |= head.is_some_and(|head| *head == chain.head);
    }
    if let Some(torn) = &chain.torn {
        return Err(AuditLogBreak {
            line: torn.number,
            reason: "not an entry, and no later entry confirms it",
        });
    }
    if !tail.is_empty() {
        // The writer may have been killed between the line and its line break: then the line is complete.
        let _ = chain.follow(tail);
        head_seen |= head.is_some_and(|head| *head == chain.head);
    }
    if head_seen {
        Ok(chain.head.sequence)
    } else {
        Err(AuditLogBreak { line: count + 1, reason: "lines are missing" })
    }
}

/// Creates the entry that appends a record to a log, and repairs a torn line before it.
///
/// # Errors
/// The reason if it cannot be written as JSON.
pub fn new_entry(
    log: &[u8],
    time: String,
    user: Option<AuditUser>,
    record: AuditRecord,
) -> Result<NewEntry, String> {
    let (whole, tail) = split_tail(log);
    let mut chain = Chain::resume(whole);
    let mut bytes = Vec::new();
    if !tail.is_empty() {
        bytes.push(b'\n');
        chain.accept(tail);
    }
    let torn = chain.torn.map(|torn| torn.digest);
    let sequence = chain.head.sequence + 1;
    let entry = AuditEntry { sequence, previous: chain.head.line, torn, time, user, record };
    let line = serde_json::to_vec(&entry).map_err(|error| error.to_string())?;
    let head = AuditLogHead { sequence, line: digest::hexadecimal(&line) };
    bytes.extend_from_slice(&line);
    bytes.push(b'\n');
    Ok(NewEntry { bytes, head })
}

/// The entries of a log, in order; lines that cannot be parsed are skipped, so call [`verify`] first if that matters.
#[must_use]
pub fn entries(bytes: &[u8]) -> Vec<AuditEntry> {
    lines(bytes).filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// Parses the head's file; `None` if it is invalid.
#[must_use]
pub fn parse_head(bytes: &[u8]) -> Option<AuditLogHead> {
    serde_json::from_slice(bytes).ok()
}

/// Writes the head's file.
///
/// # Errors
/// The reason if it cannot be written as JSON.
pub fn write_head(head: &AuditLogHead) -> Result<Vec<u8>, String> {
    let mut bytes = serde_json::to_vec(head).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The state that the next line has to follow from.
struct Chain {
    head: AuditLogHead,
    torn: Option<Torn>,
    lines: usize,
}

/// A line that is not an entry.
struct Torn {
    number: usize,
    digest: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self { head: AuditLogHead { sequence: 0, line: NO_LINE.to_owned() }, torn: None, lines: 0 }
    }
}

impl Chain {
    /// Accepts the next line if it follows.
    fn follow(&mut self, line: &[u8]) -> Result<(), &'static str> {
        self.lines += 1;
        let Ok(entry) = serde_json::from_slice::<AuditEntry>(line) else {
            let torn = Torn { number: self.lines, digest: digest::hexadecimal(line) };
            return match self.torn.replace(torn) {
                None => Ok(()),
                Some(_) => Err("not an entry"),
            };
        };
        let torn = self.torn.take().map(|torn| torn.digest);
        if entry.torn != torn {
            return Err("the previous line was changed after this one was written");
        }
        if entry.sequence != self.head.sequence + 1 {
            return Err("its number is not consecutive");
        }
        if entry.previous != self.head.line {
            return Err("the digest of the previous line does not match");
        }
        self.head = AuditLogHead { sequence: entry.sequence, line: digest::hexadecimal(line) };
        Ok(())
    }

    /// Accepts any line: a broken log is continued after its last entry, and stays broken.
    fn accept(&mut self, line: &[u8]) {
        match serde_json::from_slice::<AuditEntry>(line) {
            Ok(entry) => {
                self.head = AuditLogHead { sequence: entry.sequence, line: digest::hexadecimal(line) };
                self.torn = None;
            }
            Err(_) => self.torn = Some(Torn { number: 0, digest: digest::hexadecimal(line) }),
        }
    }

    /// The state after complete lines; only the last ones have to be parsed.
    fn resume(whole: &[u8]) -> Self {
        let mut chain = Self::default();
        let mut last: Vec<&[u8]> = Vec::new();
        for line in whole.strip_suffix(b"\n").unwrap_or_default().rsplit(|&byte| byte == b'\n') {
            last.push(line);
            if serde_json::from_slice::<AuditEntry>(line).is_ok() {
                break;
            }
        }
        last.into_iter().rev().filter(|line| !line.is_empty()).for_each(|line| chain.accept(line));
        chain
    }
}

/// Splits off the text after the last line break.
fn split_tail(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1))
}

/// The lines of a log, without their breaks.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|&byte| byte == b'\n').filter(move |_| !bytes.is_empty())
}

#[cfg(test)]
mod tests;
