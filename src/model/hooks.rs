//! Results of `hook install`, `hook uninstall` and `hook status`.

use std::path::{Path, PathBuf};

use super::{PlanBasis, RepositoryLabel};
use crate::message::Message;

/// One change that installing or uninstalling makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookChange {
    /// Creates the directory of hooks.
    MakeDirectory(PathBuf),
    /// Creates the directory of kept hooks, ignored by git.
    MakeKeptDirectory(PathBuf),
    /// Keeps an existing hook in a second place; ours runs it.
    Keep {
        /// The hook.
        hook: PathBuf,
        /// Its second place.
        kept: PathBuf,
    },
    /// Keeps a copy of a hook of ours that somebody edited.
    SaveEdited {
        /// The hook.
        hook: PathBuf,
        /// The copy.
        copy: PathBuf,
    },
    /// Removes the second place of a hook.
    RemoveSecond {
        /// The second place.
        second: PathBuf,
        /// Where the hook is too.
        first: PathBuf,
    },
    /// Writes our hook.
    Write {
        /// Its file.
        hook: PathBuf,
        /// The content of the file.
        script: &'static str,
    },
    /// Replaces our hook by the kept one.
    Restore {
        /// Its second place.
        kept: PathBuf,
        /// The hook.
        hook: PathBuf,
    },
    /// Removes our hook.
    Remove(PathBuf),
    /// Removes the directory of kept hooks, which holds none any more. Files that a hook wrote beside itself go to the
    /// directory of hooks.
    RemoveKeptDirectory {
        /// The directory of kept hooks.
        kept: PathBuf,
        /// The directory of hooks.
        hooks: PathBuf,
    },
    /// Sets a value in the repository's own configuration.
    Set {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Removes a value from the repository's own configuration.
    Unset {
        /// The key.
        key: String,
        /// The value before.
        value: String,
    },
}

/// What runs this program as a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookInstallation {
    /// Nothing: it is not installed.
    None,
    /// Our hook file.
    File(PathBuf),
    /// Git's configuration, in this file.
    Config(String),
    /// A hook manager.
    Manager {
        /// The manager.
        name: &'static str,
        /// The file of its configuration that names us.
        file: PathBuf,
    },
}

/// The state of one hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookState {
    /// The hook, by git's name for it.
    pub event: &'static str,
    /// What runs it.
    pub installation: HookInstallation,
    /// The earlier hook, which ours runs first.
    pub chained: Option<PathBuf>,
    /// Why it will not run; empty if it will run.
    pub problems: Vec<Message>,
    /// What else the user should know.
    pub notes: Vec<Message>,
}

impl HookState {
    /// Says whether git will run it.
    #[must_use]
    pub fn will_run(&self) -> bool {
        self.installation != HookInstallation::None && self.problems.is_empty()
    }
}

/// A command about hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookAction {
    /// `hook install`.
    Install,
    /// `hook uninstall`.
    Uninstall,
    /// `hook status`.
    Status,
}

/// What `hook install` would do about the hooks that will not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookAdvice {
    /// Nothing: all run, or something else keeps them from running.
    Nothing,
    /// It would install them.
    Install,
    /// It would refuse.
    Refused {
        /// Why.
        reason: Message,
        /// What to do instead.
        hints: Vec<Message>,
    },
}

impl HookChange {
    /// The files that it is about.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let [first, second]: [Option<&PathBuf>; 2] = match self {
            Self::MakeDirectory(path) | Self::MakeKeptDirectory(path) | Self::Remove(path) => {
                [Some(path), None]
            }
            Self::Keep { hook, kept } | Self::Restore { kept, hook } => [Some(hook), Some(kept)],
            Self::SaveEdited { hook, copy } => [Some(hook), Some(copy)],
            Self::RemoveSecond { second, first } => [Some(first), Some(second)],
            Self::Write { hook, .. } => [Some(hook), None],
            Self::RemoveKeptDirectory { kept, .. } => [Some(kept), None],
            Self::Set { .. } | Self::Unset { .. } => [None, None],
        };
        first.into_iter().chain(second).map(PathBuf::as_path)
    }
}

/// The result of a command about hooks.
#[derive(Debug, Clone)]
pub struct HookReport {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The command.
    pub action: HookAction,
    /// Nothing was changed: `changes` says what would change.
    pub dry_run: bool,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
    /// What was changed, in this order.
    pub changes: Vec<HookChange>,
    /// The state of each hook; only for `status`.
    pub states: Vec<HookState>,
    /// The version of git in use; only for `status`.
    pub git_version: Option<String>,
    /// The program that hooks will find; only for `status`.
    pub program: Option<PathBuf>,
    /// What to do about hooks that will not run; only for `status`.
    pub advice: HookAdvice,
    /// What else the user should know.
    pub notes: Vec<Message>,
}

impl HookReport {
    /// The exit status: 1 if `status` found a hook that will not run.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::from(self.states.iter().any(|state| !state.will_run()))
    }
}
