//! Prefixes of conda and mamba: <https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/environments.html>.

use super::detector::Detector;
use crate::detect::classification::Classification;
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::detect::structure;
use crate::model::{EnvironmentKind, Evidence, Shape};
use crate::path::RepoPath;

/// Recognises the records in `conda-meta/`.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind { is_conda_prefix: true, ..EnvironmentKind::named("conda", "conda") },
    version_key: None,
    classify,
};

/// A prefix has records and something they installed, or both sorts of records; one sort alone is a remnant. In test data
/// no number of records is a prefix.
pub(super) fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let history = signals.path_of(PathMarker::CondaHistory);
    let record = signals.path_of(PathMarker::CondaRecord);
    let records = signals.entries(PathMarker::CondaRecord).len();
    if history.is_none() && records == 0 {
        return None;
    }
    let python = [
        PathMarker::Interpreter,
        PathMarker::RootInterpreter,
        PathMarker::SitePackages,
        PathMarker::StandardLibraryFile,
    ];
    let has_python = python.iter().any(|marker| signals.has(*marker));
    let installed = has_python || (history.is_some() && records > 0);
    if !has_python && structure::is_test_data(&signals.root) {
        return None;
    }
    let fact = |path: &RepoPath, fact: &str| Evidence { path: path.clone(), fact: fact.into() };
    let mut evidence = Vec::new();
    evidence.extend(history.map(|path| fact(path, "is the history of a conda prefix")));
    evidence.extend(record.map(|path| fact(path, "is a conda package record")));
    evidence.extend(signals.path_of(PathMarker::Interpreter).map(|path| fact(path, "is an interpreter")));
    let shape = if installed { Shape::Environment } else { Shape::Remnant };
    Some(Classification { shape, evidence })
}
