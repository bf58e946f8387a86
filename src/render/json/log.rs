//! The JSON of `log`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::paths::{disk_path, non_utf8_hex};
use crate::model::{
    AuditLogReport, AuditLogState, LoggedBreak, LoggedEvent, LoggedOperation, LoggedRemainder,
};
use crate::path::path_to_bytes;
use crate::render::command_result::WriteJson;

/// The section of `log`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct LogSection {
    /// Of `log`.
    log: LogJson,
}

/// The audit log.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Log"))]
struct LogJson {
    /// Which log it is, and whether it is unbroken.
    state: LogStateJson,
    /// The operations, newest first.
    operations: Vec<LogOperationJson>,
    /// How many older operations are left out because of `--limit`.
    omitted: u64,
}

/// Which audit log, and whether it is unbroken.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogState"))]
pub(super) struct LogStateJson {
    /// The directory of its files, absolute.
    directory: String,
    /// How many entries it has.
    entries: u64,
    /// The SHA-256 of the last entry in hexadecimal; null for an empty log.
    digest: Option<String>,
    /// Where it is broken first; null if it is unbroken.
    broken: Option<LogBreakJson>,
    /// The lines, from 1, that a killed run did not write to their end. This breaks nothing.
    torn_lines: Vec<usize>,
    /// The lines, from 1, of entries that only a later version can read.
    unknown_lines: Vec<usize>,
}

/// What shows that the log is not as it was written.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogBreak"))]
struct LogBreakJson {
    /// The line, from 1; null where no single line shows it.
    line: Option<usize>,
    /// What is wrong.
    reason: String,
}

/// An operation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogOperation"))]
struct LogOperationJson {
    /// Its id.
    id: String,
    /// `done`, `failed`, `unfinished` (killed, or still at work) or `unknown`.
    outcome: &'static str,
    /// `replace`, `remove`, `tidy`, `restore` or `unknown`.
    action: &'static str,
    /// The command of git-pyenv.
    command: Option<String>,
    /// The version of git-pyenv.
    program: String,
    /// Who ran it; null for entries of earlier versions.
    user: Option<LogUserJson>,
    /// Relative to the root of the work tree, absolute outside of it.
    path: String,
    /// The bytes of the path in hexadecimal, unless they are UTF-8.
    path_hex: Option<String>,
    /// The kind of environment, or what else it was.
    kind: String,
    /// When it began, RFC 3339 in UTC.
    at: String,
    /// The number of files and links before.
    files: u64,
    /// Their size before.
    bytes: u64,
    /// Their size afterwards, if known.
    bytes_after: Option<u64>,
    /// What the deletion freed, as far as known.
    freed_bytes: Option<u64>,
    /// The number of installed packages before.
    packages: Option<u64>,
    /// How long recording and deleting took, in milliseconds.
    elapsed_ms: Option<u64>,
    /// The id of the snapshot.
    snapshot: Option<String>,
    /// Why it failed, if not because of what is in `kept`.
    reason: Option<String>,
    /// What was not deleted; at most 100 of it.
    kept: Vec<LogKeptJson>,
    /// How much was not deleted.
    kept_count: u64,
    /// Its entries, in the order of the log.
    events: Vec<LogEventJson>,
}

/// Who ran git-pyenv.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogUser"))]
struct LogUserJson {
    /// The name.
    name: Option<String>,
    /// The effective user id; null where users have no numbers.
    uid: Option<u32>,
}

/// Something that was not deleted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogKept"))]
struct LogKeptJson {
    /// Relative to the path of the operation.
    path: String,
    /// Why.
    reason: String,
}

/// An entry of an operation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogEvent"))]
struct LogEventJson {
    /// `intent`, `done`, `failed` or `unknown`.
    event: &'static str,
    /// When it was written, RFC 3339 in UTC.
    at: String,
    /// The line of the log, from 1.
    line: usize,
    /// It follows from the entry before it; otherwise nothing proves it.
    proven: bool,
}

impl WriteJson for AuditLogReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let operation = |operation| LogOperationJson::of(&self.state, operation);
        let log = LogJson {
            state: LogStateJson::of(&self.state),
            operations: self.operations.iter().map(operation).collect(),
            omitted: self.omitted,
        };
        let envelope = Envelope {
            repository: self.state.repository.as_ref().map(RepositoryJson::of),
            ..Envelope::new("log", self.outcome(), LogSection { log })
        };
        envelope.write(out)
    }
}

impl LogStateJson {
    pub(super) fn of(state: &AuditLogState) -> Self {
        Self {
            directory: disk_path(&state.directory),
            entries: state.entries,
            digest: state.head.clone(),
            broken: state.first_break.as_ref().map(LogBreakJson::of),
            torn_lines: state.torn.clone(),
            unknown_lines: state.unknown.clone(),
        }
    }
}

impl LogBreakJson {
    fn of(found: &LoggedBreak) -> Self {
        Self { line: found.line, reason: found.reason.clone() }
    }
}

impl LogOperationJson {
    fn of(state: &AuditLogState, operation: &LoggedOperation) -> Self {
        let path = state.shown(&operation.path);
        let has_user = operation.user.is_some() || operation.uid.is_some();
        Self {
            id: operation.id.clone(),
            outcome: operation.state.name(),
            action: operation.action.name(),
            command: operation.command.clone(),
            program: operation.program.clone(),
            user: has_user.then(|| LogUserJson { name: operation.user.clone(), uid: operation.uid }),
            path: disk_path(path),
            path_hex: non_utf8_hex(&path_to_bytes(path)),
            kind: operation.kind.clone(),
            at: operation.began().to_owned(),
            files: operation.files,
            bytes: operation.bytes,
            bytes_after: operation.bytes_after,
            freed_bytes: operation.freed_bytes,
            packages: operation.packages,
            elapsed_ms: operation.milliseconds,
            snapshot: operation.snapshot.clone(),
            reason: operation.reason.clone(),
            kept: operation.kept.iter().map(LogKeptJson::of).collect(),
            kept_count: operation.kept_count,
            events: operation.events.iter().map(LogEventJson::of).collect(),
        }
    }
}

impl LogKeptJson {
    fn of(kept: &LoggedRemainder) -> Self {
        Self { path: disk_path(&kept.path), reason: kept.reason.clone() }
    }
}

impl LogEventJson {
    fn of(event: &LoggedEvent) -> Self {
        Self { event: event.name, at: event.time.clone(), line: event.line, proven: event.follows }
    }
}
