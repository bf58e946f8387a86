//! A record of what the user trusts: one JSON document per content, in the user's directory for state.

use serde::{Deserialize, Serialize};

use super::digest::hexadecimal;
use super::stored_path::StoredPath;
use super::text::ParseError;

/// The version of the document that this program writes. A later one is refused.
const VERSION: u32 = 1;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustRecord {
    /// [`VERSION`] of the writer.
    schema_version: u32,
    /// What is trusted.
    pub subject: TrustedSubject,
    /// When, as RFC 3339 has it.
    pub trusted_at: String,
    /// Of the plug-in for a type: the paths that show an environment of the type, as it said when it was trusted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<String>,
}

/// What can be trusted: something with a name, and the exact content of its files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedSubject {
    /// What it is.
    pub kind: TrustedKind,
    /// Where it comes from, absolute: the git directory that all work trees of a repository share, or the directory of a
    /// program.
    pub origin: StoredPath,
    /// Its name there.
    pub name: String,
    /// Its files, each once, in an order that does not depend on the disk.
    pub files: Vec<TrustedFile>,
}

/// The kinds of what can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustedKind {
    /// A tool of a repository.
    Tool,
    /// The plug-in for a type of environments.
    EnvironmentType,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedFile {
    /// Its path, relative to the origin or to the top of a work tree.
    pub path: StoredPath,
    /// The SHA-256 of its content in lower-case hexadecimal.
    pub sha256: String,
}

impl TrustedSubject {
    /// The SHA-256 of all that is trusted together, in lower-case hexadecimal: it is another one if anything differs.
    ///
    /// # Errors
    /// [`ParseError`] if the subject cannot be written as JSON.
    pub fn digest(&self) -> Result<String, ParseError> {
        Ok(hexadecimal(&serde_json::to_vec(self).map_err(|error| syntax(&error))?))
    }
}

impl TrustRecord {
    /// A record of this version.
    #[must_use]
    pub fn new(subject: TrustedSubject, trusted_at: String) -> Self {
        Self { schema_version: VERSION, subject, trusted_at, markers: Vec::new() }
    }
}

/// Parses a record.
///
/// # Errors
/// [`ParseError`] for any other document, and for a record of a later version or with more than this version knows.
pub fn parse(bytes: &[u8]) -> Result<TrustRecord, ParseError> {
    let record: TrustRecord = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    match record.schema_version {
        VERSION => Ok(record),
        other => Err(ParseError { line: None, reason: format!("unknown version {other}") }),
    }
}

/// Writes a record.
///
/// # Errors
/// [`ParseError`] if it cannot be written as JSON.
pub fn write(record: &TrustRecord) -> Result<Vec<u8>, ParseError> {
    let mut bytes = serde_json::to_vec_pretty(record).map_err(|error| syntax(&error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn syntax(error: &serde_json::Error) -> ParseError {
    ParseError { line: (error.line() > 0).then(|| error.line()), reason: error.to_string() }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn record() -> TrustRecord {
        let file = |path: &[u8]| TrustedFile { path: path.into(), sha256: hexadecimal(path) };
        let subject = TrustedSubject {
            kind: TrustedKind::Tool,
            origin: b"/home/u/project/.git".as_slice().into(),
            name: "dates".to_owned(),
            files: vec![file(b"tools/dates.json"), file(b"tools/\xff\n.py")],
        };
        TrustRecord::new(subject, "2026-01-02T03:04:05Z".to_owned())
    }

    #[test]
    fn a_written_record_can_be_read() {
        assert_eq!(parse(&write(&record()).expect("a document")), Ok(record()));
    }

    #[test]
    fn another_content_has_another_digest() {
        let digest = |subject: &TrustedSubject| subject.digest().expect("a digest");
        let good = record().subject;
        let changes: [fn(&mut TrustedSubject); 5] = [
            |subject| subject.name.push('s'),
            |subject| subject.origin = b"/home/u/other/.git".as_slice().into(),
            |subject| subject.files[0].sha256 = hexadecimal(b"other"),
            |subject| subject.files[1].path = b"tools/x.py".as_slice().into(),
            |subject| drop(subject.files.pop()),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut changed = good.clone();
            change(&mut changed);
            assert_ne!(digest(&changed), digest(&good), "{at}");
        }
    }

    #[test]
    fn a_document_that_is_not_wholly_understood_is_refused() {
        let text = String::from_utf8(write(&record()).expect("a document")).expect("text");
        for (from, to, expected) in [
            ("\"schema_version\": 1", "\"schema_version\": 2", "unknown version 2"),
            ("\"kind\": \"tool\"", "\"kind\": \"all\"", "unknown variant"),
            ("\"name\": \"dates\"", "\"name\": \"dates\", \"any\": true", "unknown field"),
        ] {
            let error = parse(text.replacen(from, to, 1).as_bytes()).expect_err(to);
            assert!(error.reason.contains(expected), "{to}: {error:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(parse(&bytes).is_err());
        }
    }
}
