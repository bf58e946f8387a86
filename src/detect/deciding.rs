//! Which names decide: without one of them in a path, there is no environment and no link to one in any tree.
//!
//! Many markers count only beside others. Here are the names of those that at least one of is in everything that
//! detection reports, wherever they are: a name alone, without its directory, can be looked for in trees as git stores
//! them, one directory each.

use super::marker::{self, PathMarker, is_installed_page, is_interpreter, is_legacy_prefix, is_pip_script};
use super::path_class::is_versioned_library;
use crate::formats::own_ignore;
use crate::model::REDIRECT_FILE_NAME;
use crate::path::split_name;

/// Names of files and directories that decide, as they are spelled.
const NAMES: [&[u8]; 11] = [
    b".Python",
    b"pip-selfcheck.json",
    b"CACHEDIR.TAG",
    b"site-packages",
    b"conda-meta",
    b"__pypackages__",
    b".heroku",
    b".scalingo",
    b".pythonlibs",
    b".python_packages",
    REDIRECT_FILE_NAME.as_bytes(),
];

/// Names of links that decide, beside those of interpreters and headers.
const LINKS: [&[u8]; 4] = [b"lib64", b"os.py", b"codecs.py", b"posixpath.py"];

/// Returns whether an entry of a directory may be what makes a directory an environment. Of links, the target may decide
/// too. An invalid name is reported wherever it is, and a name with a slash can only be in a crafted tree.
#[must_use]
pub fn may_decide(name: &[u8], is_link: bool, id: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(name, b"" | b"." | b"..")
        || memchr::memchr(b'/', name).is_some()
        || NAMES.contains(&name)
        || lower == b"pyvenv.cfg"
        || marker::is_activation(name)
        || is_legacy_prefix(name)
        || is_installed_page(name)
        // Directories of headers, and of libraries; an interpreter alone is none.
        || is_versioned_library(name)
        || is_windows_program(&lower)
        || (name == b".gitignore" && own_ignore::is_own_ignore_blob(id))
        || (is_link && is_deciding_link(name, &lower))
}

/// Recognises the interpreter and pip of Windows; `lower` is in lower case.
fn is_windows_program(lower: &[u8]) -> bool {
    let stem = lower.strip_suffix(b".exe");
    stem.is_some_and(|stem| stem == b"pythonw" || is_interpreter(stem) || is_pip_script(stem))
}

fn is_deciding_link(name: &[u8], lower: &[u8]) -> bool {
    LINKS.contains(&name) || is_interpreter(lower) || marker::is_versioned_header(name)
}

/// Returns whether a directory may be an environment that has some of these markers and no others. Which of them it has
/// does not matter: some speak against an environment.
pub(super) fn may_be_environment<'m>(root: &[u8], mut markers: impl Iterator<Item = &'m PathMarker>) -> bool {
    let is_of_platform = matches!(split_name(root).1, b"python" | b".pythonlibs" | b".python_packages");
    is_of_platform || markers.any(|marker| !is_weak(*marker))
}

/// Recognises markers that are no environment, also all together, where no other is.
fn is_weak(marker: PathMarker) -> bool {
    matches!(
        marker,
        PathMarker::Deactivation
            | PathMarker::LooseScript
            | PathMarker::RootInterpreter
            | PathMarker::PythonConfig
            | PathMarker::SitePackages
            | PathMarker::StandardLibraryFile
            | PathMarker::LocalLink
            | PathMarker::JupyterData
            | PathMarker::PackageData
            | PathMarker::TargetInstall
            | PathMarker::UvCache
            | PathMarker::ImageFile
            | PathMarker::Lock
            | PathMarker::ToxInfo
            | PathMarker::Project
    )
}

#[cfg(test)]
mod tests;
