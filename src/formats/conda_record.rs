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

/// The version in the file name of Python's own record, `python-VERSION-BUILD.json`; `None` for another package's.
#[must_use]
pub fn python_version(file_name: &[u8]) -> Option<&[u8]> {
    let mut parts = file_name.strip_suffix(b".json")?.split(|&byte| byte == b'-');
    let (name, version, build) = (parts.next()?, parts.next()?, parts.next()?);
    let is_version = version.first().is_some_and(u8::is_ascii_digit);
    (name == b"python" && is_version && !build.is_empty() && parts.next().is_none()).then_some(version)
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

    #[test]
    fn the_record_of_python_has_its_version() {
        let cases: [(&str, Option<&str>); 7] = [
            ("python-3.12.7-hce54a09_0_cpython.json", Some("3.12.7")),
            ("python-3.9-0.json", Some("3.9")),
            ("python-dateutil-2.8.2-pyhd3eb1b0_0.json", None),
            ("python_abi-3.11-2_cp311.json", None),
            ("python-3.11.json", None),
            ("python-tzdata-2023.3-0.json", None),
            ("ipython-8.0-0.json", None),
        ];
        for (name, expected) in cases {
            assert_eq!(super::python_version(name.as_bytes()), expected.map(str::as_bytes), "{name}");
        }
    }
}
