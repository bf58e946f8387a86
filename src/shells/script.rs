//! An activation script, and what has to be known to write it.

use crate::model::Platform;

/// The environment that scripts are for.
#[derive(Debug, Clone, Copy)]
pub struct ScriptParameters<'p> {
    /// Its directory, absolute, where it will be used.
    pub root: &'p str,
    /// What the prompt shows of it, without parentheses.
    pub prompt: &'p str,
    /// Its layout.
    pub platform: Platform,
}

/// A file for the directory of an environment that holds its programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name of the file.
    pub name: &'static str,
    /// What is in it.
    pub text: String,
    /// It is run as a program; no activation script is, each is read by the shell that it shall change.
    pub executable: bool,
}

/// The directory of an environment that holds programs and activation scripts.
#[must_use]
pub fn scripts_directory(platform: Platform) -> &'static str {
    match platform {
        Platform::Posix => "bin",
        Platform::Windows => "Scripts",
    }
}
