//! What a row of the table of hook events says.

use std::fmt;

use crate::config::Settings;
use crate::error::Result;
use crate::model::{DependencyNotice, Gate};
use crate::session::Session;
use crate::setting::Setting;

/// The id in `.pre-commit-hooks.yaml` of the hook that checks.
pub(super) const GUARD: &str = "git-pyenv-guard";
/// The id in `.pre-commit-hooks.yaml` of the hook that only says something.
pub(super) const NOTICE: &str = "git-pyenv-notice";

/// A hook of git that this program can be: <https://git-scm.com/docs/githooks>.
pub struct HookEvent {
    /// Git's name for it.
    pub name: &'static str,
    /// The file that `hook install` writes.
    pub script: &'static str,
    /// What git hands to it.
    pub input: HookInput,
    /// What it does.
    pub task: HookTask,
    /// Where git runs it.
    pub runs: HookPlace,
    /// Where `hook install` installs it if it is not named.
    pub installed: UsualInstallation,
    /// The setting that switches it on and off.
    pub setting: EventSetting,
    /// The git command that runs it, without `git`: messages say how to repeat it without the check. `None` on a server, where
    /// whoever pushes cannot do without it.
    pub git_command: Option<&'static str>,
    /// Its id in `.pre-commit-hooks.yaml`, if pre-commit and prek can run it.
    pub framework_hook: Option<&'static str>,
}

impl fmt::Debug for HookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What git hands to a hook.
#[derive(Debug, Clone, Copy)]
pub struct HookInput {
    /// Git passes arguments.
    pub has_arguments: bool,
    /// What git writes to standard input, in words; `None` if nothing.
    pub stdin: Option<&'static str>,
}

/// What a hook does.
#[derive(Clone, Copy)]
pub enum HookTask {
    /// Checks what git is about to do, and stops it with an exit status other than 0.
    Gate(fn(&Session<'_>, &HookEvent, &HookCall) -> Result<Gate>),
    /// Says what the user should know about what git did, if there is something. Git is done already.
    Notice(fn(&Session<'_>, &HookEvent, &HookCall) -> Result<Option<DependencyNotice>>),
}

impl HookTask {
    /// Returns whether it only says something.
    #[must_use]
    pub fn is_notice(self) -> bool {
        matches!(self, Self::Notice(_))
    }

    /// What it does, in a word.
    #[must_use]
    pub fn verb(self) -> &'static str {
        if self.is_notice() { "says" } else { "checks" }
    }

    /// The exit status for git, from that of the check. That of a notice is 0 whatever happens: after a checkout git would
    /// take it for its own.
    #[must_use]
    pub fn exit_code(self, checked: u8) -> u8 {
        if self.is_notice() { 0 } else { checked }
    }
}

/// Where git runs a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookPlace {
    /// In a work tree. In a bare repository without one it never runs.
    WorkTree,
    /// In any repository.
    Anywhere,
}

/// Where `hook install` installs a hook if it is not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsualInstallation {
    /// In a repository with a work tree.
    WorkTree,
    /// In a bare repository.
    Bare,
    /// Nowhere: it has to be named.
    None,
}

/// The setting that switches a hook on and off.
pub struct EventSetting {
    /// Its name in [`crate::config::KEYS`].
    pub key: &'static str,
    /// Its value.
    pub value: fn(&Settings) -> &Setting<bool>,
}

/// What git hands to one run of a hook.
#[derive(Debug, Clone, Default)]
pub struct HookCall {
    /// The arguments.
    pub arguments: Vec<String>,
    /// What it writes to standard input.
    pub stdin: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_never_fails() {
        let codes = |task: HookTask| [0, 1, 3].map(|code| task.exit_code(code));
        assert_eq!(codes(HookTask::Gate(|_, _, _| Err(crate::error::Error::usage("")))), [0, 1, 3]);
        assert_eq!(codes(HookTask::Notice(|_, _, _| Ok(None))), [0, 0, 0]);
    }
}
