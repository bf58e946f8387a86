//! Judges whether git will run our hooks: `hook status` prints it, and `hook install` leaves alone what runs already.
//! Nothing is run to find out: this reads what git and the hooks read.

use std::path::{Path, PathBuf};

use super::configuration::EXECUTABLE;
use super::event::{HookEvent, HookPlace};
use super::hook_file::{HookFile, has_same_version, kept_hook};
use super::hooks_directory::HooksDirectory;
use super::managers::{self, ActiveManager, names_us};
use super::usual::has_work_tree;
use crate::env::{Env, PROGRAM_SUFFIX};
use crate::error::Result;
use crate::fs::{is_executable, is_on_noexec_mount, real_path};
use crate::git::{ConfigHook, Repository, disabled_event};
use crate::message::{Message, message};
use crate::model::{HookInstallation, HookState};
use crate::path::display;

/// The shell that the first line of our hooks names.
const SHELL: &str = "/bin/sh";

/// What determines whether git runs a hook.
pub(super) struct Judge {
    /// Where git looks for hooks.
    pub(super) directory: HooksDirectory,
    /// The hook manager of the repository.
    pub(super) manager: Option<ActiveManager>,
    /// The program that hooks will find.
    pub(super) program: Option<PathBuf>,
    has_work_tree: bool,
    /// It is on `PATH`.
    is_on_path: bool,
    config_hooks: Vec<ConfigHook>,
    /// The variable that switches the manager off.
    manager_switch: Option<String>,
}

impl Judge {
    /// Reads what git and the hooks read.
    ///
    /// # Errors
    /// Undecided if git or a file cannot be read.
    pub(super) fn new(repository: &Repository<'_>, env: &Env) -> Result<Self> {
        let directory = HooksDirectory::find(repository)?;
        let manager = managers::active(repository, &directory)?;
        let on_path = program_on_path(env);
        Ok(Self {
            manager_switch: manager.as_ref().and_then(|active| active.manager.reason_off(env)),
            manager,
            config_hooks: repository.config_hooks()?,
            has_work_tree: has_work_tree(repository)?,
            is_on_path: on_path.is_some(),
            program: program(repository, env, on_path)?,
            directory,
        })
    }

    /// The state of one hook. If several places run it, the first one that git runs counts.
    ///
    /// # Errors
    /// Undecided if a file cannot be read.
    pub(super) fn state(&self, event: &HookEvent) -> Result<HookState> {
        let mut unused = Vec::new();
        let mut found = vec![
            self.by_file(event, &mut unused)?,
            self.by_configuration(event),
            self.by_manager(event)?,
            self.by_foreign_hook(event)?,
        ];
        found.retain(|state| state.installation != HookInstallation::None);
        let running = found.iter().position(HookState::will_run).unwrap_or_default();
        let mut state = if found.is_empty() { nothing(event) } else { found.swap_remove(running) };
        state.notes.extend(unused);
        if state.installation != HookInstallation::None {
            state.problems.extend(self.never_runs(event).map(Message::from));
        }
        Ok(state)
    }

    /// Why git never runs a hook in this repository, as a sentence without an end; `None` if it does.
    pub(super) fn never_runs(&self, event: &HookEvent) -> Option<String> {
        let is_without = event.runs == HookPlace::WorkTree && !self.has_work_tree;
        is_without.then(|| format!("git runs no {} hook in a bare repository", event.name))
    }

    /// The switch in git's configuration that turns the configured hooks of an event off, and its place.
    pub(super) fn disabled_event(&self, event: &HookEvent) -> Option<&str> {
        disabled_event(&self.config_hooks, event.name).map(|switch| &*switch.origin)
    }

    /// A hook of this name is in the configuration, but switched off there.
    pub(super) fn is_disabled(&self, name: &str) -> bool {
        self.config_hooks.iter().any(|hook| hook.name == name && !hook.enabled)
    }

    /// Looks for a hook file of ours, first where git looks.
    fn by_file(&self, event: &HookEvent, unused: &mut Vec<Message>) -> Result<HookState> {
        let mut state = nothing(event);
        for hook in self.directory.candidates(event) {
            let HookFile::Ours(bytes) = HookFile::read(&hook)? else { continue };
            if !hook.starts_with(&self.directory.path) {
                unused.push(message!(
                    "`{}` is not used: git runs the hooks in `{}`",
                    display(&hook),
                    display(&self.directory.path)
                ));
                continue;
            }
            state.problems.extend(not_executable(&hook).map(|why| message!("git ignores the file: {}", why)));
            if !is_executable(Path::new(SHELL)) {
                state.problems.push(message!("`{}`, which it starts with, cannot be executed", SHELL));
            }
            match bytes == event.script.as_bytes() {
                true => {}
                false if has_same_version(&bytes, event.script.as_bytes()) => state.problems.push(
                    "the file was edited, so what it does is unknown; `git pyenv hook install` renews it"
                        .into(),
                ),
                false => state
                    .notes
                    .push("installed by another version; update it with `git pyenv hook install`".into()),
            }
            self.check_legacy(event, &hook, &mut state)?;
            self.check_program(&mut state);
            state.chained = kept_hook(&hook);
            state.installation = HookInstallation::File(hook);
            break;
        }
        Ok(state)
    }

