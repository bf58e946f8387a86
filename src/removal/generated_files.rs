//! What creators of environments make, recognised by its name. A name proves nothing about the content: what is only
//! named so is copied before it is deleted.
//!
//! The names are those of CPython's `venv`, virtualenv before and after 20, uv, conda, tox, nox, pipenv, pipx, and of
//! what setuptools and pip leave beside the packages that they list.

use crate::path::split_name;
use crate::tree::{EntryKind, OwnedEntry};

/// Files and links directly in an environment.
const AT_TOP: &[&[u8]] = &[
    b".Python",
    b".git-pyenv.lock",
    b".gitignore",
    b".hgignore",
    b".lock",
    b".nonadmin",
    b".project",
    b".tox-config1",
    b".tox-info.json",
    b"CACHEDIR.TAG",
    b"lib64",
    b"pip-selfcheck.json",
    b"pipx_metadata.json",
    b"pyvenv.cfg",
    b"rye-venv.json",
    b"uv-receipt.toml",
];

/// Beginnings of the names of programs that creators put into `bin/` without listing them.
const PROGRAMS: &[&[u8]] = &[b"easy_install", b"pip", b"pypy", b"python", b"wheel"];

/// Beginnings of the names of libraries beside an interpreter, which an ending follows.
const LIBRARIES: &[&[u8]] = &[b"libpypy", b"libpython", b"python", b"vcruntime"];

/// Other programs and scripts of creators. `𝜋thon` is CPython's, since 3.14.
const EXACT_PROGRAMS: &[&[u8]] = &[
    b"Activate.ps1",
    b"activate",
    b"activate.bat",
    b"activate.csh",
    b"activate.fish",
    b"activate.nu",
    b"activate.ps1",
    b"activate.sh",
    b"activate.xsh",
    b"activate_this.py",
    b"deactivate",
    b"deactivate.bat",
    b"deactivate.csh",
    b"deactivate.nu",
    b"get_env_details",
    b"postactivate",
    b"postdeactivate",
    b"preactivate",
    b"predeactivate",
    b"pydoc.bat",
    "𝜋thon".as_bytes(),
];

/// Files directly in a directory of packages.
const IN_PACKAGES: &[&[u8]] = &[
    b"_virtualenv.pth",
    b"_virtualenv.py",
    b"_virtualenv_path_extensions.pth",
    b"distutils-precedence.pth",
    b"easy-install.pth",
    b"pipx_shared.pth",
    b"setuptools.pth",
    b"virtualenv_path_extensions.pth",
];

/// Ends of names directly in a directory of packages that are metadata, with all below them.
const METADATA: &[&[u8]] =
    &[b".dist-info", b".egg", b".egg-info", b".egg-link", b".virtualenv", b"-nspkg.pth"];

/// Directories that tools fill for themselves, wherever they are run.
const CACHES: &[&[u8]] = &[b".hypothesis", b".mypy_cache", b".pytest_cache", b".ruff_cache"];

/// What is known of the environment as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CreatorTraits {
    /// Made by virtualenv before 20, which copied or linked the standard library.
    pub(super) is_legacy_virtualenv: bool,
    /// Made by tox or nox, which keep logs and temporary files in it.
    pub(super) is_test_runner: bool,
}

/// Says whether a creator makes a file with such a name.
pub(super) fn makes(entry: &OwnedEntry, traits: CreatorTraits) -> bool {
    let path = entry.path.as_bytes();
    let (directory, name) = split_name(path);
    let first = path.split(|&byte| byte == b'/').next().unwrap_or_default();
    match (directory, first) {
        (b"", _) => AT_TOP.contains(&name),
        (b"bin" | b"Scripts", _) => is_program(name),
        (b"local", _) => entry.kind == EntryKind::Link,
        (b"include" | b"Include", _) => entry.kind == EntryKind::Link || traits.is_legacy_virtualenv,
        (b"conda-meta", _) => name == b"history" || name.ends_with(b".json"),
        (b"share/python-wheels", _) => name.ends_with(b".whl"),
        (_, b"log" | b"tmp") => traits.is_test_runner,
        _ => in_library(path, entry.kind, traits),
    }
}

/// Says whether some tool leaves a file of such a name wherever it lies: it does not keep a directory from being called
/// foreign, and is not foreign itself.
pub(super) fn is_cache(path: &[u8]) -> bool {
    let (directory, name) = split_name(path);
    let compiled = [b".pyc".as_slice(), b".pyo", b".nbi", b".nbc"];
    let in_cache = split_name(directory).1 == b"__pycache__"
        && compiled.iter().any(|end| memchr::memmem::find(name, end).is_some());
    in_cache
        || name.ends_with(b".pyc")
        || name.ends_with(b".pyo")
        || matches!(name, b".DS_Store" | b"Thumbs.db" | b"desktop.ini")
        || directory.split(|&byte| byte == b'/').any(|part| CACHES.contains(&part))
}

