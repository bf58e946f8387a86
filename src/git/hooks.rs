//! Where git looks for hooks, which setting says so, and the version of git.

use std::fmt;
use std::path::PathBuf;

use super::Repository;
use super::command::{failure, line};
use crate::error::{Error, Result};
use crate::path::bytes_to_path;

/// A version of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number; 0 where it is not written.
    pub patch: u32,
}

impl GitVersion {
    /// Reads what `git version` prints. Vendors add their own words to it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix("git version ")?.split(['.', ' ', '-', '\n']).map(str::parse);
        let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        Some(Self { major, minor, patch: numbers.next().and_then(Result::ok).unwrap_or_default() })
    }

    /// Says whether this git runs hooks that its configuration names (since 2.54).
    #[must_use]
    pub fn has_config_hooks(self) -> bool {
        (self.major, self.minor) >= (2, 54)
    }
}

impl fmt::Display for GitVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The setting `core.hooksPath`: another directory for hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPath {
    /// The value as written.
    pub value: String,
    /// `system`, `global`, `local`, `worktree` or `command`.
    pub scope: String,
    /// Where it is set, as `git config --show-origin` prints it.
    pub origin: String,
}

/// A hook in the configuration: `hook.NAME.event`, `hook.NAME.command`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigHook {
    /// The name.
    pub name: String,
    /// What it runs; `None` if the key is missing.
    pub command: Option<String>,
    /// The events it runs for, in the order of the configuration.
    pub events: Vec<String>,
    /// Git runs it: `hook.NAME.enabled` is not false.
    pub enabled: bool,
    /// Where the last of its keys is set.
    pub origin: String,
}

impl Repository<'_> {
    /// The directory where git looks for hook files, absolute; it need not exist.
    ///
    /// # Errors
    /// Undecided if git cannot be called.
    pub fn hooks_directory(&self) -> Result<PathBuf> {
        let output = self.git().output(&["rev-parse", "--git-path", "hooks"], Vec::new())?;
        Ok(self.git().directory().join(bytes_to_path(&line(output))))
    }

    /// The `core.hooksPath` in force, if it is set.
    ///
    /// # Errors
    /// Undecided if git cannot be called.
    pub fn hooks_path(&self) -> Result<Option<HooksPath>> {
        let arguments = ["config", "--show-scope", "--show-origin", "-z", "--get", "core.hooksPath"];
        let output = self.git().attempt(&arguments, Vec::new())?;
        match output.status {
            Some(0) => {}
            Some(1) => return Ok(None),
            _ => return Err(failure(&arguments, &output)),
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let mut parts = text.split('\0').map(str::to_owned);
        let (scope, origin, value) = (parts.next(), parts.next(), parts.next());
        Ok(scope.zip(origin).zip(value).map(|((scope, origin), value)| HooksPath { value, scope, origin }))
    }

    /// The version of git in use.
    ///
    /// # Errors
    /// Undecided if git cannot be called or prints something else.
    pub fn git_version(&self) -> Result<GitVersion> {
        let text = String::from_utf8_lossy(&self.git().output(&["version"], Vec::new())?).into_owned();
        let strange =
            || Error::undecided("`git version` prints no version").cause(text.trim().escape_default());
        GitVersion::parse(&text).ok_or_else(strange)
    }

    /// The hooks in the configuration, in the order in which git would run them. A git before 2.54 ignores them
    /// without a message.
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
                hooks.push(ConfigHook { name, command: None, events, enabled: true, origin: String::new() });
            }
            let hook = &mut hooks[index];
            match (variable, entry.value) {
                ("command", value) => hook.command = value,
                // An empty value removes the ones before it, as in every list of git's configuration.
                ("event", Some(value)) if value.is_empty() => hook.events.clear(),
                ("event", Some(value)) => hook.events.push(value),
                ("enabled", value) => hook.enabled = value.is_none_or(|value| is_true(&value)),
                _ => continue,
            }
            hook.origin = entry.origin;
        }
        Ok(hooks)
    }
}

/// Reads a boolean of git's configuration; any other value counts as true.
fn is_true(value: &str) -> bool {
    git2::Config::parse_bool(value).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_versions_that_vendors_print() {
        let version = |major, minor, patch| Some(GitVersion { major, minor, patch });
        let cases = [
            ("git version 2.47.3\n", version(2, 47, 3)),
            ("git version 2.39.5 (Apple Git-154)\n", version(2, 39, 5)),
            ("git version 2.45.1.windows.1\n", version(2, 45, 1)),
            ("git version 2.56.0.rc1.12.gabcdef\n", version(2, 56, 0)),
            ("git version 3.0-rc0\n", version(3, 0, 0)),
            ("hub version 2.14\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(GitVersion::parse(text), expected, "{text}");
        }
    }
}
