//! The shells that an environment can be activated in, one per file; [`SHELLS`] is the table.
//!
//! Each knows how it quotes a word, what its activation script says and how that is called. The scripts have the
//! effects that users know from `venv` (<https://docs.python.org/3/library/venv.html#how-venvs-work>) and keep the
//! old values under the names that `venv`, virtualenv and uv use, so that activating an environment over that of
//! another tool leaves the first.
//!
//! To add a shell: one file with a `SHELL`, its template in `templates/`, and one row here.

use crate::model::Platform;

mod cmd;
mod csh;
mod fish;
mod nu;
mod posix;
mod powershell;
mod python;
mod template;
mod xonsh;

pub use template::{Place, Script};

use template::Template;

/// One shell, or a family that reads the same script.
pub struct Shell {
    /// What it is called, for `--shell` and as a process; the first is the name of the family.
    pub names: &'static [&'static str],
    /// The file that activates, as `create` names it; then as other tools do.
    pub files: &'static [&'static str],
    /// Quotes text as one word; `None` where this shell has no way to write it.
    pub quote: fn(&str) -> Option<String>,
    /// What stands before and behind the quoted path of the file in the command that activates.
    call: (&'static str, &'static str),
    /// The command that deactivates.
    pub deactivate: &'static str,
    /// How the output of `git pyenv activate` is put to use.
    pub evaluate: &'static str,
    /// The files that it needs beside the interpreter.
    templates: &'static [Template],
}

/// Every shell.
pub static SHELLS: &[&Shell] =
    &[&posix::SHELL, &fish::SHELL, &csh::SHELL, &nu::SHELL, &powershell::SHELL, &cmd::SHELL, &xonsh::SHELL];

impl Shell {
    /// The command that activates the environment whose script this is; `None` if the shell cannot quote the path.
    #[must_use]
    pub fn command(&self, script: &str) -> Option<String> {
        let (before, behind) = self.call;
        Some(format!("{before}{}{behind}", (self.quote)(script)?))
    }
}

/// Finds the shell that runs under this name: that of a program, perhaps of a login shell (`-zsh`), perhaps with
/// its directory or the ending that programs have on Windows. Returns its plain name too.
#[must_use]
pub fn find(program: &str) -> Option<(&'static Shell, &'static str)> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let name = name.strip_prefix('-').unwrap_or(name);
    SHELLS.iter().find_map(|shell| Some((*shell, *shell.names.iter().find(|known| **known == name)?)))
}

/// The directory of an environment that holds programs and activation scripts.
#[must_use]
pub fn scripts_directory(platform: Platform) -> &'static str {
    match platform {
        Platform::Posix => "bin",
        Platform::Windows => "Scripts",
    }
}

/// The activation scripts of an environment, for [`scripts_directory`]. A shell that cannot write the path has none.
#[must_use]
pub fn scripts(place: &Place<'_>) -> Vec<Script> {
    let templates = SHELLS.iter().flat_map(|shell| shell.templates.iter().map(|one| (one, shell.quote)));
    let all = templates.chain([(&python::TEMPLATE, python::quote as fn(&str) -> Option<String>)]);
    all.filter_map(|(template, quote)| template.fill(place, quote)).collect()
}

#[cfg(test)]
mod tests;
