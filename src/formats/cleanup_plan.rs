//! A plan of `cleanup` as a file: what is to be deleted, and what shows later whether that is still what was looked at.
//!
//! One JSON document. It may come from anywhere: nothing is done because it says so, it is only compared with what is
//! found when it is applied.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::stored_path::StoredPath;
use super::text::ParseError;
use crate::path::path_to_bytes;

/// The version of the document that this program writes. A later one is refused.
pub const PLAN_VERSION: u32 = 1;
/// What the document says that it is.
const FORMAT: &str = "git-pyenv cleanup plan";
/// The digits of a SHA-256 in hexadecimal.
const DIGEST_DIGITS: usize = 64;

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanupPlan {
    /// `git-pyenv cleanup plan`.
    format: String,
    /// [`PLAN_VERSION`] of the writer.
    schema_version: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The top of the work tree in which it was made, absolute.
    pub work_tree: StoredPath,
    /// What was let go with `--discard`, absolute.
    pub discarded: Vec<StoredPath>,
    /// What a process uses was to be deleted too.
    pub include_in_use: bool,
    /// What was selected, by path.
    pub items: Vec<CleanupPlanItem>,
}

/// Something that was selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanupPlanItem {
    /// Its directory, absolute.
    pub path: StoredPath,
    /// `venv`, `remnant` or `cache`.
    pub target: String,
    /// The kind of environment or cache.
    pub kind: String,
    /// Why it stays; null for what is to be deleted.
    pub stays: Option<String>,
    /// The device that its directory is on; null on systems without.
    pub device: Option<u64>,
    /// The inode number of its directory; null on systems without.
    pub inode: Option<u64>,
    /// The SHA-256 of a listing: the path, mode, owner, inode, size and modification time of everything that goes.
    pub listing_sha256: String,
    /// How many files and links it has.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The bytes of files that have no name elsewhere.
    pub freed_bytes: u64,
    /// How many of its files git tracks.
    pub tracked_files: u64,
    /// The SHA-256 of their paths.
    pub tracked_sha256: String,
    /// What no tool could write again, by path.
    pub foreign: Vec<CleanupPlanForeign>,
    /// What is archived first: `all` or `foreign`; null for nothing.
    pub backup: Option<String>,
    /// The projects and processes that use it, in words.
    pub used_by: Vec<String>,
    /// What keeps it from being made again, in words.
    pub missing_sources: Vec<String>,
}

/// Something that no tool could write again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanupPlanForeign {
    /// Its path, relative to the directory of what holds it.
    pub path: StoredPath,
    /// Why it stops the deletion.
    pub reason: String,
}

impl CleanupPlan {
    /// A plan of this version without items, for the work tree with this top.
    #[must_use]
    pub fn new(work_tree: StoredPath) -> Self {
        Self {
            format: FORMAT.to_owned(),
            schema_version: PLAN_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            work_tree,
            discarded: Vec::new(),
            include_in_use: false,
            items: Vec::new(),
        }
    }
}

/// Says whether a document is a plan, of any version: it may be overwritten by another.
#[must_use]
pub fn is_plan(bytes: &[u8]) -> bool {
    read_header(bytes).is_ok_and(|header| header.format == FORMAT)
}

