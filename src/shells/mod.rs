//! The shells that an environment can be activated in, one per file; [`SHELLS`] is the table.
//!
//! Each file has how the shell quotes a word, its activation script, and the command that runs it. The scripts have
//! the effects that users know from `venv` (<https://docs.python.org/3/library/venv.html#how-venvs-work>) and save the
//! old values under the names that `venv`, virtualenv and uv use, so that activating an environment first
//! deactivates one of another tool.
//!
//! To add a shell: a file with a `SHELL`, its template in `templates/`, and a row here.

mod cmd;
mod csh;
mod fish;
mod nu;
mod posix;
mod powershell;
mod python;
mod script;
mod shell;
mod spelled;
mod template;
mod xonsh;

pub use script::{Script, ScriptParameters, scripts_directory};
pub use shell::Shell;

/// Every shell.
pub static SHELLS: &[&Shell] =
    &[&posix::SHELL, &fish::SHELL, &csh::SHELL, &nu::SHELL, &powershell::SHELL, &cmd::SHELL, &xonsh::SHELL];

/// Finds a shell by the name of its program, which may have the `-` of a login shell (`-zsh`), a directory, or the
/// suffix of programs on Windows. Returns the plain name too.
#[must_use]
pub fn find(program: &str) -> Option<(&'static Shell, &'static str)> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let name = name.strip_prefix('-').unwrap_or(name);
    SHELLS.iter().find_map(|shell| Some((*shell, *shell.names.iter().find(|known| **known == name)?)))
}

/// The activation scripts of an environment, for [`scripts_directory`]; none for a shell that cannot quote the path.
#[must_use]
pub fn scripts(parameters: &ScriptParameters<'_>) -> Vec<Script> {
    let templates = SHELLS.iter().flat_map(|shell| shell.templates.iter().map(|one| (one, shell.quote)));
    let all = templates.chain([(&python::TEMPLATE, python::quote as fn(&str) -> Option<String>)]);
    all.filter_map(|(template, quote)| template.fill(parameters, quote)).collect()
}

#[cfg(test)]
mod tests;
