//! The directories for packages in an environment.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::model::Interpreter;
use crate::path::RepoPath;

/// The directories for packages.
pub(super) struct Library {
    /// `python3.12`, `python3.13t`.
    pub(super) name: String,
    /// `lib/python3.12/site-packages`.
    pub(super) packages: RepoPath,
}

impl Library {
    pub(super) fn of(interpreter: &Interpreter) -> Result<Self> {
        let name = interpreter.versioned_name();
        let packages = path(&format!("lib/{name}/site-packages"))?;
        Ok(Self { name, packages })
    }

    /// The directories that exist even if they are empty. Since 3.11 Python creates one for headers.
    pub(super) fn directories(&self, interpreter: &Interpreter) -> Result<BTreeSet<RepoPath>> {
        let mut found: BTreeSet<RepoPath> =
            self.packages.ancestors().filter(|above| !above.is_root()).collect();
        found.extend([path("bin")?, path("include")?]);
        if interpreter.version.feature() >= (3, 11) {
            found.insert(path(&format!("include/{}", self.name))?);
        }
        Ok(found)
    }
}

/// A path in an environment.
pub(super) fn path(text: &str) -> Result<RepoPath> {
    RepoPath::new(text.as_bytes())
        .map_err(|error| Error::action(format!("`{text}` is not a path of an environment")).cause(error))
}
