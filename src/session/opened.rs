//! An open repository and its settings: every command starts with one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Ports;
use super::program::is_on_path;
use super::settings_files::settings_path;
use crate::config::{
    self, FlagValue, GitValue, SETTINGS_FILES, Settings, SettingsFile, Sources, VARIABLE_START,
};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{DiskTree, LOCK_FILE, Lock, read_optional, remove_temporary_files};
use crate::git::Repository;
use crate::model::{InvocationDirectory, RepositoryLabel};
use crate::path::{path_to_bytes, resolve};
use crate::ports::Progress;
use crate::tree::SETTINGS_LIMIT;

/// An open repository, and what the command line says about settings.
pub struct Session<'p> {
    /// The repository.
    pub repository: Repository<'p>,
    /// The process environment.
    pub env: &'p Env,
    progress: &'p dyn Progress,
    flags: Vec<FlagValue>,
}

impl<'p> Session<'p> {
    /// Opens the repository that the environment names or that holds the working directory.
    ///
    /// # Errors
    /// Usage outside of a repository, undecided for one that cannot be read.
    pub fn open(ports: Ports<'p>, flags: Vec<FlagValue>) -> Result<Self> {
        let repository = Repository::open(ports.env, ports.runner)?;
        Ok(Self { repository, env: ports.env, progress: ports.progress, flags })
    }

    /// Merges settings, the committed ones from these files.
    ///
    /// # Errors
    /// Settings, with the place of what is wrong.
    pub fn settings(&self, files: Vec<SettingsFile>) -> Result<Settings> {
        let values = self.repository.configuration()?;
        let git = values.into_iter().map(|entry| GitValue {
            key: entry.key,
            value: entry.value,
            origin: entry.origin,
        });
        let variables = self.env.starting_with(VARIABLE_START);
        config::merge(&Sources {
            files,
            git: git.collect(),
            environment: variables.map(|(name, value)| (name.to_owned(), OsString::from(value))).collect(),
            flags: self.flags.clone(),
        })
    }

    /// The settings as the work tree has them; in a bare repository, without committed settings.
    ///
    /// # Errors
    /// As [`Session::settings`].
    pub fn work_tree_settings(&self) -> Result<Settings> {
        let Some(top) = self.repository.layout().work_tree.clone() else {
            return self.settings(Vec::new());
        };
        let read = |name: &&str| -> Result<Option<SettingsFile>> {
            let path = settings_path(name)?;
            let bytes = read_optional(&path.to_path(&top), SETTINGS_LIMIT)?;
            Ok(bytes.map(|bytes| SettingsFile { path, bytes }))
        };
        let files = SETTINGS_FILES.iter().map(read).collect::<Result<Vec<_>>>()?;
        self.settings(files.into_iter().flatten().collect())
    }

    /// The repository as a report names it.
    #[must_use]
    pub fn label(&self) -> RepositoryLabel {
        let layout = self.repository.layout();
        RepositoryLabel {
            root: layout.common_directory.clone(),
            work_tree: layout.work_tree.clone(),
            invocation_directory: self.invocation_directory(),
        }
    }

    /// The top of the work tree.
    ///
    /// # Errors
    /// Usage in a bare repository.
    pub fn top(&self) -> Result<PathBuf> {
        let top = self.repository.layout().work_tree.clone();
        top.ok_or_else(|| {
            Error::usage("a bare repository has no work tree").hint("run it in a clone or in a work tree")
        })
    }

    /// The working directory within the work tree that has its top at `top`; the top for a user who is outside of it.
    #[must_use]
    pub fn working_directory(&self, top: &Path) -> PathBuf {
        self.repository.layout().prefix.to_path(top)
    }

    /// Where the user called the command. Git runs hooks at the top of the work tree; `GIT_PREFIX` then has the directory in
    /// which git was called.
    #[must_use]
    pub fn invocation_directory(&self) -> InvocationDirectory {
        let own = &self.repository.layout().prefix;
        let of_git =
            || self.env.raw("GIT_PREFIX").and_then(|prefix| resolve(b"", &path_to_bytes(prefix.as_ref())));
        let path = if own.is_root() { of_git().unwrap_or_default() } else { own.clone() };
        // At the top it makes no difference.
        let has_relative_paths = path.is_root() || self.has_relative_paths();
        InvocationDirectory::new(path, has_relative_paths).lacking_program(!is_on_path(self.env))
    }

    /// Git's setting `status.relativePaths`.
    fn has_relative_paths(&self) -> bool {
        let entries = self.repository.configuration().unwrap_or_default();
        let set = entries.into_iter().rfind(|entry| entry.key == "status.relativepaths");
        set.is_none_or(|entry| config::git_boolean(entry.value.as_deref()) != Some(false))
    }

    /// Waits until no other run of this program changes files of this work tree, and says so if there is one.
    ///
    /// # Errors
    /// Action if the lock file cannot be opened or waiting fails; undecided if git's configuration cannot be read.
    pub fn lock(&self) -> Result<Lock> {
        self.lock_in(&self.repository.layout().git_directory)
    }

    /// As [`Session::lock`], for what all work trees of the repository share: hooks and their configuration. In the
    /// main work tree both are the same lock.
    ///
    /// # Errors
    /// Action if the lock file cannot be opened or waiting fails; undecided if git's configuration cannot be read.
    pub fn lock_shared(&self) -> Result<Lock> {
        self.lock_in(&self.repository.layout().common_directory)
    }

    fn lock_in(&self, directory: &Path) -> Result<Lock> {
        let told = || self.progress.waiting("waiting for another process of git-pyenv");
        let lock = Lock::wait(&directory.join(LOCK_FILE), self.repository.sharing()?, told)?;
        // Whoever has made temporary files here held this lock, and no longer runs.
        remove_temporary_files(directory);
        Ok(lock)
    }

    /// The work tree's disk.
    ///
    /// # Errors
    /// Usage in a bare repository.
    pub fn disk(&self) -> Result<DiskTree<'static>> {
        Ok(DiskTree::new(&self.top()?))
    }
}
