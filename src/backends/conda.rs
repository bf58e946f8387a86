//! conda (<https://docs.conda.io/projects/conda/en/stable/commands/env/update.html>), for conda environments alone.

use super::backend::{Backend, PlannedCommand};
use super::reading::{OutputReading, quoted};
use super::task::{InstallSource, InstallTask};

/// Its manifests; the first is the usual one.
const MANIFESTS: &[&str] = &["environment.yml", "environment.yaml"];

pub(super) static BACKEND: Backend = Backend {
    name: "conda",
    is_of_environment: false,
    installs_anything: false,
    claims: MANIFESTS,
    plan,
    remove: None,
    lock: None,
    reading: OutputReading { start: "installing", event: |_| None, failed },
};

fn plan(task: &InstallTask<'_>) -> Result<Vec<PlannedCommand>, String> {
    let file = match task.source {
        InstallSource::OfTool(file) if MANIFESTS.contains(file) => file,
        _ => return Err(format!("installs from `{}` only", MANIFESTS[0])),
    };
    if !task.groups.is_empty() || !task.extras.is_empty() {
        return Err("has no groups or extras".to_owned());
    }
    let command = PlannedCommand::new(task.program, ["env", "update", "--prefix"])
        .with([task.environment])
        .with(["--file", *file])
        .with_if(task.is_exact, "--prune");
    Ok(vec![command])
}

fn failed(line: &str) -> Option<String> {
    quoted(line.trim_start(), "- nothing provides ", ' ')
}
