//! `conda-meta/NAME-VERSION-BUILD.json`, conda's record of an installed package
//! (<https://docs.conda.io/projects/conda/en/stable/dev-guide/specs/conda-prefix.html>).

use serde::Deserialize;

/// The files of a package, relative to the prefix; empty if this is not such a record.
#[must_use]
pub fn files(bytes: &[u8]) -> Vec<String> {
    #[derive(Deserialize)]
    struct CondaRecord {
        files: Vec<String>,
    }
    serde_json::from_slice(bytes).map(|record: CondaRecord| record.files).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn files_are_listed() {
        assert_eq!(
            files(br#"{"name": "a", "files": ["bin/a", "lib/a.py"], "link": {}}"#),
            ["bin/a", "lib/a.py"]
        );
        assert!(files(b"[]").is_empty() && files(b"\xff").is_empty() && files(br#"{"files": 1}"#).is_empty());
    }
}
