//! Prefixes of conda and mamba: <https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/environments.html>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises the records in `conda-meta/`.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "conda", label: "conda" }, judge };

/// A prefix has records and something that they installed; records alone are a remnant.
pub(super) fn judge(clues: &Clues) -> Option<Judgement> {
    let history = clues.path_of(Mark::CondaHistory);
    let record = clues.path_of(Mark::CondaRecord);
    let records = clues.marks.get(&Mark::CondaRecord).map_or(0, Vec::len);
    if history.is_none() && records == 0 {
        return None;
    }
    let python = [Mark::Interpreter, Mark::RootInterpreter, Mark::SitePackages, Mark::StandardLibraryFile];
    let installed = python.iter().any(|mark| clues.has(*mark)) || (history.is_some() && records > 0);
    if !installed && verdict::is_test_input(clues) {
        return None;
    }
    let fact =
        |path: &crate::path::RepoPath, fact: &str| Evidence { path: path.clone(), fact: fact.to_owned() };
    let mut evidence = Vec::new();
    evidence.extend(history.map(|path| fact(path, "is the history of a conda prefix")));
    evidence.extend(record.map(|path| fact(path, "is a conda package record")));
    evidence.extend(clues.path_of(Mark::Interpreter).map(|path| fact(path, "is an interpreter")));
    Some((if installed { Shape::Environment } else { Shape::Remnant }, evidence))
}
