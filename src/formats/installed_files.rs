//! `installed-files.txt`, the list of files that pip wrote into `.egg-info` before wheels
//! (<https://pip.pypa.io/en/stable/news/>, removed in 21.1; `importlib.metadata` still reads it).

use super::text::lines;

/// The paths as written, one per line: relative to the `.egg-info` directory.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<&[u8]> {
    lines(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lines_are_paths() {
        let lines = read(b"../nose/__init__.py\n../../../../man/man1/nosetests.1\r\n\n./\n");
        assert_eq!(lines, [&b"../nose/__init__.py"[..], b"../../../../man/man1/nosetests.1", b"./"]);
    }
}
