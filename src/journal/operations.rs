//! The operations of an audit log, each from all of its entries, and their sums.

use std::collections::{BTreeMap, HashMap};

use crate::formats::audit_log::{AuditAction, AuditEntry, AuditEvent, AuditLogReading, ReadEntry};
use crate::model::{
    GroupedSums, LoggedAction, LoggedEvent, LoggedOperation, LoggedRemainder, OperationState, OperationSums,
};

/// What stands for a word, a command or a month that the log does not say.
const UNKNOWN: &str = "unknown";

/// The operations of a log, in the order in which they began.
#[must_use]
pub fn operations(reading: &AuditLogReading) -> Vec<LoggedOperation> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut operations: Vec<LoggedOperation> = Vec::new();
    for read in &reading.entries {
        let place = *places.entry(&read.entry.record.operation).or_insert(operations.len());
        match operations.get_mut(place) {
            None => operations.push(operation(&read.entry, vec![event(read)])),
            // The last entry says all that the first one does, and how it ended.
            Some(known) => {
                let mut events = std::mem::take(&mut known.events);
                events.push(event(read));
                *known = operation(&read.entry, events);
            }
        }
    }
    operations
}

/// The sums of all operations.
#[must_use]
pub fn total(operations: &[LoggedOperation]) -> OperationSums {
    operations.iter().fold(OperationSums::default(), add)
}

/// The sums of the operations of each command.
#[must_use]
pub fn by_command(operations: &[LoggedOperation]) -> Vec<GroupedSums> {
    grouped(operations, |operation| {
        // The first version had one action and did not name its command.
        let of_action = if operation.action == LoggedAction::Replace { "create" } else { UNKNOWN };
        operation.command.as_deref().unwrap_or(of_action)
    })
}

/// The sums of the operations that began in each month of UTC, oldest first.
#[must_use]
pub fn by_month(operations: &[LoggedOperation]) -> Vec<GroupedSums> {
    let is_expected = |(at, byte): (usize, u8)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() };
    let is_month = |month: &&str| month.bytes().enumerate().all(is_expected);
    grouped(operations, |operation| operation.began().get(..7).filter(is_month).unwrap_or(UNKNOWN))
}

fn grouped<'o>(
    operations: &'o [LoggedOperation],
    name: impl Fn(&'o LoggedOperation) -> &'o str,
) -> Vec<GroupedSums> {
    let mut groups: BTreeMap<&str, OperationSums> = BTreeMap::new();
    for operation in operations {
        let sums = groups.entry(name(operation)).or_default();
        *sums = add(*sums, operation);
    }
    groups.into_iter().map(|(name, sums)| GroupedSums { name: name.to_owned(), sums }).collect()
}

fn add(sums: OperationSums, operation: &LoggedOperation) -> OperationSums {
    let is = |state: OperationState| u64::from(operation.state == state);
    OperationSums {
        operations: sums.operations.saturating_add(1),
        failed: sums.failed.saturating_add(is(OperationState::Failed)),
        unfinished: sums.unfinished.saturating_add(is(OperationState::Unfinished)),
        freed_bytes: sums.freed_bytes.saturating_add(operation.freed_bytes.unwrap_or(0)),
        milliseconds: sums.milliseconds.saturating_add(operation.milliseconds.unwrap_or(0)),
    }
}

fn event(read: &ReadEntry) -> LoggedEvent {
    let name = match read.entry.record.event {
        AuditEvent::Intent => "intent",
        AuditEvent::Done => "done",
        AuditEvent::Failed => "failed",
        AuditEvent::Unknown => UNKNOWN,
    };
    LoggedEvent { line: read.line, time: read.entry.time.clone(), name, follows: read.follows }
}

fn operation(last: &AuditEntry, events: Vec<LoggedEvent>) -> LoggedOperation {
    let record = &last.record;
    let user = last.user.as_ref();
    let kept = record.kept.iter();
    let kept = kept.map(|kept| LoggedRemainder { path: kept.path.to_path(), reason: kept.reason.clone() });
    LoggedOperation {
        id: record.operation.clone(),
        action: match record.action {
            AuditAction::Replace => LoggedAction::Replace,
            AuditAction::Remove => LoggedAction::Remove,
            AuditAction::Tidy => LoggedAction::Tidy,
            AuditAction::Restore => LoggedAction::Restore,
            AuditAction::Unknown => LoggedAction::Unknown,
        },
        command: record.command.clone(),
        user: user.and_then(|user| user.name.clone()),
        uid: user.and_then(|user| user.uid),
        program: record.program.clone(),
        path: record.path.to_path(),
        kind: record.kind.clone(),
        files: record.files,
        bytes: record.bytes,
        bytes_after: record.bytes_after,
        freed_bytes: freed(last),
        packages: record.packages,
        milliseconds: record.milliseconds,
        snapshot: record.snapshot.clone(),
        state: match record.event {
            AuditEvent::Intent => OperationState::Unfinished,
            AuditEvent::Done => OperationState::Done,
            AuditEvent::Failed => OperationState::Failed,
            AuditEvent::Unknown => OperationState::Unknown,
        },
        reason: record.reason.clone(),
        kept: kept.collect(),
        kept_count: record.kept_count,
        events,
    }
}

