//! uv: `.venv` in the project, or where `UV_PROJECT_ENVIRONMENT` says
//! (<https://docs.astral.sh/uv/concepts/projects/config/#project-environment-path>).

use std::path::PathBuf;

use super::{EnvironmentManager, ToolEnvironment, ToolEvidence};
use crate::env::Env;
use crate::project::Project;
use crate::project::locks::LOCK_FORMATS;

/// Keeps an environment outside of a project if a variable says so.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "uv", directories, chosen };

const VARIABLE: &str = "UV_PROJECT_ENVIRONMENT";

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    chosen(env, project).into_iter().map(|found| found.directory).collect()
}

/// A relative path starts at the root of the workspace.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    let named = env.raw(VARIABLE).filter(|value| !value.is_empty() && is_of_uv(project))?;
    let directory = project.directory.join(named);
    Some(ToolEnvironment { directory, evidence: ToolEvidence::Variable(VARIABLE) })
}

/// Says whether uv manages a project: it takes any with a table `project`, but another tool's lock says whose it is.
fn is_of_uv(project: &Project) -> bool {
    let has_lock =
        |tool: &str| LOCK_FORMATS.iter().any(|lock| lock.tool == tool && project.has_file(lock.file_name));
    let is_of_another = ["poetry", "pdm"].iter().any(|tool| has_lock(tool) || project.has_table_of(tool));
    has_lock("uv") || project.has_table_of("uv") || (project.tables.has_metadata && !is_of_another)
}
