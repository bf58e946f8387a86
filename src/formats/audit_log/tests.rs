//! Tests of the audit log.

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

/// Appends a record as a writer does, and returns the head.
fn add(log: &mut Vec<u8>, operation: &str) -> AuditLogHead {
    let added = new_entry(log, "2024-01-02T03:04:05Z".to_owned(), user(), record(operation)).expect("a line");
    log.extend_from_slice(&added.bytes);
    added.head
}

fn log(count: usize) -> (Vec<u8>, AuditLogHead) {
    let mut bytes = Vec::new();
    let heads: Vec<AuditLogHead> = (0..count).map(|number| add(&mut bytes, &number.to_string())).collect();
    (bytes, heads.last().expect("a line").clone())
}

fn joined(lines: &[&[u8]]) -> Vec<u8> {
    lines.iter().flat_map(|line| [*line, b"\n".as_slice()].concat()).collect()
}

#[test]
fn appended_entries_are_verified() {
    let (bytes, head) = log(3);
    assert_eq!(verify(&bytes, Some(&head)), Ok(3));
    assert_eq!(verify(&bytes, None), Ok(3));
    assert_eq!(verify(b"", None), Ok(0));
    let operations: Vec<String> = entries(&bytes).into_iter().map(|entry| entry.record.operation).collect();
    assert_eq!(operations, ["0", "1", "2"]);
    assert_eq!(entries(&bytes)[0].record, record("0"));
    assert_eq!(parse_head(&write_head(&head).expect("JSON")), Some(head));
}

#[test]
fn tampering_is_found_at_its_line() {
    let (bytes, head) = log(4);
    let l: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    let changed = String::from_utf8_lossy(l[1]).replace("\"files\":1", "\"files\":7").into_bytes();
    let garbled = l[1].iter().map(|byte| byte.wrapping_add(1)).collect::<Vec<u8>>();
    let cases: [(&str, Vec<u8>, usize); 8] = [
        ("changed", joined(&[l[0], &changed, l[2], l[3]]), 3),
        ("garbled", joined(&[l[0], &garbled, l[2], l[3]]), 3),
        ("removed", joined(&[l[0], l[2], l[3]]), 2),
        ("removed first", joined(&[l[1], l[2], l[3]]), 1),
        ("swapped", joined(&[l[0], l[2], l[1], l[3]]), 2),
        ("added", joined(&[l[0], l[1], b"{}", l[2], l[3]]), 4),
        ("emptied", joined(&[l[0], b"", l[1], l[2], l[3]]), 3),
        ("end removed", joined(&[l[0], l[1]]), 3),
    ];
    for (what, tampered, line) in cases {
        let found = verify(&tampered, Some(&head)).expect_err(what);
        assert_eq!(found.line, line, "{what}: {found}");
    }
    assert_eq!(verify(b"", Some(&head)).map_err(|found| found.line), Err(1));
    let last_changed = String::from_utf8_lossy(l[3]).replace("\"files\":1", "\"files\":7").into_bytes();
    assert!(verify(&joined(&[l[0], l[1], l[2], &last_changed]), Some(&head)).is_err());
}

#[test]
fn a_torn_line_is_repaired_and_kept() {
    let (bytes, _) = log(2);
    let before = split_tail(&bytes[..bytes.len() - 1]).0.len();
    for cut in before..=bytes.len() {
        let mut torn = bytes[..cut].to_vec();
        let whole = if cut >= bytes.len() - 1 { 2 } else { 1 };
        assert_eq!(verify(&torn, None), Ok(whole), "cut at {cut}");
        let head = add(&mut torn, "after");
        assert!(torn.starts_with(&bytes[..cut]), "nothing is removed");
        assert_eq!(verify(&torn, Some(&head)), Ok(whole + 1), "cut at {cut}");
        let head = add(&mut torn, "later");
        assert_eq!(verify(&torn, Some(&head)), Ok(whole + 2), "cut at {cut}");
        if whole == 1 && cut > before {
            let without: Vec<&[u8]> = torn.split(|&byte| byte == b'\n').collect();
            let without = joined(&[without[0], without[2], without[3]]);
            assert_eq!(verify(&without, Some(&head)).map_err(|found| found.line), Err(2), "cut at {cut}");
        }
    }
}

#[test]
fn the_head_may_be_behind_after_a_killed_writer() {
    let (bytes, _) = log(2);
    let (one, head) = log(1);
    assert!(bytes.starts_with(&one));
    assert_eq!(verify(&bytes, Some(&head)), Ok(2));
}

#[test]
fn lines_of_later_versions_can_be_read() {
    let (bytes, _) = log(1);
    let text = String::from_utf8(bytes).expect("text");
    let later = text.replace("\"intent\"", "\"archived\"").replace("\"replace\"", "\"fold\"");
    let later = later.replace("\"files\":1", "\"files\":1,\"more\":{}");
    let read = entries(later.as_bytes());
    assert_eq!((read[0].record.event, read[0].record.action), (AuditEvent::Unknown, AuditAction::Unknown));
}

#[test]
fn lines_of_earlier_versions_stay_valid() {
    let first = r#"{"sequence":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","time":"2024-01-02T03:04:05Z","event":"intent","operation":"0","action":"replace","path":"/venv","kind":"venv","files":1,"bytes":2,"snapshot":"s","program":"0.1.0","kept_count":0}"#;
    let mut bytes = format!("{first}\n").into_bytes();
    assert_eq!(verify(&bytes, None), Ok(1));
    let old = entries(&bytes).remove(0);
    assert_eq!((old.user, old.record.snapshot.as_deref()), (None, Some("s")));
    let head = add(&mut bytes, "1");
    assert_eq!(verify(&bytes, Some(&head)), Ok(2));
    assert_eq!(entries(&bytes)[1].user, user());
}

proptest::proptest! {
    #[test]
    fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
        let _ = verify(&bytes, None);
        let added = new_entry(&bytes, String::new(), None, record("x")).expect("a line");
        let whole = [bytes, added.bytes].concat();
        proptest::prop_assert_eq!(entries(&whole).len(), 1);
    }
}
