//! The Pythons of this machine.

use std::path::PathBuf;

use super::sandbox::skip;

/// The interpreter of a version (`3.12`) that pyenv installed; says aloud that it skips if there is none.
pub(crate) fn python(version: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")))?;
    let installed = std::fs::read_dir(root.join("versions")).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = installed
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{version}.")))
        .map(|entry| entry.path().join("bin/python"))
        .filter(|python| python.is_file())
        .collect();
    found.sort();
    if found.is_empty() {
        skip(&format!("pyenv has no Python {version}"));
    }
    found.pop()
}

/// Any two interpreters of different versions, or as many as there are.
pub(crate) fn two_pythons() -> Vec<PathBuf> {
    ["3.12", "3.11", "3.13", "3.10"].into_iter().filter_map(python).take(2).collect()
}
