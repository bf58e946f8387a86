//! Where git looks for hooks, and the hooks in its configuration.

use std::path::PathBuf;

use super::command::without_newline;
use super::repository::Repository;
use super::version::GitVersion;
use crate::error::Result;
use crate::path::bytes_to_path;

/// The setting `core.hooksPath`, which moves the hooks out of the git directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPath {
    /// The value as written.
    pub value: String,
    /// `system`, `global`, `local`, `worktree` or `command`.
    pub scope: String,
    /// Where it is set, as `git config --show-origin` prints it.
    pub origin: String,
}

/// A hook in git's configuration: `hook.NAME.event`, `hook.NAME.command`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigHook {
    /// The name.
    pub name: String,
    /// The command; `None` if it is missing.
    pub command: Option<String>,
    /// The events that run it, in the order in which they are written.
    pub events: Vec<String>,
    /// It is the name of a hook. Otherwise `enabled` is about the event of this name.
    is_named: bool,
    /// `hook.NAME.enabled` is not false.
    pub enabled: bool,
    /// Where the last of its keys is set.
    pub origin: String,
}

impl Repository<'_> {
    /// The directory in which git looks for hook files, absolute. It may not exist.
    ///
    /// # Errors
    /// Undecided if git fails.
    pub fn hooks_directory(&self) -> Result<PathBuf> {
        let output = self.git().output(&["rev-parse", "--git-path", "hooks"], Vec::new())?;
        Ok(self.git().directory().join(bytes_to_path(&without_newline(output))))
    }

    /// The effective `core.hooksPath`, if it is set.
    ///
    /// # Errors
    /// Undecided if git fails.
    pub fn hooks_path(&self) -> Result<Option<HooksPath>> {
        let arguments = ["config", "--show-scope", "--show-origin", "-z", "--get", "core.hooksPath"];
        let output = self.git().run(&arguments, Vec::new())?;
        match output.status {
            Some(0) => {}
            Some(1) => return Ok(None),
            _ => return Err(self.git().failure(&arguments, &output)),
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let mut parts = text.split('\0').map(str::to_owned);
        let (scope, origin, value) = (parts.next(), parts.next(), parts.next());
        Ok(scope.zip(origin).zip(value).map(|((scope, origin), value)| HooksPath { value, scope, origin }))
    }

    /// The version of the git that is called.
    ///
    /// # Errors
    /// Undecided if git fails or is older than [`MINIMUM_GIT`](super::MINIMUM_GIT).
    pub fn git_version(&self) -> Result<GitVersion> {
        self.git().version()?.supported()
    }

    /// The hooks in the configuration, in the order in which git would run them. Git before 2.54 ignores them without
    /// a message.
    ///
    /// # Errors
    /// Undecided if the configuration cannot be read.
    pub fn config_hooks(&self) -> Result<Vec<ConfigHook>> {
        let mut hooks: Vec<ConfigHook> = Vec::new();
        for entry in self.configuration()? {
            let named = entry.key.strip_prefix("hook.").and_then(|rest| rest.rsplit_once('.'));
            let Some((name, variable)) = named else {
                continue;
            };
            let index = hooks.iter().position(|hook| hook.name == name).unwrap_or(hooks.len());
            if index == hooks.len() {
                let (name, events) = (name.to_owned(), Vec::new());
                hooks.push(ConfigHook {
                    name,
                    command: None,
                    events,
                    is_named: false,
                    enabled: true,
                    origin: String::new(),
                });
            }
            let hook = &mut hooks[index];
            hook.is_named |= matches!(variable, "command" | "event" | "parallel");
            match (variable, entry.value) {
                ("command", value) => hook.command = value,
                // An empty value resets the list, as everywhere in git's configuration.
                ("event", Some(value)) if value.is_empty() => hook.events.clear(),
                ("event", Some(value)) => hook.events.push(value),
                // Git ignores what is no boolean.
                ("enabled", Some(value)) => {
                    hook.enabled = git2::Config::parse_bool(value).unwrap_or(hook.enabled);
                }
                _ => continue,
            }
            hook.origin = entry.origin;
        }
        Ok(hooks)
    }
}

/// The switch `hook.EVENT.enabled` if it is false: git runs no hook of its configuration for this event then, only the
/// hook file (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-hookeventenabled>).
#[must_use]
pub fn disabled_event<'h>(hooks: &'h [ConfigHook], event: &str) -> Option<&'h ConfigHook> {
    hooks.iter().find(|hook| hook.name == event && !hook.is_named && !hook.enabled)
}
