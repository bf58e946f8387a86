//! Where git looks for hooks, and whether that directory belongs to this repository alone.

use std::path::PathBuf;

use super::event::HookEvent;
use super::hook_file::HookFile;
use crate::error::Result;
use crate::fs::{exists, is_directory, is_executable};
use crate::git::{GitVersion, HooksPath, Repository};
use crate::path::printable;

/// The directory of a repository's hooks.
pub(super) struct HooksDirectory {
    /// Where git looks, absolute; it need not exist.
    pub(super) path: PathBuf,
    /// Where git would look without `core.hooksPath`.
    pub(super) default_path: PathBuf,
    /// The setting that makes git look elsewhere.
    pub(super) hooks_path: Option<HooksPath>,
    /// The version of git in use.
    pub(super) git_version: GitVersion,
}

impl HooksDirectory {
    /// Asks git.
    pub(super) fn find(repository: &Repository<'_>) -> Result<Self> {
        Ok(Self {
            path: repository.hooks_directory()?,
            default_path: repository.layout().common_directory.join("hooks"),
            hooks_path: repository.hooks_path()?,
            git_version: repository.git_version()?,
        })
    }

    /// The file that git runs for an event.
    pub(super) fn hook(&self, event: &HookEvent) -> PathBuf {
        self.path.join(event.name)
    }

    /// Where a hook of ours may be: where git looks, where it would look without `core.hooksPath`, and under the
    /// name that pre-commit and prek give to a hook that existed before theirs.
    pub(super) fn candidates(&self, event: &HookEvent) -> Vec<PathBuf> {
        let mut directories = vec![&self.path];
        if self.default_path != self.path {
            directories.push(&self.default_path);
        }
        let names = [event.name.to_owned(), format!("{}.legacy", event.name)];
        directories.into_iter().flat_map(|directory| names.iter().map(|name| directory.join(name))).collect()
    }

    /// Why no hooks may be written there; `None` if the directory belongs to this repository.
    pub(super) fn foreign_reason(&self) -> Option<String> {
        let path = self.hooks_path.as_ref()?;
        let reason = match path.scope.as_str() {
            "local" | "worktree" if exists(&self.path) && !is_directory(&self.path) => {
                "it is not a directory"
            }
            "local" | "worktree" => return None,
            "command" => "it is set for this command only",
            _ => "other repositories use it too",
        };
        Some(format!("{}, but {reason}", self.setting()?))
    }

    /// What `core.hooksPath` is and where it is set; `None` if it is not set.
    pub(super) fn setting(&self) -> Option<String> {
        let path = self.hooks_path.as_ref()?;
        let value = printable(path.value.as_bytes());
        Some(format!("`core.hooksPath` is `{value}` ({}, {})", path.scope, path.origin))
    }
}

/// Says whether git runs a hook file of ours for an event.
pub(super) fn has_our_file(repository: &Repository<'_>, event: &HookEvent) -> Result<bool> {
    let hook = repository.hooks_directory()?.join(event.name);
    Ok(is_executable(&hook) && HookFile::is_ours(&hook)?)
}
