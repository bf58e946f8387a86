//! What a row of the table of hook events says.

use std::fmt;

use crate::config::Settings;
use crate::error::Result;
use crate::model::Gate;
use crate::session::Session;
use crate::setting::Setting;

/// A hook of git that this program can be: <https://git-scm.com/docs/githooks>.
pub struct HookEvent {
    /// Git's name for it.
    pub name: &'static str,
    /// The file that `hook install` writes.
    pub script: &'static str,
    /// What git hands to it.
    pub input: HookInput,
    /// What its exit status does.
    pub effect: HookEffect,
    /// The setting that switches it on and off.
    pub setting: EventSetting,
    /// The git command that runs it, without `git`: messages say how to repeat it without the check.
    pub git_command: &'static str,
    /// Checks what git is about to do.
    pub check: fn(&Session<'_>, &HookEvent, &HookCall) -> Result<Gate>,
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

/// What the exit status of a hook does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookEffect {
    /// It stops git unless it is 0.
    Gate,
    /// Nothing: git is done already, and the hook only reports something.
    Notice,
}

impl HookEffect {
    /// The exit status for git, from that of the check.
    #[must_use]
    pub fn exit_code(self, checked: u8) -> u8 {
        match self {
            Self::Gate => checked,
            Self::Notice => 0,
        }
    }
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
        assert_eq!([0, 1, 3].map(|code| HookEffect::Gate.exit_code(code)), [0, 1, 3]);
        assert_eq!([0, 1, 3].map(|code| HookEffect::Notice.exit_code(code)), [0, 0, 0]);
    }
}
