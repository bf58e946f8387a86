//! Tests of the audit log.

use proptest::prelude::*;

use super::chain::is_torn;
use super::*;

fn record(operation: &str) -> AuditRecord {
    AuditRecord {
        event: AuditEvent::Intent,
        operation: operation.to_owned(),
        action: AuditAction::Replace,
        command: Some("create".to_owned()),
        path: b"/home/\xff".as_slice().into(),
        aside: None,
        inode: None,
        kind: "venv".to_owned(),
        files: 1,
        bytes: 2,
        bytes_after: None,
        freed_bytes: None,
        packages: Some(3),
        milliseconds: None,
        snapshot: Some("s".to_owned()),
        program: "0.1.0".to_owned(),
        kept: vec![KeptFile { path: b"a\nb".as_slice().into(), reason: "busy".to_owned() }],
        kept_count: 1,
        reason: None,
    }
}

fn user() -> Option<AuditUser> {
    Some(AuditUser { name: Some("ada".to_owned()), uid: Some(1000) })
}

/// The two files of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Disk {
    log: Vec<u8>,
    head: Option<Vec<u8>>,
}

impl Disk {
    /// The log of `count` operations.
    fn of(count: usize) -> Self {
        let mut disk = Self::default();
        (0..count).for_each(|number| disk.add(&number.to_string()));
        disk
    }

    fn writes(&self, operation: &str) -> Vec<LogWrite> {
        let time = "2024-01-02T03:04:05Z".to_owned();
        append(&self.log, self.head.as_deref(), time, user(), record(operation)).expect("JSON")
    }

    /// Appends a record as a writer does.
    fn add(&mut self, operation: &str) {
        for write in self.writes(operation) {
            self.apply(&write, usize::MAX);
        }
    }

    /// Does a write, of bytes that are appended only the first ones.
    fn apply(&mut self, write: &LogWrite, limit: usize) {
        match write {
            LogWrite::Append(bytes) => self.log.extend(bytes.iter().take(limit)),
            LogWrite::Head(bytes) => self.head = Some(bytes.clone()),
        }
    }

    /// What is left when a writer is killed at each step, and at each byte of it; the last one is not killed.
    fn killed(&self, operation: &str) -> Vec<Self> {
        let mut states = Vec::new();
        let mut disk = self.clone();
        for write in self.writes(operation) {
            let length = if let LogWrite::Append(bytes) = &write { bytes.len() } else { 0 };
            states.extend((0..length).map(|limit| {
                let mut cut = disk.clone();
                cut.apply(&write, limit);
                cut
            }));
            disk.apply(&write, usize::MAX);
            states.push(disk.clone());
        }
        states
    }

    fn read(&self) -> AuditLogReading {
        read(&self.log, self.head.as_deref())
    }

    /// The line of the first break.
    fn broken_at(&self) -> Option<usize> {
        self.read().first_break.map(|found| found.line)
    }

    fn operations(&self) -> Vec<String> {
        self.read().entries.into_iter().map(|read| read.entry.record.operation).collect()
    }

    fn lines(&self) -> Vec<&[u8]> {
        self.log.split(|&byte| byte == b'\n').collect()
    }

    /// The same head with other lines.
    fn with(&self, lines: &[&[u8]]) -> Self {
        Self { log: joined(lines), head: self.head.clone() }
    }
}

fn joined(lines: &[&[u8]]) -> Vec<u8> {
    lines.iter().flat_map(|line| [*line, b"\n".as_slice()].concat()).collect()
}

/// A line with another number of files.
fn changed(line: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(line).replace("\"files\":1", "\"files\":7").into_bytes()
}

#[test]
fn appended_entries_are_verified() {
    let disk = Disk::of(3);
    let reading = disk.read();
    assert_eq!((reading.first_break, reading.entries.len()), (None, 3));
    assert!(reading.entries.iter().all(|read| read.follows));
    assert_eq!(reading.entries[2].line, 3);
    assert_eq!(disk.operations(), ["0", "1", "2"]);
    assert_eq!(reading.entries[0].entry.record, record("0"));
    assert_eq!(AuditLogHead::parse(disk.head.as_deref()), Some(disk.read().head()));
    assert_eq!(disk.read().head().sequence, 3);
    let empty = Disk::default().read();
    assert_eq!((empty.first_break.clone(), empty.head()), (None, AuditLogHead::default()));
}