/// Parses a plan.
///
/// # Errors
/// [`ParseError`] for any other document, for a plan of a later version, for one with more than this version knows, and
/// for one that names a path twice or one that is not absolute.
pub fn parse(bytes: &[u8]) -> Result<CleanupPlan, ParseError> {
    let header = read_header(bytes).map_err(|error| syntax(&error))?;
    if header.format != FORMAT {
        return Err(refused(format!("its `format` is not `{FORMAT}`")));
    }
    if header.schema_version > PLAN_VERSION {
        return Err(refused(format!("unknown version {}", header.schema_version)));
    }
    let plan: CleanupPlan = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    let mut seen = BTreeSet::new();
    for item in &plan.items {
        require_direct(&item.path)?;
        if !seen.insert(path_to_bytes(&item.path.to_path())) {
            return Err(refused("a path is in it twice"));
        }
        let is_digest = |text: &str| {
            text.len() == DIGEST_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if !is_digest(&item.listing_sha256) || !is_digest(&item.tracked_sha256) {
            return Err(refused("a digest is not a SHA-256 in lower-case hexadecimal"));
        }
    }
    plan.discarded.iter().chain([&plan.work_tree]).try_for_each(require_direct)?;
    Ok(plan)
}

/// Writes a plan, indented so that people can review it.
///
/// # Errors
/// [`ParseError`] if it cannot be written as JSON.
pub fn write(plan: &CleanupPlan) -> Result<Vec<u8>, ParseError> {
    let mut bytes = serde_json::to_vec_pretty(plan).map_err(|error| syntax(&error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What tells a plan from other documents.
#[derive(Deserialize)]
struct PlanHeader {
    format: String,
    schema_version: u32,
}

fn read_header(bytes: &[u8]) -> serde_json::Result<PlanHeader> {
    serde_json::from_slice(bytes)
}

/// Requires an absolute path without `.`, `..`, empty names and a slash at its end, and without a NUL, which no path has.
fn require_direct(path: &StoredPath) -> Result<(), ParseError> {
    let bytes = path_to_bytes(&path.to_path());
    let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b"..");
    let is_direct = |below: &[u8]| below.is_empty() || below.split(|&byte| byte == b'/').all(is_name);
    let is_absolute = match cfg!(windows) {
        true => path.to_path().is_absolute(),
        false => bytes.strip_prefix(b"/").is_some_and(is_direct),
    };
    match is_absolute && !bytes.contains(&0) {
        true => Ok(()),
        false => Err(refused("a path is not absolute, or not as short as it can be")),
    }
}

fn refused(reason: impl Into<String>) -> ParseError {
    ParseError { line: None, reason: reason.into() }
}

fn syntax(error: &serde_json::Error) -> ParseError {
    ParseError { line: (error.line() > 0).then(|| error.line()), reason: error.to_string() }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn plan() -> CleanupPlan {
        let digest = super::super::digest::hexadecimal(b"");
        let item = CleanupPlanItem {
            path: b"/home/u/project/\xff\nvenv".as_slice().into(),
            target: "venv".to_owned(),
            kind: "uv".to_owned(),
            stays: None,
            device: Some(1),
            inode: Some(u64::MAX),
            listing_sha256: digest.clone(),
            files: 2,
            bytes: 300,
            freed_bytes: 200,
            tracked_files: 0,
            tracked_sha256: digest,
            foreign: vec![CleanupPlanForeign {
                path: b"notes".as_slice().into(),
                reason: "not created by any tool".to_owned(),
            }],
            backup: Some("foreign".to_owned()),
            used_by: vec!["the project".to_owned()],
            missing_sources: Vec::new(),
        };
        let new = CleanupPlan::new(b"/home/u/project".as_slice().into());
        CleanupPlan { items: vec![item], discarded: vec![b"/home/u/project/venv/x".as_slice().into()], ..new }
    }

    fn text() -> String {
        String::from_utf8_lossy(&write(&plan()).unwrap_or_default()).into_owned()
    }

    #[test]
    fn a_written_plan_can_be_read() {
        assert_eq!(parse(text().as_bytes()), Ok(plan()));
        assert!(is_plan(text().as_bytes()));
    }

    #[test]
    fn a_document_that_is_not_wholly_understood_is_refused() {
        let other = "an item twice";
        let cases = [
            ("\"schema_version\": 1", "\"schema_version\": 2", "unknown version 2"),
            ("\"format\": \"git-pyenv cleanup plan\"", "\"format\": \"x\"", "its `format`"),
            ("\"files\": 2", "\"files\": 2, \"forces\": true", "unknown field"),
            ("\"files\": 2", "\"files\": 2, \"files\": 2", "duplicate field"),
            ("\"files\": 2", "\"files\": -2", "invalid value"),
            ("\"/home/u/project/venv/x\"", "\"venv/x\"", "not absolute"),
            ("\"/home/u/project/venv/x\"", "\"/home/u/project/venv/../x\"", "not absolute"),
            ("\"/home/u/project/venv/x\"", "\"/home/u/project//x\"", "not absolute"),
            ("\"/home/u/project/venv/x\"", "\"/home/u/project/x/\"", "not absolute"),
            ("\"/home/u/project/venv/x\"", "\"/home/u/project/x\\u0000\"", "not absolute"),
            ("e3b0c442", "E3B0C442", "a digest"),
            (other, other, "a path is in it twice"),
        ];
        for (from, to, expected) in cases {
            let mut changed = text().replacen(from, to, 1);
            if from == other {
                let twice = CleanupPlan { items: [plan().items, plan().items].concat(), ..plan() };
                changed = String::from_utf8(write(&twice).expect("a document")).expect("text");
            }
            let error = parse(changed.as_bytes()).expect_err(to);
            assert!(error.reason.contains(expected), "{to}: {error:?}");
        }
        let later = text().replacen("\"schema_version\": 1", "\"schema_version\": 2", 1);
        assert!(is_plan(later.as_bytes()), "a later version is still a plan");
        assert!(!is_plan(b"{}") && !is_plan(b""));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(parse(&bytes).is_err() && !is_plan(&bytes));
        }

        #[test]
        fn what_is_read_is_written_alike(from in 0_usize..2000, to: Vec<u8>) {
            let mut bytes = text().into_bytes();
            let from = from.min(bytes.len());
            let end = (from + to.len()).min(bytes.len());
            bytes.splice(from..end, to);
            if let Ok(plan) = parse(&bytes) {
                proptest::prop_assert_eq!(parse(&write(&plan).expect("a document")), Ok(plan));
            }
        }
    }
}
