//! The snapshot: the facts that are needed to recreate an environment after it was removed.
//!
//! One JSON document for each removal, `<common git directory>/pyenv/snapshots/ID.json`.

use serde::{Deserialize, Serialize};

use super::digest;
use super::stored_path::StoredPath;
use super::text::ParseError;

/// The version of the document that this program writes. A later one is refused.
pub const SCHEMA_VERSION: u32 = 1;

/// An environment before its removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema_version: u32,
    /// The id of the snapshot; ids sort by time. See [`identifier`].
    pub id: String,
    /// The time, RFC 3339 in UTC.
    pub time: String,
    /// The version of the program that wrote it.
    pub program: String,
    /// The absolute path of the environment.
    pub path: StoredPath,
    /// The work tree it was removed from; absent in a bare repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_tree: Option<StoredPath>,
    /// The kind of environment (`venv`, `uv`, …).
    pub kind: String,
    /// The tool and version that created the environment, if recorded in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// The Python version, as far as recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// The base interpreter, or its directory if only that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// The whole `pyvenv.cfg`; bytes that are not UTF-8 are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// The number of files and links.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The installed distributions.
    pub distributions: Vec<Package>,
    /// Files that no creator generates and no distribution lists, relative to the environment. They cannot be recreated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<StoredPath>,
    /// Files that may have been changed since a tool made them, relative to the environment. Copies are in
    /// `<common git directory>/pyenv/copies/ID/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copied: Vec<StoredPath>,
    /// The archive that was made of the environment; none in what earlier versions wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveReference>,
}

/// An archive, `<common git directory>/pyenv/archives/ID.tar.zst`. Its format is [`super::archive`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveReference {
    /// What of the environment is in it.
    pub covers: ArchiveCoverage,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// How many members it has, the environment itself included.
    pub members: u64,
    /// The size of what is in it, in bytes.
    pub content_bytes: u64,
}

/// What of an environment an archive has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArchiveCoverage {
    /// All of it.
    All,
    /// What no tool could write again, and the directories above that.
    Foreign,
}

/// An installed distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The name as recorded.
    pub name: String,
    /// The version as recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The installer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installer: Option<String>,
    /// Whether the user requested it (`REQUESTED`); otherwise it is a dependency.
    #[serde(default)]
    pub requested: bool,
    /// The URL it was installed from, unless from an index (PEP 610).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The local file or directory of the URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<StoredPath>,
    /// Whether it is an editable installation.
    #[serde(default)]
    pub editable: bool,
    /// The commit of a source in version control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The version control system of that source (`git`, `hg`, …); snapshots of earlier versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcs: Option<String>,
    /// The directory of the project in what the URL names, if it is not the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdirectory: Option<String>,
    /// Its extras of which everything is installed that they ask for; installers do not record which were requested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<String>,
    /// The hashes of the archive that it was installed from, as `sha256=…` in hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<String>,
    /// The SHA-256 of its `RECORD` in hexadecimal: equal lists are equal files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_sha256: Option<String>,
}

/// Parses a document.
///
/// # Errors
/// [`ParseError`] for anything else, and for a document of a later version.
pub fn parse(bytes: &[u8]) -> Result<Snapshot, ParseError> {
    #[derive(Deserialize)]
    struct VersionField {
        schema_version: u32,
    }
    let version: VersionField = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    if version.schema_version > SCHEMA_VERSION {
        let reason = format!("unknown version {}", version.schema_version);
        return Err(ParseError { line: None, reason });
    }
    serde_json::from_slice(bytes).map_err(|error| syntax(&error))
}

/// Writes a document, indented so that people can read it.
///
/// # Errors
/// [`ParseError`] if it cannot be written as JSON.
pub fn write(snapshot: &Snapshot) -> Result<Vec<u8>, ParseError> {
    let mut bytes = serde_json::to_vec_pretty(snapshot).map_err(|error| syntax(&error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// An id that sorts by time (`20240102T030405.678901234Z-1f2e3d4c`): the digits of an RFC 3339 time, and the start of
/// the digest of `seed`, so that two runs at the same time have different ids.
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
                vcs: None,
                subdirectory: None,
                extras: vec!["more".to_owned()],
                hashes: vec!["sha256=00".to_owned()],
                record_sha256: None,
            }],
            foreign: vec![b"src/a\nb".as_slice().into()],
            copied: vec![b"bin/activate".as_slice().into()],
            archive: Some(ArchiveReference {
                covers: ArchiveCoverage::Foreign,
                sha256: "00".to_owned(),
                bytes: 1,
                members: 2,
                content_bytes: 3,
            }),
        }
    }

    #[test]
    fn a_written_snapshot_can_be_read() {
        let bytes = write(&snapshot()).expect("a document");
        assert_eq!(parse(&bytes), Ok(snapshot()));
    }

    #[test]
    fn a_later_version_is_refused_and_unknown_fields_are_ignored() {
        let text = String::from_utf8(write(&snapshot()).expect("a document")).expect("text");
        let later = text.replace("\"schema_version\": 1", "\"schema_version\": 2");
        assert!(parse(later.as_bytes()).is_err_and(|error| error.reason.contains("version 2")));
        let more = text.replace("\"files\": 2", "\"files\": 2, \"more\": []");
        assert_eq!(parse(more.as_bytes()), Ok(snapshot()));
    }

    #[test]
    fn a_document_of_an_earlier_version_has_no_archive() {
        let earlier = Snapshot { archive: None, ..snapshot() };
        let bytes = write(&earlier).expect("a document");
        assert!(memchr::memmem::find(&bytes, b"archive").is_none());
        assert_eq!(parse(&bytes), Ok(earlier));
    }

    #[test]
    fn ids_sort_by_time() {
        let early = identifier("2024-01-02T03:04:05.000000009Z", b"z");
        let late = identifier("2024-01-02T03:04:05.000000010Z", b"a");
        assert!(early < late && early.starts_with("20240102T030405.000000009Z-"), "{early} {late}");
        assert_ne!(identifier("2024-01-02T03:04:05Z", b"a"), identifier("2024-01-02T03:04:05Z", b"b"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(parse(&bytes).is_err());
        }
    }
}