/// What a deletion that has ended freed: as it says itself, else all that is no longer there.
fn freed(last: &AuditEntry) -> Option<u64> {
    let record = &last.record;
    let deletes = matches!(record.action, AuditAction::Replace | AuditAction::Remove | AuditAction::Tidy);
    let of_sizes = match (record.bytes_after, record.event) {
        (Some(after), _) => Some(record.bytes.saturating_sub(after)),
        (None, AuditEvent::Done) => Some(record.bytes),
        (None, _) => None,
    };
    let has_ended = matches!(record.event, AuditEvent::Done | AuditEvent::Failed);
    if has_ended && deletes { record.freed_bytes.or(of_sizes) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::audit_log;

    /// Lines as some version may have written them, each with what is special about it; their digests are wrong.
    fn read(lines: &[&str]) -> AuditLogReading {
        let line = |(index, more): (usize, &&str)| {
            let sequence = index + 1;
            format!(
                r#"{{"sequence":{sequence},"previous":"","time":"2026-0{sequence}-02T03:04:05Z","path":"/venv","kind":"venv","files":1,"bytes":100,"program":"1",{more}}}"#
            ) + "\n"
        };
        let log: String = lines.iter().enumerate().map(line).collect();
        audit_log::read(log.as_bytes(), None)
    }

    #[test]
    fn an_operation_is_what_its_last_entry_says() {
        let reading = read(&[
            r#""event":"intent","operation":"a","action":"replace""#,
            r#""event":"intent","operation":"b","action":"remove","command":"cleanup""#,
            r#""event":"failed","operation":"a","action":"replace","bytes_after":30,"milliseconds":7,"reason":"busy""#,
            r#""event":"done","operation":"c","action":"restore""#,
            r#""event":"paused","operation":"d","action":"fold""#,
        ]);
        let operations = operations(&reading);
        let said = operations
            .iter()
            .map(|one| (one.id.as_str(), one.state.name(), one.action.name(), one.freed_bytes));
        let expected = [
            ("a", "failed", "replace", Some(70)),
            ("b", "unfinished", "remove", None),
            ("c", "done", "restore", None),
            ("d", "unknown", "unknown", None),
        ];
        assert_eq!(said.collect::<Vec<_>>(), expected);
        let first = &operations[0];
        let events = first.events.iter().map(|event| (event.line, event.name, event.follows));
        assert_eq!(events.collect::<Vec<_>>(), [(1, "intent", false), (3, "failed", false)]);
        assert_eq!((first.began(), first.reason.as_deref()), ("2026-01-02T03:04:05Z", Some("busy")));
        assert!(!first.is_proven());
    }

    #[test]
    fn sums_are_by_command_and_month() {
        let reading = read(&[
            r#""event":"done","operation":"a","action":"replace","milliseconds":18446744073709551615"#,
            r#""event":"done","operation":"b","action":"remove","command":"cleanup","freed_bytes":9,"milliseconds":5"#,
            r#""event":"intent","operation":"c","action":"remove","command":"cleanup""#,
            r#""event":"failed","operation":"d","action":"fold""#,
        ]);
        let mut operations = operations(&reading);
        operations[3].events[0].time = "yesterday".to_owned();
        let short = |groups: Vec<GroupedSums>| -> Vec<(String, u64, u64)> {
            let row = |group: GroupedSums| (group.name, group.sums.operations, group.sums.freed_bytes);
            groups.into_iter().map(row).collect()
        };
        let row = |name: &str, count, freed| (name.to_owned(), count, freed);
        let commands = [row("cleanup", 2, 9), row("create", 1, 100), row("unknown", 1, 0)];
        assert_eq!(short(by_command(&operations)), commands);
        let months =
            [row("2026-01", 1, 100), row("2026-02", 1, 9), row("2026-03", 1, 0), row("unknown", 1, 0)];
        assert_eq!(short(by_month(&operations)), months);
        let all = total(&operations);
        assert_eq!((all.operations, all.failed, all.unfinished, all.freed_bytes), (4, 1, 1, 109));
        assert_eq!(all.milliseconds, u64::MAX);
    }
}
