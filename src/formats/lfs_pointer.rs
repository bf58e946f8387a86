//! The pointer that Git LFS puts in the place of a file's content.

/// The first bytes of every pointer (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
const START: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Returns whether the content is a pointer: then the content of the file itself is unknown.
#[must_use]
pub fn is_pointer(content: &[u8]) -> bool {
    content.starts_with(START)
}

#[cfg(test)]
mod tests {
    use super::is_pointer;

    #[test]
    fn pointers_are_told_from_content() {
        assert!(is_pointer(b"version https://git-lfs.github.com/spec/v1\noid sha256:e7fa\nsize 71\n"));
        assert!(!is_pointer(b"version 1\n"));
        assert!(!is_pointer(b""));
    }
}
