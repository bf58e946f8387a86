//! The file `HEAD`, by which git tells a repository from a directory that only looks like one.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads one file of the git directory, and `fs` is not below `git`"
)]

use std::io::Read;
use std::path::Path;

use crate::path::path_to_bytes;

/// The most bytes that git reads of it.
const LIMIT: u64 = 255;
/// The length of an object name of the oldest format; longer ones begin with as many digits.
const ID_DIGITS: usize = 40;

/// Says whether git accepts a directory as a repository by its `HEAD`: a reference below `refs/`, as the content or as
/// the target of a link, or an object name. After a crash the file may be empty, and git then looks for a repository
/// further up (`is_git_directory` in <https://github.com/git/git/blob/master/setup.c>).
pub(super) fn has_valid_head(git_directory: &Path) -> bool {
    let file = git_directory.join("HEAD");
    if let Ok(target) = std::fs::read_link(&file) {
        return path_to_bytes(&target).starts_with(b"refs/");
    }
    let mut content = Vec::new();
    let read = std::fs::File::open(&file).and_then(|file| file.take(LIMIT).read_to_end(&mut content));
    read.is_ok() && is_valid(&content)
}

fn is_valid(content: &[u8]) -> bool {
    if let Some(reference) = content.strip_prefix(b"ref:") {
        return reference.trim_ascii_start().starts_with(b"refs/");
    }
    content.get(..ID_DIGITS).is_some_and(|id| id.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_reference_or_an_object() {
        let id = b"4e753aa66b8bf700ae4cb1157a2b94652f3e8e7e";
        let valid: [&[u8]; 5] = [
            b"ref: refs/heads/main\n",
            b"ref:\trefs/heads/x",
            b"ref: refs/heads/.invalid\n",
            id,
            &[*id, *id].concat(),
        ];
        for content in valid {
            assert!(is_valid(content), "{}", content.escape_ascii());
        }
        let invalid: [&[u8]; 6] = [b"", b"\n", b"ref: ", b"ref: heads/main", b"\0\0\0\0", &id[..39]];
        for content in invalid {
            assert!(!is_valid(content), "{}", content.escape_ascii());
        }
    }
}