#[test]
fn a_digest_that_was_kept_is_found() {
    let mut disk = Disk::of(2);
    let kept = disk.read().head().line;
    disk.add("2");
    assert!(disk.read().contains(&kept) && disk.read().contains(&kept.to_uppercase()));
    // Who may write both files can make a log that is unbroken.
    let forged = Disk::of(1);
    assert!(forged.broken_at().is_none() && !forged.read().contains(&kept));
}

/// What is done to a log, the log, and the line at which that shows.
fn tampered(disk: &Disk) -> Vec<(&'static str, Disk, usize)> {
    let l = disk.lines();
    let garbled = l[1].iter().map(|byte| byte.wrapping_add(1)).collect::<Vec<u8>>();
    let torn = &l[2][..l[2].len() / 2];
    let cut =
        |bytes: usize| Disk { log: disk.log[..disk.log.len() - bytes].to_vec(), head: disk.head.clone() };
    let more = |bytes: &[u8]| Disk { log: [&disk.log, bytes].concat(), head: disk.head.clone() };
    let forged = String::from_utf8_lossy(l[3]).replace("\"sequence\":4", "\"sequence\":5").into_bytes();
    let head = |head: Option<&[u8]>| Disk { log: disk.log.clone(), head: head.map(<[u8]>::to_vec) };
    vec![
        ("changed", disk.with(&[l[0], &changed(l[1]), l[2], l[3]]), 3),
        ("last changed", disk.with(&[l[0], l[1], l[2], &changed(l[3])]), 4),
        ("garbled", disk.with(&[l[0], &garbled, l[2], l[3]]), 2),
        ("removed", disk.with(&[l[0], l[2], l[3]]), 2),
        ("first removed", disk.with(&[l[1], l[2], l[3]]), 1),
        ("last removed", disk.with(&[l[0], l[1], l[2]]), 4),
        ("tail removed", disk.with(&[l[0], l[1]]), 3),
        ("emptied", disk.with(&[]), 1),
        ("swapped", disk.with(&[l[0], l[2], l[1], l[3]]), 2),
        ("last swapped", disk.with(&[l[0], l[1], l[3], l[2]]), 3),
        ("inserted", disk.with(&[l[0], l[1], b"{}", l[2], l[3]]), 3),
        ("torn inserted", disk.with(&[l[0], l[1], torn, l[2], l[3]]), 3),
        ("blank inserted", disk.with(&[l[0], b"", l[1], l[2], l[3]]), 2),
        ("blank at the start", disk.with(&[b"", l[0], l[1], l[2], l[3]]), 1),
        ("repeated", disk.with(&[l[0], l[1], l[1], l[2], l[3]]), 3),
        ("last repeated", more(&[l[3], b"\n"].concat()), 5),
        ("last repeated without its line break", more(l[3]), 5),
        ("blank appended", more(b"\n"), 5),
        ("object appended", more(b"{}\n"), 5),
        ("object appended without its line break", more(b"{}"), 5),
        ("entry appended", more(&[&forged, b"\n".as_slice()].concat()), 5),
        ("entry appended without its line break", more(&forged), 5),
        ("beginning of another entry appended", more(&forged[..90]), 5),
        ("text appended", more(b"x"), 5),
        ("line break removed", cut(1), 4),
        ("end cut off", cut(2), 4),
        ("line cut off but for a byte", cut(l[3].len()), 4),
        (
            "line ends changed",
            Disk {
                log: disk
                    .log
                    .iter()
                    .flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] })
                    .collect(),
                head: disk.head.clone(),
            },
            2,
        ),
        ("head removed", head(None), 1),
        ("head emptied", head(Some(b"")), 4),
        ("head garbled", head(Some(b"{\"sequence\":0,\"line\":\"\"}")), 4),
        ("head changed", head(Some(b"{\"sequence\":4,\"line\":\"0\"}")), 4),
    ]
}

