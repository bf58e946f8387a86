//! What every use case starts with: the open repository and its settings.

use std::ffi::OsString;

use crate::config::{self, FlagValue, GitValue, SETTINGS_FILES, Settings, SettingsFile, Sources};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{DiskTree, Lock, read_optional};
use crate::git::Repository;
use crate::model::InvocationDirectory;
use crate::path::{RepoPath, below};
use crate::ports::{Interruption, Progress, Runner};
use crate::tree::{Content, Entry, OwnedEntry, Tree, Visitor};

/// No settings file has a longer path; nearly every path of a repository has.
const LONGEST_NAME: usize = 32;
/// The most bytes read of a settings file.
const SETTINGS_LIMIT: u64 = 4 * 1024 * 1024;

/// The world, as a use case may use it.
#[derive(Clone, Copy)]
pub struct Ports<'p> {
    /// The process environment.
    pub env: &'p Env,
    /// Runs other programs.
    pub runner: &'p dyn Runner,
    /// Is told how far the work has come.
    pub progress: &'p dyn Progress,
    /// Is asked whether the run shall end.
    pub interruption: &'p dyn Interruption,
}

/// An open repository, and what the command line says about settings.
pub struct Session<'p> {
    /// The repository.
    pub repository: Repository<'p>,
    /// The process environment.
    pub(super) env: &'p Env,
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
        let variables = self.env.starting_with("GIT_PYENV_");
        config::merge(&Sources {
            files,
            git: git.collect(),
            environment: variables.map(|(name, value)| (name.to_owned(), OsString::from(value))).collect(),
            flags: self.flags.clone(),
        })
    }

    /// The settings as the work tree has them; as the last commit has them in a bare repository.
    ///
    /// # Errors
    /// As [`Session::settings`].
    pub fn work_tree_settings(&self) -> Result<Settings> {
        let Some(top) = self.repository.layout().work_tree.clone() else {
            return self.settings(Vec::new());
        };
        let read = |name: &&str| -> Result<Option<SettingsFile>> {
            let path = settings_path(name)?;
            let bytes = read_optional(&path.to_path(&top))
                .map_err(|error| error.of_kind(crate::error::ErrorKind::Settings))?;
            Ok(bytes.map(|bytes| SettingsFile { path, bytes }))
        };
        let files = SETTINGS_FILES.iter().map(read).collect::<Result<Vec<_>>>()?;
        self.settings(files.into_iter().flatten().collect())
    }

    /// Returns where the user ran the command, relative to the top of the work tree. Git runs hooks at the top and
    /// passes the directory that it was run in as `GIT_PREFIX`.
    #[must_use]
    pub fn invocation_directory(&self) -> InvocationDirectory {
        let hook = self.env.text("GIT_PREFIX").is_some();
        if hook || !self.repository.layout().prefix.is_root() {
            InvocationDirectory::Below
        } else {
            InvocationDirectory::Top
        }
    }

    /// Waits until no other run of this program changes files of this work tree, and says so if there is one.
    ///
    /// # Errors
    /// Action if waiting fails.
    pub fn lock(&self) -> Result<Lock> {
        let told = || self.progress.phase("waiting for another run of git pyenv", None);
        Lock::wait(&self.repository.layout().git_directory.join("pyenv.lock"), told)
    }

    /// The work tree's disk.
    ///
    /// # Errors
    /// Usage in a bare repository.
    pub fn disk(&self) -> Result<DiskTree> {
        let top = self.repository.layout().work_tree.as_ref();
        let top = top.ok_or_else(|| {
            Error::usage("a bare repository has no work tree to look at")
                .hint("use `--commit REV` or `--range A..B`")
        })?;
        Ok(DiskTree::new(top))
    }
}

/// Picks the settings files out of a tree while something else passes over it.
#[derive(Debug, Default)]
pub(super) struct SettingsFinder {
    found: Vec<OwnedEntry>,
}

impl Visitor for SettingsFinder {
    fn enter(&mut self, directory: &[u8]) -> bool {
        SETTINGS_FILES.iter().any(|name| below(name.as_bytes(), directory).is_some())
    }

    fn restart(&mut self) {
        self.found.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if entry.path.len() > LONGEST_NAME {
            return;
        }
        if SETTINGS_FILES.iter().any(|name| name.as_bytes() == entry.path) && entry.kind.is_file() {
            self.found.extend(OwnedEntry::keep(entry));
        }
    }
}

impl SettingsFinder {
    /// Reads the files that were found, in the order of precedence.
    ///
    /// # Errors
    /// Undecided if one cannot be read, settings if one is too large to be one.
    pub(super) fn read(&self, tree: &dyn Tree) -> Result<Vec<SettingsFile>> {
        let ordered = SETTINGS_FILES
            .iter()
            .filter_map(|name| self.found.iter().find(|e| e.path.as_bytes() == name.as_bytes()));
        let needed = |entry: &OwnedEntry, error: Error| error.cause(format!("needed for `{}`", entry.path));
        ordered
            .map(|entry| match tree.read(entry, SETTINGS_LIMIT).map_err(|error| needed(entry, error))? {
                Content::Whole(bytes) => Ok(SettingsFile { path: entry.path.clone(), bytes }),
                Content::TooLarge(size) => {
                    Err(Error::settings(format!("`{}` is too large for a settings file", entry.path))
                        .cause(format!("it has {size} bytes, the limit is {SETTINGS_LIMIT}")))
                }
            })
            .collect()
    }
}

fn settings_path(name: &str) -> Result<RepoPath> {
    RepoPath::new(name.as_bytes())
        .map_err(|error| Error::settings(format!("`{name}` is no path")).cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_settings_file_is_missed_for_its_length() {
        assert!(SETTINGS_FILES.iter().all(|name| name.len() <= LONGEST_NAME));
    }
}
