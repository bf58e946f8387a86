//! Builds an environment in a staging directory and moves it to its target path.

use std::path::Path;

use super::request::CreateRequest;
use super::target_path::TargetPath;
use super::{replacement, wheels, write_files};
use crate::detect::kinds::git_pyenv;
use crate::error::{Error, Result};
use crate::formats::wheel::Wheel;
use crate::fs::{InnerStaging, StagingDirectory, is_directory};
use crate::interpreters::{self, Query};
use crate::layout::{self, EnvironmentLayout, LayoutRequest};
use crate::message::{Message, message};
use crate::model::{
    Contents, CreationStep, Environment, EnvironmentOptions, Extent, Interpreter, MadeEnvironment, Measure,
    Platform, ReplacedEnvironment, Shape, USUAL_ENVIRONMENT_NAMES,
};
use crate::path::display;
use crate::ports::ReadAt;
use crate::removal::Removal;
use crate::session::Ports;

/// One environment to build.
pub(super) struct EnvironmentBuilder<'b> {
    pub(super) ports: Ports<'b>,
    pub(super) request: &'b CreateRequest,
    /// Where it goes.
    pub(super) target: &'b TargetPath,
    /// The Python that it is created from.
    pub(super) query: Query<'b>,
    /// The removal of the environment that it replaces.
    pub(super) replaces: Option<Removal>,
}

impl EnvironmentBuilder<'_> {
    /// Creates the environment or, for a dry run, returns what would be created.
    ///
    /// # Errors
    /// Usage, settings or action; an existing environment is then where it was.
    pub(super) fn run(self) -> Result<MadeEnvironment> {
        let Self { ports, request, target, query, replaces } = self;
        let system_site_packages = request.system_site_packages;
        let prompt = prompt(request, target, &ports.env.directory)?;
        let command = command(request, target);
        ports.progress.phase("finding Python", None);
        let interpreters::FoundPython { interpreter, passed_over } = interpreters::find(ports, query)?;
        require_supported(&interpreter)?;
        let packed = if request.without_pip { Vec::new() } else { wheels::open(&interpreter)? };
        let seeds = packed.iter().map(|file| open(file)).collect::<Result<Vec<_>>>()?;
        let layout = layout::lay_out(&LayoutRequest {
            interpreter: &interpreter,
            directory: &target.text,
            prompt: &prompt,
            system_site_packages,
            command: &command,
            seeds: &seeds,
        })?;
        let brought: Vec<String> = seeds.iter().map(|wheel| distribution_name(wheel).to_owned()).collect();
        let (step, replaced) = match (request.dry_run, replaces) {
            (true, None) => (CreationStep::WouldMake, None),
            (true, Some(removal)) => (CreationStep::WouldReplace, Some(removal.preview(&brought))),
            (false, removal) => {
                let command = if request.is_cleaned { "cleanup" } else { "create" };
                carry_out(ports, target, &layout, removal.map(|removal| (removal, command)), &brought)?
            }
        };
        Ok(MadeEnvironment {
            environment: described(target, &interpreter, &layout),
            outside: target.inside.is_none().then(|| target.directory.clone()),
            step,
            chosen_by: query.requests.satisfied(&interpreter.build()),
            warnings: warnings(query, &interpreter, passed_over),
            interpreter: Some(interpreter.executable.clone()),
            activation: None,
            options: Some(EnvironmentOptions { prompt, system_site_packages }),
            seeds: seeds.iter().map(|wheel| wheel.distribution.replacen('-', " ", 1)).collect(),
            replaced,
        })
    }
}

/// What the command line overruled, and what `PATH` has that is not used.
fn warnings(query: Query<'_>, interpreter: &Interpreter, passed_over: Vec<String>) -> Vec<Message> {
    let version = interpreter.version.to_string();
    let overruled = query.requests.overruled.warnings(&version, &interpreter.build());
    let passed_over = passed_over.into_iter().map(|why| message!("passed over on PATH: {}", why));
    overruled.into_iter().chain(passed_over).collect()
}

