//! Pythons that are named themselves: by a path, or as a program.

use std::path::PathBuf;

use super::candidate::program_of;
use super::resolve::environment_of;
use super::search::Search;
use super::sources::version_directory;
use crate::error::Result;
use crate::fs::{exists, is_directory, is_executable, normalise_path};
use crate::model::{Interpreter, InterpreterSource, PythonRequest};
use crate::path::display;
use crate::setting::Origin;

impl Search<'_> {
    /// The Python at a path: a program, an installation, or an environment, which stands for the Python that it was made
    /// from.
    ///
    /// # Errors
    /// Usage if there is none; a file of the repository may not name a program.
    pub(super) fn at(&self, asked: &PythonRequest, text: &str) -> Result<Interpreter> {
        let error = |why: String| asked.error().cause(why);
        if asked.origin.is_from_repository() {
            return Err(error(
                "a file of the repository may request a version, but not a program".to_owned(),
            )
            .hint("use `--python`, or the setting `pythonVersion` in your git config"));
        }
        let path = self
            .absolute(text, &asked.origin)
            .ok_or_else(|| error("the home directory is unknown".to_owned()))?;
        let name = display(&path);
        let program = if is_directory(&path) { program_of(&path) } else { path.clone() };
        if is_executable(&program) {
            return self.named(asked, &program, InterpreterSource::Named);
        }
        Err(error(if is_directory(&path) {
            format!("no Python in the directory `{name}`")
        } else if !exists(&path) {
            format!("`{name}` does not exist")
        } else if crate::fs::is_link(&path) {
            format!("`{name}` is a symlink that does not point to an executable")
        } else {
            format!("`{name}` is not executable")
        }))
    }

    /// The place of a path: below the home directory after `~`, and relative to the top of the work tree if it stands in
    /// git's configuration, which holds wherever one is.
    fn absolute(&self, text: &str, origin: &Origin) -> Option<PathBuf> {
        if text == "~" {
            return self.env().home();
        }
        if let Some(rest) = text.strip_prefix("~/") {
            return Some(self.env().home()?.join(rest));
        }
        let configured = matches!(origin, Origin::GitConfig(_));
        let start = self.query().work_tree.filter(|_| configured).unwrap_or(&self.env().directory);
        Some(normalise_path(&start.join(text)))
    }

    /// The program of `PATH`, or else the version of pyenv, or else the file here with a name. A file of the repository
    /// can only mean pyenv's: there are programs of all kinds in `PATH`.
    ///
    /// # Errors
    /// Usage if there is none.
    pub(super) fn called(&self, asked: &PythonRequest, name: &str) -> Result<Interpreter> {
        let trusted = !asked.origin.is_from_repository();
        if trusted && let Some(program) = self.env().candidates(name).find(|program| is_executable(program)) {
            return self.named(asked, &program, InterpreterSource::Path);
        }
        let error = |why: &str| asked.error().cause(why);
        let Some(directory) = version_directory(self.env(), name) else {
            if !trusted {
                return Err(error("it is neither a Python version nor a version that pyenv has"));
            }
            if self.absolute(name, &asked.origin).is_some_and(|path| exists(&path)) {
                return self.at(asked, name);
            }
            let why = "no such program on `PATH`, no such pyenv version and no such file";
            return Err(error(why));
        };
        let program = program_of(&directory);
        if environment_of(&program).is_some() && !trusted {
            return Err(error("it is a pyenv environment, not a Python version")
                .hint("select a version with `--python`"));
        }
        self.named(asked, &program, InterpreterSource::Pyenv)
    }
}
