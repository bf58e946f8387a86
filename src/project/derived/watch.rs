//! The names of files that a pass over an index or a commit has to find.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::RepoPath;
use crate::project::locks::{LOCK_FORMATS, format_of};
use crate::tree::{EntryKind, OwnedEntry, PathFilter};

/// Selects manifests, locks, and what may be requirements files. `keep_dependency_files` decides on those by what is
/// beside them.
pub static DEPENDENCY_FILES: PathFilter =
    PathFilter { directory: is_for_requirements, name: is_dependency_file, first_bytes: FIRST_BYTES };

/// The first bytes of the names: of `Pipfile`, `pyproject.toml`, `uv.lock`, and of what teams put before
/// `requirements.txt` (`base-`, `dev-`, `lint_`, `test-`).
const FIRST_BYTES: &[u8] = b"Pabcdlmprtuv";

/// Directories that hold nothing but requirements files.
pub(super) fn is_for_requirements(directory: &[u8]) -> bool {
    directory.ends_with(b"requirements")
        && matches!(directory.len().checked_sub(13).map(|at| directory[at]), None | Some(b'/'))
}

fn is_dependency_file(name: &[u8], kind: EntryKind) -> bool {
    kind.is_file()
        && (has_ending(name)
            || format_of(name).is_some()
            || LOCK_FORMATS.iter().any(|format| format.manifest.as_bytes() == name))
}

fn has_ending(name: &[u8]) -> bool {
    name.ends_with(b".txt") || name.ends_with(b".in")
}

/// Says whether a file is one of requirements by its name or directory.
pub(in crate::project) fn is_for_dependencies(path: &RepoPath) -> bool {
    is_requirements_file(path.name()) || is_for_requirements(path.parent().unwrap_or_default().as_bytes())
}

/// Takes away other text files, but for those that a tool may have written: of `base.in` as `base.txt`, or beside a manifest
/// or lock.
pub(super) fn keep_dependency_files(entries: &mut BTreeMap<RepoPath, OwnedEntry>) {
    let of_projects = entries.keys().filter(|path| !has_ending(path.name()));
    let homes: BTreeSet<RepoPath> = of_projects.filter_map(RepoPath::parent).collect();
    let is_there = |path: &RepoPath, ending: &str, other: &str| {
        let stem = path.as_bytes().strip_suffix(ending.as_bytes())?;
        RepoPath::new([stem, other.as_bytes()].concat()).ok().filter(|path| entries.contains_key(path))
    };
    let is_written = |path: &RepoPath| {
        is_there(path, ".txt", ".in").is_some()
            || is_there(path, ".in", ".txt").is_some()
            || path.name().ends_with(b".txt") && path.parent().is_some_and(|home| homes.contains(&home))
    };
    let others = entries.keys().filter(|path| has_ending(path.name()) && !is_for_dependencies(path));
    let dropped: Vec<RepoPath> = others.filter(|path| !is_written(path)).cloned().collect();
    dropped.iter().for_each(|path| drop(entries.remove(path)));
}

/// Says whether a file is one of requirements by its name, with the endings of sources and of what is made from them.
pub(super) fn is_requirements_file(name: &[u8]) -> bool {
    let names = |word: &[u8]| memchr::memmem::find(name, word).is_some();
    has_ending(name) && (names(b"requirements") || names(b"constraints"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_selected_by_name_or_directory() {
        let selected = |path: &str| {
            let entry = crate::tree::Entry {
                path: path.as_bytes(),
                kind: EntryKind::File,
                id: &[],
                size: None,
                is_unmerged: false,
            };
            DEPENDENCY_FILES.selects(&entry)
        };
        for path in [
            "uv.lock",
            "a/poetry.lock",
            "pdm.lock",
            "Pipfile",
            "Pipfile.lock",
            "pylock.toml",
            "pylock.dev.toml",
            "a/b/pyproject.toml",
            "requirements.txt",
            "requirements-dev.txt",
            "dev-requirements.in",
            "constraints.txt",
            "requirements/base.txt",
            "deps/base.txt",
            "deps/base.in",
            "a/requirements/x.in",
        ] {
            assert!(selected(path), "{path}");
        }
        for path in ["src/a.py", "uv.lock/x", "pyproject.toml.bak", "Cargo.lock"] {
            assert!(!selected(path), "{path}");
        }
    }

    #[test]
    fn other_text_files_are_kept_for_what_is_beside_them() {
        let paths = [
            "LICENSE.txt",
            "deps/base.in",
            "deps/base.txt",
            "deps/notes.txt",
            "docs/requirements.txt",
            "other/config.in",
            "pyproject.toml",
            "requirements/x.txt",
            "template.in",
        ];
        let kind = EntryKind::File;
        let entry = |path: RepoPath| OwnedEntry { path, kind, id: None, size: None, is_unmerged: false };
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let mut entries: BTreeMap<_, _> = paths.iter().map(|text| (path(text), entry(path(text)))).collect();
        keep_dependency_files(&mut entries);
        let kept: Vec<String> = entries.keys().map(RepoPath::seen_from_root).collect();
        let expected = [
            "LICENSE.txt",
            "deps/base.in",
            "deps/base.txt",
            "docs/requirements.txt",
            "pyproject.toml",
            "requirements/x.txt",
        ];
        assert_eq!(kept, expected);
    }
}
