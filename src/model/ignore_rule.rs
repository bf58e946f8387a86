//! Lines of ignore files.

use crate::path::RepoPath;

/// A rule for this very path, directory or link: anchored, without a slash at its end
/// (<https://git-scm.com/docs/gitignore#_pattern_format>). A line break cannot be written, `?` stands for it; so does it
/// for a carriage return at the end, which git takes for a line ending.
#[must_use]
pub fn ignore_rule_for(path: &RepoPath) -> Vec<u8> {
    let bytes = path.as_bytes();
    let plain = bytes.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    let mut rule = vec![b'/'];
    for (index, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => rule.push(b'?'),
            b'\r' if index + 1 == bytes.len() => rule.push(b'?'),
            b'\\' | b'*' | b'?' | b'[' => rule.extend([b'\\', byte]),
            b' ' if index >= plain => rule.extend([b'\\', byte]),
            byte => rule.push(byte),
        }
    }
    rule
}
