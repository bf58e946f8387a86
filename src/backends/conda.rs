//! conda (<https://docs.conda.io/projects/conda/en/stable/commands/env/update.html>), for conda environments alone.

use super::backend::{Backend, PlannedCommand};
use super::reading::OutputReading;
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

/// The two solvers of conda name the first package that they do not find in one of these ways; the older one names nothing
/// else without a blank behind a dash.
fn failed(line: &str) -> Option<String> {
    let listed = line.trim_start().strip_prefix("- ")?;
    match listed.strip_prefix("nothing provides ") {
        Some(wanted) => {
            let wanted = wanted.strip_prefix("requested ").unwrap_or(wanted);
            Some(wanted.split_once(" needed by ").map_or(wanted, |(wanted, _)| wanted).to_owned())
        }
        None => Some(listed.trim_end()).filter(|listed| !listed.contains(' ')).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_that_is_not_found_is_named() {
        let cases = [
            ("  - six=1.99", Some("six=1.99")),
            ("  - other[version='>=1,<2']", Some("other[version='>=1,<2']")),
            ("  - nothing provides requested numpy 99**", Some("numpy 99**")),
            ("  - nothing provides a >=2 needed by b-1.0-0", Some("a >=2")),
            ("  - https://conda.anaconda.org/conda-forge is a channel", None),
            ("ResolvePackageNotFound: ", None),
            ("Solving environment: ...working... failed", None),
        ];
        for (line, expected) in cases {
            assert_eq!(failed(line).as_deref(), expected, "{line}");
        }
    }
}
