//! Versions that pyenv installed, and what its shims stand for (<https://github.com/pyenv/pyenv#how-it-works>).

use std::path::{Path, PathBuf};

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::formats::python_version_file;
use crate::fs::{is_directory, is_executable, read_optional};
use crate::interpreters::candidate::{is_shim, versions_in};
use crate::model::InterpreterSource;
use crate::python::{Request, VersionRequest};
use crate::tree::SMALL_FILE_LIMIT;

/// The directories below `versions`, without environments, which are links or hold a `pyvenv.cfg`.
pub(super) static SOURCE: Source = Source { kind: InterpreterSource::Pyenv, list };

fn list<'e>(env: &'e Env, _: Option<&VersionRequest>) -> Candidates<'e> {
    let versions = root(env).map(|root| root.join("versions"));
    Box::new(versions.into_iter().flat_map(|versions| versions_in(&versions, InterpreterSource::Pyenv)))
}

/// The directory of pyenv; `None` without a home.
pub fn root(env: &Env) -> Option<PathBuf> {
    env.path("PYENV_ROOT").or_else(|| Some(env.home()?.join(".pyenv")))
}

/// The directory of a version or environment of pyenv, by name; `None` if there is none. A name that could lead out of
/// pyenv's directory is none (CVE-2022-35861).
pub(in crate::interpreters) fn version_directory(env: &Env, name: &str) -> Option<PathBuf> {
    directory_of(&root(env)?, name)
}

fn directory_of(root: &Path, name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
    Some(root.join("versions").join(name)).filter(|directory| plain && is_directory(directory))
}

/// What a shim stands for.
pub(in crate::interpreters) enum Shim {
    /// This program.
    Program(PathBuf),
    /// The versions in force, none of which has the program.
    Missing(Vec<String>),
    /// No version is in force, and there is no such program outside of pyenv.
    Nothing,
    /// It is no shim of pyenv.
    Foreign,
}

/// The name that stands for what comes after the shims in `PATH`.
const SYSTEM: &str = "system";

/// Finds what a shim would run, as `pyenv which` finds it.
pub(in crate::interpreters) fn behind_shim(env: &Env, shim: &Path) -> Shim {
    let (Some(root), Some(program)) = (shim.parent().and_then(Path::parent), shim.file_name()) else {
        return Shim::Foreign;
    };
    if !is_directory(&root.join("versions")) {
        return Shim::Foreign;
    }
    let mut chosen = chosen(env, root);
    if chosen.is_empty() {
        chosen.push(SYSTEM.to_owned());
    }
    let of_system = || {
        let programs = program.to_str().into_iter().flat_map(|name| env.candidates(name));
        programs.into_iter().find(|other| is_executable(other) && !is_shim(other))
    };
    let found = chosen.iter().find_map(|name| match name == SYSTEM {
        true => of_system(),
        false => {
            Some(installed(root, name)?.join("bin").join(program)).filter(|program| is_executable(program))
        }
    });
    chosen.retain(|name| name != SYSTEM);
    match found {
        Some(program) => Shim::Program(program),
        None if chosen.is_empty() => Shim::Nothing,
        None => Shim::Missing(chosen),
    }
}

/// The names of the versions that are in force, the preferred one first: from `PYENV_VERSION`, the nearest
/// `.python-version`, or pyenv's own `version`.
fn chosen(env: &Env, root: &Path) -> Vec<String> {
    if let Some(names) = env.text("PYENV_VERSION") {
        return names.split(':').map(str::to_owned).collect();
    }
    let nearest = env.directory.ancestors().map(|directory| names_of(&directory.join(".python-version")));
    // The search ends at a file that cannot be read: one farther above is not what pyenv uses.
    let nearest = nearest.into_iter().find(|names| names.as_ref().is_none_or(|names| !names.is_empty()));
    nearest.unwrap_or_else(|| names_of(&root.join("version"))).unwrap_or_default()
}

/// The names in a version file; `None` if it exists but cannot be read.
fn names_of(file: &Path) -> Option<Vec<String>> {
    let bytes = read_optional(file, SMALL_FILE_LIMIT).ok()?.unwrap_or_default();
    let entries = python_version_file::parse(&bytes).unwrap_or_default();
    Some(entries.into_iter().map(|entry| entry.text).collect())
}

/// The directory of a version, whose name may stop before the last number.
fn installed(root: &Path, name: &str) -> Option<PathBuf> {
    if let Some(directory) = directory_of(root, name) {
        return Some(directory);
    }
    let Ok(Request::Version(request)) = Request::parse(name) else { return None };
    let versions = versions_in(&root.join("versions"), InterpreterSource::Pyenv);
    let newest = versions.into_iter().find(|candidate| request.accepts(&candidate.build))?;
    Some(newest.executable.parent()?.parent()?.to_path_buf())
}
