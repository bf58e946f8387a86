//! uv (<https://docs.astral.sh/uv/reference/cli/>).

use super::backend::{Backend, PlannedCommand};
use super::reading::{Event, OutputReading, after, before, number_after, quoted};
use super::task::{InstallSource, InstallTask, ManifestTask};

/// Its own lock file.
const LOCK: &str = "uv.lock";
/// That of PEP 751.
const PYLOCK: &str = "pylock.toml";

pub(super) static BACKEND: Backend = Backend {
    name: "uv",
    is_of_environment: false,
    installs_anything: true,
    claims: &[LOCK, PYLOCK],
    plan,
    remove: None,
    lock: Some(|program, _| PlannedCommand::new(program, ["lock", "--color", "never"])),
    reading: OutputReading { start: "resolving", event, failed },
};

fn plan(task: &InstallTask<'_>) -> Result<Vec<PlannedCommand>, String> {
    let command = match task.source {
        InstallSource::Files { requirements, manifest } => {
            let files =
                requirements.iter().flat_map(|file| ["--requirements".into(), file.clone().into_os_string()]);
            let install = pip_install(task).with(files);
            match manifest {
                Some(manifest) => of_manifest(install, manifest, task),
                None => install,
            }
        }
        InstallSource::OfTool(LOCK) => sync(task),
        InstallSource::OfTool(PYLOCK) if task.is_exact => {
            let sync = PlannedCommand::new(task.program, ["pip", "sync", "--color", "never", "--python"]);
            sync.with([task.environment]).with([PYLOCK])
        }
        InstallSource::OfTool(PYLOCK) => pip_install(task).with(["--requirements", PYLOCK]),
        InstallSource::OfTool(file) => return Err(format!("cannot install from `{file}`")),
    };
    Ok(vec![command])
}

fn pip_install(task: &InstallTask<'_>) -> PlannedCommand {
    PlannedCommand::new(task.program, ["pip", "install", "--color", "never", "--python"])
        .with([task.environment])
        .with_if(task.is_exact, "--exact")
        .with_if(!task.is_editable, "--no-editable")
        .with_if(task.without_dependencies, "--no-deps")
        .with(replacement(task))
}

/// uv compares URLs without the hashes behind them.
fn replacement(task: &InstallTask<'_>) -> impl Iterator<Item = String> {
    task.replaced.iter().flat_map(|package| ["--reinstall-package".to_owned(), package.name.clone()])
}

fn of_manifest(install: PlannedCommand, manifest: &ManifestTask, task: &InstallTask<'_>) -> PlannedCommand {
    match (manifest.is_package, manifest.file) {
        (true, _) => {
            let editable = task.is_editable.then(|| "--editable".to_owned()).into_iter();
            let words = editable.chain([task.project_word()]);
            install.with(words).with_each("--group", task.groups)
        }
        (false, Some(file)) => {
            let install = install.with(["--requirements", file]);
            install.with_each("--extra", task.extras).with_each("--group", task.groups)
        }
        (false, None) => install.with(&manifest.words),
    }
}

/// Installs from the lock. Without `--python` uv would delete an environment that does not fit the project, and create
/// another; with it, it refuses. The lock is a file of the project, and none of an install's business to change.
fn sync(task: &InstallTask<'_>) -> PlannedCommand {
    PlannedCommand::new(task.program, ["sync", "--color", "never", "--locked", "--python"])
        .with([task.python])
        .with_if(!task.is_exact, "--inexact")
        .with_if(!task.is_editable, "--no-editable")
        .with_each("--extra", task.extras)
        .with_each("--group", task.groups)
        .with(replacement(task))
        .setting("UV_PROJECT_ENVIRONMENT", task.environment)
}

fn event(line: &str) -> Option<Event> {
    let line = line.trim_start();
    let counted = |verb: &str| number_after(line, verb).filter(|_| line.contains(" package"));
    if counted("Resolved ").is_some() {
        return Some(Event::Phase("preparing", None));
    }
    if let Some(packages) = counted("Prepared ") {
        return Some(Event::Phase("installing", Some(packages)));
    }
    if counted("Installed ").is_some() {
        return Some(Event::Installed);
    }
    let is_item = ["Downloaded ", "Built ", "Updated ", "+ "].iter().any(|start| line.starts_with(start));
    is_item.then_some(Event::Item)
}

/// `Because nosuch was not found …`, `… and you require nosuch==3`, ``Failed to build `x @ file:///x` ``.
fn failed(line: &str) -> Option<String> {
    quoted(line, "Failed to build `", '`')
        .or_else(|| quoted(line, "Failed to download `", '`'))
        .or_else(|| quoted(line, "Failed to fetch `", '`'))
        .or_else(|| quoted(line, "Failed to download and build `", '`'))
        .or_else(|| after(line, "you require ").map(|rest| first_requirement(rest).to_owned()))
        .or_else(|| before(after(line, "Because ")?, " was not found ").map(str::to_owned))
        .or_else(|| quoted(line, "Couldn't parse requirement in `", '`'))
}

/// A requirement ends where the sentence goes on.
fn first_requirement(text: &str) -> &str {
    let ends = [", we can conclude", " and ", ", and ", ". "];
    let end = ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_understood() {
        let cases = [
            ("Using Python 3.12.1 environment at: venv", None),
            ("Resolved 3 packages in 194ms", Some(Event::Phase("preparing", None))),
            ("   Building a @ file:///a", None),
            ("      Built a @ file:///a", Some(Event::Item)),
            ("Prepared 2 packages in 24ms", Some(Event::Phase("installing", Some(2)))),
            ("Installed 2 packages in 1ms", Some(Event::Installed)),
            (" + alpha==1.0", Some(Event::Item)),
            ("Resolved by hand", None),
        ];
        for (line, expected) in cases {
            assert_eq!(event(line), expected, "{line}");
        }
    }

    #[test]
    fn the_requirement_that_failed_is_found() {
        let cases = [
            (
                "  cause: Because nosuch was not found in the package registry and you require nosuch==3, we can \
                 conclude that your requirements are unsatisfiable.",
                Some("nosuch==3"),
            ),
            ("And because you require beta<1, we can conclude that", Some("beta<1")),
            ("  × Failed to build `a b @ file:///a%20b`", Some("a b @ file:///a%20b")),
            ("Because there are no versions of x", None),
            ("error: Failed to fetch: `https://example.org/simple/a/`", None),
        ];
        for (line, expected) in cases {
            assert_eq!(failed(line).as_deref(), expected, "{line}");
        }
    }
}
