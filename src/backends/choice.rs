//! Which backend installs: the one that was requested, else the one whose lock file claims the project, else uv, else the
//! environment's pip.

use std::path::{Path, PathBuf};

use super::backend::Backend;
use super::task::InstallSource;

use crate::order::Arrange as _;

/// The first Python that uv installs for; older ones have a pip of their time.
const FIRST_OF_UV: (u64, u64) = (3, 10);

/// What decides.
pub struct BackendFacts<'f, 's> {
    /// The backend that was requested, by name.
    pub requested: Option<&'f str>,
    /// What can be installed from, the source that counts first.
    pub sources: &'s [InstallSource],
    /// The environment's interpreter, absolute.
    pub python: &'f Path,
    /// Its Python: the first two numbers of the version.
    pub python_feature: Option<(u64, u64)>,
    /// The environment has pip.
    pub has_pip: bool,
    /// Finds a program on `PATH`.
    pub program: &'f dyn Fn(&str) -> Option<PathBuf>,
}

/// The backend that installs.
#[derive(Clone)]
pub struct BackendChoice<'s> {
    /// The backend.
    pub backend: &'static Backend,
    /// Its program, absolute.
    pub program: PathBuf,
    /// What it installs from.
    pub source: &'s InstallSource,
}

/// Why none installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBackend {
    /// There is no backend of this name.
    Unknown(String),
    /// The backend cannot install from anything that the project has.
    WithoutSource(&'static str),
    /// The backend is missing: its program is not on `PATH`, or the environment has no pip. With the lock file or
    /// manifest that only it installs from.
    NotFound(&'static str, Option<&'static str>),
    /// There is neither uv nor pip.
    WithoutInstaller,
}

/// Chooses one of the backends, and what it installs from.
///
/// # Errors
/// Why there is none.
pub fn choose<'s>(
    backends: &[&'static Backend],
    facts: &BackendFacts<'_, 's>,
) -> Result<BackendChoice<'s>, NoBackend> {
    let found = |backend: &'static Backend| match backend.is_of_environment {
        true => facts.has_pip.then(|| facts.python.to_path_buf()),
        false => (facts.program)(backend.name),
    };
    if let Some(name) = facts.requested {
        let backend = backends.iter().find(|backend| backend.name == name);
        let backend = *backend.ok_or_else(|| NoBackend::Unknown(name.to_owned()))?;
        let source = facts.sources.iter().find(|source| backend.takes(source));
        let source = source.ok_or(NoBackend::WithoutSource(backend.name))?;
        let program = found(backend).ok_or(NoBackend::NotFound(backend.name, None))?;
        return Ok(BackendChoice { backend, program, source });
    }
    let source = facts.sources.first().ok_or(NoBackend::WithoutInstaller)?;
    let mut able: Vec<&'static Backend> =
        backends.iter().copied().filter(|backend| backend.takes(source)).collect();
    if facts.python_feature.is_some_and(|feature| feature < FIRST_OF_UV) {
        // A stable sort: the environment's own first.
        able.arrange_by_key(|backend| !backend.is_of_environment);
    }
    let choice =
        able.iter().find_map(|backend| Some(BackendChoice { backend, program: found(backend)?, source }));
    choice.ok_or_else(|| match (source, able.first()) {
        (InstallSource::OfTool(file), Some(backend)) => NoBackend::NotFound(backend.name, Some(file)),
        _ => NoBackend::WithoutInstaller,
    })
}

#[cfg(test)]
mod tests {
    use super::super::BACKENDS;
    use super::*;

    /// The name of the chosen backend, and what it installs from; or the refusal.
    fn chosen(
        requested: Option<&str>,
        on_path: &[&str],
        has_pip: bool,
        python: (u64, u64),
        sources: &[InstallSource],
    ) -> Result<(&'static str, usize), NoBackend> {
        let facts = BackendFacts {
            requested,
            sources,
            python: Path::new("/env/bin/python"),
            python_feature: Some(python),
            has_pip,
            program: &|name| on_path.contains(&name).then(|| Path::new("/bin").join(name)),
        };
        let choice = choose(BACKENDS, &facts)?;
        let at = sources.iter().position(|source| source == choice.source).expect("one of them");
        Ok((choice.backend.name, at))
    }

    #[test]
    fn evidence_decides() {
        let files = || InstallSource::Files { requirements: vec!["/r.txt".into()], manifest: None };
        let lock = InstallSource::OfTool;
        let plain = [files()];
        let both = [lock("poetry.lock"), files()];
        let cases = [
            (None, vec!["uv"], true, (3, 12), &plain[..], Ok(("uv", 0))),
            (None, vec![], true, (3, 12), &plain, Ok(("pip", 0))),
            (None, vec!["uv"], true, (3, 9), &plain, Ok(("pip", 0))),
            (None, vec!["uv"], false, (3, 9), &plain, Ok(("uv", 0))),
            (None, vec![], false, (3, 12), &plain, Err(NoBackend::WithoutInstaller)),
            (None, vec!["uv", "poetry"], true, (3, 12), &both, Ok(("poetry", 0))),
            (None, vec!["uv"], true, (3, 12), &both, Err(NoBackend::NotFound("poetry", Some("poetry.lock")))),
            (Some("uv"), vec!["uv"], true, (3, 12), &both, Ok(("uv", 1))),
            (Some("pip"), vec!["uv"], true, (3, 12), &both, Ok(("pip", 1))),
            (Some("pip"), vec!["uv"], false, (3, 12), &both, Err(NoBackend::NotFound("pip", None))),
            (Some("poetry"), vec!["poetry"], true, (3, 12), &plain, Err(NoBackend::WithoutSource("poetry"))),
            (Some("npm"), vec![], true, (3, 12), &plain, Err(NoBackend::Unknown("npm".to_owned()))),
            (None, vec![], true, (3, 12), &[lock("pylock.toml")], Ok(("pip", 0))),
            (None, vec!["pipenv"], true, (3, 12), &[lock("Pipfile.lock")], Ok(("pipenv", 0))),
            (None, vec!["pdm"], true, (3, 12), &[lock("pdm.lock")], Ok(("pdm", 0))),
            (None, vec!["conda"], true, (3, 12), &[lock("environment.yml")], Ok(("conda", 0))),
        ];
        for (requested, on_path, has_pip, python, sources, expected) in cases {
            let when = format!("{requested:?} {on_path:?} {has_pip} {python:?} {sources:?}");
            assert_eq!(chosen(requested, &on_path, has_pip, python, sources), expected, "{when}");
        }
    }
}
