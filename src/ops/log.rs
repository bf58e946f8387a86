//! `log`: what the audit log says, and whether it is unbroken.

use crate::error::{Error, Result};
use crate::journal::{audit_log_here, operations};
use crate::model::{AuditLogReport, LoggedBreak};
use crate::path::printable;
use crate::session::Ports;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogRequest {
    /// A broken log is a finding.
    pub verify: bool,
    /// The SHA-256 of an entry that the log must have, in hexadecimal.
    pub kept_digest: Option<String>,
    /// The most operations to show, newest first.
    pub limit: Option<usize>,
}

/// Reads the audit log of the repository or, outside of one, of the user.
///
/// # Errors
/// Usage for a digest that is none; undecided if the log cannot be read.
pub fn run(ports: Ports<'_>, request: &LogRequest) -> Result<AuditLogReport> {
    if let Some(digest) = request.kept_digest.as_deref() {
        require_digest(digest)?;
    }
    let (mut state, reading) = audit_log_here(ports)?;
    let missing = request.kept_digest.as_deref().filter(|digest| !reading.contains(digest));
    if let (Some(digest), None) = (missing, &state.first_break) {
        state.first_break =
            Some(LoggedBreak { line: None, reason: format!("no entry has the digest {digest}") });
    }
    let mut operations = operations(&reading);
    operations.reverse();
    let shown = request.limit.unwrap_or(usize::MAX).min(operations.len());
    let omitted = (operations.len() - shown) as u64;
    operations.truncate(shown);
    Ok(AuditLogReport { state, is_verification: request.verify, operations, omitted })
}

fn require_digest(digest: &str) -> Result<()> {
    if digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    let message = format!("`{}` is not a SHA-256 in hexadecimal", printable(digest.as_bytes()));
    Err(Error::usage(message).cause("one has 64 digits"))
}
