//! What to write to append an entry, in which order.

use super::chain::{AuditLogHead, ChainLink, gap_digest, is_torn};
use super::record::{AuditEntry, AuditRecord, AuditUser};
use crate::formats::digest;

/// One write. Each has to be on the disk before the next one begins; a writer may be killed between and within any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogWrite {
    /// Appends these bytes to the log, which may be left in part.
    Append(Vec<u8>),
    /// Replaces the head's file with these bytes, as a whole or not at all.
    Head(Vec<u8>),
}

/// The writes that append a record to a log. Lines of killed writers are ended and confirmed before it; a log that is
/// broken at its end stays so, because the new entry says it.
///
/// # Errors
/// The reason if it cannot be written as JSON.
pub fn append(
    log: &[u8],
    head_file: Option<&[u8]>,
    time: String,
    user: Option<AuditUser>,
    record: AuditRecord,
) -> Result<Vec<LogWrite>, String> {
    let end = End::of(log);
    let broken = end.fault(head_file);
    let mut writes = Vec::new();
    if end.is_open && end.gap.is_empty() {
        // The entry is complete, and becomes a line before the head names it.
        writes.push(LogWrite::Append(b"\n".to_vec()));
    }
    if broken.is_none() && AuditLogHead::parse(head_file).as_ref() != Some(&end.last) {
        writes.push(LogWrite::Head(end.last.to_file()?));
    }
    let mut bytes = Vec::new();
    if end.is_open && !end.gap.is_empty() {
        bytes.push(b'\n');
    }
    let sequence = end.last.sequence.saturating_add(1);
    let torn = gap_digest(&end.gap);
    let entry = AuditEntry { sequence, previous: end.last.line, torn, broken, time, user, record };
    let line = serde_json::to_vec(&entry).map_err(|error| error.to_string())?;
    let head = AuditLogHead { sequence, line: digest::hexadecimal(&line) };
    bytes.extend_from_slice(&line);
    bytes.push(b'\n');
    writes.extend([LogWrite::Append(bytes), LogWrite::Head(head.to_file()?)]);
    Ok(writes)
}

/// The end of a log.
#[derive(Default)]
struct End<'l> {
    /// The last entry.
    last: AuditLogHead,
    /// What it says of the one before it.
    before: AuditLogHead,
    /// The lines after it.
    gap: Vec<&'l [u8]>,
    /// The last line has no line break.
    is_open: bool,
}

impl<'l> End<'l> {
    /// Reads backwards, as far as the last entry.
    fn of(log: &'l [u8]) -> Self {
        let mut end = Self { is_open: !log.is_empty() && !log.ends_with(b"\n"), ..Self::default() };
        let text = log.strip_suffix(b"\n").unwrap_or(log);
        for line in text.rsplit(|&byte| byte == b'\n').filter(|_| !log.is_empty()) {
            if let Some(link) = ChainLink::parse(line) {
                (end.last, end.before) = (link.head(line), link.before());
                break;
            }
            end.gap.push(line);
        }
        end.gap.reverse();
        end
    }

    /// What shows that something else than this program wrote here.
    fn fault(&self, head_file: Option<&[u8]>) -> Option<String> {
        let is_whole = !(self.is_open && self.gap.is_empty());
        let reason = match AuditLogHead::parse(head_file) {
            None => "the file of the head could not be read",
            Some(head) if head != self.last && head != self.before => {
                "it did not end with the entry that was written last"
            }
            Some(head) if head == self.last && !is_whole => "its last line break was missing",
            Some(_) if !self.gap.iter().all(|line| is_torn(line, &self.last)) => "a line was not an entry",
            Some(_) => return None,
        };
        Some(reason.to_owned())
    }
}
