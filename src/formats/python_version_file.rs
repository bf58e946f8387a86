//! `.python-version`, in which pyenv and uv record the Python for a directory
//! (<https://github.com/pyenv/pyenv/blob/master/libexec/pyenv-version-file-read>,
//! <https://docs.astral.sh/uv/concepts/python-versions/#python-version-files>).

use super::text::{ParseError, merge_conflict, utf8};

/// An entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonVersionEntry {
    /// Its line, counted from 1.
    pub line: usize,
    /// The request: a version, specifiers, or the name of one of pyenv's versions or environments.
    pub text: String,
}

/// Parses the entries, the preferred one first: the first word of each line that is neither blank nor a comment, or the
/// whole line if it has specifiers, which may contain spaces. The prefix `python-` is removed, as in pyenv.
///
/// # Errors
/// [`ParseError`] if it is not UTF-8 or has an unresolved merge conflict.
pub fn parse(bytes: &[u8]) -> Result<Vec<PythonVersionEntry>, ParseError> {
    let text = utf8(bytes)?;
    if let Some(line) = merge_conflict(text) {
        return Err(ParseError::at(line, "unresolved merge conflict"));
    }
    let lines =
        text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    Ok(lines
        .map(|(line, number)| PythonVersionEntry { line: number, text: entry(line).to_owned() })
        .collect())
}

/// The entry in a line that is not blank.
fn entry(line: &str) -> &str {
    if line.starts_with(['<', '>', '=', '!', '~']) {
        return line.split('#').next().unwrap_or(line).trim_end();
    }
    let word = line.split_whitespace().next().unwrap_or(line);
    word.strip_prefix("python-").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file, and its entries with their lines.
    type Example = (&'static [u8], &'static [(usize, &'static str)]);

    #[test]
    fn entries_are_parsed() {
        let cases: [Example; 9] = [
            (b"3.12\n", &[(1, "3.12")]),
            (b"3.12.1", &[(1, "3.12.1")]),
            (b"\xef\xbb\xbf3.12\r\n", &[(1, "3.12")]),
            (b"# all of them\n\n  3.12.1\r\n3.11.7 3.10 # later\n", &[(3, "3.12.1"), (4, "3.11.7")]),
            (b"python-3.12.1\n", &[(1, "3.12.1")]),
            (b">=3.11, <3.13 # soon\n", &[(1, ">=3.11, <3.13")]),
            (b"myenv\nsystem\npython-tools\n", &[(1, "myenv"), (2, "system"), (3, "python-tools")]),
            (b"3.12.1/envs/web\n", &[(1, "3.12.1/envs/web")]),
            (b" \n# nothing\n", &[]),
        ];
        for (bytes, expected) in cases {
            let entries = parse(bytes).expect("entries");
            let read: Vec<(usize, &str)> =
                entries.iter().map(|entry| (entry.line, entry.text.as_str())).collect();
            assert_eq!(read, expected, "{bytes:?}");
        }
    }

    #[test]
    fn errors_have_their_line() {
        assert_eq!(parse(b"3.12\n\xff"), Err(ParseError::at(2, "invalid UTF-8")));
        let conflict = parse(b"<<<<<<< HEAD\n3.12\n=======\n3.13\n>>>>>>> other\n");
        assert_eq!(conflict, Err(ParseError::at(1, "unresolved merge conflict")));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let entries = parse(&bytes).unwrap_or_default();
            proptest::prop_assert!(entries.iter().all(|entry| !entry.text.is_empty() && entry.line > 0));
        }
    }
}
