//! Whether git will run our hooks. Nothing is run to find out: this reads what git and the hooks read.

use std::path::{Path, PathBuf};

use super::configuration::EXECUTABLE;
use super::event::HookEvent;
use super::events::HOOK_EVENTS;
use super::hook_file::{HookFile, kept_path};
use super::hooks_directory::HooksDirectory;
use super::managers::{self, ActiveManager};
use crate::env::Env;
use crate::error::Result;
use crate::fs::{exists, is_executable};
use crate::git::{ConfigHook, Repository};
use crate::model::{HookInstallation, HookState};
use crate::path::display;

/// The state of all hooks.
#[derive(Debug)]
pub struct HookStatus {
    /// One for each event.
    pub states: Vec<HookState>,
    /// The version of git in use.
    pub git_version: String,
    /// The program that the hooks will find.
    pub program: Option<PathBuf>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// Reads the state of the hooks.
///
/// # Errors
/// Undecided if git or a file cannot be read.
pub fn status(repository: &Repository<'_>, env: &Env) -> Result<HookStatus> {
    let directory = HooksDirectory::find(repository)?;
    let inputs = StatusInputs {
        manager: managers::active(repository, &directory)?,
        config_hooks: repository.config_hooks()?,
        program: program(repository, env)?,
        directory,
    };
    let states = HOOK_EVENTS.iter().map(|event| inputs.state(event)).collect::<Result<_>>()?;
    let StatusInputs { directory, program, .. } = inputs;
    let git_version = directory.git_version.to_string();
    Ok(HookStatus { states, git_version, program, notes: directory.setting().into_iter().collect() })
}

/// The program that the hooks will find: on `PATH`, unless that path is relative, otherwise where the configuration
/// says.
fn program(repository: &Repository<'_>, env: &Env) -> Result<Option<PathBuf>> {
    let on_path = env.candidates("git-pyenv").find(|file| is_executable(&env.directory.join(file)));
    if let Some(found) = on_path.filter(|found| found.is_absolute()) {
        return Ok(Some(found));
    }
    let entries = repository.configuration()?;
    let named = entries.into_iter().rev().find(|entry| entry.key == EXECUTABLE).and_then(|entry| entry.value);
    let expanded = named.map(|value| match (value.strip_prefix("~/"), env.path("HOME")) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(value),
    });
    Ok(expanded.filter(|file| is_executable(file)))
}

/// What determines the state of a hook.
struct StatusInputs {
    directory: HooksDirectory,
    manager: Option<ActiveManager>,
    config_hooks: Vec<ConfigHook>,
    program: Option<PathBuf>,
}

impl StatusInputs {
    fn state(&self, event: &HookEvent) -> Result<HookState> {
        let mut state = HookState {
            event: event.name,
            installation: HookInstallation::None,
            chained: None,
            problems: Vec::new(),
            notes: Vec::new(),
        };
        let found = self.by_file(event, &mut state)? || self.by_configuration(event, &mut state);
        if !found {
            self.by_manager(event, &mut state)?;
        }
        if found && self.program.is_none() {
            state.problems.push(format!("`git-pyenv` is neither on PATH nor at {EXECUTABLE}"));
        }
        Ok(state)
    }

    /// Looks for a hook file of ours, first where git looks.
    fn by_file(&self, event: &HookEvent, state: &mut HookState) -> Result<bool> {
        for hook in self.directory.candidates(event) {
            let HookFile::Ours(bytes) = HookFile::read(&hook)? else { continue };
            if !hook.starts_with(&self.directory.path) {
                let directory = display(&self.directory.path);
                state
                    .notes
                    .push(format!("`{}` is not used: git runs the hooks in `{directory}`", display(&hook)));
                continue;
            }
            if !is_executable(&hook) {
                state.problems.push("the file is not executable, so git ignores it".to_owned());
            }
            if bytes != event.script.as_bytes() {
                state
                    .notes
                    .push("installed by another version; update it with `git pyenv hook install`".to_owned());
            }
            self.check_legacy(event, &hook, state)?;
            state.chained = Some(kept_path(&hook)).filter(|kept| exists(kept));
            state.installation = HookInstallation::File(hook);
            return Ok(true);
        }
        Ok(false)
    }

    /// Our file under the name that a framework gave it runs only if the framework's hook runs.
    fn check_legacy(&self, event: &HookEvent, hook: &Path, state: &mut HookState) -> Result<()> {
        let first = self.directory.hook(event);
        if hook == first {
            return Ok(());
        }
        match &self.manager {
            Some(manager) => state.problems.extend(manager.problem(&self.directory, event)?),
            None => state.problems.push(format!("`{}` is another hook and does not run it", display(&first))),
        }
        Ok(())
    }

    /// Looks for a hook in git's configuration that runs us.
    fn by_configuration(&self, event: &HookEvent, state: &mut HookState) -> bool {
        let name = event.name;
        let runs_us = |hook: &&ConfigHook| {
            let command = hook.command.as_deref().unwrap_or_default();
            hook.events.iter().any(|event| event == name)
                && command.contains(&format!("hook run {name}"))
                && (hook.name.contains("git-pyenv") || command.contains("git-pyenv"))
        };
        let Some(hook) = self.config_hooks.iter().find(runs_us) else { return false };
        if !hook.enabled {
            state.problems.push(format!("`hook.{}.enabled` is false", hook.name));
        }
        if !self.directory.git_version.has_config_hooks() {
            state.problems.push("this git is older than 2.54 and ignores it".to_owned());
        }
        state.notes.push("only git 2.54 or later runs it".to_owned());
        state.installation = HookInstallation::Config(hook.origin.clone());
        true
    }

    /// Looks for a hook manager whose configuration names us.
    fn by_manager(&self, event: &HookEvent, state: &mut HookState) -> Result<()> {
        let Some(manager) = &self.manager else { return Ok(()) };
        if manager.names_us(event)? {
            let file = manager.file_of(event);
            state.installation = HookInstallation::Manager { name: manager.manager.name, file };
            state.problems.extend(manager.problem(&self.directory, event)?);
        }
        Ok(())
    }
}
