//! Templates of activation scripts, in which `@@NAME@@` is replaced by a value.

use super::script::{Script, ScriptParameters, scripts_directory};
use crate::model::Platform;

/// A script before the values of an environment are filled in.
///
/// The values are `ROOT`, `PROMPT` and `PREFIX`, quoted for the shell, and `SCRIPTS`, which needs no quoting.
/// `PREFIX` is what is put before the prompt.
pub(super) struct Template {
    /// The name of the file.
    pub(super) name: &'static str,
    /// The content, with `@@NAME@@` for each value.
    pub(super) text: &'static str,
    /// The only platform that has it.
    pub(super) only: Option<Platform>,
    /// The line ending.
    pub(super) line_end: &'static str,
}

impl Template {
    /// A script of every platform.
    pub(super) const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, only: None, line_end: "\n" }
    }

    /// A batch file, for Windows only.
    pub(super) const fn batch(name: &'static str, text: &'static str) -> Self {
        Self { name, text, only: Some(Platform::Windows), line_end: "\r\n" }
    }

    /// Fills in the values; `None` if the platform does not have the script or the shell cannot quote a value.
    pub(super) fn fill(
        &self,
        parameters: &ScriptParameters<'_>,
        quote: fn(&str) -> Option<String>,
    ) -> Option<Script> {
        if self.only.is_some_and(|platform| platform != parameters.platform) {
            return None;
        }
        let mut text = String::with_capacity(self.text.len() + 256);
        for (index, piece) in self.text.split("@@").enumerate() {
            match (index % 2, piece) {
                (0, verbatim) => {
                    verbatim.split_inclusive('\n').for_each(|line| self.push_line(&mut text, line));
                }
                (_, "ROOT") => text.push_str(&quote(parameters.root)?),
                (_, "PROMPT") => text.push_str(&quote(parameters.prompt)?),
                (_, "PREFIX") => text.push_str(&quote(&prefix(parameters.prompt))?),
                (_, _) => text.push_str(scripts_directory(parameters.platform)),
            }
        }
        Some(Script { name: self.name, text })
    }

    fn push_line(&self, text: &mut String, line: &str) {
        match line.strip_suffix('\n') {
            Some(line) => text.extend([line, self.line_end]),
            None => text.push_str(line),
        }
    }
}

/// The text before the prompt. Shells expand their prompt each time they print it, and most run commands in it, so
/// characters that start an expansion in any shell are replaced.
fn prefix(prompt: &str) -> String {
    let harmless = |c: char| if c.is_control() || "$`\\%!".contains(c) { '_' } else { c };
    format!("({}) ", prompt.chars().map(harmless).collect::<String>())
}
