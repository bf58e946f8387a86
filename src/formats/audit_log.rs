//! The audit log: what this program deleted, as JSON lines of which each holds the SHA-256 of the one before.
//!
//! It is only ever added to. A writer that is killed leaves a torn last line; the next writer ends it with a line
//! break and says its digest in its own line (`torn`), so that the evidence stays and nothing else can pass for it.
//! The head, kept in a file of its own, names the last line, because a chain alone does not miss its end.

use serde::{Deserialize, Serialize};

use super::digest;
use super::stored_path::StoredPath;

/// What stands for the line before the first.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditEvent {
    /// It is about to happen; written before the first file goes.
    Intent,
    /// Everything was deleted.
    Done,
    /// Something is still there, or it was given up.
    Failed,
    /// An event of a later version.
    #[serde(other)]
    Unknown,
}

/// Why something is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditAction {
    /// A new environment takes its place.
    Replace,
    /// An action of a later version.
    #[serde(other)]
    Unknown,
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// What happened.
    pub event: AuditEvent,
    /// The same for the lines of one operation.
    pub operation: String,
    /// Why.
    pub action: AuditAction,
    /// Where the environment was, absolute.
    pub path: StoredPath,
    /// Where it is put aside before it is deleted, absolute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<StoredPath>,
    /// The number that the file system knows it by, at its place and aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inode: Option<u64>,
    /// The kind of environment (`venv`, `uv`, …).
    pub kind: String,
    /// How many files and links: of the environment in an intent, deleted ones afterwards.
    pub files: u64,
    /// Their size in bytes, as far as it is known.
    pub bytes: u64,
    /// The id of the snapshot.
    pub snapshot: String,
    /// The version of the program.
    pub program: String,
    /// What could not be deleted. It is cut to [`KEPT_LIMIT`]; `kept_count` counts all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<KeptFile>,
    /// How many files and directories could not be deleted.
    #[serde(default)]
    pub kept_count: u64,
    /// Why it was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How many of the files that could not be deleted are named in one line.
pub const KEPT_LIMIT: usize = 100;

/// Something that could not be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Where it is, relative to the environment.
    pub path: StoredPath,
    /// The system's reason.
    pub reason: String,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Counts the lines from 1.
    pub sequence: u64,
    /// The SHA-256 of the whole line before, without its line break; 64 zeros in the first.
    pub previous: String,
    /// The SHA-256 of the torn line between that one and this, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub torn: Option<String>,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// What it tells.
    #[serde(flatten)]
    pub record: AuditRecord,
}

/// The last line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLogHead {
    /// Its number; 0 for an empty log.
    pub sequence: u64,
    /// Its SHA-256.
    pub line: String,
}

/// Where a log breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct AuditLogBreak {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

/// What is to be written after a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The bytes to append.
    pub bytes: Vec<u8>,
    /// The head afterwards.
    pub head: AuditLogHead,
}

/// Proves that no line was changed, removed, or exchanged, and returns how many there are. `head` is what the head's
/// file says; it may lag, because it is written after the line.
///
/// A torn last line is no break: nobody was there to heal it yet.
///
/// # Errors
/// [`AuditLogBreak`] names the first line that does not follow from the one before.
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
            reason: "this is not an entry, and no later one vouches for it",
        });
    }
    if !tail.is_empty() {
        // Killed between the line and its break, it may be whole.
        let _ = chain.follow(tail);
        head_seen |= head.is_some_and(|head| *head == chain.head);
    }
    if head_seen {
        Ok(chain.head.sequence)
    } else {
        Err(AuditLogBreak { line: count + 1, reason: "lines are missing here" })
    }
}

/// The line that adds a record to a log, with what heals a torn line before it.
///
/// # Errors
/// The reason if it cannot be written as JSON.
pub fn new_entry(log: &[u8], time: String, record: AuditRecord) -> Result<NewEntry, String> {
    let (whole, tail) = split_tail(log);
    let mut chain = Chain::resume(whole);
    let mut bytes = Vec::new();
    if !tail.is_empty() {
        bytes.push(b'\n');
        chain.accept(tail);
    }
    let torn = chain.torn.map(|torn| torn.digest);
    let sequence = chain.head.sequence + 1;
    let entry = AuditEntry { sequence, previous: chain.head.line, torn, time, record };
    let line = serde_json::to_vec(&entry).map_err(|error| error.to_string())?;
    let head = AuditLogHead { sequence, line: digest::hexadecimal(&line) };
    bytes.extend_from_slice(&line);
    bytes.push(b'\n');
    Ok(NewEntry { bytes, head })
}

/// The entries of a log, in order; what cannot be read is left out, so ask [`verify`] first where that counts.
#[must_use]
pub fn entries(bytes: &[u8]) -> Vec<AuditEntry> {
    lines(bytes).filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// Reads the head's file; `None` for anything else.
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

/// What the next line has to follow from.
struct Chain {
    head: AuditLogHead,
    torn: Option<Torn>,
    lines: usize,
}

/// A line that is no entry.
struct Torn {
    number: usize,
    digest: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self { head: AuditLogHead { sequence: 0, line: NOTHING.to_owned() }, torn: None, lines: 0 }
    }
}

impl Chain {
    /// Takes the next line if it follows.
    fn follow(&mut self, line: &[u8]) -> Result<(), &'static str> {
        self.lines += 1;
        let Ok(entry) = serde_json::from_slice::<AuditEntry>(line) else {
            let torn = Torn { number: self.lines, digest: digest::hexadecimal(line) };
            return match self.torn.replace(torn) {
                None => Ok(()),
                Some(_) => Err("this is not an entry"),
            };
        };
        let torn = self.torn.take().map(|torn| torn.digest);
        if entry.torn != torn {
            return Err("the line before is not the one that this was written after");
        }
        if entry.sequence != self.head.sequence + 1 {
            return Err("the number does not follow");
        }
        if entry.previous != self.head.line {
            return Err("the digest of the line before does not match");
        }
        self.head = AuditLogHead { sequence: entry.sequence, line: digest::hexadecimal(line) };
        Ok(())
    }

    /// Takes the next line whatever it is: a log that is broken goes on after its last entry, and stays broken.
    fn accept(&mut self, line: &[u8]) {
        match serde_json::from_slice::<AuditEntry>(line) {
            Ok(entry) => {
                self.head = AuditLogHead { sequence: entry.sequence, line: digest::hexadecimal(line) };
                self.torn = None;
            }
            Err(_) => self.torn = Some(Torn { number: 0, digest: digest::hexadecimal(line) }),
        }
    }

    /// The state after whole lines, of which only the last ones have to be read.
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

/// Splits off what stands after the last line break.
fn split_tail(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1))
}

/// The lines of a log, without their breaks.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|&byte| byte == b'\n').filter(move |_| !bytes.is_empty())
}

#[cfg(test)]
mod tests;
