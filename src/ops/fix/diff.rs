//! The change of a file as a unified diff:
//! <https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html>.

use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use crate::path::{RepoPath, display_bytes};

/// How many unchanged lines surround a change.
const CONTEXT: usize = 3;

/// The change from `old`, which is `None` for a new file, to `new`; nothing if there is none.
pub(super) fn unified(path: &RepoPath, old: Option<&[u8]>, new: &[u8]) -> Vec<u8> {
    let lines = |bytes| -> Vec<&[u8]> { <[u8]>::split_inclusive(bytes, |&byte| byte == b'\n').collect() };
    let (before, after) = (lines(old.unwrap_or_default()), lines(new));
    let hunks = group_diff_ops(capture_diff_slices(Algorithm::Myers, &before, &after), CONTEXT);
    let changed = hunks.iter().flatten().any(|part| part.tag() != DiffTag::Equal);
    if !changed {
        return Vec::new();
    }
    let side = |letter: &[u8]| display_bytes(&[letter, b"/", path.as_bytes()].concat());
    let from = if old.is_some() { side(b"a") } else { "/dev/null".to_owned() };
    let mut text = format!("--- {from}\n+++ {}\n", side(b"b")).into_bytes();
    hunks.iter().for_each(|parts| hunk(parts, &before, &after, &mut text));
    text
}

fn hunk(parts: &[DiffOp], before: &[&[u8]], after: &[&[u8]], text: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
    let old = span(first.old_range().start..last.old_range().end);
    let new = span(first.new_range().start..last.new_range().end);
    text.extend(format!("@@ -{old} +{new} @@\n").into_bytes());
    for part in parts {
        if part.tag() == DiffTag::Equal {
            before[part.old_range()].iter().for_each(|line| write(b' ', line, text));
            continue;
        }
        before[part.old_range()].iter().for_each(|line| write(b'-', line, text));
        after[part.new_range()].iter().for_each(|line| write(b'+', line, text));
    }
}

/// `START,COUNT`, counted from 1; an empty range stands after the line it names.
fn span(range: Range<usize>) -> String {
    match range.len() {
        1 => format!("{}", range.start + 1),
        0 => format!("{},0", range.start),
        count => format!("{},{count}", range.start + 1),
    }
}

fn write(sign: u8, line: &[u8], text: &mut Vec<u8>) {
    text.push(sign);
    text.extend_from_slice(line);
    if !line.ends_with(b"\n") {
        text.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diffs_that_patch_understands() {
        let cases: [(Option<&str>, &str, &str); 4] = [
            (Some("a\n"), "a\n", ""),
            (None, "/v\n", "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/v\n"),
            (
                Some("a"),
                "a\n/v\n",
                "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+/v\n",
            ),
            (
                Some("1\n2\n3\n4\nv/\n6\n7\n8\n9\n"),
                "1\n2\n3\n4\nv\n6\n7\n8\n9\n",
                "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-v/\n+v\n 6\n 7\n 8\n",
            ),
        ];
        for (old, new, expected) in cases {
            let path = RepoPath::new(b"x".as_slice()).expect("a path");
            let text = unified(&path, old.map(str::as_bytes), new.as_bytes());
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
    }
}
