//! Where an environment may be created.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::fs;
use crate::git::{Repository, RepositoryLayout};
use crate::model::Selection;
use crate::path::{RepoPath, display, display_bytes, path_to_bytes};
use crate::text::counted;

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

impl fmt::Display for TargetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inside {
            Some(path) => path.fmt(f),
            None => f.write_str(&display_bytes(self.text.as_bytes())),
        }
    }
}

impl TargetPath {
    /// The path of a selected environment.
    ///
    /// # Errors
    /// Usage, settings or action where no environment may be created.
    pub(super) fn of(repository: &Repository<'_>, selection: &Selection) -> Result<Self> {
        let text = writable(&selection.directory)?;
        let target = Self { directory: selection.directory.clone(), text, inside: selection.path.clone() };
        target.require_apart(repository.layout())?;
        target.require_untracked(repository)?;
        Ok(target)
    }

    /// An environment holds no repository, and no repository's or environment's inside holds an environment.
    fn require_apart(&self, layout: &RepositoryLayout) -> Result<()> {
        let top = layout.work_tree.as_deref();
        if top.is_some_and(|top| top.starts_with(&self.directory)) {
            return Err(Error::usage(format!(
                "`{}` contains the work tree itself",
                display_bytes(self.text.as_bytes())
            ))
            .hint("use a directory below it, such as `.venv`"));
        }
        let real = self.real();
        let in_git = |path: &Path| {
            let own = [&layout.git_directory, &layout.common_directory];
            own.iter().any(|git| path.starts_with(git))
                || path.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
        };
        if in_git(&self.directory) || in_git(&real) {
            return Err(Error::usage(format!("`{self}` is inside the git directory"))
                .hint("use a directory of the work tree, such as `.venv`"));
        }
        let mut above = real.ancestors().skip(1);
        match above.find(|above| fs::exists(&above.join("pyvenv.cfg"))) {
            None => Ok(()),
            Some(other) => {
                let other = display(other);
                Err(Error::usage(format!("`{self}` is inside another environment"))
                    .cause(format!("`{other}` has a `pyvenv.cfg`"))
                    .hint("use a directory beside it"))
            }
        }
    }

    /// What git tracks is the project's.
    fn require_untracked(&self, repository: &Repository<'_>) -> Result<()> {
        let Some(inside) = &self.inside else { return Ok(()) };
        let tracked = repository.tracked_below(std::slice::from_ref(inside))?;
        let Some(first) = tracked.first() else { return Ok(()) };
        let count = counted(tracked.len() as u64, "file");
        Err(Error::action(format!("git tracks {count} in `{self}`"))
            .cause(format!("`{}` is in the index", first.path))
            .hint(format!(
                "untrack an environment with `git pyenv fix {}`",
                crate::text::shell_quote(inside.as_bytes())
            )))
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
