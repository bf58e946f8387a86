//! The file that `-r` or `-c` names.

use std::path::{MAIN_SEPARATOR_STR, PathBuf};

use crate::formats::source_reference::UrlParts;

/// A file that a requirements file includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncludedFile {
    /// On the disk; a relative path is relative to the directory of the including file.
    Local(PathBuf),
    /// pip downloads it.
    Remote,
}

impl IncludedFile {
    /// Parses what stands after `-r` or `-c`. As for pip, only `http:`, `https:` and `file:` begin URLs; everything else is
    /// a path as it stands.
    ///
    /// # Errors
    /// The host of a `file:` URL is another one, which pip refuses, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        match UrlParts::of(text) {
            Some(url) if url.is_file() => match url.host() {
                "" | "localhost" => Ok(Self::Local(PathBuf::from(MAIN_SEPARATOR_STR).join(url.file()))),
                host => Err(format!("`{text}` is a file of the host `{host}`")),
            },
            Some(url) if url.is_web() => Ok(Self::Remote),
            _ => Ok(Self::Local(PathBuf::from(text))),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_some_urls_are_urls() {
        let local = |path: &str| Ok(IncludedFile::Local(PathBuf::from(path)));
        let cases = [
            ("a.txt", local("a.txt")),
            ("../a%20b.txt", local("../a%20b.txt")),
            ("a#b.txt", local("a#b.txt")),
            ("ftp://h/a.txt", local("ftp://h/a.txt")),
            ("git+https://h/a.txt", local("git+https://h/a.txt")),
            ("https://h/a.txt", Ok(IncludedFile::Remote)),
            ("HTTP://h/a.txt", Ok(IncludedFile::Remote)),
            ("file:///d/a%20b.txt#x", local("/d/a b.txt")),
            ("FILE:/d/a.txt?x", local("/d/a.txt")),
            ("file://localhost/d/a.txt", local("/d/a.txt")),
            // pip looks for it below `/` too.
            ("file:a.txt", local("/a.txt")),
            ("file://h/a.txt", Err("`file://h/a.txt` is a file of the host `h`".to_owned())),
        ];
        for (text, expected) in cases {
            assert_eq!(IncludedFile::parse(text), expected, "{text}");
        }
    }
}
