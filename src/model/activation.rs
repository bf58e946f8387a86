//! What `activate` says.

use crate::message::Message;

/// How an environment is activated in a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// The shell, by the name of its program.
    pub shell: &'static str,
    /// The command that activates, for that shell.
    pub command: String,
    /// The command that undoes it.
    pub deactivate: &'static str,
    /// How the shell runs what `git pyenv activate` prints.
    pub evaluate: &'static str,
    /// What to know before it is activated.
    pub warning: Option<Message>,
}
