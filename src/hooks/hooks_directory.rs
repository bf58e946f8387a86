//! Where git looks for hooks, and whether that directory belongs to this repository alone.

use std::path::{Path, PathBuf};

use super::event::HookEvent;
use super::hook_file::HookFile;
use crate::error::Result;
use crate::fs::{is_executable, is_same_file, real_path};
use crate::git::{GitVersion, HooksPath, Repository};
use crate::path::{display, printable};

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
            // Without `.` and a slash at the end.
            path: repository.hooks_directory()?.components().collect(),
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

    /// Says whether other repositories may use it: it exists, and is neither in the git directory nor in a work tree
    /// of this repository, wherever links lead.
    pub(super) fn others_use_it(&self, repository: &Repository<'_>) -> bool {
        if matches!(&self.hooks_path, Some(path) if !["local", "worktree", "command"].contains(&&*path.scope))
        {
            return true;
        }
        let Some(real) = real_path(&self.path) else { return false };
        let layout = repository.layout();
        let common = Some(&*layout.common_directory);
        let main_work_tree = common.filter(|path| path.ends_with(".git")).and_then(Path::parent);
        let own = [common, main_work_tree, layout.work_tree.as_deref()];
        !own.into_iter().flatten().filter_map(real_path).any(|own| real.starts_with(own))
    }

    /// Its path relative to the top of the work tree; `None` if it is elsewhere or in the git directory.
    pub(super) fn path_in_work_tree(&self, repository: &Repository<'_>) -> Option<PathBuf> {
        let layout = repository.layout();
        let real = real_path(&self.path).unwrap_or_else(|| self.path.clone());
        let is_below = |directory: &Path| real_path(directory).is_some_and(|own| real.starts_with(own));
        if is_below(&layout.common_directory) || is_below(&layout.git_directory) {
            return None;
        }
        let top = layout.work_tree.as_deref().and_then(real_path)?;
        real.strip_prefix(top).ok().map(Path::to_path_buf)
    }

    /// Which directory it is: the setting that names it, its path, and where links lead.
    pub(super) fn shown(&self) -> String {
        let path = display(&self.path);
        let shown = self.setting().unwrap_or_else(|| format!("the directory of hooks is `{path}`"));
        match real_path(&self.path) {
            Some(real) if !is_same_path(&real, &self.path) => {
                format!("{shown}, which leads to `{}`", display(&real))
            }
            _ => shown,
        }
    }

    /// What `core.hooksPath` is and where it is set; `None` if it is not set.
    pub(super) fn setting(&self) -> Option<String> {
        let path = self.hooks_path.as_ref()?;
        let value = printable(path.value.as_bytes());
        Some(format!("`core.hooksPath` is `{value}` ({}, {})", path.scope, path.origin))
    }
}

/// Says whether a real path is that of a directory whose parents may be links, but not the directory itself.
fn is_same_path(real: &Path, path: &Path) -> bool {
    let parents = real.parent().zip(path.parent());
    real.file_name() == path.file_name() && parents.is_none_or(|(one, other)| is_same_file(one, other))
}

/// Says whether git runs a hook file of ours for an event. One that was edited may check nothing.
pub(super) fn has_our_file(repository: &Repository<'_>, event: &HookEvent) -> Result<bool> {
    let hook = repository.hooks_directory()?.join(event.name);
    let is_unchanged = |bytes: &[u8]| bytes == event.script.as_bytes();
    Ok(is_executable(&hook)
        && matches!(HookFile::read(&hook)?, HookFile::Ours(bytes) if is_unchanged(&bytes)))
}
