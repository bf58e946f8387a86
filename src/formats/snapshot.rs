//! The snapshot: what is needed to make an environment again after it was removed.
//!
//! One JSON document for each removal, `<common git directory>/pyenv/snapshots/ID.json`.

use serde::{Deserialize, Serialize};

use super::digest;
use super::stored_path::StoredPath;
use super::text::ParseError;

/// The version of the document that this program writes. A reader refuses a later one.
pub const SCHEMA_VERSION: u32 = 1;

/// An environment as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema_version: u32,
    /// The name of the snapshot; names sort by time. See [`identifier`].
    pub id: String,
    /// When it was taken, RFC 3339 in UTC.
    pub time: String,
    /// The version of the program that took it.
    pub program: String,
    /// Where the environment was, absolute.
    pub path: StoredPath,
    /// The top of the work tree it was removed from; absent in a bare repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_tree: Option<StoredPath>,
    /// The kind of environment (`venv`, `uv`, …).
    pub kind: String,
    /// The tool and version that recorded itself in the environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// The Python version, as far as it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// The base interpreter, or its directory where only that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// The whole `pyvenv.cfg`; bytes that are not UTF-8 are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// How many files and links there were.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The installed distributions.
    pub distributions: Vec<Package>,
    /// Files that no creator makes and no distribution lists, relative to the environment. They cannot be made
    /// again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<StoredPath>,
}

/// An installed distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The name as recorded.
    pub name: String,
    /// The version as recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Who installed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installer: Option<String>,
    /// The user asked for it by name (`REQUESTED`); it is not there for the sake of another.
    #[serde(default)]
    pub requested: bool,
    /// The URL it came from, unless from an index (PEP 610).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The local file or directory that the URL names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<StoredPath>,
    /// Its files are used where they are.
    #[serde(default)]
    pub editable: bool,
    /// The commit, of a version-controlled source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The SHA-256 of its `RECORD` in hexadecimal: equal lists are equal files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_sha256: Option<String>,
}

/// Reads a document.
///
/// # Errors
/// [`ParseError`] for what is not such a document, and for one of a later version.
pub fn parse(bytes: &[u8]) -> Result<Snapshot, ParseError> {
    #[derive(Deserialize)]
    struct VersionField {
        schema_version: u32,
    }
    let version: VersionField = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    if version.schema_version > SCHEMA_VERSION {
        let reason = format!("version {} of the document is not known", version.schema_version);
        return Err(ParseError { line: None, reason });
    }
    serde_json::from_slice(bytes).map_err(|error| syntax(&error))
}

/// Writes a document, for people too.
///
/// # Errors
/// [`ParseError`] if it cannot be written as JSON.
pub fn write(snapshot: &Snapshot) -> Result<Vec<u8>, ParseError> {
    let mut bytes = serde_json::to_vec_pretty(snapshot).map_err(|error| syntax(&error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A name that sorts by time (`20240102T030405.678901234Z-1f2e3d4c`): the digits of an RFC 3339 time, and a
/// little of the digest of `seed`, so that two runs at one instant have two names.
#[must_use]
pub fn identifier(time: &str, seed: &[u8]) -> String {
    let digits: String = time.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let mut digest = digest::hexadecimal(seed);
    digest.truncate(8);
    format!("{digits}-{digest}")
}

fn syntax(error: &serde_json::Error) -> ParseError {
    ParseError { line: (error.line() > 0).then(|| error.line()), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            schema_version: SCHEMA_VERSION,
            id: "20240102T030405Z-00000000".to_owned(),
            time: "2024-01-02T03:04:05Z".to_owned(),
            program: "0.1.0".to_owned(),
            path: b"/home/\xff/venv".as_slice().into(),
            work_tree: Some(b"/work".as_slice().into()),
            kind: "venv".to_owned(),
            creator: None,
            python: Some("3.12.1".to_owned()),
            interpreter: Some("/usr/bin/python3.12".to_owned()),
            configuration: Some("home = /usr/bin\n".to_owned()),
            files: 2,
            bytes: 300,
            distributions: vec![Package {
                name: "Mine".to_owned(),
                version: None,
                installer: Some("pip".to_owned()),
                requested: true,
                url: Some("file:///home/u/mine".to_owned()),
                local: Some(b"/home/u/mine".as_slice().into()),
                editable: true,
                commit: None,
                record_sha256: None,
            }],
            foreign: vec![b"src/a\nb".as_slice().into()],
        }
    }

    #[test]
    fn a_snapshot_comes_back() {
        let bytes = write(&snapshot()).expect("a document");
        assert_eq!(parse(&bytes), Ok(snapshot()));
    }

    #[test]
    fn a_later_version_is_refused_and_more_fields_are_not() {
        let text = String::from_utf8(write(&snapshot()).expect("a document")).expect("text");
        let later = text.replace("\"schema_version\": 1", "\"schema_version\": 2");
        assert!(parse(later.as_bytes()).is_err_and(|error| error.reason.contains("version 2")));
        let more = text.replace("\"files\": 2", "\"files\": 2, \"more\": []");
        assert_eq!(parse(more.as_bytes()), Ok(snapshot()));
    }

    #[test]
    fn names_sort_by_time() {
        let early = identifier("2024-01-02T03:04:05.000000009Z", b"z");
        let late = identifier("2024-01-02T03:04:05.000000010Z", b"a");
        assert!(early < late && early.starts_with("20240102T030405.000000009Z-"), "{early} {late}");
        assert_ne!(identifier("2024-01-02T03:04:05Z", b"a"), identifier("2024-01-02T03:04:05Z", b"b"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            proptest::prop_assert!(parse(&bytes).is_err());
        }
    }
}
