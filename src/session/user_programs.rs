//! The programs of `PATH` that the user has installed: never one that a repository may have brought.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::env::{Env, PROGRAM_SUFFIX, is_executable};
use crate::fs::{TopDirectory, exists, list_paths, normalise_path, read_optional};
use crate::git::RepositoryLayout;
use crate::path::{bytes_to_path, display};
use crate::tree::PATH_LIMIT;

/// The programs of `PATH`, seen from a working directory. Directories that are relative do not count, nor what lies in a
/// work tree around the working directory or in another one of its repository, or is reached through a link there: a commit
/// or a checkout could put a program into it. A work tree that contains the home directory is the user's own.
pub struct UserPrograms {
    directories: Vec<PathBuf>,
    /// Those that are relative, absolute.
    relative: Vec<PathBuf>,
    tops: Vec<TopDirectory>,
}

impl UserPrograms {
    /// Those that this environment has. The layout is that of the repository, if it could be opened.
    #[must_use]
    pub fn new(env: &Env, layout: Option<&RepositoryLayout>) -> Self {
        let relative = env.paths("PATH").into_iter().filter(|directory| !directory.is_absolute());
        let home = env.home();
        let is_foreign = |top: &TopDirectory| !home.as_ref().is_some_and(|home| top.contains(home));
        let tops = tops(env, layout).iter().map(|top| TopDirectory::new(top)).filter(is_foreign).collect();
        Self {
            directories: env.program_directories(),
            relative: relative.map(|directory| normalise_path(&env.directory.join(directory))).collect(),
            tops,
        }
    }

    /// The first program of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.executables(&self.directories, name).find(|program| !self.is_brought(program))
    }

    /// Why programs of this name do not count, as sentences.
    #[must_use]
    pub fn passed_over(&self, name: &str) -> Vec<String> {
        let brought = self.executables(&self.directories, name).filter(|program| self.is_brought(program));
        let brought =
            brought.map(|program| format!("`{}` is in the repository, so it is not run", display(&program)));
        let relative = self.executables(&self.relative, name);
        let relative = relative.map(|program| {
            format!("`{}` is in a relative directory of PATH, so it is not run", display(&program))
        });
        brought.chain(relative).collect()
    }

    /// What stands behind `start` in the names of programs, each with the first program of that name. Names that are not
    /// UTF-8 are left out.
    #[must_use]
    pub fn starting_with(&self, start: &str) -> BTreeMap<String, PathBuf> {
        let mut found = BTreeMap::new();
        for program in self.directories.iter().flat_map(|directory| list_paths(directory)) {
            let name = program.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let rest = name.strip_prefix(start).and_then(|rest| rest.strip_suffix(PROGRAM_SUFFIX));
            let Some(rest) = rest.filter(|rest| !rest.is_empty() && !found.contains_key(*rest)) else {
                continue;
            };
            if is_executable(&program) && !self.is_brought(&program) {
                found.insert(rest.to_owned(), program);
            }
        }
        found
    }

    /// The directories of `PATH` that count, in order.
    #[must_use]
    pub fn directories(&self) -> Vec<PathBuf> {
        let is_own = |directory: &&PathBuf| !self.is_brought(&directory.join("program"));
        self.directories.iter().filter(is_own).cloned().collect()
    }

    fn executables(&self, directories: &[PathBuf], name: &str) -> impl Iterator<Item = PathBuf> + use<> {
        let file = format!("{name}{PROGRAM_SUFFIX}");
        let programs: Vec<PathBuf> = directories.iter().map(|directory| directory.join(&file)).collect();
        programs.into_iter().filter(|program| is_executable(program))
    }

    fn is_brought(&self, program: &Path) -> bool {
        self.tops.iter().any(|top| top.contains(program))
    }
}

/// The work trees around the working directory, those of its repository, and the git directory that they share.
fn tops(env: &Env, layout: Option<&RepositoryLayout>) -> Vec<PathBuf> {
    let around = env.directory.ancestors().filter(|above| exists(&above.join(".git"))).map(Path::to_path_buf);
    let implied = env.raw("GIT_DIR").map(|_| env.directory.clone());
    let named = env.path("GIT_WORK_TREE").or(implied);
    let common = layout.map(|layout| layout.common_directory.clone());
    let of_repository = common.iter().flat_map(|common| {
        let main = common.file_name().filter(|name| *name == ".git").and(common.parent());
        main.map(Path::to_path_buf).into_iter().chain(linked(common))
    });
    let own = layout.and_then(|layout| layout.work_tree.clone());
    around.chain(named).chain(own).chain(of_repository).chain(common.clone()).collect()
}

/// The tops of linked work trees, as the git directory has them (<https://git-scm.com/docs/gitrepository-layout>).
fn linked(common: &Path) -> Vec<PathBuf> {
    let top = |entry: PathBuf| {
        let bytes = read_optional(&entry.join("gitdir"), PATH_LIMIT).ok()??;
        let git_file = entry.join(bytes_to_path(bytes.trim_ascii_end()));
        git_file.parent().map(Path::to_path_buf)
    };
    list_paths(&common.join("worktrees")).into_iter().filter_map(top).collect()
}
