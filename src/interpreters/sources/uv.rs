//! Versions that uv installed (<https://docs.astral.sh/uv/concepts/python-versions/#managed-and-system-python-installations>).

use std::path::{Path, PathBuf};

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::fs::real_path;
use crate::interpreters::candidate::versions_in;
use crate::model::InterpreterSource;
use crate::python::VersionRequest;

/// The directories with full names; links without the patch number are other names for them.
pub(super) static SOURCE: Source = Source { kind: InterpreterSource::Uv, list };

fn list<'e>(env: &'e Env, _: Option<&VersionRequest>) -> Candidates<'e> {
    let directory = directory(env);
    Box::new(directory.into_iter().flat_map(|directory| versions_in(&directory, InterpreterSource::Uv)))
}

fn directory(env: &Env) -> Option<PathBuf> {
    let below = if cfg!(windows) { "uv/data/python" } else { "uv/python" };
    env.path("UV_PYTHON_INSTALL_DIR").or_else(|| Some(env.data_directory()?.join(below)))
}

/// The path of a program among uv's versions that a patch upgrade leaves in place, through the link
/// `cpython-3.12-linux-x86_64-gnu`; `None` for other programs, or where uv has made no such link.
pub(in crate::interpreters) fn lasting(env: &Env, program: &Path) -> Option<PathBuf> {
    let directory = directory(env)?;
    let real = real_path(program)?;
    let below = real.strip_prefix(real_path(&directory)?).ok()?;
    let mut parts = below.components();
    let link = name_of_link(parts.next()?.as_os_str().to_str()?)?;
    let lasting = directory.join(link).join(parts.as_path());
    (real_path(&lasting)? == real).then_some(lasting)
}

/// The name without the patch number: `cpython-3.12-linux-x86_64-gnu` of `cpython-3.12.1-linux-x86_64-gnu`,
/// `cpython-3.13+freethreaded-…` of `cpython-3.13.0+freethreaded-…`.
fn name_of_link(name: &str) -> Option<String> {
    let mut fields = name.splitn(3, '-');
    let (implementation, version, platform) = (fields.next()?, fields.next()?, fields.next()?);
    let (numbers, variant) = version.split_at(version.find('+').unwrap_or(version.len()));
    let mut numbers = numbers.split('.');
    let (major, minor) = (numbers.next()?, numbers.next()?);
    numbers.next()?;
    Some(format!("{implementation}-{major}.{minor}{variant}-{platform}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_no_patch_number() {
        let cases = [
            ("cpython-3.12.1-linux-x86_64-gnu", Some("cpython-3.12-linux-x86_64-gnu")),
            (
                "cpython-3.13.0+freethreaded-macos-aarch64-none",
                Some("cpython-3.13+freethreaded-macos-aarch64-none"),
            ),
            ("cpython-3.14.0rc1-linux-x86_64-gnu", Some("cpython-3.14-linux-x86_64-gnu")),
            ("cpython-3.12-linux-x86_64-gnu", None),
            ("3.12.1", None),
        ];
        for (name, link) in cases {
            assert_eq!(name_of_link(name).as_deref(), link, "{name}");
        }
    }
}
