//! Every name of an environment's interpreter, and what stands behind it.

use std::path::{Path, PathBuf};

use super::directory::{EnvironmentDirectory, Skips, note};
use crate::formats::pyvenv_cfg::is_absolute;
use crate::fs::{
    DirectoryEntry, FileKind, Resolution, is_directory, list_directory, not_executable, read_start,
    resolve_links,
};
use crate::model::{InterpreterName, InterpreterState, Skip};
use crate::path::{RepoPath, bytes_to_path};
use crate::tree::PATH_LIMIT;

/// Looks at `bin/` and `Scripts/`, and at the root, where conda has it on Windows.
pub(super) fn of(subject: &EnvironmentDirectory<'_>, unreadable: &mut Skips) -> Vec<InterpreterName> {
    let mut found = Vec::new();
    for folder in ["bin", "Scripts"] {
        let directory = subject.directory.join(folder);
        let listed = list_directory(&directory).unwrap_or_else(|error| {
            note(&error, &subject.place(folder), unreadable);
            None
        });
        let named = listed.unwrap_or_default();
        let named = named.iter().filter(|entry| is_interpreter(&entry.name));
        found
            .extend(named.filter_map(|entry| name_of(&directory, &subject.place(folder), entry, unreadable)));
    }
    let at_root = DirectoryEntry { name: b"python.exe".to_vec(), kind: FileKind::File };
    if crate::fs::exists(&subject.directory.join("python.exe")) {
        found.extend(name_of(subject.directory, &subject.environment.root, &at_root, unreadable));
    }
    found
}

/// The names in `bin/` that are links.
pub(super) fn interpreter_links(root: &Path) -> Vec<PathBuf> {
    let directory = root.join("bin");
    let entries = list_directory(&directory).ok().flatten().unwrap_or_default();
    let links = entries.iter().filter(|entry| entry.kind == FileKind::Link && is_interpreter(&entry.name));
    links.map(|entry| directory.join(bytes_to_path(&entry.name))).collect()
}

/// `python`, `python3`, `python3.12`, `python3.13t`, `pypy3`, also with `.exe`; not `python3-config`.
fn is_interpreter(name: &[u8]) -> bool {
    let stem = name.strip_suffix(b".exe").unwrap_or(name);
    let version = stem.strip_prefix(b"python").or_else(|| stem.strip_prefix(b"pypy"));
    let numbers = version.map(|version| version.strip_suffix(b"t").unwrap_or(version));
    numbers.is_some_and(|numbers| numbers.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
}

fn name_of(
    directory: &Path,
    folder: &RepoPath,
    entry: &DirectoryEntry,
    unreadable: &mut Skips,
) -> Option<InterpreterName> {
    let place = folder.join(&entry.name).ok()?;
    let state = state(&directory.join(bytes_to_path(&entry.name)), entry.kind).unwrap_or_else(|reason| {
        unreadable.push(Skip { path: place.clone(), reason: reason.into(), blob: None });
        InterpreterState::Unknown
    });
    Some(InterpreterName { path: place, state, is_own_file: entry.kind == FileKind::File })
}

/// What stands behind a name, or why it cannot be told.
fn state(path: &Path, kind: FileKind) -> Result<InterpreterState, String> {
    let state = match resolve_links(path) {
        Resolution::Found(real) => match (kind == FileKind::File).then(|| link_text(path)).flatten() {
            Some(text) => InterpreterState::TextFile(text),
            None => found(path, real, kind)?,
        },
        Resolution::Missing(place) => InterpreterState::Dangling(place),
        Resolution::Loop => InterpreterState::Loop,
        Resolution::Unknown(reason) => return Err(reason),
    };
    Ok(state)
}

/// What exists behind a name, or why it cannot be told. Where another system looks at programs of Windows, they need no
/// permission to be executed.
fn found(path: &Path, real: PathBuf, kind: FileKind) -> Result<InterpreterState, String> {
    let is_of_windows = path.extension().is_some_and(|ending| ending == "exe")
        || path.parent().is_some_and(|folder| folder.ends_with("Scripts"));
    Ok(match not_executable(&real) {
        Some(_) if is_of_windows && is_directory(&real) => return Err("is a directory".to_owned()),
        Some(why) if !is_of_windows => {
            let target = (kind == FileKind::Link).then_some(real);
            InterpreterState::NotExecutable { target, why }
        }
        _ => InterpreterState::Alive(real),
    })
}

/// What git writes in the place of a link where `core.symlinks` is false: its target and nothing else.
fn link_text(path: &Path) -> Option<String> {
    let bytes = read_start(path, PATH_LIMIT).ok().flatten()?;
    let text = std::str::from_utf8(&bytes).ok()?.trim_end_matches(['\r', '\n']);
    let target = is_absolute(text) || is_interpreter(text.as_bytes());
    let plain = !text.is_empty() && text.chars().all(|c| !c.is_control());
    (target && plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::is_interpreter;

    #[test]
    fn interpreters_have_versions_and_nothing_else() {
        for name in ["python", "python3", "python3.12", "python3.13t", "pypy3", "pypy", "python.exe"] {
            assert!(is_interpreter(name.as_bytes()), "{name}");
        }
        for name in ["python-config", "python3-config", "pythonw.exe", "python3.11-gdb.py", "ipython", "pip3"]
        {
            assert!(!is_interpreter(name.as_bytes()), "{name}");
        }
    }
}
