//! The lines of a requirements file: split, continued with `\` and without their comments, in the order in which pip does
//! it (<https://pip.pypa.io/en/stable/reference/requirements-file-format/#line-continuations>).

use std::borrow::Cow;

/// A line with its continuations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogicalLine<'t> {
    /// Its first line in the file, counted from 1, where every line break of Python counts.
    pub(super) number: usize,
    text: Cow<'t, str>,
    /// Where the comment starts, at its `#`.
    comment: Option<usize>,
}

impl<'t> LogicalLine<'t> {
    fn new(number: usize, text: Cow<'t, str>) -> Self {
        let comment = comment_start(&text);
        Self { number, text, comment }
    }

    /// What stands before the comment, without blanks around it.
    pub(super) fn content(&self) -> &str {
        self.text.get(..self.comment.unwrap_or(self.text.len())).unwrap_or_default().trim_matches(is_blank)
    }

    /// The comment, without `#` and the blanks around it.
    pub(super) fn comment(&self) -> Option<&str> {
        let comment = self.text.get(self.comment?..)?;
        Some(comment.trim_start_matches('#').trim_matches(is_blank))
    }
}

/// The lines of a text, joined where one ends with `\`. A comment line ends a continuation.
pub(super) fn logical_lines(text: &str) -> impl Iterator<Item = LogicalLine<'_>> {
    let mut lines = physical_lines(text).enumerate().map(|(index, line)| (index + 1, line));
    std::iter::from_fn(move || {
        let (number, first) = lines.next()?;
        if !is_continued(first) {
            return Some(LogicalLine::new(number, Cow::Borrowed(first)));
        }
        let mut joined = first.trim_matches('\\').to_owned();
        for (_, line) in lines.by_ref() {
            if is_continued(line) {
                joined.push_str(line.trim_matches('\\'));
                continue;
            }
            if is_comment(line) {
                joined.push(' ');
            }
            joined.push_str(line);
            break;
        }
        Some(LogicalLine::new(number, Cow::Owned(joined)))
    })
}

/// The lines as Python's `str.splitlines` splits them.
pub(super) fn physical_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(is_line_break) else { return rest.take() };
        let (line, after) = text.split_at(end);
        let width =
            if after.starts_with("\r\n") { 2 } else { after.chars().next().map_or(0, char::len_utf8) };
        rest = after.get(width..).filter(|after| !after.is_empty());
        Some(line)
    })
}

fn is_line_break(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}' | '\u{1d}' | '\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Says whether Python counts a character as white space: Unicode's, and the separators of ASCII.
pub(super) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{1c}'..='\u{1f}')
}

fn is_continued(line: &str) -> bool {
    line.ends_with('\\') && !is_comment(line)
}

fn is_comment(line: &str) -> bool {
    line.trim_start_matches(is_blank).starts_with('#')
}

/// The first `#` at the start or after a blank, so that a fragment of a URL is not a comment.
fn comment_start(line: &str) -> Option<usize> {
    memchr::memchr_iter(b'#', line.as_bytes())
        .find(|&at| line.get(..at).and_then(|before| before.chars().next_back()).is_none_or(is_blank))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Expected<'e> = (&'e str, &'e [(usize, &'e str, Option<&'e str>)]);

    fn read(text: &str) -> Vec<(usize, String, Option<String>)> {
        let line = |line: LogicalLine<'_>| {
            (line.number, line.content().to_owned(), line.comment().map(str::to_owned))
        };
        logical_lines(text).map(line).collect()
    }

    #[test]
    fn lines_are_joined_and_comments_cut() {
        let cases: [Expected<'_>; 15] = [
            ("", &[]),
            ("a\nb\r\nc\rd", &[(1, "a", None), (2, "b", None), (3, "c", None), (4, "d", None)]),
            (
                "a\u{b}b\u{c}c\u{1c}d\u{85}e\u{2028}f\n",
                &[
                    (1, "a", None),
                    (2, "b", None),
                    (3, "c", None),
                    (4, "d", None),
                    (5, "e", None),
                    (6, "f", None),
                ],
            ),
            ("\n\na", &[(1, "", None), (2, "", None), (3, "a", None)]),
            ("requests \\\n >= 2.0\nb", &[(1, "requests  >= 2.0", None), (3, "b", None)]),
            (
                "a==1 \\\r\n  --hash=x \\\r\n  --hash=y\r\n    # via b",
                &[(1, "a==1   --hash=x   --hash=y", None), (4, "", Some("via b"))],
            ),
            ("a>=2 \\\n# c\n,<3", &[(1, "a>=2", Some("c")), (3, ",<3", None)]),
            ("# c \\\na", &[(1, "", Some("c \\")), (2, "a", None)]),
            ("a \\ \nb", &[(1, "a \\", None), (2, "b", None)]),
            ("\\\n\\\na\\", &[(1, "a", None)]),
            ("a\\\\\nb", &[(1, "ab", None)]),
            ("a#b", &[(1, "a#b", None)]),
            ("a\u{a0}# c # d", &[(1, "a", Some("c # d"))]),
            ("  ## c", &[(1, "", Some("c"))]),
            ("a #", &[(1, "a", Some(""))]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(line, content, comment)| (*line, (*content).to_owned(), comment.map(str::to_owned)))
                .collect();
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_lines(text in r"([a \\#\r\n\x0b\u{2028}]|\PC){0,24}") {
            let physical: Vec<&str> = physical_lines(&text).collect();
            let letters: String = text.chars().filter(|&letter| !is_line_break(letter)).collect();
            prop_assert_eq!(physical.concat(), letters);
            let logical = read(&text);
            prop_assert!(logical.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(logical.iter().all(|(number, ..)| (1..=physical.len()).contains(number)));
        }
    }
}
