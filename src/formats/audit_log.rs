//! The audit log: what this program deleted and brought back, as JSON lines, each with the SHA-256 of the previous one.
//!
//! Lines are only appended. A writer that is killed leaves a torn last line, which begins as the next entry would; the
//! next writer ends it with a line break and records its digest in the next line (`torn`), so that the torn line stays and
//! cannot be replaced. A file of its own, the head, names the last entry, because the chain alone does not show that lines
//! are missing at the end. It is written after the line, so it may be one entry behind, and never more.
//!
//! `docs/audit-log.md` describes the format, and what it can and cannot prove.

mod append;
mod chain;
mod read;
mod record;

pub use append::{LogWrite, append};
pub use chain::AuditLogHead;
pub use read::{AuditLogBreak, AuditLogReading, ReadEntry, read};
pub use record::{AuditAction, AuditEntry, AuditEvent, AuditRecord, AuditUser, KEPT_LIMIT, KeptFile};

#[cfg(test)]
mod tests;