#[test]
fn tampering_is_found_at_its_line_and_stays_found() {
    let disk = Disk::of(4);
    for (what, mut tampered, line) in tampered(&disk) {
        assert_eq!(tampered.broken_at(), Some(line), "{what}: {:?}", tampered.read().first_break);
        for operation in ["next", "after"] {
            tampered.add(operation);
            assert!(tampered.broken_at().is_some(), "{what}: gone after {operation}");
            assert!(tampered.operations().contains(&operation.to_owned()), "{what}");
            assert!(tampered.read().entries.last().is_some_and(|read| read.follows), "{what}");
        }
    }
}

#[test]
fn what_does_not_follow_is_marked() {
    let disk = Disk::of(3);
    let l = disk.lines();
    let follows = |lines: &[&[u8]]| -> Vec<bool> {
        disk.with(lines).read().entries.iter().map(|read| read.follows).collect()
    };
    assert_eq!(follows(&[l[0], l[1], l[1], l[2]]), [true, true, false, true]);
    assert_eq!(follows(&[l[0], l[2]]), [true, false]);
    assert_eq!(follows(&[l[0], &changed(l[1]), l[2]]), [true, true, false]);
    assert_eq!(follows(&[l[0], b"", l[1], l[2]]), [true, true, true]);
}

/// A writer is killed at each byte and between any two writes, the next one as well, and the third is not.
#[test]
fn a_kill_at_any_instant_breaks_nothing() {
    for count in [0, 2] {
        let disk = Disk::of(count);
        for (at, first) in disk.killed("first").into_iter().enumerate() {
            assert_eq!(first.broken_at(), None, "{count}, {at}: {:?}", first.read());
            let complete = first.operations().len();
            assert!((count..=count + 1).contains(&complete), "{count}, {at}");
            // Of the second not every byte each time, but over all every byte.
            for (then, mut second) in first.killed("second").into_iter().enumerate().skip(at % 89).step_by(89)
            {
                let when = format!("{count}, {at}, {then}");
                assert_eq!(second.broken_at(), None, "{when}: {:?}", second.read());
                assert!(second.log.starts_with(&first.log), "{when}: something was removed");
                let before = second.operations();
                second.add("third");
                assert_eq!(second.broken_at(), None, "{when}: {:?}", second.read());
                assert_eq!(second.operations(), [before, vec!["third".to_owned()]].concat(), "{when}");
            }
        }
    }
}

#[test]
fn zeros_in_the_place_of_what_was_not_written_are_torn() {
    let disk = Disk::of(2);
    let first = disk.lines()[0].len() + 1;
    for length in [0, 5, 120] {
        let mut log = disk.log[..first + length].to_vec();
        log.extend([0; 40]);
        let mut torn = Disk { log, head: Disk::of(1).head };
        assert_eq!((torn.broken_at(), torn.read().torn), (None, vec![2]), "{length}");
        torn.add("next");
        assert_eq!((torn.broken_at(), torn.read().torn), (None, vec![2]), "{length}");
        assert_eq!(torn.operations(), ["0", "next"], "{length}");
    }
}

#[test]
fn a_torn_line_that_is_confirmed_cannot_be_removed_or_changed() {
    let disk = Disk::of(1);
    let mut torn = disk.killed("torn").swap_remove(150);
    torn.add("next");
    assert_eq!((torn.broken_at(), torn.read().torn), (None, vec![2]));
    let l = torn.lines();
    assert_eq!(torn.with(&[l[0], l[2]]).broken_at(), Some(2));
    assert_eq!(torn.with(&[l[0], &l[1][..100], l[2]]).broken_at(), Some(2));
    assert_eq!(torn.with(&[l[0], l[1], l[1], l[2]]).broken_at(), Some(2));
}

