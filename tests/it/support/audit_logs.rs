//! Audit logs with fixed times, written as the program writes them.

use git_pyenv::formats::audit_log::{
    AuditAction, AuditEvent, AuditRecord, AuditUser, KeptFile, LogWrite, append,
};

use super::repository::Sandbox;

/// Where the log of `repo` is.
pub(crate) const LOG: &str = "repo/.git/pyenv/audit-log.jsonl";

/// The intent to delete an environment; more is changed by hand.
pub(crate) fn record(operation: &str, path: &[u8]) -> AuditRecord {
    AuditRecord {
        event: AuditEvent::Intent,
        operation: operation.to_owned(),
        action: AuditAction::Remove,
        command: Some("cleanup".to_owned()),
        path: path.into(),
        aside: None,
        inode: None,
        kind: "venv".to_owned(),
        files: 1204,
        bytes: 39_845_888,
        bytes_after: None,
        freed_bytes: None,
        packages: Some(12),
        milliseconds: None,
        snapshot: Some(operation.to_owned()),
        program: "0.1.0".to_owned(),
        kept: Vec::new(),
        kept_count: 0,
        reason: None,
    }
}

/// The end of an operation that was begun with this record.
pub(crate) fn done(intent: &AuditRecord) -> AuditRecord {
    let end = AuditRecord { event: AuditEvent::Done, bytes_after: Some(0), ..intent.clone() };
    AuditRecord { milliseconds: Some(120), ..end }
}

/// Appends records to the log in a directory of the sandbox, at these times.
pub(crate) fn write(sandbox: &Sandbox, directory: &str, records: &[(&str, AuditRecord)]) {
    sandbox.make_directory(directory);
    let file = |name: &str| sandbox.path(directory).join(name);
    let (log_file, head_file) = (file("audit-log.jsonl"), file("audit-log.head"));
    let mut log = std::fs::read(&log_file).unwrap_or_default();
    let mut head = std::fs::read(&head_file).ok();
    for (time, record) in records {
        let user = AuditUser { name: Some("ada".to_owned()), uid: Some(1000) };
        let writes = append(&log, head.as_deref(), (*time).to_owned(), Some(user), record.clone());
        for write in writes.expect("JSON") {
            match write {
                LogWrite::Append(bytes) => log.extend(bytes),
                LogWrite::Head(bytes) => head = Some(bytes),
            }
        }
    }
    sandbox.overwrite(&log_file, &log);
    sandbox.overwrite(&head_file, &head.unwrap_or_default());
}

/// A log of `repo` with an operation of each kind: replaced, deleted elsewhere, failed in part, and unfinished.
pub(crate) fn usual(sandbox: &Sandbox) {
    let in_repository = |name: &str| sandbox.path("repo").join(name).into_os_string().into_encoded_bytes();
    let replaced = record("20251230T101112Z-00000001", &in_repository(".venv"));
    let replaced =
        AuditRecord { action: AuditAction::Replace, command: Some("create".to_owned()), ..replaced };
    let elsewhere = record("20260102T101112Z-00000002", b"/elsewhere/\xff a\n\x1b[31m/venv");
    let kept = |path: &str| KeptFile { path: path.as_bytes().into(), reason: "Permission denied".to_owned() };
    let partly = record("20260103T101112Z-00000003", &in_repository("web/venv"));
    let failed = AuditRecord {
        event: AuditEvent::Failed,
        kept: ["bin/a", "bin/b", "bin/c", "bin/d"].map(kept).to_vec(),
        kept_count: 4,
        bytes_after: Some(4096),
        ..done(&partly)
    };
    let stopped = record("20260104T101112Z-00000004", &in_repository("old\nname"));
    let abandoned = AuditRecord {
        event: AuditEvent::Failed,
        reason: Some("no space left".to_owned()),
        ..stopped.clone()
    };
    let open = record("20260205T101112Z-00000005", &in_repository("left"));
    let records = [
        ("2025-12-30T10:11:12Z", replaced.clone()),
        ("2025-12-30T10:11:13.5Z", done(&replaced)),
        ("2026-01-02T10:11:12Z", elsewhere.clone()),
        ("2026-01-02T10:11:13Z", AuditRecord { freed_bytes: Some(2_097_152), ..done(&elsewhere) }),
        ("2026-01-03T10:11:12Z", partly),
        ("2026-01-03T10:11:13Z", failed),
        ("2026-01-04T10:11:12Z", stopped),
        ("2026-01-04T10:11:13Z", abandoned),
        ("2026-02-05T10:11:12Z", open),
    ];
    write(sandbox, "repo/.git/pyenv", &records);
}
