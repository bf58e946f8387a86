//! `conda-meta/NAME-VERSION-BUILD.json`, conda's record of an installed package
//! (<https://docs.conda.io/projects/conda/en/stable/dev-guide/specs/conda-prefix.html>).

use serde::Deserialize;

use super::content_hash::ContentHash;

/// What conda says of a package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CondaRecord {
    /// The name that the file of the record has; `None` if the record does not tell.
    pub file_name: Option<String>,
    /// The files of the package.
    pub files: Vec<CondaFile>,
    /// The URL of the channel that it is from, with the directory of its platform.
    pub channel: Option<String>,
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaFile {
    /// Its path relative to the prefix.
    pub path: String,
    /// The hash of what was installed; `None` for links, compiled files and scripts that are generated.
    pub hash: Option<ContentHash>,
}

#[derive(Deserialize)]
struct CondaDocument {
    name: Option<String>,
    version: Option<String>,
    build: Option<String>,
    files: Vec<String>,
    channel: Option<String>,
    #[serde(default)]
    paths_data: PathsData,
}

#[derive(Deserialize, Default)]
struct PathsData {
    #[serde(default)]
    paths: Vec<PathData>,
}

#[derive(Deserialize)]
struct PathData {
    #[serde(rename = "_path")]
    path: String,
    /// Of the file in the package.
    #[serde(default)]
    sha256: Option<String>,
    /// Of the file after the prefix was put into it.
    #[serde(default)]
    sha256_in_prefix: Option<String>,
}

/// The paths of a package's files, relative to the prefix; none if this is not such a record.
#[must_use]
pub fn files(bytes: &[u8]) -> Vec<String> {
    parse(bytes).into_iter().flat_map(|record| record.files).map(|file| file.path).collect()
}

/// Parses a record; `None` if it is none.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<CondaRecord> {
    let document: CondaDocument = serde_json::from_slice(bytes).ok()?;
    let named = document.name.zip(document.version).zip(document.build);
    let file_name = named.map(|((name, version), build)| FileName { name, version, build }.file_name());
    let hashed = document.paths_data.paths.into_iter().map(|data| {
        let hash = data.sha256_in_prefix.or(data.sha256);
        CondaFile { path: data.path, hash: hash.as_deref().and_then(ContentHash::parse_hexadecimal) }
    });
    let listed = document.files.into_iter().map(|path| CondaFile { path, hash: None });
    Some(CondaRecord { file_name, files: hashed.chain(listed).collect(), channel: document.channel })
}

/// The version in the file name of Python's own record, `python-VERSION-BUILD.json`; `None` for another package's.
#[must_use]
pub fn python_version(file_name: &[u8]) -> Option<&[u8]> {
    let mut parts = file_name.strip_suffix(b".json")?.split(|&byte| byte == b'-');
    let (name, version, build) = (parts.next()?, parts.next()?, parts.next()?);
    let is_version = version.first().is_some_and(u8::is_ascii_digit);
    (name == b"python" && is_version && !build.is_empty() && parts.next().is_none()).then_some(version)
}

/// What the name of a record's file says, `NAME-VERSION-BUILD.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// The name of the package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build.
    pub build: String,
}

impl FileName {
    /// Splits a file name; `None` if it is not that of a record. Only the name of a package may have a `-`.
    #[must_use]
    pub fn parse(file_name: &[u8]) -> Option<Self> {
        let stem = std::str::from_utf8(file_name.strip_suffix(b".json")?).ok()?;
        let (named, build) = stem.rsplit_once('-')?;
        let (name, version) = named.rsplit_once('-').filter(|(name, _)| !name.is_empty())?;
        Some(Self { name: name.to_owned(), version: version.to_owned(), build: build.to_owned() })
    }

    /// The file name.
    #[must_use]
    pub fn file_name(&self) -> String {
        let Self { name, version, build } = self;
        format!("{name}-{version}-{build}.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_with_what_proves_them() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let text = format!(
            r#"{{"name": "a", "version": "1", "build": "0", "files": ["bin/a"], "link": {{}}, "paths_data":
            {{"paths": [{{"_path": "bin/a", "sha256_in_prefix": "{hash}"}}, {{"_path": "lib/a"}}]}}}}"#
        );
        let record = parse(text.as_bytes()).expect("a record");
        assert_eq!(record.file_name.as_deref(), Some("a-1-0.json"));
        let proofs: Vec<(&str, bool)> =
            record.files.iter().map(|file| (file.path.as_str(), file.hash.is_some())).collect();
        assert_eq!(proofs, [("bin/a", true), ("lib/a", false), ("bin/a", false)]);
        for other in [b"[]".as_slice(), b"\xff", br#"{"files": 1}"#] {
            assert_eq!(parse(other), None);
        }
        let url = "https://conda.anaconda.org/conda-forge/noarch";
        let text = format!(r#"{{"channel": "{url}", "files": []}}"#);
        assert_eq!(parse(text.as_bytes()).and_then(|record| record.channel).as_deref(), Some(url));
    }

    #[test]
    fn file_names_have_three_parts() {
        let cases = [
            ("python-dateutil-2.8.2-pyhd3eb1b0_0.json", Some(["python-dateutil", "2.8.2", "pyhd3eb1b0_0"])),
            ("six-1.16.0-0.json", Some(["six", "1.16.0", "0"])),
            ("six-1.16.0.json", None),
            ("-1-0.json", None),
            ("history", None),
        ];
        for (name, expected) in cases {
            let parsed = FileName::parse(name.as_bytes());
            let parts = parsed.as_ref().map(|file| [file.name.as_str(), &file.version, &file.build]);
            assert_eq!(parts, expected, "{name}");
        }
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
