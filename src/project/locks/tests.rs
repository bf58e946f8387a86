//! What the tests of all formats use, and what holds for each of them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::{Freshness, RequestedPackages, What};
use crate::path::RepoPath;
use crate::python::MarkerEnvironment;

/// Files in memory, relative to the lock.
pub(super) struct MemoryFiles(BTreeMap<String, Vec<u8>>);

impl MemoryFiles {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let pair = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        Self(files.iter().map(pair).collect())
    }
}

impl ProjectFiles for MemoryFiles {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.get(path).cloned())
    }

    fn directories(&self, path: &str) -> Result<Vec<String>, String> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let below = self.0.keys().filter_map(|file| file.strip_prefix(&prefix)?.split_once('/'));
        Ok(below.map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>().into_iter().collect())
    }
}

/// Asks a format about a lock, a manifest and other files.
pub(super) fn fresh_with(
    format: &LockFormat,
    lock: &str,
    manifest: &str,
    files: &[(&str, &str)],
) -> Freshness {
    let file = RepoPath::new(format!("project/{}", format.file_name).into_bytes()).expect("a path");
    let files = MemoryFiles::of(files);
    (format.freshness)(&LockInput {
        file: &file,
        lock: lock.as_bytes(),
        manifest: Some(manifest.as_bytes()),
        files: &files,
    })
}

pub(super) fn fresh(format: &LockFormat, lock: &str, manifest: &str) -> Freshness {
    fresh_with(format, lock, manifest, &[])
}

/// Extras and groups that are chosen, and what is asked for then.
pub(super) type LockChoice = (&'static [&'static str], Option<&'static [&'static str]>, Vec<&'static str>);

/// Linux, with Python 3.12.1.
pub(super) fn linux() -> MarkerEnvironment {
    let some = |text: &str| Some(text.to_owned());
    MarkerEnvironment {
        implementation_name: some("cpython"),
        implementation_version: some("3.12.1"),
        os_name: some("posix"),
        platform_machine: some("x86_64"),
        platform_python_implementation: some("CPython"),
        platform_system: some("Linux"),
        python_full_version: some("3.12.1"),
        python_version: some("3.12"),
        sys_platform: some("linux"),
    }
}

/// What a lock asks of an environment on Linux.
pub(super) fn asked(
    format: &LockFormat,
    lock: &str,
    manifest: &str,
    extras: &[&str],
    groups: Option<&[&str]>,
) -> Result<RequestedPackages, String> {
    asked_in(format, lock, manifest, extras, groups, &linux())
}

pub(super) fn asked_in(
    format: &LockFormat,
    lock: &str,
    manifest: &str,
    extras: &[&str],
    groups: Option<&[&str]>,
    environment: &MarkerEnvironment,
) -> Result<RequestedPackages, String> {
    let file = RepoPath::new(format.file_name.as_bytes()).expect("a path");
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let (extras, groups) = (owned(extras), groups.map(owned));
    let input = LockInput {
        file: &file,
        lock: lock.as_bytes(),
        manifest: Some(manifest.as_bytes()),
        files: &MemoryFiles::of(&[]),
    };
    let selection = LockSelection {
        directory: std::path::Path::new("/project"),
        extras: &extras,
        groups: groups.as_deref(),
        environment,
    };
    (format.requested)(&input, &selection).map_err(|reason| reason.seen_from_root())
}

/// What is not known or cannot be read, and why, as seen from the top.
fn reason_of(freshness: Freshness) -> (&'static str, String) {
    match freshness {
        Freshness::Unknown(reason) => ("unknown", reason.seen_from_root()),
        Freshness::Unreadable(reason) => ("unreadable", reason.seen_from_root()),
        other => panic!("{other:?}"),
    }
}

/// The packages in short: `idna==3.10`, `six @ Directory…`, with `?` for what is not known.
pub(super) fn names(asked: &RequestedPackages) -> Vec<String> {
    let mut names: Vec<String> = asked
        .requested
        .iter()
        .map(|one| {
            let doubt = if one.marker.is_some() { "?" } else { "" };
            let with = |name: &str, extras: &[String]| match extras {
                [] => name.to_owned(),
                extras => format!("{name}[{}]", extras.join(",")),
            };
            match &one.what {
                What::Package { name, extras, specifiers } => {
                    format!("{}{specifiers}{doubt}", with(name, extras))
                }
                What::Source { name, extras, source } => {
                    format!("{} @ {source:?}{doubt}", with(name.as_deref().unwrap_or("?"), extras))
                }
                What::CondaPackage { name, .. } => name.clone(),
            }
        })
        .collect();
    names.sort();
    names
}

