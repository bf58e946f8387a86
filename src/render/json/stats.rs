//! The JSON of `stats`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::log::LogStateJson;
use crate::model::{AuditStatistics, GroupedSums, OperationSums, Outcome};
use crate::render::command_result::WriteJson;

/// The section of `stats`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct StatsSection {
    /// Of `stats`.
    stats: StatsJson,
}

/// Sums of the operations of the audit log. What the log does not prove counts for nothing.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Stats"))]
struct StatsJson {
    /// Which log it is, and whether it is unbroken.
    state: LogStateJson,
    /// When the oldest operation began, RFC 3339 in UTC; null if there is none.
    since: Option<String>,
    /// All operations.
    total: SumsJson,
    /// By command, in alphabetical order.
    by_command: Vec<NamedSumsJson>,
    /// By month in UTC, oldest first.
    by_month: Vec<NamedSumsJson>,
}

/// Sums of operations.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Sums"))]
struct SumsJson {
    /// How many operations there are.
    operations: u64,
    /// How many of them failed.
    failed: u64,
    /// How many of them have not ended.
    unfinished: u64,
    /// What they freed, as far as known.
    freed_bytes: u64,
    /// How long they took together, in milliseconds, as far as known.
    elapsed_ms: u64,
}

/// Sums of the operations that have something in common.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NamedSums"))]
struct NamedSumsJson {
    /// The command, or the month such as `2026-11`; `unknown` where the log does not say it.
    name: String,
    /// The sums.
    sums: SumsJson,
}

impl WriteJson for AuditStatistics {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let named = |groups: &[GroupedSums]| groups.iter().map(NamedSumsJson::of).collect();
        let stats = StatsJson {
            state: LogStateJson::of(&self.state),
            since: self.since.clone(),
            total: SumsJson::of(self.total),
            by_command: named(&self.by_command),
            by_month: named(&self.by_month),
        };
        let envelope = Envelope {
            repository: self.state.repository.as_ref().map(RepositoryJson::of),
            ..Envelope::new("stats", Outcome::Clean, StatsSection { stats })
        };
        envelope.write(out)
    }
}

impl SumsJson {
    fn of(sums: OperationSums) -> Self {
        Self {
            operations: sums.operations,
            failed: sums.failed,
            unfinished: sums.unfinished,
            freed_bytes: sums.freed_bytes,
            elapsed_ms: sums.milliseconds,
        }
    }
}

impl NamedSumsJson {
    fn of(group: &GroupedSums) -> Self {
        Self { name: group.name.clone(), sums: SumsJson::of(group.sums) }
    }
}
