//! Which locks a project has, and the commands that write them.

use std::path::PathBuf;

use crate::backends::{BACKENDS, Backend, PlannedCommand, compile};
use crate::config::Settings;
use crate::delegate::program_on_path;
use crate::error::{Error, Result};
use crate::formats::compiled::{CompiledBy, CompiledHeader};
use crate::formats::requirements_file;
use crate::fs::{exists, read_optional};
use crate::model::{Derivation, DerivedFile, Freshness};
use crate::order::Arrange as _;
use crate::path::{RepoPath, resolve};
use crate::project::locks::{LOCK_FORMATS, format_of};
use crate::project::{Project, derived_files_of};
use crate::session::Session;
use crate::tree::LOCK_LIMIT;

/// A file that a tool writes.
pub(super) struct LockPlan {
    pub(super) path: RepoPath,
    /// `None` if it does not exist.
    pub(super) freshness: Option<Freshness>,
    /// Who writes it, and how; `None` if it is not known who does.
    pub(super) writer: Option<Writer>,
}

impl LockPlan {
    /// The files that compiled requirements are made from: what the words of their command name.
    pub(super) fn sources(&self) -> Vec<RepoPath> {
        let compiled = self.writer.as_ref().and_then(|writer| writer.compiled.as_ref());
        let Some((words, directory, _)) = compiled else { return Vec::new() };
        words.iter().filter_map(|word| resolve(directory.as_bytes(), word.as_bytes())).collect()
    }
}

/// The tool that writes a file.
pub(super) struct Writer {
    pub(super) tool: &'static str,
    /// Reads what it says.
    pub(super) backend: &'static Backend,
    /// The words of the command that stands in the file, with the directory, as seen from the project, in which it runs, and
    /// the file as seen from there; `None` for a lock.
    pub(super) compiled: Option<(Vec<String>, RepoPath, String)>,
}

impl Writer {
    /// The directory in which the command runs.
    pub(super) fn directory<'w>(&'w self, project: &'w RepoPath) -> &'w RepoPath {
        self.compiled.as_ref().map_or(project, |(_, directory, _)| directory)
    }

    /// The command, for the program at a path.
    ///
    /// # Errors
    /// Why it is left to the user, as a fragment that follows `its command`.
    pub(super) fn command(&self, program: &std::path::Path, exists: bool) -> Result<PlannedCommand, String> {
        match (&self.compiled, self.backend.lock) {
            (Some((words, directory, output)), _) => {
                let directory = directory.as_str().ok_or("runs in a directory that is not UTF-8")?;
                compile(program, words, directory, output)
            }
            (None, Some(lock)) => Ok(lock(program, exists)),
            (None, None) => Err("is not known".to_owned()),
        }
    }

    /// Its program on `PATH`.
    ///
    /// # Errors
    /// Action if there is none.
    pub(super) fn program(&self, session: &Session<'_>, file: &RepoPath) -> Result<PathBuf> {
        program_on_path(session.env, self.tool).ok_or_else(|| {
            Error::action(format!("there is no program `{}` on PATH", self.tool))
                .cause(crate::message::message!("`{}` is a file of {}", file, self.tool))
                .hint(format!("install {}", self.tool))
        })
    }
}

/// The files of a project that tools write, by path.
///
/// # Errors
/// Usage if there are none and nothing says which tool would write one.
pub(super) fn plans(session: &Session<'_>, settings: &Settings, project: &Project) -> Result<Vec<LockPlan>> {
    let top = session.top()?;
    let requested = settings.backend.value.as_deref().filter(|name| *name != "auto");
    let found = derived_files_of(&top, &project.path).into_iter().filter_map(|file| match file.derivation {
        Derivation::Lock => Some(of_lock(file)),
        Derivation::Export => of_export(&top, file),
    });
    let is_asked = |plan: &LockPlan| {
        requested.is_none_or(|name| plan.writer.as_ref().is_some_and(|writer| writer.backend.name == name))
    };
    let mut plans: Vec<LockPlan> = found.filter(is_asked).collect();
    // What another tool may have exported as well, and what is not known to be stale.
    let is_known =
        |plan: &LockPlan| plan.writer.is_some() || !matches!(plan.freshness, Some(Freshness::Unknown(_)));
    if plans.iter().any(|plan| plan.writer.is_some()) {
        plans.retain(is_known);
    }
    plans.arrange_by(|one, other| one.path.cmp(&other.path));
    if plans.is_empty() {
        plans.push(new_lock(project, requested)?);
    }
    Ok(plans)
}

