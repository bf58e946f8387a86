//! A hook's file: ours, another one, or none, and the name under which the other one is kept.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::fs::{CHAINED_HOOK_SUFFIX, is_directory, is_link, read_optional};

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
        let bytes = if is_directory(hook) { Some(Vec::new()) } else { read_optional(hook)? };
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

/// The second name of the hook that existed before ours: ours runs it first.
pub(super) fn kept_path(hook: &Path) -> PathBuf {
    let hook = if is_legacy(hook) { hook.with_extension("") } else { hook.to_path_buf() };
    let mut name = hook.into_os_string();
    name.push(CHAINED_HOOK_SUFFIX);
    PathBuf::from(name)
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
    fn a_hook_that_was_renamed_keeps_the_same_second_name() {
        let kept = Path::new("h/pre-push.git-pyenv-chained");
        assert_eq!(kept_path(Path::new("h/pre-push")), kept);
        assert_eq!(kept_path(Path::new("h/pre-push.legacy")), kept);
    }
}
