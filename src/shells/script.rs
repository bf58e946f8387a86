//! An activation script, and the values that are filled into it.

use crate::model::Platform;

/// The values that are filled into the scripts of an environment.
#[derive(Debug, Clone, Copy)]
pub struct ScriptParameters<'p> {
    /// The absolute directory where it will be used.
    pub root: &'p str,
    /// Its name in the prompt, without parentheses.
    pub prompt: &'p str,
    /// Whether it has the directories of POSIX or of Windows.
    pub platform: Platform,
}

/// An activation script: a file beside the programs of an environment that is not run as one; the shell that it changes
/// reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name of the file.
    pub name: &'static str,
    /// Its content.
    pub text: String,
}

/// The directory of an environment with its programs and activation scripts.
#[must_use]
pub fn scripts_directory(platform: Platform) -> &'static str {
    match platform {
        Platform::Posix => "bin",
        Platform::Windows => "Scripts",
    }
}
