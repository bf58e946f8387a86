//! The selected environment, for commands that use it.

use std::path::{Path, PathBuf};

use super::projects::projects;
use super::selection::{existing, select};
use super::suggestions::recreate;
use crate::config::Settings;
use crate::env::PROGRAM_SUFFIX;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{
    Resolution, exists, is_directory, is_executable, is_link, is_vacant_directory, not_executable, real_path,
    resolve_links,
};
use crate::inspect::{is_environment, other_platform, pyvenv_cfg};
use crate::message::{Message, message, named_singly};
use crate::model::{Platform, Selection, SelectionReason};
use crate::path::{RepoPath, display, path_to_bytes};
use crate::session::Session;
use crate::shells::scripts_directory;
use crate::text::{counted, shell_quote};

/// How many projects an error names.
const SHOWN_PROJECTS: usize = 3;

/// An environment that exists.
pub struct SelectedEnvironment<'s> {
    session: &'s Session<'s>,
    settings: Settings,
    /// How it was selected.
    pub selection: Selection,
    /// Its directory, absolute.
    pub root: PathBuf,
    /// The directory of its programs.
    pub scripts: PathBuf,
    /// What its `pyvenv.cfg` says.
    pub config: PyvenvCfg,
}

impl<'s> SelectedEnvironment<'s> {
    /// Finds the selected environment.
    ///
    /// # Errors
    /// Usage if there is none; settings as [`select`]; action for one of conda, which only conda can activate.
    pub fn find(session: &'s Session<'s>, named: Option<&str>) -> Result<Self> {
        let settings = session.work_tree_settings()?;
        let selection = existing_selection(session, &settings, named)?;
        Self::of(session, settings, selection)
    }

    /// The one that was selected, and exists.
    ///
    /// # Errors
    /// Action for one of conda, which only conda can activate.
    pub fn of(session: &'s Session<'s>, settings: Settings, selection: Selection) -> Result<Self> {
        let root = selection.directory.clone();
        if !exists(&root.join("pyvenv.cfg")) {
            return Err(of_conda(&root));
        }
        let config = pyvenv_cfg::read(&root).ok().flatten().unwrap_or_default();
        let scripts = scripts_of(&root);
        Ok(Self { session, settings, selection, root, scripts, config })
    }

    /// What a prompt shows of it.
    pub fn prompt(&self) -> String {
        let recorded = self.config.get("prompt").map(|prompt| prompt.trim_matches(['\'', '"']).to_owned());
        let name = || self.root.file_name().map(|name| name.to_string_lossy().into_owned());
        recorded.or_else(name).unwrap_or_default()
    }

    /// Refuses an environment whose interpreter is gone, a link to what is gone, or cannot be executed: activated, it would leave `python` to
    /// whatever comes next in `PATH`.
    ///
    /// # Errors
    /// As [`Self::python`].
    pub fn refuse_dead_link(&self) -> Result<()> {
        let python = self.scripts.join("python");
        let is_gone = !exists(&python) && self.scripts.ends_with(scripts_directory(Platform::Posix));
        match is_gone
            || other_platform(&self.root).is_some()
            || (is_link(&python) && real_path(&python).is_none())
            || not_executable(&python).is_some()
        {
            true => self.python().map(drop),
            false => Ok(()),
        }
    }

    /// Its interpreter.
    ///
    /// # Errors
    /// Action if it is gone, or what it links to, and if it cannot be executed.
    pub fn python(&self) -> Result<PathBuf> {
        let python = self.scripts.join(format!("python{}", PROGRAM_SUFFIX));
        let not_executable = not_executable(&python);
        if not_executable.is_none() && is_executable(&python) {
            return Ok(python);
        }
        let error = Error::action(format!("the environment `{}` is broken", display(&self.root)));
        let shown = display(&python);
        let error = error.cause(match (other_platform(&self.root), resolve_links(&python), not_executable) {
            (Some(other), ..) => format!("it {other}"),
            (None, Resolution::Missing(place), _) if exists(&python) => {
                format!("`{shown}` points to {}, which does not exist", display(&place))
            }
            (None, Resolution::Found(real), Some(why)) if is_link(&python) => {
                format!("`{shown}` points to {}, which {why}", display(&real))
            }
            (None, _, Some(why)) => format!("`{shown}` {why}"),
            (None, ..) if exists(&python) => format!("`{shown}` does not point to an executable"),
            (None, ..) => format!("it has no `{shown}`"),
        });
        Err(self.recreate(error))
    }

    /// Adds how to recreate it to an error.
    pub fn recreate(&self, error: Error) -> Error {
        recreate(error, self.session, &self.settings, &self.selection, &self.selection.python_option())
    }

    /// What to know before anything in it is run, as a sentence: that it came with the repository.
    pub fn warning(&self) -> Option<Message> {
        warning_of(self.session, &self.selection)
    }
}

