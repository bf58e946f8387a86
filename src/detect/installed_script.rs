//! Which files in `bin/` or `Scripts/` belong to an environment that shares the directory with a project.
//!
//! What creators write is known by name. A script of a package has the interpreter of an environment in its first line;
//! a program has content that nobody writes by hand, and counts where no record says whose it is. Any other text is the
//! project's.

use super::marker;
use crate::formats::activation_script::{self, VirtualEnvAssignment};
use crate::formats::{is_binary, lfs_pointer, script_interpreter};
use crate::model::Platform;
use crate::path::split_name;
use crate::tree::{Content, DECIDING_FILE_LIMIT, OwnedEntry, Tree};

/// Libraries that virtualenv before 20 and venv copy beside `python.exe`, in lower case.
const WINDOWS_LIBRARIES: [&[u8]; 3] = [b"tcl86t.dll", b"tk86t.dll", b"sqlite3.dll"];

/// The extension modules of CPython for Windows, in lower case and without `.pyd`.
const EXTENSION_MODULES: [&[u8]; 31] = [
    b"_asyncio",
    b"_bz2",
    b"_ctypes",
    b"_ctypes_test",
    b"_decimal",
    b"_elementtree",
    b"_hashlib",
    b"_lzma",
    b"_msi",
    b"_multiprocessing",
    b"_overlapped",
    b"_queue",
    b"_remote_debugging",
    b"_socket",
    b"_sqlite3",
    b"_ssl",
    b"_testbuffer",
    b"_testcapi",
    b"_testconsole",
    b"_testimportmultiple",
    b"_testinternalcapi",
    b"_testmultiphase",
    b"_tkinter",
    b"_uuid",
    b"_wmi",
    b"_zoneinfo",
    b"py_freeze",
    b"pyexpat",
    b"select",
    b"unicodedata",
    b"winsound",
];

/// Where systems and package managers have interpreters; one of an environment is elsewhere.
const SYSTEM_DIRECTORIES: [&[u8]; 7] = [
    b"/usr/bin",
    b"/bin",
    b"/usr/local/bin",
    b"/usr/pkg/bin",
    b"/opt/homebrew/bin",
    b"/opt/local/bin",
    b"/home/linuxbrew/.linuxbrew/bin",
];

/// Returns whether a file or link in the directory of scripts belongs to the environment. `has_records` says that
/// installers' records tell which programs are theirs.
pub(super) fn is_own(tree: &dyn Tree, entry: &OwnedEntry, platform: Platform, has_records: bool) -> bool {
    let lower = entry.path.name().to_ascii_lowercase();
    if marker::is_script_of_creators(&lower) || is_library_of_creators(&lower, platform) {
        return true;
    }
    // The target of a link says nothing of what is there.
    entry.kind.is_file() && (lower.ends_with(b".exe") || is_installed(tree, entry, has_records))
}

/// Returns whether a file is a script with an environment's own interpreter or, without records, one that nobody can
/// have written by hand.
fn is_installed(tree: &dyn Tree, entry: &OwnedEntry, has_records: bool) -> bool {
    let is_program = |bytes: &[u8]| lfs_pointer::is_pointer(bytes) || is_binary(bytes);
    match tree.read(entry, DECIDING_FILE_LIMIT) {
        Ok(Content::Whole(bytes)) => has_own_interpreter(&bytes) || (!has_records && is_program(&bytes)),
        Ok(Content::TooLarge(_)) => !has_records,
        // Nothing leaves git on the ground of an error.
        Err(_) => false,
    }
}

/// Returns whether a file is a script with an environment's own interpreter.
pub(super) fn is_generated(tree: &dyn Tree, entry: &OwnedEntry) -> bool {
    entry.kind.is_file()
        && tree.whole(entry, DECIDING_FILE_LIMIT).is_some_and(|bytes| has_own_interpreter(&bytes))
}

/// Returns whether a file is an activation script with the place of an environment.
pub(super) fn is_activation(tree: &dyn Tree, entry: &OwnedEntry) -> bool {
    let has_place =
        |bytes: Vec<u8>| matches!(activation_script::read(&bytes), VirtualEnvAssignment::Literal(_));
    entry.kind.is_file()
        && marker::is_activation(entry.path.name())
        && tree.whole(entry, DECIDING_FILE_LIMIT).is_some_and(has_place)
}

/// Recognises the libraries beside the interpreter, in lower case.
fn is_library_of_creators(name: &[u8], platform: Platform) -> bool {
    // PyPy: <https://doc.pypy.org/en/latest/install.html>.
    if platform == Platform::Posix {
        return name.starts_with(b"libpypy") && (name.ends_with(b".so") || name.ends_with(b".dylib"));
    }
    if let Some(module) = name.strip_suffix(b".pyd") {
        return EXTENSION_MODULES.contains(&module);
    }
    let python = name.strip_prefix(b"python3").and_then(|rest| rest.strip_suffix(b".dll"));
    python.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
        || (name.starts_with(b"vcruntime") && name.ends_with(b".dll"))
        || (name.starts_with(b"python2") && name.ends_with(b".dll"))
        || WINDOWS_LIBRARIES.contains(&name)
}

/// Returns whether a script has an environment's interpreter, as installers write it.
fn has_own_interpreter(bytes: &[u8]) -> bool {
    let Some(program) = script_interpreter::read(bytes) else { return false };
    let (directory, name) = split_name(&program);
    if program.starts_with(b"/") {
        return name.starts_with(b"python") && !SYSTEM_DIRECTORIES.contains(&directory);
    }
    // On Windows only an environment has its interpreter in `Scripts`.
    let lower = program.to_ascii_lowercase();
    let mut parts = lower.rsplit(|&byte| byte == b'\\' || byte == b'/');
    let is_interpreter = parts.next().is_some_and(|name| name.starts_with(b"python"));
    is_interpreter && parts.next() == Some(b"scripts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpreters_of_environments_are_told_from_others() {
        let own = [
            "#!/srv/project/bin/python3\n",
            "#!/home/u/env/bin/python3.12 -I\n",
            "#!c:\\m\\ve\\Scripts\\python.exe\n",
            "#!\"C:\\my files\\ve\\Scripts\\pythonw.exe\"\r\n",
            "#!C:/m/ve/Scripts/python.exe\n",
        ];
        for text in own {
            assert!(has_own_interpreter(text.as_bytes()), "{text}");
        }
        let other = [
            "#!/bin/bash\n",
            "#!/usr/bin/env python3\n",
            "#!/usr/bin/python3\n",
            "#!/opt/homebrew/bin/python3\n",
            "#!C:\\Python27\\python.exe\n",
            "#!c:\\tools\\Scripts\\perl.exe\n",
            "echo\n",
            "",
        ];
        for text in other {
            assert!(!has_own_interpreter(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn libraries_of_creators_are_those_of_the_layout() {
        for name in ["python3.dll", "python312.dll", "python27.dll", "vcruntime140_1.dll", "_ssl.pyd"] {
            assert!(is_library_of_creators(name.as_bytes(), Platform::Windows), "{name}");
            assert!(!is_library_of_creators(name.as_bytes(), Platform::Posix), "{name}");
        }
        for name in ["own.dll", "_own.pyd", "python3-tools.dll"] {
            assert!(!is_library_of_creators(name.as_bytes(), Platform::Windows), "{name}");
        }
        assert!(is_library_of_creators(b"libpypy3-c.so", Platform::Posix));
    }
}
