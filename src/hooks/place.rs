//! Where git looks for hooks, and whether that place is this repository's own.

use std::path::{Path, PathBuf};

use super::is_ours;
use crate::error::Result;
use crate::fs::{CHAINED_HOOK_SUFFIX, is_directory, is_executable, is_link, read_optional};
use crate::git::{GitVersion, HooksPath};
use crate::model::HookEvent;
use crate::session::Session;

/// Where hooks are.
pub(super) struct Place {
    /// The directory git looks in, absolute; it need not exist.
    pub(super) directory: PathBuf,
    /// The directory git would look in without `core.hooksPath`.
    pub(super) usual: PathBuf,
    /// What sends git elsewhere.
    pub(super) hooks_path: Option<HooksPath>,
    /// The git that is called here.
    pub(super) version: GitVersion,
}

impl Place {
    /// Asks git.
    pub(super) fn find(session: &Session<'_>) -> Result<Self> {
        Ok(Self {
            directory: session.repository.hooks_directory()?,
            usual: session.repository.layout().common_directory.join("hooks"),
            hooks_path: session.repository.hooks_path()?,
            version: session.repository.git_version()?,
        })
    }

    /// The file of a hook.
    pub(super) fn hook(&self, event: HookEvent) -> PathBuf {
        self.directory.join(event.name())
    }

    /// Why hooks must not be written there; `None` if the directory is this repository's own.
    pub(super) fn foreign(&self) -> Option<String> {
        let path = self.hooks_path.as_ref()?;
        let whose = match path.scope.as_str() {
            "local" | "worktree" if crate::fs::exists(&self.directory) && !is_directory(&self.directory) => {
                "it is no directory"
            }
            "local" | "worktree" => return None,
            "command" => "it is set for this command only",
            _ => "other repositories use it too",
        };
        let value = crate::path::printable(path.value.as_bytes());
        Some(format!("`core.hooksPath` is `{value}` ({}, {}), and {whose}", path.scope, path.origin))
    }
}

/// The second name under which a hook is kept that was there before ours.
pub(super) fn kept(hook: &Path) -> PathBuf {
    let mut name = hook.as_os_str().to_owned();
    name.push(CHAINED_HOOK_SUFFIX);
    PathBuf::from(name)
}

/// What has a hook's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HookFile {
    /// Nothing.
    Missing,
    /// Our file.
    Ours(Vec<u8>),
    /// A file of somebody else, or a link, wherever it leads.
    Foreign(Vec<u8>),
}

impl HookFile {
    /// Looks at a hook.
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
}

/// Says whether git runs a hook file of ours for an event.
pub(super) fn has_our_file(session: &Session<'_>, event: HookEvent) -> Result<bool> {
    let hook = session.repository.hooks_directory()?.join(event.name());
    Ok(is_executable(&hook) && matches!(HookFile::read(&hook)?, HookFile::Ours(_)))
}