/// Builds the environment and moves it to its path.
fn carry_out(
    ports: Ports<'_>,
    target: &TargetPath,
    layout: &EnvironmentLayout<'_>,
    removal: Option<(Removal, &str)>,
    brought: &[String],
) -> Result<(CreationStep, Option<ReplacedEnvironment>)> {
    let Some((removal, command)) = removal else {
        return match make(ports, target, layout)? {
            true => Ok((CreationStep::Made, None)),
            false => Err(Error::created_meanwhile(target)),
        };
    };
    let staging = StagingDirectory::create(&target.directory)?;
    let replaced = match staging.can_move_target() {
        true => {
            write_files::write(staging.new_directory(), layout, ports)?;
            replacement::swap(staging, (removal, command), target, brought, ports)?
        }
        false => {
            drop(staging);
            let inner = InnerStaging::create(&target.directory)?;
            write_files::write(inner.new_directory(), layout, ports)?;
            replacement::in_place(inner, (removal, command), target, brought, ports)?
        }
    };
    Ok((CreationStep::Replaced, Some(replaced)))
}

/// Makes an environment where there is none. A directory that exists is filled and stays what it is: it may be a mount point,
/// and its attributes and mode were given to it for a reason. Returns false if something else is there now.
fn make(ports: Ports<'_>, target: &TargetPath, layout: &EnvironmentLayout<'_>) -> Result<bool> {
    if is_directory(&target.directory) {
        let staging = InnerStaging::create(&target.directory)?;
        write_files::write(staging.new_directory(), layout, ports)?;
        return staging.commit();
    }
    let staging = StagingDirectory::create(&target.directory)?;
    write_files::write(staging.new_directory(), layout, ports)?;
    staging.commit()
}

/// `pip` of `pip-24.2`.
fn distribution_name<'w>(wheel: &'w Wheel<'_>) -> &'w str {
    wheel.distribution.split('-').next().unwrap_or_default()
}

/// What shells show: the name of the directory, or that of the project if the former says nothing about it. As in `venv`,
/// `.` is the name of the working directory (<https://docs.python.org/3/library/venv.html>).
fn prompt(request: &CreateRequest, target: &TargetPath, working_directory: &Path) -> Result<String> {
    let name =
        |path: Option<&Path>| path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let own = name(Some(&target.directory)).unwrap_or_default();
    let prompt = match &request.prompt {
        Some(prompt) if prompt == "." => name(Some(working_directory)).unwrap_or(own),
        Some(prompt) => prompt.clone(),
        None if USUAL_ENVIRONMENT_NAMES.contains(&own.as_str()) => {
            name(target.directory.parent()).unwrap_or(own)
        }
        None => own,
    };
    match prompt.trim().is_empty() || prompt.contains(char::is_control) {
        false => Ok(prompt),
        true => Err(Error::usage("the prompt is empty or contains a control character")
            .hint("set it with `--prompt TEXT`")),
    }
}

/// The command that creates the same environment, which `pyvenv.cfg` records. The path is its last word: it shows when an
/// environment was moved, as in one of `venv`.
fn command(request: &CreateRequest, target: &TargetPath) -> String {
    let mut words = vec!["git pyenv create"];
    words.extend(request.without_pip.then_some("--without-pip"));
    words.extend(request.system_site_packages.then_some("--system-site-packages"));
    words.extend(["--env", &target.text]);
    words.join(" ")
}

/// Only of CPython it is known what belongs into an environment.
fn require_supported(interpreter: &Interpreter) -> Result<()> {
    let (major, _) = interpreter.version.feature();
    if interpreter.implementation == "cpython" && major == 3 && interpreter.system != "win32" {
        return Ok(());
    }
    let executable = display(&interpreter.executable);
    let what = format!("{} {}", interpreter.implementation, interpreter.version);
    Err(Error::action(format!("cannot create an environment from `{executable}`"))
        .cause(format!("it is {what}; only CPython 3 is supported"))
        .hint("select another one with `--python`"))
}

fn open(file: &dyn ReadAt) -> Result<Wheel<'_>> {
    Wheel::open(file)
        .map_err(|error| Error::action("the wheel that is bundled with Python is corrupt").cause(error))
}

/// The environment as detection will see it.
fn described(target: &TargetPath, interpreter: &Interpreter, layout: &EnvironmentLayout<'_>) -> Environment {
    let measure = Measure { files: layout.count(), bytes: layout.size() };
    Environment {
        root: target.inside.clone().unwrap_or_default(),
        kind: git_pyenv::KIND,
        creator: Some(format!("git-pyenv {}", env!("CARGO_PKG_VERSION"))),
        python: Some(interpreter.version.to_string()),
        platform: Platform::Posix,
        shape: Shape::Environment,
        is_for_image: false,
        evidence: Vec::new(),
        extent: Extent::Whole,
        contents: Contents { measure: Some(measure), ..Contents::default() },
    }
}
