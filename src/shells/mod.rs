//! The shells that an environment can be activated in, one per file; [`SHELLS`] is the table.
//!
//! Each knows how it quotes a word, what its activation script says and how that is called. The scripts have the
//! effects that users know from `venv` (<https://docs.python.org/3/library/venv.html#how-venvs-work>) and keep the
//! old values under the names that `venv`, virtualenv and uv use, so that activating an environment over that of
//! another tool leaves the first.
//!
//! To add a shell: one file with a `SHELL`, its template in `templates/`, and one row here.

mod cmd;
mod csh;
mod fish;
mod nu;
mod posix;
mod powershell;
mod python;
mod script;
mod shell;
mod template;
mod xonsh;

pub use script::{Script, ScriptParameters, scripts_directory};
pub use shell::Shell;

/// Every shell.
pub static SHELLS: &[&Shell] =
    &[&posix::SHELL, &fish::SHELL, &csh::SHELL, &nu::SHELL, &powershell::SHELL, &cmd::SHELL, &xonsh::SHELL];

/// Finds the shell that runs under this name: that of a program, perhaps of a login shell (`-zsh`), perhaps with
/// its directory or the ending that programs have on Windows. Returns its plain name too.
#[must_use]
pub fn find(program: &str) -> Option<(&'static Shell, &'static str)> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let name = name.strip_prefix('-').unwrap_or(name);
    SHELLS.iter().find_map(|shell| Some((*shell, *shell.names.iter().find(|known| **known == name)?)))
}

/// The activation scripts of an environment, for [`scripts_directory`]. A shell that cannot write the path has none.
#[must_use]
pub fn scripts(parameters: &ScriptParameters<'_>) -> Vec<Script> {
    let templates = SHELLS.iter().flat_map(|shell| shell.templates.iter().map(|one| (one, shell.quote)));
    let all = templates.chain([(&python::TEMPLATE, python::quote as fn(&str) -> Option<String>)]);
    all.filter_map(|(template, quote)| template.fill(parameters, quote)).collect()
}

#[cfg(test)]
mod tests;
