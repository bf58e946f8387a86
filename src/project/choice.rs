//! The choice of `git pyenv use` for one project of the work tree, in git's configuration. That for the top is the setting
//! `environment`; that for another project stands below its directory.

use crate::error::{Error, Result};
use crate::message::message;
use crate::path::RepoPath;

/// The keys of git's configuration that hold the choice for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceKeys {
    /// The environment that is chosen.
    pub chosen: String,
    /// The one before it, which may be empty.
    pub previous: String,
}

impl ChoiceKeys {
    /// Of the project in a directory of the work tree.
    ///
    /// # Errors
    /// Usage for a directory that cannot be part of a key.
    pub fn of(project: &RepoPath) -> Result<Self> {
        let section = if project.is_root() {
            "pyenv".to_owned()
        } else {
            let path = project.as_str().filter(|path| !path.contains(char::is_control));
            let path = path
                .ok_or_else(|| Error::usage(message!("cannot store `{}` in git's configuration", project)))?;
            format!("pyenv.projects.{path}")
        };
        let key = |name: &str| format!("{section}.{name}");
        Ok(Self { chosen: key("environment"), previous: key("previousEnvironment") })
    }
}
