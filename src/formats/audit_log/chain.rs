//! The chain: what the next line has to follow from.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::formats::digest;

/// The digest before the first line.
const NO_LINE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Identifies the last entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLogHead {
    /// Its number; 0 for an empty log.
    pub sequence: u64,
    /// The SHA-256 of its line, without the line break; 64 zeros for an empty log.
    pub line: String,
}

impl Default for AuditLogHead {
    /// The head of an empty log.
    fn default() -> Self {
        Self { sequence: 0, line: NO_LINE.to_owned() }
    }
}

impl AuditLogHead {
    /// Parses the head's file, which an empty log does not have; `None` if it is not what a writer writes.
    pub(super) fn parse(file: Option<&[u8]>) -> Option<Self> {
        let Some(bytes) = file else { return Some(Self::default()) };
        serde_json::from_slice(bytes).ok().filter(|head: &Self| head.sequence > 0)
    }

    /// Writes the head's file.
    pub(super) fn to_file(&self) -> Result<Vec<u8>, String> {
        let mut bytes = serde_json::to_vec(self).map_err(|error| error.to_string())?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// What of an entry makes the chain. Entries of later versions have it too, whatever else they say.
#[derive(Debug, Deserialize)]
pub(super) struct ChainLink {
    pub(super) sequence: u64,
    pub(super) previous: String,
    #[serde(default)]
    pub(super) torn: Option<String>,
    #[serde(default)]
    pub(super) broken: Option<String>,
}

impl ChainLink {
    /// The link of a line; `None` if the line is no entry.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok().filter(|link: &Self| link.sequence > 0)
    }

    /// What identifies its entry, which is this line.
    pub(super) fn head(&self, line: &[u8]) -> AuditLogHead {
        AuditLogHead { sequence: self.sequence, line: digest::hexadecimal(line) }
    }

    /// The entry before, as it says itself.
    pub(super) fn before(&self) -> AuditLogHead {
        AuditLogHead { sequence: self.sequence.saturating_sub(1), line: self.previous.clone() }
    }
}

/// Whether a line that is no entry is the beginning of the one after `last`, as a killed writer leaves it. Some file
/// systems put zeros where the rest was to be written.
pub(super) fn is_torn(line: &[u8], last: &AuditLogHead) -> bool {
    let zeros = line.iter().rev().take_while(|&&byte| byte == 0).count();
    let written = &line[..line.len() - zeros];
    let start = format!(r#"{{"sequence":{},"previous":"{}""#, last.sequence.saturating_add(1), last.line);
    let common = written.len().min(start.len());
    let is_cut = || serde_json::from_slice::<IgnoredAny>(written).is_err_and(|error| error.is_eof());
    !line.is_empty() && written[..common] == start.as_bytes()[..common] && is_cut()
}

/// The digest of the lines between two entries; `None` if there are none.
pub(super) fn gap_digest(lines: &[&[u8]]) -> Option<String> {
    (!lines.is_empty()).then(|| digest::hexadecimal(&lines.join(&b'\n')))
}

/// Splits off the text after the last line break.
pub(super) fn split_tail(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1))
}