pub(super) fn format_of(file_name: &str) -> &'static LockFormat {
    LOCK_FORMATS.iter().find(|format| format.file_name == file_name).expect("a format")
}

#[test]
fn what_cannot_be_read_is_unknown_and_says_where() {
    let cases = [
        (
            "poetry.lock",
            "[metadata]\nlock-version = '3.0'\n",
            "`project/poetry.lock` has the lock version 3.0, which is not known",
        ),
        (
            "poetry.lock",
            "[[package]]\nname = 'x'\nversion = '1'\n",
            "`project/poetry.lock:3` cannot be read: the file has no `[metadata]`, which poetry writes last: it is cut off",
        ),
        (
            "pdm.lock",
            "[metadata]\nlock_version = '5.0'\n",
            "`project/pdm.lock` has the lock version `5.0`, which is not known",
        ),
        (
            "pdm.lock",
            "<<<<<<< a\n=======\n>>>>>>> b\n",
            "`project/pdm.lock:1` cannot be read: unresolved merge conflict",
        ),
        (
            "Pipfile.lock",
            "{\"_meta\": {\"pipfile-spec\": 7}}",
            "`project/Pipfile.lock` has the version 7, which is not known",
        ),
        (
            "Pipfile.lock",
            "{\"_meta\": {",
            "`project/Pipfile.lock:1` cannot be read: EOF while parsing an object",
        ),
        ("uv.lock", "version = 2\n", "`project/uv.lock` has the version 2, which is not known"),
        (
            "uv.lock",
            "",
            "`project/uv.lock:1` cannot be read: `version` is missing: the file is cut off or empty",
        ),
        (
            "pylock.toml",
            "",
            "`project/pylock.toml:1` cannot be read: the file is empty: a lock without packages has at least `lock-version`",
        ),
        (
            "pylock.toml",
            "lock-version = '2.0'\ncreated-by = 'x'\npackages = []\n",
            "`project/pylock.toml` has the lock version 2.0, which is not known",
        ),
        (
            "pylock.toml",
            "lock-version = '1.0'\ncreated-by = 'pip'\npackages = []\n",
            "pip does not record what a `pylock.toml` was made from",
        ),
    ];
    for (name, lock, reason) in cases {
        let is_known = reason.starts_with("pip does not record");
        let expected = if is_known { "unknown" } else { "unreadable" };
        let said = reason_of(fresh(format_of(name), lock, ""));
        assert_eq!(said, (expected, reason.to_owned()), "{name}: {lock}");
    }
}

#[test]
fn a_manifest_that_cannot_be_read_is_unknown() {
    let locks = [
        ("poetry.lock", "[metadata]\nlock-version = '2.1'\ncontent-hash = 'x'\n", "pyproject.toml"),
        ("pdm.lock", "[metadata]\nlock_version = '4.5.0'\ncontent_hash = 'sha256:x'\n", "pyproject.toml"),
        ("Pipfile.lock", "{\"_meta\": {\"hash\": {\"sha256\": \"x\"}}}", "Pipfile"),
        ("uv.lock", "version = 1\nrequires-python = '>=3.9'\n", "pyproject.toml"),
    ];
    for (name, lock, manifest) in locks {
        let unclosed = fresh(format_of(name), lock, "a = 1\nb = [\n");
        let reason = format!("`project/{manifest}:2` cannot be read: unclosed array, expected `]`");
        assert_eq!(reason_of(unclosed), ("unreadable", reason), "{name}");
        let file = RepoPath::new(name.as_bytes()).expect("a path");
        let files = MemoryFiles::of(&[]);
        let input = LockInput { file: &file, lock: lock.as_bytes(), manifest: None, files: &files };
        let missing = (format_of(name).freshness)(&input);
        assert_eq!(reason_of(missing), ("unknown", format!("there is no `{manifest}`")), "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_a_format_panic_or_say_fresh(lock: Vec<u8>, manifest: Vec<u8>, text in r#"([a-z\[\]{}"'=.,:\n0-9-]|version|metadata|package){0,40}"#) {
        let file = RepoPath::new(b"x".as_slice()).expect("a path");
        let files = MemoryFiles::of(&[]);
        for format in LOCK_FORMATS {
            for lock in [lock.as_slice(), text.as_bytes()] {
                let input = LockInput { file: &file, lock, manifest: Some(&manifest), files: &files };
                proptest::prop_assert_ne!((format.freshness)(&input), Freshness::Fresh);
            }
        }
    }
}
