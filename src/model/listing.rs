//! What `list` says.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{
    ActiveEnvironment, Environment, EnvironmentLink, Health, LookedAt, Outcome, Protection, RepositoryLabel,
    Sync,
};
use crate::message::Message;
use crate::path::display;

/// An environment of a project, with what git makes of it.
#[derive(Debug, Clone)]
pub struct ListedEnvironment {
    /// The environment as it is on the disk.
    pub environment: Environment,
    /// The directory that its root is relative to: the top of a work tree, or the directory that holds it elsewhere.
    pub top: PathBuf,
    /// The top of the work tree that it belongs to.
    pub work_tree: PathBuf,
    /// It is the environment that is selected for a project there.
    pub is_chosen: bool,
    /// It is the environment that is active in the shell.
    pub is_active: bool,
    /// Its names in the settings.
    pub names: Vec<String>,
    /// What git makes of it; `None` outside of the work tree.
    pub git_status: Option<GitStatus>,
    /// How many distributions are installed; `None` where nobody counted.
    pub packages: Option<u64>,
    /// Whether it can be relied on.
    pub health: Health,
    /// Whether it contains what its project asks for.
    pub sync: Sync,
    /// When it was made, as far as known from the disk.
    pub created: Option<SystemTime>,
    /// When it was used last, as far as known from the disk.
    pub used: Option<SystemTime>,
}

impl ListedEnvironment {
    /// Its directory, absolute.
    #[must_use]
    pub fn place(&self) -> PathBuf {
        self.environment.root.to_path(&self.top)
    }
}

/// An environment that the settings name and that does not exist.
#[derive(Debug, Clone)]
pub struct MissingEnvironment {
    /// Its name.
    pub name: String,
    /// Its directory, absolute.
    pub directory: PathBuf,
}

/// What git makes of an environment in a work tree.
#[derive(Debug, Clone)]
pub struct GitStatus {
    /// The rule that ignores it.
    pub protection: Option<Protection>,
    /// How many of its files git tracks.
    pub tracked_files: usize,
}

/// A link to an environment.
#[derive(Debug, Clone)]
pub struct ListedLink {
    /// The link.
    pub link: EnvironmentLink,
    /// The top of the work tree that it lies in.
    pub work_tree: PathBuf,
}

impl ListedLink {
    /// Its path, absolute.
    #[must_use]
    pub fn place(&self) -> PathBuf {
        self.link.entry.path.to_path(&self.work_tree)
    }
}

/// Something that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// What, absolute.
    pub path: PathBuf,
    /// Why.
    pub reason: Message,
}

/// The environments of one repository.
#[derive(Debug, Clone)]
pub struct ListedRepository {
    /// The repository.
    pub label: RepositoryLabel,
    /// The environments: of the work tree, of the linked ones, and elsewhere; by path within each.
    pub environments: Vec<ListedEnvironment>,
    /// The links, by path.
    pub links: Vec<ListedLink>,
    /// What the settings name and what does not exist, by name.
    pub missing: Vec<MissingEnvironment>,
}

impl ListedRepository {
    /// How a path is named: relative to the top of the work tree where it lies in it, else absolute.
    #[must_use]
    pub fn shown<'p>(&self, path: &'p Path) -> &'p Path {
        let top = self.label.work_tree.as_deref();
        top.and_then(|top| path.strip_prefix(top).ok()).unwrap_or(path)
    }
}

/// The environments of a repository, or of all repositories below a directory.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The directory that was searched; `None` where it was the repository around the working directory.
    pub directory: Option<PathBuf>,
    /// The repositories, by path.
    pub repositories: Vec<ListedRepository>,
    /// The environment that is active in the shell, whether or not it is among these.
    pub active: Option<ActiveEnvironment>,
    /// What was looked at, where somebody wants to know.
    pub looked_at: Option<LookedAt>,
    /// What could not be looked at, by path.
    pub unread: Vec<Unread>,
    /// When this was.
    pub now: SystemTime,
}

impl Listing {
    /// Complete, or undecided where something could not be looked at.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.unread.is_empty() { Outcome::Clean } else { Outcome::Undecided }
    }

    /// All environments, with their repositories.
    pub fn environments(&self) -> impl Iterator<Item = (&ListedRepository, &ListedEnvironment)> {
        self.repositories.iter().flat_map(|found| found.environments.iter().map(move |inner| (found, inner)))
    }

    /// How a path is named in text.
    #[must_use]
    pub fn named(&self, path: &Path) -> Message {
        match (self.repositories.as_slice(), &self.directory) {
            ([repository], None) => repository.label.named(path),
            _ => display(self.shown(path)).into(),
        }
    }

    /// How the path of an environment in one of the repositories is named in text: where several were searched, that stands
    /// under the name of its repository.
    #[must_use]
    pub fn named_in(&self, repository: &ListedRepository, path: &Path) -> Message {
        match self.directory {
            None => repository.label.named(path),
            Some(_) => display(repository.shown(path)).into(),
        }
    }

    /// How a path is named: relative to the searched directory, or to the top of the work tree where it lies in it.
    #[must_use]
    pub fn shown<'p>(&self, path: &'p Path) -> &'p Path {
        match (self.repositories.as_slice(), &self.directory) {
            ([repository], None) => repository.shown(path),
            (_, Some(directory)) => path.strip_prefix(directory).unwrap_or(path),
            _ => path,
        }
    }
}
