//! direnv: `layout python` in `.envrc` makes `.direnv/python-VERSION` in the project
//! (<https://direnv.net/man/direnv-stdlib.1.html#codelayout-python-ltpythonexegtcode>).

use std::path::PathBuf;

use super::directories::{children, read};
use super::{EnvironmentManager, ToolEnvironment, ToolEvidence};
use crate::env::Env;
use crate::formats::lines;
use crate::inspect::is_environment;
use crate::path::path_to_bytes;
use crate::project::Project;
use crate::python::Version;

/// Keeps environments in the project, under names of its own.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "direnv", directories, chosen };

/// What the names begin with; older releases of direnv wrote `virtualenv` and a version too.
const PREFIX: &str = "python-";

fn directories(_: &Env, project: &Project) -> Vec<PathBuf> {
    children(&project.directory.join(".direnv"), |name| name.starts_with(PREFIX.as_bytes()))
}

/// The newest one, as the Python of `PATH` mostly is, if the project is used with direnv.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    let rules = read(&project.directory.join(".envrc"))?;
    lines(&rules).find(|line| line.starts_with(b"layout py"))?;
    let found = directories(env, project).into_iter().filter(|directory| is_environment(directory));
    let version = |directory: &PathBuf| {
        let name = path_to_bytes(directory.file_name()?.as_ref());
        Version::parse(std::str::from_utf8(&name).ok()?.strip_prefix(PREFIX)?)
    };
    let directory = found.max_by_key(version)?;
    Some(ToolEnvironment { directory, evidence: ToolEvidence::Place })
}
