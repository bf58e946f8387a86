//! What `hook install`, `hook uninstall` and `hook status` say.

use std::path::PathBuf;

use super::RepositoryLabel;

/// One thing that installing or uninstalling does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookChange {
    /// Makes the directory for hooks.
    MakeDirectory(PathBuf),
    /// Keeps the hook that is there under a second name, where ours runs it.
    Keep {
        /// The hook.
        hook: PathBuf,
        /// Its second name.
        kept: PathBuf,
    },
    /// Writes our hook.
    Write {
        /// Its file.
        hook: PathBuf,
        /// What the file holds.
        script: &'static str,
    },
    /// Puts the hook that was kept back in the place of ours.
    Restore {
        /// Its second name.
        kept: PathBuf,
        /// The hook.
        hook: PathBuf,
    },
    /// Removes our hook.
    Remove(PathBuf),
    /// Sets a value in the repository's own configuration.
    Set {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Takes a value out of the repository's own configuration.
    Unset {
        /// The key.
        key: String,
        /// What it was.
        value: String,
    },
}

/// How the program comes to be run as some hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookInstallation {
    /// It does not.
    None,
    /// By a file of ours.
    File(PathBuf),
    /// By git's configuration, where this stands.
    Config(String),
    /// By a hook manager, which names it in this file.
    Manager {
        /// The manager.
        name: &'static str,
        /// Its configuration.
        file: PathBuf,
    },
}

/// What there is for one hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookState {
    /// The hook, by git's name for it.
    pub event: &'static str,
    /// How the program is run.
    pub installation: HookInstallation,
    /// The other hook that ours runs first.
    pub chained: Option<PathBuf>,
    /// Why it will not run; empty if it will.
    pub problems: Vec<String>,
    /// What is worth knowing all the same.
    pub notes: Vec<String>,
}

impl HookState {
    /// Git will run it.
    #[must_use]
    pub fn will_run(&self) -> bool {
        self.installation != HookInstallation::None && self.problems.is_empty()
    }
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookAction {
    /// `hook install`.
    Install,
    /// `hook uninstall`.
    Uninstall,
    /// `hook status`.
    Status,
}

/// The result of a command about hooks.
#[derive(Debug, Clone)]
pub struct HookReport {
    /// The repository.
    pub repository: RepositoryLabel,
    /// What was asked for.
    pub action: HookAction,
    /// Nothing was changed: `changes` says what would be.
    pub dry_run: bool,
    /// What was changed, in this order.
    pub changes: Vec<HookChange>,
    /// What there is now; only for `status`.
    pub states: Vec<HookState>,
    /// The version of the git in use; only for `status`.
    pub git_version: Option<String>,
    /// The program that hooks will find; only for `status`.
    pub program: Option<PathBuf>,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

impl HookReport {
    /// 1 when `status` found a hook that will not run.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::from(self.states.iter().any(|state| !state.will_run()))
    }
}
