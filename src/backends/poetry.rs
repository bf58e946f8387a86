//! Poetry (<https://python-poetry.org/docs/cli/#install>). It installs into the environment that `VIRTUAL_ENV` names.

use super::backend::{Backend, PlannedCommand};
use super::reading::{Event, OutputReading, number_after, quoted};
use super::task::{InstallSource, InstallTask};

const LOCK: &str = "poetry.lock";

pub(super) static BACKEND: Backend = Backend {
    name: "poetry",
    is_of_environment: false,
    installs_anything: false,
    claims: &[LOCK],
    plan,
    remove: None,
    lock: Some(|program, _| PlannedCommand::new(program, ["lock", "--no-interaction", "--no-ansi"])),
    reading: OutputReading { start: "installing", event, failed },
};

fn plan(task: &InstallTask<'_>) -> Result<Vec<PlannedCommand>, String> {
    if *task.source != InstallSource::OfTool(LOCK) {
        return Err(format!("installs from `{LOCK}` only"));
    }
    if !task.is_editable {
        return Err("always installs the project as editable".to_owned());
    }
    // `--sync` is older than the command `sync`, and still accepted.
    let command = PlannedCommand::new(task.program, ["install", "--no-interaction", "--no-ansi"])
        .with_if(task.is_exact, "--sync")
        .with_each("--extras", task.extras)
        .with_each("--with", task.groups);
    Ok(vec![command])
}

fn event(line: &str) -> Option<Event> {
    if let Some(packages) = number_after(line, "Package operations: ") {
        return Some(Event::Phase("installing", Some(packages)));
    }
    let line = line.trim_start();
    ["- Installing ", "- Updating ", "- Downgrading ", "- Removing "]
        .iter()
        .any(|start| line.starts_with(start))
        .then_some(Event::Item)
}

fn failed(line: &str) -> Option<String> {
    quoted(line, "Unable to find installation candidates for ", '\n')
        .or_else(|| quoted(line, "Cannot install ", '.'))
}
