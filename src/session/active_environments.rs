//! Which environments are active in the shell, as the variables say that activating sets.

use crate::env::Env;
use crate::fs::exists;
use crate::model::ActiveEnvironment;
use crate::order::Arrange as _;

/// The variables: of virtual environments and of conda.
const VARIABLES: [&str; 2] = ["VIRTUAL_ENV", "CONDA_PREFIX"];

/// The environments that are active, the one whose programs a shell finds first before the others. A virtual environment
/// may be active beside the base environment of conda.
#[must_use]
pub fn active_environments(env: &Env) -> Vec<ActiveEnvironment> {
    let named = VARIABLES.into_iter().filter_map(|variable| {
        let directory = env.path(variable)?;
        Some(ActiveEnvironment { variable, exists: exists(&directory), directory })
    });
    let mut found: Vec<ActiveEnvironment> = named.collect();
    let path = env.paths("PATH");
    found.arrange_by_key(|active| {
        let is_its = |place: &std::path::PathBuf| {
            *place == active.directory || place.parent() == Some(active.directory.as_path())
        };
        path.iter().position(is_its).unwrap_or(usize::MAX)
    });
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_first_in_path_comes_first() {
        let found = |path| {
            let variables = [("VIRTUAL_ENV", "/v"), ("CONDA_PREFIX", "/c"), ("PATH", path)];
            let found = active_environments(&Env::with(Path::new("/"), variables));
            found.into_iter().map(|active| active.variable).collect::<Vec<_>>()
        };
        assert_eq!(found("/usr/bin"), ["VIRTUAL_ENV", "CONDA_PREFIX"]);
        assert_eq!(found("/c/bin:/usr/bin"), ["CONDA_PREFIX", "VIRTUAL_ENV"]);
        assert_eq!(found("/c/bin:/v/bin"), ["CONDA_PREFIX", "VIRTUAL_ENV"]);
        assert_eq!(found("/v/bin:/c/condabin:/c/bin"), ["VIRTUAL_ENV", "CONDA_PREFIX"]);
    }

    #[test]
    fn without_variables_none_is_active() {
        assert_eq!(active_environments(&Env::with(Path::new("/"), [("VIRTUAL_ENV", "")])), []);
    }
}
