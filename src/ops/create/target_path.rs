//! Where an environment may be created.

use std::path::{Path, PathBuf};

use crate::detect;
use crate::error::{Error, Result};
use crate::fs;
use crate::git::{Repository, RepositoryLayout};
use crate::message::{Message, Say, message};
use crate::model::{Selection, USUAL_ENVIRONMENT_NAMES};
use crate::path::{RepoPath, display, display_bytes, path_to_bytes};
use crate::text::counted;
use crate::tree::OwnedEntry;

/// The longest name that file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// A path at which an environment may be created.
#[derive(Debug, Clone)]
pub(super) struct TargetPath {
    /// Absolute.
    pub(super) directory: PathBuf,
    /// The same as text.
    pub(super) text: String,
    /// In the work tree.
    pub(super) inside: Option<RepoPath>,
}

/// Why no environment may be created at a path.
pub(super) struct Refusal {
    error: Error,
    /// The place where one can be created instead.
    instead: Option<&'static str>,
}

impl Refusal {
    /// The error; `create` says which command creates the environment at another place.
    pub(super) fn explain(self, create: impl FnOnce(&str) -> String) -> Error {
        match self.instead {
            Some(place) => self.error.suggest("create it below the top with", create(place)),
            None => self.error,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, instead: None }
    }
}

/// As [`Refusal`], with the usual place.
fn elsewhere(error: Error) -> Refusal {
    Refusal { error, instead: USUAL_ENVIRONMENT_NAMES.first().copied() }
}

impl Say for TargetPath {
    fn say(&self, message: &mut Message) {
        match &self.inside {
            Some(path) => path.say(message),
            None => display_bytes(self.text.as_bytes()).say(message),
        }
    }
}

impl TargetPath {
    /// The path of a selected environment.
    ///
    /// # Errors
    /// Usage, settings or action where no environment may be created.
    pub(super) fn of(repository: &Repository<'_>, selection: &Selection) -> Result<Self, Refusal> {
        let text = writable(&selection.directory)?;
        let target = Self { directory: selection.directory.clone(), text, inside: selection.path.clone() };
        target.require_apart(repository.layout())?;
        target.require_untracked(repository, selection)?;
        Ok(target)
    }

    /// An environment holds no repository, and no repository's or environment's inside holds an environment.
    fn require_apart(&self, layout: &RepositoryLayout) -> Result<(), Refusal> {
        let top = layout.work_tree.as_deref();
        if top.is_some_and(|top| top.starts_with(&self.directory)) {
            return Err(elsewhere(Error::usage(format!(
                "`{}` contains the work tree itself",
                display_bytes(self.text.as_bytes())
            ))));
        }
        let real = self.real();
        let in_git = |path: &Path| {
            let own = [&layout.git_directory, &layout.common_directory];
            own.iter().any(|git| path.starts_with(git))
                || path.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
        };
        if in_git(&self.directory) || in_git(&real) {
            return Err(elsewhere(Error::usage(message!("`{}` is inside the git directory", self))));
        }
        let mut above = real.ancestors().skip(1);
        match above.find(|above| fs::exists(&above.join("pyvenv.cfg"))) {
            None => Ok(()),
            Some(other) => {
                let other = display(other);
                Err(Error::usage(message!("`{}` is inside another environment", self))
                    .cause(format!("`{other}` has a `pyvenv.cfg`"))
                    .hint("use a directory beside it")
                    .into())
            }
        }
    }

    /// What git tracks is the project's. A file that only keeps the directory in git can stay.
    fn require_untracked(&self, repository: &Repository<'_>, selection: &Selection) -> Result<(), Refusal> {
        let Some(inside) = &self.inside else { return Ok(()) };
        let mut tracked = repository.tracked_below(std::slice::from_ref(inside))?;
        let is_directly_in_it = |entry: &OwnedEntry| entry.path.parent().as_ref() == Some(inside);
        tracked.retain(|entry| !(is_directly_in_it(entry) && fs::is_placeholder_name(entry.path.name())));
        let Some(first) = tracked.first() else { return Ok(()) };
        let count = counted(tracked.len() as u64, "file");
        let error = Error::action(message!("git tracks {} in `{}`", count, self))
            .cause(message!("`{}` is in the index", first.path));
        let found = detect::environments(repository.index_tree()?.as_ref())?;
        let is_found = |entry: &OwnedEntry| {
            found.environments.iter().any(|environment| environment.owns(&entry.path))
                || found.links.iter().any(|link| link.entry.path == entry.path)
        };
        if tracked.iter().all(is_found) {
            let untrack = selection.invocation_directory.fix_command(&[inside]);
            return Err(error.suggest("untrack it with", untrack).into());
        }
        Err(elsewhere(error))
    }

    /// The directory with the links of those above it resolved, as far as they are there.
    fn real(&self) -> PathBuf {
        let there = self.directory.ancestors().skip(1).find_map(|above| Some((above, fs::real_path(above)?)));
        match there {
            Some((above, real)) => real.join(self.directory.strip_prefix(above).unwrap_or(&self.directory)),
            None => self.directory.clone(),
        }
    }
}

/// A path that every file of an environment can hold.
fn writable(directory: &Path) -> Result<String> {
    let bytes = path_to_bytes(directory);
    let refused = |why: &str| {
        Err(Error::usage(format!("cannot create an environment at `{}`", display(directory)))
            .cause(why.to_owned()))
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return refused("the path is not valid UTF-8, as activation scripts and `pyvenv.cfg` require");
    };
    if text.contains(':') {
        return refused("the path contains `:`, which separates the directories of `PATH`");
    }
    if text.contains(char::is_control) {
        return refused("the path contains a control character, such as a line break");
    }
    if text.split('/').any(|part| part.len() > LONGEST_NAME) {
        return refused("a name in the path is longer than 255 bytes");
    }
    Ok(text.to_owned())
}
