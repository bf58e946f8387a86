//! The change of a file as a unified diff:
//! <https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html>.

use similar::{Algorithm, TextDiff};

use crate::error::{Error, Result};
use crate::message::message;
use crate::path::{RepoPath, display_bytes};

/// The change from `old`, which is `None` for a new file, to `new`; nothing if there is none.
///
/// # Errors
/// Action if the memory for it is missing.
pub(super) fn unified(path: &RepoPath, old: Option<&[u8]>, new: &[u8]) -> Result<Vec<u8>> {
    let lines = |bytes| -> Vec<&[u8]> { <[u8]>::split_inclusive(bytes, |&byte| byte == b'\n').collect() };
    let (before, after) = (lines(old.unwrap_or_default()), lines(new));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .newline_terminated(true)
        .diff_slices(&before, &after);
    let side = |letter: &[u8]| display_bytes(&[letter, b"/", path.as_bytes()].concat());
    let from = if old.is_some() { side(b"a") } else { "/dev/null".to_owned() };
    let mut text = Vec::new();
    diff.unified_diff()
        .header(&from, &side(b"b"))
        .to_writer(&mut text)
        .map_err(|error| Error::action(message!("failed to show the change of `{}`", path)).cause(error))?;
    Ok(text)
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
            let text = unified(&path, old.map(str::as_bytes), new.as_bytes()).expect("memory");
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
    }
}
