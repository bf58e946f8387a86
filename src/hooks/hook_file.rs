//! A hook's file: ours, another one, or none, and where the other one is kept.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::fs::{
    KEPT_HOOKS_SUFFIX, OLD_KEPT_HOOK_SUFFIX, exists, is_directory, is_link, link_target, read_optional,
    real_path,
};
use crate::model::HookChange;

/// The most bytes read of a hook, which may be a compiled program.
pub(super) const HOOK_LIMIT: u64 = 64 * 1024 * 1024;

/// What exists at a hook's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HookFile {
    /// Nothing.
    Missing,
    /// Our file.
    Ours(Vec<u8>),
    /// A file that is not ours, or a link, wherever it points.
    Foreign(Vec<u8>),
}

impl HookFile {
    /// Reads a hook.
    pub(super) fn read(hook: &Path) -> Result<Self> {
        let is_link = is_link(hook);
        let bytes = if is_directory(hook) { Some(Vec::new()) } else { read_optional(hook, HOOK_LIMIT)? };
        Ok(match bytes {
            None if is_link => Self::Foreign(Vec::new()),
            None => Self::Missing,
            Some(bytes) if !is_link && is_ours(&bytes) => Self::Ours(bytes),
            Some(bytes) => Self::Foreign(bytes),
        })
    }

    /// Says whether the file at a hook's path is ours.
    pub(super) fn is_ours(hook: &Path) -> Result<bool> {
        Ok(matches!(Self::read(hook)?, Self::Ours(_)))
    }
}

/// Says whether the content is that of a hook of ours, of this version or another one.
pub(super) fn is_ours(bytes: &[u8]) -> bool {
    let second = bytes.split(|&byte| byte == b'\n').nth(1);
    second.is_some_and(|line| line.starts_with(b"# git-pyenv hook v"))
}

/// Says whether two hooks of ours name the same version.
pub(super) fn has_same_version(one: &[u8], other: &[u8]) -> bool {
    let version = |bytes: &[u8]| bytes.split(|&byte| byte == b'\n').nth(1).map(<[u8]>::to_vec);
    version(one) == version(other)
}

/// Where the hook is kept that existed before ours: ours runs it first. It has the same name, in the directory that
/// [`kept_directory`] returns.
pub(super) fn kept_path(hook: &Path) -> PathBuf {
    let hook = without_legacy(hook);
    let directory = kept_directory(hook.parent().unwrap_or(Path::new("/")));
    hook.file_name().map_or_else(|| directory.clone(), |name| directory.join(name))
}

/// The directory in which hooks are kept: beside that of the hooks, so that a hook finds above it what it found before.
/// The scripts in `hooks/` find it in the same way.
pub(super) fn kept_directory(hooks: &Path) -> PathBuf {
    // Without `.` and a slash at the end.
    let plain: PathBuf = hooks.components().collect();
    let is_name = plain.file_name().is_some() && !is_link(&plain);
    let real = if is_name { plain } else { real_path(hooks).unwrap_or(plain) };
    let mut name = real.file_name().unwrap_or_default().to_owned();
    name.push(KEPT_HOOKS_SUFFIX);
    real.with_file_name(name)
}

/// Where version 1 of our hooks kept the earlier one: beside ours, under another name.
pub(super) fn old_kept_path(hook: &Path) -> PathBuf {
    let mut name = without_legacy(hook).into_os_string();
    name.push(OLD_KEPT_HOOK_SUFFIX);
    PathBuf::from(name)
}

/// Where the hook is that existed before ours, if there was one.
pub(super) fn kept_hook(hook: &Path) -> Option<PathBuf> {
    [kept_path(hook), old_kept_path(hook)].into_iter().find(|kept| exists(kept) && !is_link_beside(kept))
}

/// Saves a hook of ours that somebody edited, before it goes; `None` for an unchanged one, for one of another version,
/// whose text is not known, and where it is saved already.
pub(super) fn save_edited(hook: &Path, found: &HookFile, script: &[u8]) -> Result<Option<HookChange>> {
    let HookFile::Ours(bytes) = found else { return Ok(None) };
    if bytes == script || !has_same_version(bytes, script) {
        return Ok(None);
    }
    for number in 1_u32.. {
        let mut copy = without_legacy(hook).into_os_string();
        copy.push(if number == 1 { ".edited".to_owned() } else { format!(".edited{number}") });
        let copy = PathBuf::from(copy);
        if !exists(&copy) {
            return Ok(Some(HookChange::SaveEdited { hook: hook.to_path_buf(), copy }));
        }
        if !is_directory(&copy) && is_same_hook(hook, &copy)? {
            break;
        }
    }
    Ok(None)
}

/// Says whether two places hold the same hook: an interrupted run leaves it in both.
pub(super) fn is_same_hook(one: &Path, other: &Path) -> Result<bool> {
    match (link_target(one), link_target(other)) {
        (None, None) => Ok(read_optional(one, HOOK_LIMIT)? == read_optional(other, HOOK_LIMIT)?),
        (one, other) => Ok(one == other),
    }
}

fn without_legacy(hook: &Path) -> PathBuf {
    if is_legacy(hook) { hook.with_extension("") } else { hook.to_path_buf() }
}

/// Says whether it is a link that our hooks made in the directory of kept hooks, to what has the same name in the
/// directory of hooks.
pub(super) fn is_link_beside(path: &Path) -> bool {
    let bytes = |name: &OsStr| name.as_encoded_bytes().to_vec();
    let (Some(target), Some(name)) = (link_target(path), path.file_name().map(bytes)) else { return false };
    let directory = path.parent().and_then(Path::file_name).map(bytes).unwrap_or_default();
    let hooks = directory.strip_suffix(KEPT_HOOKS_SUFFIX.as_bytes());
    hooks.is_some_and(|hooks| bytes(target.as_os_str()) == [b"../", hooks, b"/", &name[..]].concat())
}

/// Says whether it has the second name that pre-commit and prek give to a hook that existed before theirs.
pub(super) fn is_legacy(hook: &Path) -> bool {
    hook.extension().is_some_and(|ending| ending == "legacy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_hooks_are_recognised_in_every_version() {
        assert!(is_ours(b"#!/bin/sh\n# git-pyenv hook v0\n"));
        for foreign in
            ["", "#!/bin/sh\n", "#!/bin/sh\necho\n# git-pyenv hook v1\n", "#!/bin/sh\n# git-pyenv\n"]
        {
            assert!(!is_ours(foreign.as_bytes()), "{foreign}");
        }
    }

    #[test]
    fn a_hook_that_was_renamed_is_kept_in_the_same_place() {
        let kept = Path::new("h.git-pyenv/pre-push");
        for hook in ["h/pre-push", "h/pre-push.legacy", "h//pre-push", "h/./pre-push"] {
            assert_eq!(kept_path(Path::new(hook)), kept, "{hook}");
        }
        assert_eq!(old_kept_path(Path::new("h/pre-push.legacy")), Path::new("h/pre-push.git-pyenv-chained"));
    }
}
