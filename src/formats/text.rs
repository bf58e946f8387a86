//! Decoding text, and the error of a parser: shared by the parsers of this folder.

use crate::message::{Message, Say};

/// Why a file could not be parsed, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ParseError {
    /// The line, counted from 1, if known.
    pub line: Option<usize>,
    /// The parser's reason, a lower-case fragment.
    pub reason: String,
}

impl ParseError {
    /// An error in a line.
    pub(super) fn at(line: usize, reason: impl Into<String>) -> Self {
        Self { line: Some(line), reason: reason.into() }
    }

    /// A syntax error. If the text has a merge conflict, the error is about the conflict.
    pub(super) fn syntax(text: &str, line: Option<usize>, reason: String) -> Self {
        match merge_conflict(text) {
            Some(line) => Self::at(line, "unresolved merge conflict"),
            None => Self { line, reason },
        }
    }
}

/// Decodes UTF-8 and strips a byte order mark.
///
/// # Errors
/// [`ParseError`] with the line of the first byte that is not UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str, ParseError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes)
        .map_err(|error| ParseError::at(line_at(bytes, error.valid_up_to()), "invalid UTF-8"))
}

/// The lines of a list, without blanks around them and without empty ones.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// The line, counted from 1, of a byte offset.
pub(super) fn line_at(bytes: &[u8], offset: usize) -> usize {
    let before = bytes.get(..offset).unwrap_or(bytes);
    1 + memchr::memchr_iter(b'\n', before).count()
}

/// Where the lines of a text begin, so that many offsets can be looked up.
pub(super) struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Looks at each byte once.
    pub(super) fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line, counted from 1, of a byte offset.
    pub(super) fn line(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|end| *end < offset)
    }
}

/// The line of git's first conflict marker, if the text has both the opening and the closing one:
/// <https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>.
pub(super) fn merge_conflict(text: &str) -> Option<usize> {
    let mut lines = text.lines().enumerate();
    let (start, _) = lines.find(|(_, line)| line.starts_with("<<<<<<< "))?;
    lines.any(|(_, line)| line.starts_with(">>>>>>> ")).then_some(start + 1)
}

/// The number of bytes in which git looks for a NUL to tell binary files from text
/// (<https://git-scm.com/docs/gitattributes#_marking_files_as_binary>).
const BINARY_CHECK: usize = 8000;

/// Returns whether content is binary, by the rule of git.
#[must_use]
pub fn is_binary(content: &[u8]) -> bool {
    content[..content.len().min(BINARY_CHECK)].contains(&0)
}

impl Say for ParseError {
    fn say(&self, message: &mut Message) {
        self.to_string().say(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8_with_or_without_a_byte_order_mark() {
        assert_eq!(utf8(b"\xef\xbb\xbfa"), Ok("a"));
        assert_eq!(utf8(b"a\nb\xff"), Err(ParseError::at(2, "invalid UTF-8")));
        assert_eq!(utf8(b"\xff\xfe{\0"), Err(ParseError::at(1, "invalid UTF-8")));
    }

    #[test]
    fn an_index_of_lines_agrees_with_counting() {
        for text in ["", "a", "\n", "\n\na\n", "a\nb\r\n\nc"] {
            let index = LineIndex::of(text);
            for offset in 0..=text.len() {
                assert_eq!(index.line(offset), line_at(text.as_bytes(), offset), "{text:?} {offset}");
            }
        }
    }

    #[test]
    fn a_conflict_has_both_markers() {
        assert_eq!(merge_conflict("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n"), Some(2));
        assert_eq!(merge_conflict("<<<<<<< HEAD\n"), None);
    }
}
