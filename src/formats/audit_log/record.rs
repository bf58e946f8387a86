//! What a line of the audit log says. Fields that were added later are optional, so that older lines stay valid.

use serde::{Deserialize, Serialize};

use crate::formats::stored_path::StoredPath;

/// The state of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditEvent {
    /// It is about to start; written before the first file is deleted.
    Intent,
    /// Everything was done.
    Done,
    /// Something was not deleted, or the operation was abandoned.
    Failed,
    /// An event of a later version.
    #[serde(other)]
    Unknown,
}

/// What is done with an environment, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditAction {
    /// A new environment replaces it.
    Replace,
    /// It is deleted because somebody asked for that.
    Remove,
    /// It is deleted because it must not be committed.
    Tidy,
    /// It is brought back.
    Restore,
    /// An action of a later version.
    #[serde(other)]
    Unknown,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The number of the entry, from 1.
    pub sequence: u64,
    /// The SHA-256 of the previous entry's line, without its line break; 64 zeros in the first.
    pub previous: String,
    /// The SHA-256 of the torn lines between that line and this one, without the last line break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub torn: Option<String>,
    /// What was wrong with the end of the log when this entry was added: nothing proves the lines before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
    /// The time, RFC 3339 in UTC.
    pub time: String,
    /// Who ran the program; absent in lines of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<AuditUser>,
    /// The content.
    #[serde(flatten)]
    pub record: AuditRecord,
}

/// The content of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// What happened.
    pub event: AuditEvent,
    /// The id of the operation, the same in all its lines.
    pub operation: String,
    /// Why.
    pub action: AuditAction,
    /// The command of this program that was run, such as `create`; absent in lines of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The absolute path of the environment.
    pub path: StoredPath,
    /// The absolute path to which it is moved before it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<StoredPath>,
    /// Its inode number, which the move does not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inode: Option<u64>,
    /// The kind of environment (`venv`, `uv`, …), or what else it is.
    pub kind: String,
    /// The number of files and links before.
    pub files: u64,
    /// Their size in bytes before, as far as known.
    pub bytes: u64,
    /// The size in bytes of what is there of it afterwards, if known; only in results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_after: Option<u64>,
    /// How many bytes the file system has again, if known; only in results. A file that has another name elsewhere frees
    /// nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freed_bytes: Option<u64>,
    /// The number of installed packages before, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packages: Option<u64>,
    /// The time from the beginning of the record until this result, in milliseconds; only in results of the same run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
    /// The id of the snapshot; absent where there is nothing to take one of, as of a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The version of the program.
    pub program: String,
    /// What could not be deleted, at most [`KEPT_LIMIT`] files; `kept_count` counts all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<KeptFile>,
    /// The number of files and directories that could not be deleted.
    #[serde(default)]
    pub kept_count: u64,
    /// Why it was abandoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl AuditRecord {
    /// The intent of an operation with what is at a path, by a command of this program. Nothing is said of its size, nor what
    /// only some operations have.
    #[must_use]
    pub fn intent(
        operation: String,
        (action, command): (AuditAction, &str),
        path: StoredPath,
        kind: &str,
    ) -> Self {
        Self {
            event: AuditEvent::Intent,
            operation,
            action,
            command: Some(command.to_owned()),
            path,
            aside: None,
            inode: None,
            kind: kind.to_owned(),
            files: 0,
            bytes: 0,
            bytes_after: None,
            freed_bytes: None,
            packages: None,
            milliseconds: None,
            snapshot: None,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            kept: Vec::new(),
            kept_count: 0,
            reason: None,
        }
    }
}

/// The most files that could not be deleted in one line.
pub const KEPT_LIMIT: usize = 100;

/// Something that could not be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// The path, relative to the environment.
    pub path: StoredPath,
    /// The system's reason.
    pub reason: String,
}

/// Who ran the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditUser {
    /// The name, if the system has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The effective user id; absent where users have no numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
}
