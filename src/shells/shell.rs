//! What is known of a shell.

use super::template::Template;

/// One shell, or a family that reads the same script.
pub struct Shell {
    /// What it is called, for `--shell` and as a process; the first is the name of the family.
    pub names: &'static [&'static str],
    /// The file that activates, as `create` names it; then as other tools do.
    pub files: &'static [&'static str],
    /// Quotes text as one word; `None` where this shell has no way to write it.
    pub quote: fn(&str) -> Option<String>,
    /// What stands before and behind the quoted path of the file in the command that activates.
    pub(super) call: (&'static str, &'static str),
    /// The command that deactivates.
    pub deactivate: &'static str,
    /// How the output of `git pyenv activate` is put to use.
    pub evaluate: &'static str,
    /// The files that it needs beside the interpreter.
    pub(super) templates: &'static [Template],
}

impl Shell {
    /// The command that activates the environment whose script this is; `None` if the shell cannot quote the path.
    #[must_use]
    pub fn command(&self, script: &str) -> Option<String> {
        let (before, behind) = self.call;
        Some(format!("{before}{}{behind}", (self.quote)(script)?))
    }
}
