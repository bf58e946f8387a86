//! PDM (<https://pdm-project.org/latest/reference/cli/#sync>). It installs into the environment that `VIRTUAL_ENV` names,
//! unless it has saved another one.

use std::path::Path;

use super::backend::{Backend, PlannedCommand};
use super::reading::{Event, OutputReading, after, number_after, quoted};
use super::task::{InstallSource, InstallTask};

const LOCK: &str = "pdm.lock";

pub(super) static BACKEND: Backend = Backend {
    name: "pdm",
    is_of_environment: false,
    installs_anything: false,
    claims: &[LOCK],
    plan,
    remove: None,
    lock: Some(lock),
    reading: OutputReading { start: "installing", event, failed },
};

fn plan(task: &InstallTask<'_>) -> Result<Vec<PlannedCommand>, String> {
    if *task.source != InstallSource::OfTool(LOCK) {
        return Err(format!("installs from `{LOCK}` only"));
    }
    let command = PlannedCommand::new(task.program, ["sync"])
        .with_if(task.is_exact, "--only-keep")
        .with_if(!task.is_editable, "--no-editable")
        .with_each("--group", task.extras)
        .with_each("--group", task.groups)
        .setting("PDM_IGNORE_SAVED_PYTHON", "1")
        .setting("PDM_CHECK_UPDATE", "0");
    Ok(vec![command])
}

/// Versions that are locked already stay as they are, where that is possible.
fn lock(program: &Path, exists: bool) -> PlannedCommand {
    PlannedCommand::new(program, ["lock"])
        .with_if(exists, "--update-reuse")
        .setting("PDM_IGNORE_SAVED_PYTHON", "1")
        .setting("PDM_CHECK_UPDATE", "0")
}

fn event(line: &str) -> Option<Event> {
    let line = line.trim_start();
    let total = after(line, " working set with resolved packages")
        .and_then(|rest| number_after(rest.trim_start_matches(':'), ""));
    if let Some(packages) = total {
        return Some(Event::Phase("installing", Some(packages)));
    }
    ["✔ Install ", "✔ Update ", "✔ Remove "]
        .iter()
        .any(|start| line.starts_with(start))
        .then_some(Event::Item)
}

fn failed(line: &str) -> Option<String> {
    quoted(line, "✖ Install ", ' ').or_else(|| quoted(line, "Unable to find candidates for ", '\n'))
}
