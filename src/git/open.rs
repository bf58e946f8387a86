//! Finds and opens the repository that git itself would use in the same directory and environment.

use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::rc::Rc;

use git2::{ErrorCode, Repository as Opened, RepositoryOpenFlags};

use super::command::Git;
use super::discovery::{self, without_trailing_slash};
use super::head_file::has_valid_head;
use super::layout::RepositoryLayout;
use super::libgit2::Libgit2;
use super::plumbing::Plumbing;
use super::program::{GitProgram, nearest_top};
use super::repository::Repository;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::path::display;
use crate::ports::Runner;

/// Which adapters are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AdapterChoice {
    /// libgit2 where possible, else git.
    Both,
    /// libgit2 only.
    Libgit2,
    /// Git only.
    Plumbing,
}

impl<'r> Repository<'r> {
    /// Opens the repository that `git` would use in this environment. `GIT_PYENV_READER=libgit2` or
    /// `=plumbing` limits it to one adapter.
    ///
    /// # Errors
    /// Usage if there is no repository; undecided if it cannot be opened.
    pub fn open(env: &Env, runner: &'r dyn Runner) -> Result<Self> {
        let choice = match env.text("GIT_PYENV_READER") {
            None => AdapterChoice::Both,
            Some("libgit2") => AdapterChoice::Libgit2,
            Some("plumbing") => AdapterChoice::Plumbing,
            Some(_) => {
                return Err(Error::settings("`GIT_PYENV_READER` must be `libgit2` or `plumbing`"));
            }
        };
        let opened = if choice == AdapterChoice::Plumbing { None } else { open_libgit2(env, choice)? };
        let known = opened.as_ref().filter(|opened| !only_git_may_open(opened, env));
        let program = Rc::new(GitProgram::new(env));
        let layout = match known.and_then(|opened| discovery::of_libgit2(opened, env)) {
            Some(layout) => layout,
            None => discovery::of_git(&Git::as_called(env, runner, Rc::clone(&program)), env)?,
        };
        let opened = opened.filter(|opened| is_at(opened, &layout));
        if opened.is_none() && choice == AdapterChoice::Libgit2 {
            return Err(Error::undecided("failed to open the repository")
                .cause(format!("libgit2 cannot open `{}`", display(&layout.git_directory))));
        }
        let libgit2 = opened.map(|opened| Libgit2::new(opened, layout.index_file.clone(), env.clone()));
        let plumbing = Plumbing::new(Git::inside(env, runner, program, &layout), &layout);
        Ok(Self {
            layout,
            libgit2,
            plumbing,
            single_adapter: choice != AdapterChoice::Both,
            env: env.clone(),
            scratch: OnceCell::new(),
            known_configuration: RefCell::new(None),
        })
    }
}

/// Opens the repository with libgit2; `None` if git must be asked.
fn open_libgit2(env: &Env, choice: AdapterChoice) -> Result<Option<Opened>> {
    if env.raw("GIT_COMMON_DIR").is_some() && choice == AdapterChoice::Both {
        return Ok(None);
    }
    let error = match find(env) {
        Ok(opened) => return Ok(Some(opened)),
        Err(error) => error,
    };
    match choice {
        AdapterChoice::Libgit2 if error.code() == ErrorCode::NotFound => Err(discovery::no_repository()),
        AdapterChoice::Libgit2 => {
            Err(Error::undecided("failed to open the repository").cause(error.message()))
        }
        AdapterChoice::Both | AdapterChoice::Plumbing => Ok(None),
    }
}

/// Finds the repository, upwards from the directory unless `GIT_DIR` names it.
fn find(env: &Env) -> Result<Opened, git2::Error> {
    if let Some(directory) = env.path("GIT_DIR") {
        return open_at(&directory, env);
    }
    let mut flags = RepositoryOpenFlags::empty();
    if env
        .text("GIT_DISCOVERY_ACROSS_FILESYSTEM")
        .is_some_and(|value| git2::Config::parse_bool(value) == Ok(true))
    {
        flags |= RepositoryOpenFlags::CROSS_FS;
    }
    let ceilings = env.paths("GIT_CEILING_DIRECTORIES").into_iter();
    // An empty entry only tells git not to resolve links in the entries after it.
    let ceilings = ceilings.filter(|ceiling| ceiling.is_absolute());
    let opened = Opened::open_ext(&env.directory, flags, ceilings)?;
    add_objects(&opened, env)?;
    Ok(opened)
}

/// Opens the repository that is in this directory, not above it.
pub(super) fn open_at(directory: &Path, env: &Env) -> Result<Opened, git2::Error> {
    let no_ceilings: [&Path; 0] = [];
    let opened = Opened::open_ext(directory, RepositoryOpenFlags::NO_SEARCH, no_ceilings)?;
    add_objects(&opened, env)?;
    Ok(opened)
}

/// Lets libgit2 read the objects of a push that is still in quarantine.
///
/// <https://git-scm.com/docs/git-receive-pack#_quarantine_environment>
fn add_objects(opened: &Opened, env: &Env) -> Result<(), git2::Error> {
    let main = env.path("GIT_OBJECT_DIRECTORY");
    let others =
        env.paths("GIT_ALTERNATE_OBJECT_DIRECTORIES").into_iter().map(|path| env.directory.join(path));
    for directory in main.into_iter().chain(others) {
        let text =
            directory.to_str().ok_or_else(|| git2::Error::from_str("an object directory is not UTF-8"))?;
        opened.odb()?.add_disk_alternate(text)?;
    }
    Ok(())
}

/// Says whether git must decide: libgit2 accepts more as a repository, and passes over what git stops at. With
/// `safe.bareRepository=explicit`, git refuses a bare repository that it discovered, because the configuration may come
/// from a work tree around it.
fn only_git_may_open(opened: &Opened, env: &Env) -> bool {
    let discovered = env.raw("GIT_DIR").is_none();
    !has_valid_head(opened.path()) || (discovered && (opened.is_bare() || !is_nearest(opened, env)))
}

/// Says whether libgit2 has found its repository in the nearest directory with a `.git`. It has passed over a `.git`
/// that is not a repository for libgit2, but may be one for git, or an error.
fn is_nearest(opened: &Opened, env: &Env) -> bool {
    let Some(top) = nearest_top(&env.directory) else { return true };
    let inside = env.directory.starts_with(opened.path());
    inside || opened.workdir().is_some_and(|found| found == top) || opened.path() == top.join(".git")
}

/// Says whether libgit2 has opened the repository that has this layout.
fn is_at(opened: &Opened, layout: &RepositoryLayout) -> bool {
    without_trailing_slash(opened.path()) == layout.git_directory
}
