//! Commands that ask package managers something and change nothing.

use std::path::{Path, PathBuf};

use super::backend::PlannedCommand;

/// Asks uv which packages of an environment have newer versions
/// (<https://docs.astral.sh/uv/reference/cli/#uv-pip-list>).
#[must_use]
pub fn outdated_with_uv(uv: &Path, environment: &Path) -> PlannedCommand {
    let words = ["pip", "list", "--outdated", "--format", "json", "--color", "never", "--python"];
    PlannedCommand::new(uv, words).with([environment])
}

/// Asks the pip of an environment which packages have newer versions, or which have none: what is in neither list, no index has
/// (<https://pip.pypa.io/en/stable/cli/pip_list/>).
#[must_use]
pub fn outdated_with_pip(python: &Path, is_up_to_date: bool) -> PlannedCommand {
    let which = if is_up_to_date { "--uptodate" } else { "--outdated" };
    let words = ["-m", "pip", "list", which, "--format", "json", "--disable-pip-version-check", "--no-input"];
    PlannedCommand::new(python, words)
}

/// Asks uv whether it can audit: older ones cannot.
#[must_use]
pub fn help_of_uv_audit(uv: &Path) -> PlannedCommand {
    PlannedCommand::new(uv, ["audit", "--help"])
}

/// Asks uv for the known vulnerabilities of the packages in the lock of the project.
#[must_use]
pub fn audit_with_uv(uv: &Path) -> PlannedCommand {
    PlannedCommand::new(uv, ["audit", "--frozen", "--output-format", "json", "--color", "never"])
}

/// Asks `pip-audit` for the known vulnerabilities of the packages in these directories
/// (<https://github.com/pypa/pip-audit>).
#[must_use]
pub fn audit_with_pip_audit(program: &Path, sites: &[PathBuf]) -> PlannedCommand {
    let paths = sites.iter().flat_map(|site| ["--path".into(), site.clone().into_os_string()]);
    PlannedCommand::new(program, ["--format", "json", "--progress-spinner", "off"]).with(paths)
}
