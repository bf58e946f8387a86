//! pip, the environment's own (<https://pip.pypa.io/en/stable/cli/pip_install/>).

use std::ffi::OsString;

use super::backend::{Backend, PlannedCommand};
use super::reading::{Event, OutputReading, after, before, quoted};
use super::task::{InstallSource, InstallTask};

pub(super) static BACKEND: Backend = Backend {
    name: "pip",
    is_of_environment: true,
    installs_anything: true,
    claims: &[PYLOCK],
    plan,
    remove: Some(remove),
    lock: None,
    reading: OutputReading { start: "resolving", event, failed },
};

/// The lock file of PEP 751.
const PYLOCK: &str = "pylock.toml";

/// Runs pip where `-I` is not known, before Python 3.4: neither a directory of the repository nor variables decide what
/// is run as pip.
const WITHOUT_DIRECTORY: &str = "import sys, runpy; sys.path[:] = [p for p in sys.path if p]; runpy.run_module('pip', run_name='__main__')";

fn plan(task: &InstallTask<'_>) -> Result<Vec<PlannedCommand>, String> {
    let install = pip(task, "install").with(["--disable-pip-version-check"]);
    let install = install.with_if(task.without_dependencies, "--no-deps");
    let command = match task.source {
        InstallSource::Files { requirements, manifest } => {
            let files =
                requirements.iter().flat_map(|file| ["--requirement".into(), file.clone().into_os_string()]);
            let words = manifest.iter().flat_map(|manifest| {
                let editable = task.is_editable.then(|| "--editable".to_owned()).into_iter();
                let own = editable.chain([task.project_word()]).filter(|_| manifest.is_package);
                own.chain(manifest.words.iter().cloned())
            });
            let arguments: Vec<OsString> = files.chain(words.map(OsString::from)).collect();
            if arguments.is_empty() {
                return Ok(Vec::new());
            }
            install.with(arguments)
        }
        InstallSource::OfTool(PYLOCK) => install.with(["--requirement", PYLOCK]),
        InstallSource::OfTool(file) => return Err(format!("cannot install from `{file}`")),
    };
    Ok(replacement(task).into_iter().chain([command]).collect())
}

/// pip compares versions alone, and keeps what has the right one. What the new package requires is installed with the rest.
fn replacement(task: &InstallTask<'_>) -> Option<PlannedCommand> {
    let words: Vec<OsString> =
        task.replaced.iter().flat_map(|package| &package.words).map(OsString::from).collect();
    let install =
        || pip(task, "install").with(["--disable-pip-version-check", "--force-reinstall", "--no-deps"]);
    (!words.is_empty()).then(|| install().with(words))
}

fn remove(task: &InstallTask<'_>, packages: &[String]) -> PlannedCommand {
    pip(task, "uninstall").with(["--yes"]).with(packages.iter().map(OsString::from))
}

/// pip, isolated (`-I`): a file `pip.py` in the repository is not what is run.
fn pip(task: &InstallTask<'_>, command: &str) -> PlannedCommand {
    let knows_isolation = task.python_feature.is_none_or(|feature| feature >= (3, 4));
    let python = if knows_isolation {
        PlannedCommand::new(task.program, ["-I", "-m", "pip"])
    } else {
        PlannedCommand::new(task.program, ["-E", "-s", "-c", WITHOUT_DIRECTORY])
    };
    python.with([command, "--no-input", "--no-color"])
}

fn event(line: &str) -> Option<Event> {
    let line = line.trim_start();
    if let Some(names) = line.strip_prefix("Installing collected packages: ") {
        let packages = u64::try_from(names.split(',').count()).ok();
        return Some(Event::Phase("installing", packages));
    }
    if line.starts_with("Successfully installed ") {
        return Some(Event::Installed);
    }
    let items = [
        "Collecting ",
        "Processing ",
        "Requirement already satisfied: ",
        "Obtaining ",
        "Attempting uninstall: ",
    ];
    items.iter().any(|start| line.starts_with(start)).then_some(Event::Item)
}

/// `ERROR: No matching distribution found for nosuch==3`, `ERROR: Cannot install a==1 and b because …`.
fn failed(line: &str) -> Option<String> {
    let named = after(line, "No matching distribution found for ")
        .map(|rest| before(rest, " (from ").unwrap_or(rest));
    let conflict = || before(after(line, "ERROR: Cannot install ")?, " because ");
    let version =
        || before(after(line, "Could not find a version that satisfies the requirement ")?, " (from ");
    let built =
        || after(line, "Failed building wheel for ").or_else(|| after(line, "Failed building editable for "));
    named
        .or_else(version)
        .or_else(built)
        .or_else(conflict)
        .map(|found| found.trim().to_owned())
        .or_else(|| quoted(line, "Failed to build '", '\''))
        .or_else(|| quoted(line, "ERROR: Invalid requirement: '", '\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_understood() {
        let cases = [
            ("Looking in links: /wheels", None),
            ("Collecting a", Some(Event::Item)),
            ("  Downloading a-1.whl (2 kB)", None),
            ("Installing collected packages: a, b, c", Some(Event::Phase("installing", Some(3)))),
            ("Successfully installed a-1", Some(Event::Installed)),
        ];
        for (line, expected) in cases {
            assert_eq!(event(line), expected, "{line}");
        }
    }

    #[test]
    fn the_requirement_that_failed_is_found() {
        let cases = [
            ("ERROR: No matching distribution found for nosuch==3", Some("nosuch==3")),
            (
                "ERROR: Could not find a version that satisfies the requirement beta<1 (from versions: 1.0)",
                Some("beta<1"),
            ),
            ("ERROR: No matching distribution found for b>1 (from a)", Some("b>1")),
            (
                "ERROR: Cannot install a==1 and b because these package versions have conflicts.",
                Some("a==1 and b"),
            ),
            ("ERROR: Failed building wheel for broken", Some("broken")),
            ("ERROR: Failed to build 'broken' when getting requirements to build wheel", Some("broken")),
            ("ERROR: Exception:", None),
        ];
        for (line, expected) in cases {
            assert_eq!(failed(line).as_deref(), expected, "{line}");
        }
    }
}
