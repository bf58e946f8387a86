//! `.python-envs`: the environments of a project, one path a line (<https://peps.python.org/pep-0832/>).

use super::text::{ParseError, merge_conflict, utf8};

/// An environment that the file lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonEnvsEntry {
    /// Its line, counted from 1.
    pub line: usize,
    /// Its directory as written: absolute, or relative to the directory of the file.
    pub path: String,
}

/// Parses the entries in the order of the file: the last one is the default. Blank lines list nothing.
///
/// # Errors
/// [`ParseError`] if the file is not UTF-8 or has an unresolved merge conflict, and for a path with a control character.
pub fn parse(bytes: &[u8]) -> Result<Vec<PythonEnvsEntry>, ParseError> {
    let text = utf8(bytes)?;
    if let Some(line) = merge_conflict(text) {
        return Err(ParseError::at(line, "unresolved merge conflict"));
    }
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).zip(1..);
    let lines = lines.filter(|(path, _)| !path.trim().is_empty());
    lines
        .map(|(path, line)| match path.contains(char::is_control) {
            true => Err(ParseError::at(line, "the path contains a control character")),
            false => Ok(PythonEnvsEntry { line, path: path.to_owned() }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(usize, String)>, ParseError> {
        Ok(parse(bytes)?.into_iter().map(|entry| (entry.line, entry.path)).collect())
    }

    /// A file, and its entries with their lines.
    type Example = (&'static [u8], &'static [(usize, &'static str)]);

    #[test]
    fn paths_have_their_lines() {
        let cases: [Example; 5] = [
            (b"", &[]),
            (b"\n \r\n", &[]),
            (b"envs/3.12\n/opt/envs/demo", &[(1, "envs/3.12"), (2, "/opt/envs/demo")]),
            (b"\xef\xbb\xbf../shared\r\n\r\n# env \r\n", &[(1, "../shared"), (3, "# env ")]),
            (b"C:\\envs\\demo\n", &[(1, "C:\\envs\\demo")]),
        ];
        for (bytes, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(line, path)| (*line, (*path).to_owned())).collect();
            assert_eq!(read(bytes), Ok(expected), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn errors_have_their_line() {
        assert_eq!(read(b"venv\n\xff\n"), Err(ParseError::at(2, "invalid UTF-8")));
        for bad in ["venv\na\0b\n", "venv\na\x1b[31mb\n", "\na\rb\n"] {
            let expected = ParseError::at(2, "the path contains a control character");
            assert_eq!(read(bad.as_bytes()), Err(expected), "{bad:?}");
        }
        let conflict = b"venv\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
        assert_eq!(read(conflict), Err(ParseError::at(2, "unresolved merge conflict")));
    }

    proptest::proptest! {
        #[test]
        fn entries_are_lines_of_the_file(bytes: Vec<u8>, text in "([a-z ./]{0,8}\r?\n){0,6}") {
            let _ = parse(&bytes);
            let entries = parse(text.as_bytes()).map_err(|error| proptest::test_runner::TestCaseError::fail(error.reason))?;
            let lines: Vec<&str> = text.lines().collect();
            for entry in entries {
                proptest::prop_assert_eq!(Some(&entry.path.as_str()), lines.get(entry.line - 1));
            }
        }
    }
}
