//! From what was met to the interpreter itself: behind shims and out of environments.

use std::path::{Path, PathBuf};

use super::candidate::is_shim;
use super::facts::asked_program;
use super::sources::{Shim, behind_shim, lasting};
use crate::error::Error;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{TopDirectory, file_stamp, is_executable, read_start};
use crate::inspect::pyvenv_cfg;
use crate::message::Message;
use crate::path::{display, printable};
use crate::session::Ports;

/// The most shims and environments that are followed.
const DEPTH: usize = 8;

/// What is said of what a repository brings along.
pub(super) const IN_WORK_TREE: &str = "is in the work tree, so it is only used if its path is given";

/// Who chose what is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The user named it.
    Named,
    /// The search found it.
    Found,
}

/// Follows shims and environments to the interpreter behind them.
pub(super) struct Resolver<'r> {
    pub(super) ports: Ports<'r>,
    /// `None` outside of a work tree.
    pub(super) work_tree: Option<TopDirectory>,
    /// A patch release is requested: a path that its successor takes over will not do.
    pub(super) exact: bool,
}

impl Resolver<'_> {
    /// The interpreter that a program stands for. Links are kept, so that the next patch release finds its place; of what
    /// was found rather than named, the path is taken that will still be there then.
    ///
    /// # Errors
    /// Why it is none that may be run, as a sentence about it.
    pub(super) fn resolve(&self, program: &Path, trust: Trust) -> Result<PathBuf, String> {
        let keep = trust == Trust::Named || self.exact;
        let (mut program, mut trust) = (program.to_path_buf(), trust);
        for _ in 0..DEPTH {
            self.check(&program, trust)?;
            match self.behind(&program)? {
                Some(next) => (program, trust) = (next, Trust::Found),
                None if keep => return Ok(program),
                None => return Ok(lasting(self.ports.env, &program).unwrap_or(program)),
            }
        }
        Err(format!("{} is a symlink loop", shown(&program)))
    }

    /// Says whether a program may be run at all.
    fn check(&self, program: &Path, trust: Trust) -> Result<(), String> {
        let complaint = if !is_executable(program) {
            "is not executable"
        } else if trust == Trust::Found && self.is_in_work_tree(program) {
            IN_WORK_TREE
        } else if file_stamp(program).is_some_and(|[size, ..]| size == 0) {
            "is empty: a placeholder for Python from the Windows store"
        } else if cfg!(target_os = "macos") && program == Path::new("/usr/bin/python3") {
            "is only a placeholder for the Python of Apple's developer tools"
        } else {
            return Ok(());
        };
        Err(format!("{} {complaint}", shown(program)))
    }

    /// Says whether a program lies in the work tree, or the way to it leads through a link there.
    pub(super) fn is_in_work_tree(&self, program: &Path) -> bool {
        self.work_tree.as_ref().is_some_and(|top| top.contains(program))
    }

    /// What stands behind a shim or a script, or the Python that an environment was created from; `None` for an
    /// interpreter. Only pyenv's choice is known without running it; others are asked which program they run.
    fn behind(&self, program: &Path) -> Result<Option<PathBuf>, String> {
        let nothing = |why: &str| Err(format!("{} is a shim that selects no Python{why}", shown(program)));
        match is_shim(program).then(|| behind_shim(self.ports.env, program)) {
            Some(Shim::Program(next)) => return Ok(Some(next)),
            Some(Shim::Nothing) => return nothing(""),
            Some(Shim::Missing(names)) => {
                let names: Vec<String> =
                    names.iter().map(|name| format!("`{}`", printable(name.as_bytes()))).collect();
                return nothing(&format!(": pyenv has none in {}", names.join(", ")));
            }
            Some(Shim::Foreign) => return self.ask(program),
            None if is_script(program) => return self.ask(program),
            None => {}
        }
        let Some(config) = environment_of(program) else { return Ok(None) };
        let gone = || format!("{} belongs to an environment whose Python no longer exists", shown(program));
        base(&config).map(Some).ok_or_else(gone)
    }

    /// The interpreter that a program leads to which is no script, but runs another program.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub(super) fn ask_through(&self, program: &Path) -> Result<PathBuf, String> {
        match self.ask(program)? {
            Some(next) => self.resolve(&next, Trust::Found),
            None => Ok(program.to_path_buf()),
        }
    }

    /// Says whether only running a program tells what it stands for.
    pub(super) fn is_asked(&self, program: &Path) -> bool {
        match is_shim(program) {
            true => matches!(behind_shim(self.ports.env, program), Shim::Foreign),
            false => is_script(program),
        }
    }

    /// Asks what a program runs.
    fn ask(&self, program: &Path) -> Result<Option<PathBuf>, String> {
        asked_program(self.ports, program).map_err(|error| sentence(&error))
    }
}

/// An error in one line.
pub(super) fn sentence(error: &Error) -> String {
    let lines = std::iter::once(error.message()).chain(error.causes());
    lines.map(Message::seen_from_root).collect::<Vec<_>>().join(": ")
}

/// Says whether a program is a script, which says nothing about what it runs.
fn is_script(program: &Path) -> bool {
    read_start(program, 2).ok().flatten().as_deref() == Some(b"#!")
}

/// The configuration of the environment that a program belongs to, which makes it one
/// (<https://docs.python.org/3/library/site.html>): it lies beside the program or above it.
pub(super) fn environment_of(program: &Path) -> Option<PyvenvCfg> {
    let directory = program.parent()?;
    let places = [Some(directory), directory.parent()].into_iter().flatten();
    places.into_iter().find_map(|place| pyvenv_cfg::read(place).ok().flatten())
}

/// The Python that an environment was created from, if it is still there: the one in `home`, rather than the one that
/// `executable` names, which is without links.
fn base(config: &PyvenvCfg) -> Option<PathBuf> {
    let feature = config.python_feature().unwrap_or_default();
    let names = [format!("python{feature}"), "python3".to_owned(), "python".to_owned()];
    let home = config.home().map(Path::new);
    let in_home =
        names.iter().filter_map(|name| Some(home?.join(format!("{name}{}", crate::env::PROGRAM_SUFFIX))));
    let recorded =
        ["base-executable", "executable"].iter().filter_map(|key| config.get(key).map(PathBuf::from));
    in_home.chain(recorded).find(|program| program.is_absolute() && is_executable(program))
}

fn shown(program: &Path) -> String {
    format!("`{}`", display(program))
}
