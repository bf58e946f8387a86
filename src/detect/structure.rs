//! Which names in an environment's directory belong to the environment.
//!
//! Creators and installers use a known set of names. Anything else is a file of the project: somebody put it there, or
//! created the environment in the directory of the project itself.

use crate::model::EnvironmentKind;
use crate::path::{RepoPath, split_name};
use crate::tree::EntryKind;

/// Names directly below the root that creators and installers use, in lower case.
const OWN_NAMES: [&[u8]; 37] = [
    b"bin",
    b"scripts",
    b"lib",
    b"lib32",
    b"lib64",
    b"libs",
    b"include",
    b"share",
    b"man",
    b"etc",
    b"local",
    b"dlls",
    b"tcl",
    b"doc",
    b"pyvenv.cfg",
    b".python",
    b"pip-selfcheck.json",
    b"cachedir.tag",
    b".lock",
    b".git-pyenv.lock",
    b".gitignore",
    b".project",
    b".ds_store",
    b".tox-info.json",
    b".tox-config1",
    b"log",
    b"tmp",
    b".pkg",
    b"rye-venv.json",
    b"uv-receipt.toml",
    b"pipx_metadata.json",
    b"site-packages",
    b"lib_pypy",
    b"lib-python",
    b"license.txt",
    b"python.exe",
    b"pythonw.exe",
];

/// More names in a conda prefix, in lower case.
const CONDA_NAMES: [&[u8]; 18] = [
    b"conda-meta",
    b"condabin",
    b"compiler_compat",
    b"ssl",
    b"sbin",
    b"libexec",
    b"var",
    b"library",
    b"envs",
    b"pkgs",
    b"shell",
    b"tools",
    b"menu",
    b"plugins",
    b"mkspecs",
    b"qml",
    b"translations",
    b"phrasebooks",
];

/// Names that are common in projects: they do not count as the environment's if the repository itself is the
/// environment's directory.
const COMMON_NAMES: [&[u8]; 12] = [
    b".gitignore",
    b".ds_store",
    b"etc",
    b"man",
    b"doc",
    b"log",
    b"tmp",
    b"local",
    b"libs",
    b"license.txt",
    b"tools",
    b"plugins",
];

/// The directory below an environment's root into which pip clones what `pip install -e git+URL` names
/// (<https://pip.pypa.io/en/stable/topics/vcs-support/#editable-vcs-installs>).
pub(super) const SOURCES: &[u8] = b"src";

/// Returns whether a path is a repository that pip cloned into the environment: its files are in its own repository, and
/// a link to it would be of no use to anybody. A project that is an environment itself has its own `src`.
pub(super) fn is_clone(kind: EntryKind, path: &RepoPath, root: &RepoPath) -> bool {
    let rest = path.below(root).unwrap_or_default();
    kind == EntryKind::Submodule && !root.is_root() && split_name(rest).0 == SOURCES
}

/// Returns whether a name directly below an environment's root may belong to an environment of some kind.
pub(super) fn may_be_own(name: &[u8]) -> bool {
    let listed = |names: &[&[u8]]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
    let ends =
        |end: &[u8]| name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end);
    listed(&OWN_NAMES)
        || listed(&CONDA_NAMES)
        || ends(b".dll")
        || has_compiler_name(&name.to_ascii_lowercase())
}

/// Recognises the names of conda's compilers, such as `x86_64-conda-linux-gnu`; `lower` is in lower case.
fn has_compiler_name(lower: &[u8]) -> bool {
    lower.windows(7).any(|part| part == b"-conda-" || part == b"-conda_")
}

/// Returns whether a name directly below an environment's root belongs to the environment.
pub(super) fn is_own(name: &[u8], kind: EnvironmentKind, root_is_repository: bool) -> bool {
    if kind.is_install_target {
        return true;
    }
    let lower = name.to_ascii_lowercase();
    let listed = |names: &[&[u8]]| names.contains(&lower.as_slice());
    let conda = kind.is_conda_prefix;
    let compiler = conda && has_compiler_name(&lower);
    let library = lower.ends_with(b".dll") && lower.starts_with(b"python");
    let own = listed(&OWN_NAMES)
        || (conda && (listed(&CONDA_NAMES) || compiler || lower.ends_with(b".dll")))
        || library;
    own && !(root_is_repository && listed(&COMMON_NAMES))
}

/// Names of directories with test data by convention; a `pyvenv.cfg` alone in one of them is a fixture.
const FIXTURE_DIRECTORIES: [&[u8]; 12] = [
    b"test",
    b"tests",
    b"testing",
    b"testdata",
    b"test-data",
    b"test_data",
    b"fixture",
    b"fixtures",
    b"__fixtures__",
    b"testcases",
    b"snapshots",
    b"mocks",
];

/// Returns whether a root is in a directory of test data.
pub(super) fn is_test_data(root: &RepoPath) -> bool {
    root.components().any(|part| FIXTURE_DIRECTORIES.contains(&part))
}

/// Returns whether a directory of this name is the root of a system or of a user's programs, which share it: one of a
/// user is `~/.local` (<https://specifications.freedesktop.org/basedir-spec/latest/>). There, links to interpreters are
/// normal.
pub(super) fn is_system(root: &RepoPath) -> bool {
    matches!(root.name(), b"usr" | b"local" | b".local")
}

/// Returns whether other files are in a root whatever its names are.
pub(super) fn is_always_shared(root: &RepoPath) -> bool {
    root.is_root() || is_system(root)
}
