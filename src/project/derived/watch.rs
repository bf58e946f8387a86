//! The names of files that a pass over an index or a commit has to find.

use crate::project::locks::{LOCK_FORMATS, format_of};
use crate::tree::{EntryKind, PathFilter};

/// Selects manifests, locks and requirements files by their names.
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
        && (is_requirements_file(name)
            || format_of(name).is_some()
            || LOCK_FORMATS.iter().any(|format| format.manifest.as_bytes() == name))
}

/// Says whether a file is one of requirements by its name, with the endings of sources and of what is made from them.
pub(super) fn is_requirements_file(name: &[u8]) -> bool {
    let has_ending = name.ends_with(b".txt") || name.ends_with(b".in");
    let names = |word: &[u8]| memchr::memmem::find(name, word).is_some();
    has_ending && (names(b"requirements") || names(b"constraints"))
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
            "a/requirements/x.in",
        ] {
            assert!(selected(path), "{path}");
        }
        for path in [
            "src/a.py",
            "uv.lock/x",
            "robots.txt",
            "myrequirements/base.txt",
            "pyproject.toml.bak",
            "Cargo.lock",
        ] {
            assert!(!selected(path), "{path}");
        }
    }
}
