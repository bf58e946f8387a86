//! A row of the table of shells.

use super::template::Template;
use crate::path::is_deceptive;

/// A shell, or a family of shells that read the same script.
pub struct Shell {
    /// Its names, for `--shell` and as a process; the first is the name of the family.
    pub names: &'static [&'static str],
    /// The names of its activation script: the one that `create` writes, then those of other tools.
    pub files: &'static [&'static str],
    /// Quotes text as one word; `None` if the shell has no way to quote it.
    pub quote: fn(&str) -> Option<String>,
    /// Quotes text as one word in which deceptive characters are spelled out; `None` if the shell has no way to do so.
    pub(super) spell: fn(&str) -> Option<String>,
    /// The text before and after the quoted path in the command that activates.
    pub(super) call: (&'static str, &'static str),
    /// The text before the name of a variable that programs get, and that between it and the quoted value; `None` if values
    /// cannot be quoted there.
    pub(super) assign: Option<(&'static str, &'static str)>,
    /// The text before the name of a variable that is removed, and that behind it.
    pub(super) remove: (&'static str, &'static str),
    /// The command that deactivates.
    pub deactivate: &'static str,
    /// The command line that runs the output of `git pyenv activate`.
    pub evaluate: &'static str,
    /// The templates of its scripts.
    pub(super) templates: &'static [Template],
}

impl Shell {
    /// The command that activates an environment, given its script, as a terminal can print it; `None` if the shell
    /// cannot quote the path so.
    #[must_use]
    pub fn command(&self, script: &str) -> Option<String> {
        let (before, behind) = self.call;
        Some(format!("{before}{}{behind}", self.word(script)?))
    }

    /// The command that removes and sets variables for the programs that are started from then on; `None` if the shell cannot
    /// quote a value so.
    #[must_use]
    pub fn assignments(&self, removed: &[String], set: &[(String, String)]) -> Option<String> {
        let (before, between) = self.assign?;
        let (first, last) = self.remove;
        let removed = removed.iter().map(|name| Some(format!("{first}{name}{last}")));
        let set =
            set.iter().map(|(name, value)| Some(format!("{before}{name}{between}{}", self.word(value)?)));
        Some(removed.chain(set).collect::<Option<Vec<_>>>()?.join("; "))
    }

    /// Text as one word, as a terminal can print it.
    fn word(&self, text: &str) -> Option<String> {
        let quote = if text.contains(is_deceptive) { self.spell } else { self.quote };
        quote(text)
    }
}
