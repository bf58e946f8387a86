//! `NAME.pth`, with which a site directory adds directories to the path of Python
//! (<https://docs.python.org/3/library/site.html>).

use std::path::PathBuf;

use super::text::lines;
use crate::path::bytes_to_path;

/// Returns whether Python reads a file of this name. One whose name starts with a dot is hidden, and passed over.
#[must_use]
pub fn is_name(name: &[u8]) -> bool {
    name.ends_with(b".pth") && !name.starts_with(b".")
}

/// The directories and eggs that a file names, as written: absolute, or relative to the directory of the file. They need
/// not exist. Lines that start with `import` are code, and code is not run.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<PathBuf> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_path = |line: &&[u8]| {
        let is_code = line.starts_with(b"import ") || line.starts_with(b"import\t");
        !line.starts_with(b"#") && !is_code && !line.contains(&0)
    };
    lines(text).filter(is_path).map(bytes_to_path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_directories() {
        let text =
            b"\xef\xbb\xbf/home/u/my project \r\n# text\n\nimport sys; sys.__plen = 1\n./six-1.0-py3.8.egg\n\
            import\tx\nimports\n  \n";
        let expected = ["/home/u/my project", "./six-1.0-py3.8.egg", "imports"].map(PathBuf::from);
        assert_eq!(read(text), expected);
        assert!(read(b"import _virtualenv").is_empty());
    }

    #[test]
    fn hidden_files_are_passed_over() {
        let cases =
            [("easy-install.pth", true), (".hidden.pth", false), ("a.pth.bak", false), ("pth", false)];
        for (name, expected) in cases {
            assert_eq!(is_name(name.as_bytes()), expected, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let count = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            proptest::prop_assert!(read(&bytes).len() <= count);
        }
    }
}
