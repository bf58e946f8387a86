//! `__pypackages__`, the local packages of the rejected PEP 582: <https://peps.python.org/pep-0582/>.

use super::detector::Detector;
use crate::detect::classification::Classification;
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises content below `__pypackages__/X.Y/`.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        is_install_target: true,
        ..EnvironmentKind::named("pypackages", "PEP 582 packages")
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let path = signals.path_of(PathMarker::Pypackages)?;
    let evidence = Evidence { path: path.clone(), fact: "is an installed package".into() };
    Some(Classification { shape: Shape::Environment, evidence: vec![evidence] })
}