    /// Our file under the name that a framework gave it runs only if the framework's hook runs.
    fn check_legacy(&self, event: &HookEvent, hook: &Path, state: &mut HookState) -> Result<()> {
        let first = self.directory.hook(event);
        if hook == first {
            return Ok(());
        }
        match &self.manager {
            Some(active) if active.manager.is_framework => {
                state.problems.extend(active.problem(&self.directory, event)?.map(Message::from));
            }
            _ => state.problems.push(message!("`{}` is another hook and does not run it", display(&first))),
        }
        Ok(())
    }

    fn check_program(&self, state: &mut HookState) {
        if self.program.is_none() {
            state.problems.push(message!("`git-pyenv` is neither on PATH nor at {}", EXECUTABLE));
        }
    }

    /// A line that was added by hand finds the program on `PATH` only.
    fn check_path(&self, state: &mut HookState) {
        if !self.is_on_path {
            state.problems.push("`git-pyenv` is not on PATH, where it looks for it".into());
        }
    }

    /// Looks for a hook in git's configuration that runs us.
    fn by_configuration(&self, event: &HookEvent) -> HookState {
        let mut state = nothing(event);
        let name = event.name;
        let runs_us = |hook: &&ConfigHook| {
            let command = hook.command.as_deref().unwrap_or_default();
            hook.events.iter().any(|event| event == name)
                && command.contains(&format!("hook run {name}"))
                && (hook.name.contains("git-pyenv") || command.contains("git-pyenv"))
        };
        let Some(hook) = self.config_hooks.iter().find(runs_us) else { return state };
        if !hook.enabled {
            state.problems.push(message!("`hook.{}.enabled` is false", hook.name));
        }
        if let Some(origin) = self.disabled_event(event) {
            state.problems.push(message!(
                "`hook.{}.enabled` is false ({}): git runs no configured hook",
                name,
                origin
            ));
        }
        if !self.directory.git_version.has_config_hooks() {
            state.problems.push("this git is older than 2.54 and ignores it".into());
        }
        self.check_program(&mut state);
        state.notes.push("only git 2.54 or later runs it".into());
        state.installation = HookInstallation::Config(hook.origin.clone());
        state
    }

    /// Looks for a hook manager whose configuration names us.
    fn by_manager(&self, event: &HookEvent) -> Result<HookState> {
        let mut state = nothing(event);
        if let Some(manager) = &self.manager
            && manager.names_us(event)?
        {
            let file = manager.file_of(event);
            state.installation = HookInstallation::Manager { name: manager.manager.name, file };
            state.problems.extend(manager.problem(&self.directory, event)?.map(Message::from));
            state.problems.extend(manager.left_out(event)?.map(Message::from));
            state.problems.extend(self.manager_switch.clone().map(Message::from));
            if !manager.manager.is_framework {
                self.check_path(&mut state);
            }
        }
        Ok(state)
    }

    /// Looks for another hook that names us: a line that was added by hand.
    fn by_foreign_hook(&self, event: &HookEvent) -> Result<HookState> {
        let mut state = nothing(event);
        let hook = self.directory.hook(event);
        if let HookFile::Foreign(bytes) = HookFile::read(&hook)?
            && names_us(&bytes, event)
        {
            state.problems.extend(not_executable(&hook).map(|why| message!("git ignores the file: {}", why)));
            let is_managed = self.manager.as_ref().is_some_and(|active| active.manager.wrote(&bytes));
            state.problems.extend(self.manager_switch.clone().filter(|_| is_managed).map(Message::from));
            self.check_path(&mut state);
            state.notes.push(
                "another hook names it, which git-pyenv did not install; what else that does is not known"
                    .into(),
            );
            state.installation = HookInstallation::File(hook);
        }
        Ok(state)
    }
}

/// The state of a hook that is not installed.
fn nothing(event: &HookEvent) -> HookState {
    HookState {
        event: event.name,
        installation: HookInstallation::None,
        chained: None,
        problems: Vec::new(),
        notes: Vec::new(),
    }
}

/// Why git passes over a hook file, which it asks the system about
/// (`find_hook` in <https://github.com/git/git/blob/master/hook.c>); `None` if it runs it.
fn not_executable(hook: &Path) -> Option<String> {
    if is_executable(hook) {
        return None;
    }
    let place = real_path(hook).unwrap_or_else(|| hook.to_path_buf());
    Some(match is_on_noexec_mount(&place) {
        true => "its file system is mounted `noexec`".to_owned(),
        false => "it is not executable".to_owned(),
    })
}

/// The program that the hooks will find: on `PATH`, unless that path is relative, otherwise where the configuration
/// says.
fn program(repository: &Repository<'_>, env: &Env, on_path: Option<PathBuf>) -> Result<Option<PathBuf>> {
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

/// The first program on `PATH`, as written there.
fn program_on_path(env: &Env) -> Option<PathBuf> {
    let name = format!("git-pyenv{PROGRAM_SUFFIX}");
    let mut files = env.paths("PATH").into_iter().map(|directory| directory.join(&name));
    files.find(|file| is_executable(&env.directory.join(file)))
}