/// Selects an environment that exists, of any kind.
///
/// # Errors
/// Usage if there is none; settings as [`select`].
pub fn existing_selection(
    session: &Session<'_>,
    settings: &Settings,
    named: Option<&str>,
) -> Result<Selection> {
    let selection = select(session, settings, named)?;
    match (is_environment(&selection.directory), &selection.plug_in) {
        (true, _) => Ok(selection),
        (false, Some(plug_in)) => Err(of_plug_in(&selection, plug_in)),
        (false, None) => Err(missing(session, settings, &selection)?),
    }
}

/// What to know before anything in a selected environment is run, as a sentence: that it came with the repository.
#[must_use]
pub fn warning_of(session: &Session<'_>, selection: &Selection) -> Option<Message> {
    let tracked = session.repository.tracked_below(selection.path.as_slice()).ok()?;
    let count = counted(tracked.len() as u64, "file");
    let verb = if tracked.len() == 1 { "comes" } else { "come" };
    let place = selection.place();
    (!tracked.is_empty())
        .then(|| message!("git tracks `{}`: {} of it {} from the repository", place, count, verb))
}

/// The directory of the programs of the environment in a directory; it need not exist.
pub(super) fn scripts_of(root: &Path) -> PathBuf {
    let [usual, other] =
        [Platform::Posix, Platform::Windows].map(|platform| root.join(scripts_directory(platform)));
    if !is_directory(&usual) && is_directory(&other) { other } else { usual }
}

/// The error for an environment that does not exist, with those that could be selected instead.
fn missing(session: &Session<'_>, settings: &Settings, selection: &Selection) -> Result<Error> {
    let place = selection.place();
    let label = selection.label();
    let error = match (exists(&selection.directory), &selection.name) {
        (true, _) => Error::usage(message!("{} is not an environment", label)),
        (false, Some(_)) => Error::usage(message!("the environment {} does not exist", label)),
        (false, None) => Error::usage(message!("no environment at {}", label)),
    };
    let error = match &selection.reason {
        SelectionReason::Named => error,
        SelectionReason::Default => {
            let error = error.cause(message!("`{}` is the default", place));
            match projects_elsewhere(session, selection) {
                Some(cause) => error.cause(cause),
                None => error,
            }
        }
        reason @ SelectionReason::Lock(_) => {
            error.cause(message!("`{}` is the default because {}", place, reason))
        }
        reason => error.cause(message!("`{}` is selected because {}", place, reason)),
    };
    // What is named on the command line or in a variable counts before what `use` selects.
    let is_overruled = match &selection.reason {
        SelectionReason::Named => true,
        SelectionReason::Used(origin) => origin.is_of_one_run(),
        _ => false,
    };
    let top = session.top()?;
    let others = if is_overruled { Vec::new() } else { existing(session)? };
    let others =
        others.iter().filter_map(|other| RepoPath::from_relative(other.strip_prefix(&top).ok()?).ok());
    let others = others.map(|other| format!("git pyenv use {}", selection.invocation_directory.word(&other)));
    let error = others.fold(error, |error, other| error.suggest("select an existing one with", other));
    if exists(&selection.directory) && !is_vacant_directory(&selection.directory) {
        return Ok(recreate(error, session, settings, selection, &selection.python_option()));
    }
    let create = format!("git pyenv create{}{}", selection.env_option(), selection.python_option());
    Ok(error.suggest("create it with", create))
}

/// The command that activates an environment of conda, which `git pyenv activate` cannot; `None` for any other one.
#[must_use]
pub fn conda_activation(root: &Path) -> Option<String> {
    let is_conda = !exists(&root.join("pyvenv.cfg")) && is_directory(&root.join("conda-meta"));
    is_conda.then(|| format!("conda activate {}", shell_quote(&path_to_bytes(root))))
}

fn of_plug_in(selection: &Selection, plug_in: &str) -> Error {
    let label = selection.label();
    Error::action(message!("{} is of the type `{}`, which a plug-in makes", label, plug_in))
        .cause("only `create`, `activate`, `run`, `use` and `list` know such an environment")
}

fn of_conda(root: &Path) -> Error {
    let word = shell_quote(&path_to_bytes(root));
    Error::action(format!("`{}` is a conda environment, which only conda can activate", display(root)))
        .hint(format!("activate it with `conda activate {word}`"))
        .hint(format!("or use `conda run --prefix {word} COMMAND`"))
}

/// Says where the projects are, if the command was called for a directory that has no manifest.
fn projects_elsewhere(session: &Session<'_>, selection: &Selection) -> Option<Message> {
    let found = projects(session).ok()?;
    let places = found.iter().filter(|project| project.has_manifest()).map(|project| &project.path);
    let places: Vec<&RepoPath> = places.collect();
    if places.is_empty() || places.contains(&&selection.project) {
        return None;
    }
    let shown = named_singly(places.iter().copied().take(SHOWN_PROJECTS));
    let more = match places.len().saturating_sub(SHOWN_PROJECTS) {
        0 => String::new(),
        more => format!(" and {more} more, which `git pyenv list -v` names"),
    };
    let noun = if places.len() == 1 { "the project is" } else { "the projects are" };
    Some(message!("there is no manifest here; {} in {}{}", noun, shown, more))
}