#[test]
fn lines_of_earlier_versions_stay_valid() {
    let first = r#"{"sequence":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","time":"2024-01-02T03:04:05Z","event":"intent","operation":"0","action":"replace","path":"/venv","kind":"venv","files":1,"bytes":2,"snapshot":"s","program":"0.1.0","kept_count":0}"#;
    let mut disk = Disk { log: format!("{first}\n").into_bytes(), head: None };
    assert_eq!(disk.broken_at(), None);
    let old = disk.read().entries.remove(0).entry;
    assert_eq!((old.user, old.record.snapshot.as_deref()), (None, Some("s")));
    disk.add("1");
    assert_eq!(disk.broken_at(), None);
    assert_eq!(disk.read().entries[1].entry.user, user());
}

#[test]
fn lines_of_later_versions_are_read_as_far_as_they_are_known() {
    let line = String::from_utf8(Disk::of(1).lines()[0].to_vec()).expect("text");
    let later = line.replace("\"intent\"", "\"archived\"").replace("\"replace\"", "\"fold\"");
    let later = later.replace("\"files\":1", "\"files\":1,\"more\":{}");
    let read_one = |line: &str| read(format!("{line}\n").as_bytes(), None);
    let known = read_one(&later).entries.remove(0).entry.record;
    assert_eq!((known.event, known.action), (AuditEvent::Unknown, AuditAction::Unknown));
    // One that says something else in the place of what is known.
    let strange = read_one(&line.replace("\"files\":1", "\"files\":\"many\""));
    assert_eq!((strange.first_break, strange.unknown), (None, vec![1]));
}

/// What may happen to the bytes of a log.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Cut(usize),
    CopyLine(usize, usize),
    SwapLines(usize, usize),
}

impl Mutation {
    fn apply(&self, log: &[u8]) -> Vec<u8> {
        let at = |index: &usize| index % (log.len() + 1);
        let mut lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
        let count = lines.len();
        match self {
            Self::Flip(index, bits) => {
                let mut log = log.to_vec();
                let index = index % log.len();
                log[index] ^= bits;
                log
            }
            Self::Remove(from, length) => {
                let (from, to) = (at(from), (at(from) + length).min(log.len()));
                [&log[..from], &log[to..]].concat()
            }
            Self::Insert(place, bytes) => {
                let (before, after) = log.split_at(at(place));
                [before, bytes, after].concat()
            }
            Self::Cut(length) => log[..at(length)].to_vec(),
            Self::CopyLine(from, to) => {
                lines.insert(to % (count + 1), lines[from % count]);
                lines.concat()
            }
            Self::SwapLines(one, other) => {
                lines.swap(one % count, other % count);
                lines.concat()
            }
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let any = proptest::num::usize::ANY;
    prop_oneof![
        (any, 1..=255u8).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        (any, 1..2000usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any, proptest::collection::vec(proptest::num::u8::ANY, 1..40))
            .prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        any.prop_map(Mutation::Cut),
        (any, any).prop_map(|(from, to)| Mutation::CopyLine(from, to)),
        (any, any).prop_map(|(one, other)| Mutation::SwapLines(one, other)),
    ]
}

proptest! {
    #[test]
    fn any_bytes_can_be_read_and_continued(log: Vec<u8>, head: Option<Vec<u8>>) {
        let mut disk = Disk { log, head };
        let _ = disk.read();
        disk.add("x");
        prop_assert_eq!(disk.operations(), ["x"]);
    }

    /// Nothing but a line that a killed writer could have left at the end is accepted.
    #[test]
    fn every_mutation_is_found(mutations in proptest::collection::vec(mutation(), 1..3)) {
        let disk = Disk::of(5);
        let mut log = disk.log.clone();
        for mutation in mutations {
            if !log.is_empty() {
                log = mutation.apply(&log);
            }
        }
        let mut mutated = Disk { log, head: disk.head.clone() };
        let is_intact = mutated.log.starts_with(&disk.log);
        if mutated.broken_at().is_none() {
            let added = mutated.log.get(disk.log.len()..).unwrap_or_default();
            prop_assert!(is_intact && (added.is_empty() || is_torn(added, &disk.read().head())));
        } else {
            mutated.add("next");
            prop_assert!(mutated.broken_at().is_some());
        }
    }
}