/// The source of a compiled file: in the directory above `__pycache__`
/// (<https://peps.python.org/pep-3147/>), or beside it, as Python 2 and `compileall -b` write it.
pub(super) fn source_of(path: &[u8]) -> Option<Vec<u8>> {
    let (directory, name) = split_name(path);
    let stem = name.strip_suffix(b".pyc").or_else(|| name.strip_suffix(b".pyo"))?;
    let (above, last) = split_name(directory);
    let (directory, module) = match last {
        b"__pycache__" => (above, &stem[..memchr::memchr(b'.', stem)?]),
        _ => (directory, stem),
    };
    let separator: &[u8] = if directory.is_empty() { b"" } else { b"/" };
    Some([directory, separator, module, b".py"].concat())
}

/// The source of a compiled file that a list names, and the tag of the Python that compiles it. virtualenv leaves out
/// `__pycache__/` in its lists, but not the tag.
pub(super) fn listed_source_of(path: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (directory, name) = split_name(path);
    let mut parts = name.strip_suffix(b".pyc")?.split(|&byte| byte == b'.');
    let (module, tag) = (parts.next()?, parts.next().unwrap_or_default());
    let source = match split_name(directory).1 {
        b"__pycache__" => source_of(path)?,
        _ => source_of(&[&path[..path.len() - name.len()], module, b".pyc"].concat())?,
    };
    Some((source, tag))
}

/// Says whether bytes begin as a compiled file does: with the number of a version and the end of a line
/// (<https://github.com/python/cpython/blob/main/Lib/importlib/_bootstrap_external.py>, `MAGIC_NUMBER`). An empty file
/// is what a process leaves that was killed when it began to write one.
pub(super) fn is_bytecode(bytes: &[u8]) -> bool {
    bytes.is_empty() || bytes.get(2..4) == Some(b"\r\n")
}

/// Says whether creators give an interpreter this name.
pub(super) fn is_interpreter(name: &[u8]) -> bool {
    name == "𝜋thon".as_bytes()
        || [b"python".as_slice(), b"pypy"].iter().any(|start| begins_program(name, start))
}

/// Says whether a creator writes a text of this name into a directory of packages.
pub(super) fn is_text(name: &[u8]) -> bool {
    matches!(name, b"_virtualenv.pth" | b"_virtualenv.py")
}

fn is_program(name: &[u8]) -> bool {
    EXACT_PROGRAMS.contains(&name)
        || PROGRAMS.iter().any(|start| begins_program(name, start))
        || is_library(name)
}

/// `libpython3.8.so.1.0`, `python312.dll`, `libpython3.9.dylib`.
fn is_library(name: &[u8]) -> bool {
    let ends = |end: &[u8]| memchr::memmem::find(name, end).is_some();
    LIBRARIES.iter().any(|start| name.starts_with(start))
        && (ends(b".so") || ends(b".dll") || ends(b".dylib"))
}

/// `pip3.12`, `pip-3.12`, `python3-config`, `wheel.exe`: the word, then a version or an ending; no other word.
fn begins_program(name: &[u8], start: &[u8]) -> bool {
    let Some(rest) = name.strip_prefix(start) else { return false };
    let rest = rest.strip_suffix(b"-config").unwrap_or(rest);
    let rest = rest.strip_suffix(b".exe").unwrap_or(rest).strip_prefix(b"w").unwrap_or(rest);
    rest.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b't' | b'm' | b'd' | b'u'))
}

