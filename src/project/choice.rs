//! The choice of `git pyenv use` for one project of the work tree, in git's configuration. That for the top is the setting
//! `environment`; that for another project stands below its directory.

use crate::error::{Error, Result};
use crate::path::{RepoPath, display_bytes};
use crate::session::Session;
use crate::setting::Origin;

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
            let path =
                path.ok_or_else(|| Error::usage(format!("cannot store `{project}` in git's configuration")))?;
            format!("pyenv.projects.{path}")
        };
        let key = |name: &str| format!("{section}.{name}");
        Ok(Self { chosen: key("environment"), previous: key("previousEnvironment") })
    }
}

/// The value of a key in git's configuration, which may be empty, and where it is set.
///
/// # Errors
/// Undecided if the configuration cannot be read.
pub fn configured(session: &Session<'_>, key: &str) -> Result<Option<(String, Origin)>> {
    let parts =
        |key: &str| key.rsplit_once('.').map(|(section, name)| (section.to_owned(), name.to_lowercase()));
    let wanted = parts(key);
    let entries = session.repository.configuration()?;
    let last = entries.into_iter().rev().find(|entry| parts(&entry.key) == wanted);
    Ok(last.map(|entry| {
        let origin = Origin::GitConfig(display_bytes(entry.origin.as_bytes()));
        (entry.value.unwrap_or_default(), origin)
    }))
}

/// What is chosen for a project below the top, if anything is.
pub(super) fn of_project(session: &Session<'_>, project: &RepoPath) -> Option<(String, Origin)> {
    let keys = ChoiceKeys::of(project).ok().filter(|_| !project.is_root())?;
    configured(session, &keys.chosen).ok().flatten().filter(|(name, _)| !name.is_empty())
}
