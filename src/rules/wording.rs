//! Texts that several rules use.

use crate::model::{Environment, EnvironmentKind, Extent, Finding, Inspection, Scope, Shape};
use crate::path::named_together;
use crate::text::{counted, size};

/// `venv, Python 3.12, 1,204 files, 38.0 MiB`.
pub(super) fn describe(environment: &Environment) -> String {
    let python = environment.python.as_ref().map(|version| format!("Python {version}"));
    let measure = environment.contents.measure;
    let parts = [
        Some(environment.kind.label.to_owned()),
        python,
        measure.map(|measure| counted(measure.files, "file")),
        measure.map(|measure| size(measure.bytes)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Names what an environment of this kind is: what is not created as a virtual environment is not called one.
pub(super) fn noun(kind: EnvironmentKind) -> &'static str {
    if kind.is_conda_prefix || kind.is_install_target { "environment" } else { "virtual environment" }
}

/// Names where an environment is: its directory, or the pieces of a remnant that lie in the root of the project.
pub(super) fn place(environment: &Environment) -> String {
    let pieces = environment.pieces();
    if environment.shape == Shape::Remnant && environment.root.is_root() && !pieces.is_empty() {
        return named_together(&pieces);
    }
    format!("`{}`", environment.root)
}

/// Says how git has something in the scope, such as `is staged for commit`.
pub(super) fn git_status(scope: &Scope, commit: Option<&str>) -> String {
    match (scope, commit) {
        (_, Some(commit)) => format!("is in commit {commit}"),
        (Scope::WorkTree, None) => "is tracked by git".to_owned(),
        (Scope::Staged, None) => "is staged for commit".to_owned(),
        (Scope::Commit(_) | Scope::Range(_), None) => "is committed".to_owned(),
    }
}

/// What `fix` changes for a path that git tracks.
pub(super) const UNTRACKS: &str = "untracks it, keeps it on disk, adds one ignore rule";

/// What `fix` changes for a path that git does not track.
pub(super) const IGNORES: &str = "adds one ignore rule";

/// What `fix` changes for an environment that git tracks. An environment that shares its directory with other files
/// needs a rule for each of its parts, and so do pieces in the root of the project.
pub(super) fn untracks(environment: &Environment) -> &'static str {
    let is_whole = environment.shape == Shape::Environment;
    match &environment.extent {
        Extent::Parts(parts) if (is_whole || environment.root.is_root()) && parts.len() > 1 => {
            "untracks it, keeps it on disk, adds ignore rules"
        }
        _ => UNTRACKS,
    }
}

/// Adds the fix that recreates an environment, if `create` can replace one of its kind. Test runners recreate theirs
/// themselves, and `create` does not create conda prefixes.
pub(super) fn fixed_by_recreation(finding: Finding, inspection: &Inspection) -> Finding {
    if !inspection.is_replaceable() {
        return finding;
    }
    finding.fix(&inspection.root, "recreates it; installed packages are not carried over")
}