fn backend(name: &str) -> Option<&'static Backend> {
    BACKENDS.iter().find(|backend| backend.name == name).copied()
}

fn of_lock(file: DerivedFile) -> LockPlan {
    let tool = format_of(file.path.name()).and_then(|format| backend(format.tool));
    let writer = tool.filter(|backend| backend.lock.is_some());
    let writer = writer.map(|backend| Writer { tool: backend.name, backend, compiled: None });
    LockPlan { path: file.path, freshness: Some(file.freshness), writer }
}

/// Requirements that were compiled; what was exported from a lock, its tool writes when it is told to.
fn of_export(top: &std::path::Path, file: DerivedFile) -> Option<LockPlan> {
    let bytes = read_optional(&file.path.to_path(top), LOCK_LIMIT).ok()??;
    let header = requirements_file::parse(&bytes, &|_| None).ok()?.compiled?;
    let (tool, name) = match header.tool {
        CompiledBy::UvPipCompile => ("uv", "uv"),
        CompiledBy::PipCompile => ("pip-compile", "pip"),
        CompiledBy::UvExport | CompiledBy::Pdm | CompiledBy::Pipenv => return None,
    };
    let (directory, output) = called(&file.path, &header);
    let compiled = Some((header.words, directory, output));
    let writer = backend(name).map(|backend| Writer { tool, backend, compiled });
    Some(LockPlan { path: file.path, freshness: Some(file.freshness), writer })
}

/// The directory in which the command was called, and the file as seen from there: the output is named relative to it.
fn called(file: &RepoPath, header: &CompiledHeader) -> (RepoPath, String) {
    let output = header.output.as_deref().unwrap_or_default().trim_start_matches("./");
    let path = file.as_bytes();
    let above = path.strip_suffix(output.as_bytes()).filter(|_| !output.is_empty());
    let above = above.map(|above| above.strip_suffix(b"/").unwrap_or(above));
    let named = above.and_then(|above| {
        let directory = RepoPath::new(above).ok()?;
        (directory.join(output).ok()? == *file).then_some((directory, output.to_owned()))
    });
    named.unwrap_or_else(|| {
        let name = String::from_utf8_lossy(file.name()).into_owned();
        (file.parent().unwrap_or_default(), name)
    })
}

/// The lock that a tool would begin: the one that was requested, else the one that the manifest belongs to.
fn new_lock(project: &Project, requested: Option<&str>) -> Result<LockPlan> {
    let claims = |tool: &str| match requested {
        Some(name) => name == tool,
        None => project.locks_with(tool),
    };
    let format = LOCK_FORMATS.iter().find(|format| !format.update.is_empty() && claims(format.tool));
    let path = format.and_then(|format| project.path.join(format.file_name).ok());
    let backend = format.and_then(|format| backend(format.tool)).filter(|backend| backend.lock.is_some());
    match (path, backend) {
        (Some(path), Some(backend)) => {
            let writer = Some(Writer { tool: backend.name, backend, compiled: None });
            Ok(LockPlan { path, freshness: None, writer })
        }
        _ => Err(nothing(project, requested)),
    }
}

fn nothing(project: &Project, requested: Option<&str>) -> Error {
    let error = match requested {
        Some(name) => Error::usage(format!("{name} has no lock file in this project")),
        None => Error::usage("the project has no lock file, and no tool that would write one"),
    };
    match () {
        () if project.has_metadata() => error.hint("start one with `uv lock`"),
        () if exists(&project.directory.join("requirements.in")) => {
            error.hint("start one with `uv pip compile requirements.in --output-file requirements.txt`")
        }
        () => error.hint(
            "describe the project in `pyproject.toml` with `uv init --bare`, then lock it with `uv lock`",
        ),
    }
}
