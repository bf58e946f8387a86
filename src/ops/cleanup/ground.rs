//! What the things that are deleted belong to: a repository, or none.

use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{Lock, is_directory};
use crate::journal::StateDirectory;
use crate::path::{RepoPath, path_to_bytes};
use crate::ports::Progress;
use crate::removal::{self, Removal, RemovalPolicy, RemovalSubject};
use crate::session::Session;
use crate::text::shell_quote;

/// What things belong to that are deleted.
pub(super) enum Ground<'p> {
    /// A work tree.
    WorkTree {
        /// Of this repository.
        session: Box<Session<'p>>,
        /// It is another one than that in which the command was run.
        is_elsewhere: bool,
    },
    /// No repository: the user's own state directory has the record.
    Nowhere(&'p Env),
}

impl<'p> Ground<'p> {
    /// The session of the repository.
    ///
    /// # Errors
    /// Usage if it is none.
    pub(super) fn session(&self) -> Result<&Session<'p>> {
        match self {
            Self::WorkTree { session, .. } => Ok(session.as_ref()),
            Self::Nowhere(_) => Err(Error::usage("this needs a repository")),
        }
    }

    pub(super) fn env(&self) -> &Env {
        match self {
            Self::WorkTree { session, .. } => session.env,
            Self::Nowhere(env) => env,
        }
    }

    /// The top of the work tree.
    pub(super) fn top(&self) -> Option<&PathBuf> {
        self.session().ok().and_then(|session| session.repository.layout().work_tree.as_ref())
    }

    /// What git tracks at and below these paths.
    ///
    /// # Errors
    /// Undecided if the index cannot be read.
    pub(super) fn tracked(&self, paths: &[RepoPath]) -> Result<Vec<RepoPath>> {
        match self {
            Self::WorkTree { session, .. } => session.repository.index_paths_below(paths),
            Self::Nowhere(_) => Ok(Vec::new()),
        }
    }

    /// Looks at environments, each under a policy.
    ///
    /// # Errors
    /// As [`Ground::state`].
    pub(super) fn removals(
        &self,
        subjects: &[(RemovalPolicy, RemovalSubject)],
    ) -> Result<Vec<Result<Removal>>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let layout = self.session().ok().map(|session| session.repository.layout());
        Ok(Removal::prepare_each(&self.state()?, layout, subjects))
    }

    /// Where deletions are recorded.
    ///
    /// # Errors
    /// As [`StateDirectory::of`] and [`StateDirectory::of_user`].
    pub(super) fn state(&self) -> Result<StateDirectory> {
        match self {
            Self::WorkTree { session, .. } => StateDirectory::of(&session.repository),
            Self::Nowhere(env) => StateDirectory::of_user(env),
        }
    }

    /// Waits until no other run deletes here.
    ///
    /// # Errors
    /// Action if nothing can be locked.
    pub(super) fn lock(&self, progress: &dyn Progress) -> Result<Lock> {
        let told = || progress.waiting("waiting for another process of git-pyenv");
        match self {
            Self::WorkTree { session, .. } => session.lock(),
            Self::Nowhere(_) => self.state()?.lock(told),
        }
    }

    /// Finishes what killed runs began, as [`removal::recover`] does.
    pub(super) fn recover(&self, also: Option<&Path>, progress: &dyn Progress) {
        match self {
            Self::WorkTree { session, .. } => removal::recover(&session.repository, also, progress),
            Self::Nowhere(_) => {
                let state = self.state().ok().filter(|state| is_directory(&state.path()));
                removal::recover_outside(state.as_ref(), also, progress);
            }
        }
    }

    /// The command with which something is deleted, and how it names another path.
    pub(super) fn cleanup_of(&self, place: &Path) -> (String, impl Fn(&Path) -> String + use<'_, 'p>) {
        let word = |path: &Path| match self {
            Self::WorkTree { session, .. } => session.label().word(path),
            Self::Nowhere(_) => shell_quote(&path_to_bytes(path)),
        };
        let command = match self {
            Self::WorkTree { .. } => format!("{} cleanup {}", self.program(), word(place)),
            Self::Nowhere(_) => format!("git pyenv cleanup --directory {}", word(place)),
        };
        (command, word)
    }

    /// How this program is run here.
    pub(super) fn program(&self) -> String {
        match (self, self.top()) {
            (Self::WorkTree { is_elsewhere: true, .. }, Some(top)) => {
                format!("git -C {} pyenv", shell_quote(&path_to_bytes(top)))
            }
            _ => "git pyenv".to_owned(),
        }
    }
}
