//! `stats`: sums of what the audit log says. Nothing else is read, and nothing leaves this machine.

use crate::error::Result;
use crate::journal::{audit_log_here, by_command, by_month, operations, total};
use crate::model::{AuditStatistics, LoggedOperation};
use crate::session::Ports;

/// Sums up the audit log of the repository or, outside of one, of the user. What does not follow from the entry before it
/// counts for nothing.
///
/// # Errors
/// Undecided if the log cannot be read.
pub fn run(ports: Ports<'_>) -> Result<AuditStatistics> {
    let (state, reading) = audit_log_here(ports)?;
    let mut proven = operations(&reading);
    proven.retain(LoggedOperation::is_proven);
    Ok(AuditStatistics {
        state,
        since: proven.first().map(|operation| operation.began().to_owned()),
        total: total(&proven),
        by_command: by_command(&proven),
        by_month: by_month(&proven),
    })
}