/// Says whether this is of the standard library of an old virtualenv, or of what installers leave beside packages.
fn in_library(path: &[u8], kind: EntryKind, traits: CreatorTraits) -> bool {
    let mut parts = path.split(|&byte| byte == b'/');
    let library = matches!(parts.next(), Some(b"lib" | b"lib64" | b"Lib"));
    let mut rest = parts.skip_while(|part| *part != b"site-packages");
    if rest.next().is_none() {
        let version = path.split(|&byte| byte == b'/').nth(1).unwrap_or_default();
        let versioned = version.starts_with(b"python") || version.starts_with(b"pypy");
        return library && (traits.is_legacy_virtualenv || (versioned && kind == EntryKind::Link));
    }
    let Some(first) = rest.next() else { return false };
    let alone = rest.next().is_none();
    METADATA.iter().any(|end| first.ends_with(end))
        // What pip renames before it deletes it, and leaves if it is killed.
        || first.starts_with(b"~")
        || (alone && IN_PACKAGES.contains(&first))
        || (alone && first.starts_with(b"__editable__"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RepoPath;

    fn made(path: &str, kind: EntryKind, traits: CreatorTraits) -> bool {
        let path = RepoPath::new(path.as_bytes()).expect("a path");
        makes(&OwnedEntry { path, kind, id: None, size: None, is_unmerged: false }, traits)
    }

    #[test]
    fn creators_make_what_they_make_and_no_more() {
        let plain = CreatorTraits { is_legacy_virtualenv: false, is_test_runner: false };
        let cases = [
            ("pyvenv.cfg", true),
            ("notes.txt", false),
            ("bin/python3.12", true),
            ("bin/python3.13t", true),
            ("bin/python3-config", true),
            ("bin/pythonw.exe", true),
            ("bin/𝜋thon", true),
            ("bin/pip-3.12", true),
            ("bin/pip3", true),
            ("bin/pipeline", false),
            ("bin/python-deploy.sh", false),
            ("bin/activate", true),
            ("bin/activate.fish", true),
            ("bin/activate-prod", false),
            ("bin/activate.local", false),
            ("bin/libpython3.8.so.1.0", true),
            ("bin/libpython-notes.txt", false),
            ("bin/deploy", false),
            ("bin/deep/python", false),
            ("include/a.h", false),
            ("lib/python3.12/os.py", false),
            ("lib/python3.12/site-packages/a-1.dist-info/licenses/LICENSE", true),
            ("lib/python3.12/site-packages/~ip/x.py", true),
            ("lib/python3.12/site-packages/pip-26.3.virtualenv", true),
            ("lib/python3.12/site-packages/mine.py", false),
            ("lib/python3.12/site-packages/mine/easy-install.pth", false),
            ("Lib/site-packages/easy-install.pth", true),
            ("src/lib/site-packages", false),
            ("conda-meta/history", true),
            ("conda-meta/own.txt", false),
            ("log/1.log", false),
        ];
        for (path, expected) in cases {
            assert_eq!(made(path, EntryKind::File, plain), expected, "{path}");
        }
        assert!(made("lib/python2.7/os.py", EntryKind::Link, plain));
        assert!(made(
            "lib/python2.7/os.py",
            EntryKind::File,
            CreatorTraits { is_legacy_virtualenv: true, ..plain }
        ));
        assert!(made("log/1.log", EntryKind::File, CreatorTraits { is_test_runner: true, ..plain }));
    }

    #[test]
    fn caches_are_caches_anywhere() {
        let cases: [(&[u8], bool); 6] = [
            (b"src/__pycache__/a.cpython-312.pyc", true),
            (b"__pycache__/a.cpython-312.pyc.140231", true),
            (b"src/a.pyc", true),
            (b"__pycache__/notes.txt", false),
            (b"lib/.pytest_cache/v/x", true),
            (b"share/.DS_Store", true),
        ];
        for (path, expected) in cases {
            assert_eq!(is_cache(path), expected, "{}", path.escape_ascii());
        }
    }

    #[test]
    fn lists_name_compiled_files_with_a_tag() {
        let cases: [[&[u8]; 3]; 5] = [
            [b"a/b.pyc", b"a/b.py", b""],
            [b"a/b.cpython-312.pyc", b"a/b.py", b"cpython-312"],
            [b"b.cpython-312.pyc", b"b.py", b"cpython-312"],
            [b"a/__pycache__/b.cpython-312.opt-1.pyc", b"a/b.py", b"cpython-312"],
            [b"__pycache__/b.pypy39.pyc", b"b.py", b"pypy39"],
        ];
        for [path, source, tag] in cases {
            assert_eq!(listed_source_of(path), Some((source.to_vec(), tag)), "{}", path.escape_ascii());
        }
        assert_eq!(listed_source_of(b"a/b.py"), None);
    }

    #[test]
    fn compiled_files_have_a_source() {
        let cases: [(&[u8], Option<&[u8]>); 6] = [
            (b"a/b.pyc", Some(b"a/b.py")),
            (b"a/__pycache__/b.cpython-312.opt-1.pyc", Some(b"a/b.py")),
            (b"__pycache__/b.pypy39.pyc", Some(b"b.py")),
            (b"a/__pycache__/b.pyc", None),
            (b"a/__pycache__/b.cpython-312.pyc.140231", None),
            (b"a/b.py", None),
        ];
        for (path, expected) in cases {
            assert_eq!(source_of(path).as_deref(), expected, "{}", path.escape_ascii());
        }
        assert!(is_bytecode(b"\xcb\r\r\n\0\0") && is_bytecode(b"") && !is_bytecode(b"mine"));
    }
}
