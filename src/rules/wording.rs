//! Texts that several rules use.

use crate::model::{Environment, Extent, Finding, Inspection, Shape};
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

/// ` in commit 1a2b3c4`, or nothing.
pub(super) fn in_commit(commit: Option<&String>) -> String {
    commit.map(|commit| format!(" in commit {commit}")).unwrap_or_default()
}

/// What `fix` changes for a path that git tracks.
pub(super) const UNTRACKS: &str = "keeps it on disk, takes it out of git, adds one ignore rule";

/// What `fix` changes for a path that git does not track.
pub(super) const IGNORES: &str = "adds one ignore rule";

/// What `fix` changes for an environment that git tracks. An environment that shares its directory with other files
/// needs a rule for each of its parts.
pub(super) fn untracks(environment: &Environment) -> &'static str {
    match &environment.extent {
        Extent::Parts(parts) if environment.shape == Shape::Environment && parts.len() > 1 => {
            "keeps it on disk, takes it out of git, adds ignore rules"
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
    finding.fix(&inspection.root, "makes it anew, without the packages installed in it")
}
