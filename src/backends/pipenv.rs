//! Pipenv (<https://pipenv.pypa.io/en/latest/commands.html#sync>). It installs into the environment that `VIRTUAL_ENV` names.

use super::backend::{Backend, PlannedCommand};
use super::pip;
use super::reading::{Event, OutputReading};
use super::task::{InstallSource, InstallTask};

const LOCK: &str = "Pipfile.lock";

pub(super) static BACKEND: Backend = Backend {
    name: "pipenv",
    is_of_environment: false,
    installs_anything: false,
    claims: &[LOCK],
    plan,
    remove: None,
    lock: Some(|program, _| PlannedCommand::new(program, ["lock"])),
    reading: OutputReading { start: "installing", event, failed: |line| (pip::BACKEND.reading.failed)(line) },
};

fn plan(task: &InstallTask<'_>) -> Result<Vec<PlannedCommand>, String> {
    if *task.source != InstallSource::OfTool(LOCK) {
        return Err(format!("installs from `{LOCK}` only"));
    }
    if !task.extras.is_empty() {
        return Err("has no extras".to_owned());
    }
    if !task.is_editable {
        return Err("installs as editable what `Pipfile.lock` says".to_owned());
    }
    let groups = |word: &str| {
        let others = task.groups.iter().filter(|group| *group != "dev" && *group != "dev-packages");
        let categories: Vec<String> = others.cloned().collect();
        let has_development = categories.len() < task.groups.len();
        let command = PlannedCommand::new(task.program, [word])
            .with_if(has_development, "--dev")
            .setting("PIPENV_VERBOSITY", "-1")
            .setting("PIPENV_NOSPIN", "1")
            .setting("PIPENV_YES", "1");
        if categories.is_empty() {
            command
        } else {
            command.with(["--categories".to_owned(), categories.join(" ")])
        }
    };
    let clean = PlannedCommand { arguments: vec!["clean".into()], ..groups("clean") };
    Ok([groups("sync")].into_iter().chain(task.is_exact.then_some(clean)).collect())
}

fn event(_: &str) -> Option<Event> {
    None
}
