//! Which Python an environment is for, as far as names and small files tell.

use std::path::Path;

use super::directory::EnvironmentDirectory;
use super::python_release;
use crate::fs::real_path;
use crate::inspect::installed::SitePackages;
use crate::model::{InterpreterName, InterpreterState, PythonVersions};
use crate::order::Arrange as _;
use crate::python::{Build, Version};

pub(super) fn versions_of(
    subject: &EnvironmentDirectory<'_>,
    interpreters: &[InterpreterName],
    sites: &[SitePackages],
) -> PythonVersions {
    let mut libraries: Vec<String> = sites.iter().filter_map(|site| site.python.clone()).collect();
    libraries.arrange();
    libraries.dedup();
    let recorded = subject.config.as_ref().and_then(|config| config.python_version());
    let alive = interpreters.iter().filter_map(|name| match &name.state {
        InterpreterState::Alive(real) => Some(real),
        _ => None,
    });
    let here = real_path(subject.directory).unwrap_or_else(|| subject.directory.to_path_buf());
    let interpreter = alive.into_iter().find_map(|real| version_of(real, real.starts_with(&here)));
    PythonVersions { implementation: implementation(subject, sites), recorded, libraries, interpreter }
}

/// What the settings file says, else PyPy where the directory of packages has its name.
fn implementation(subject: &EnvironmentDirectory<'_>, sites: &[SitePackages]) -> Option<String> {
    let recorded = subject.config.as_ref().and_then(|config| config.get("implementation"));
    let library = || sites.iter().any(|site| site.place.as_bytes().starts_with(b"lib/pypy"));
    recorded.map(str::to_ascii_lowercase).or_else(|| library().then(|| "pypy".to_owned()))
}

/// What is known of the Python that an environment has now; a recorded version is as old as the environment.
#[must_use]
pub fn build(versions: &PythonVersions) -> Build {
    let version = versions.current().and_then(Version::parse);
    let is_free_threaded = |name: &String| name.ends_with('t');
    Build {
        implementation: versions.implementation.clone(),
        free_threaded: (!versions.libraries.is_empty())
            .then(|| versions.libraries.iter().any(is_free_threaded)),
        version,
        system: None,
    }
}

/// The version of the interpreter at a path without links, as far as names and files tell: nothing is run.
#[must_use]
pub fn program_version(real: &Path) -> Option<String> {
    let named = version_of(real, false)?;
    let whole = (named.matches('.').count() < 2).then(|| python_release::in_program(real, &named)).flatten();
    Some(whole.unwrap_or(named))
}

/// The version of the interpreter at a path without links: from its name, completed by what it says of itself, or by the
/// name of the directory that pyenv, uv or Homebrew installed it to. A copy in the environment itself lies in a directory
/// that somebody named freely.
fn version_of(real: &Path, is_copy: bool) -> Option<String> {
    let name = real.file_name()?.to_str()?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let suffix = name.strip_prefix("python").or_else(|| name.strip_prefix("pypy"))?;
    let named = numbers(suffix.strip_suffix('t').unwrap_or(suffix)).filter(|named| named.contains('.'));
    let prefix = real.parent()?.parent().filter(|_| !is_copy);
    let installed = prefix.and_then(|prefix| installation_version(prefix.file_name()?.to_str()?));
    let Some(named) = named else { return installed };
    let installed = installed.filter(|version| version.starts_with(&format!("{named}.")));
    let described = prefix.and_then(|prefix| python_release::described(prefix, suffix));
    described.or(installed).or_else(|| Some(named.to_owned()))
}

/// The version in the name of an installation's directory: `3.12.1`, `3.12.1_1`, `cpython-3.12.1-linux-x86_64-gnu`.
fn installation_version(part: &str) -> Option<String> {
    let rest = part.strip_prefix("cpython-").unwrap_or(part);
    let end = rest.find(['-', '_', '+']).unwrap_or(rest.len());
    numbers(&rest[..end]).filter(|version| version.matches('.').count() == 2).map(str::to_owned)
}

/// Text of digits and single dots.
fn numbers(text: &str) -> Option<&str> {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').all(number).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_versions() {
        let cases = [
            ("/nowhere/bin/python3.11", Some("3.11")),
            ("/nowhere/bin/python3.13t", Some("3.13")),
            ("/home/u/.pyenv/versions/3.12.1/bin/python3.12", Some("3.12.1")),
            ("/home/u/.pyenv/versions/3.12.1/bin/python3.11", Some("3.11")),
            ("/u/python/cpython-3.12.1-linux-x86_64-gnu/bin/python3.12", Some("3.12.1")),
            ("/opt/homebrew/Cellar/python@3.12/3.12.1_1/bin/python3.12", Some("3.12.1")),
            ("/opt/tools/3.10.4/bin/python3", Some("3.10.4")),
            ("/opt/tools/bin/python3", None),
            ("/opt/tools/bin/busybox", None),
        ];
        assert_eq!(version_of(Path::new("/envs/3.10.4/bin/python"), true), None, "a copy");
        for (path, expected) in cases {
            assert_eq!(version_of(Path::new(path), false).as_deref(), expected, "{path}");
        }
    }
}
