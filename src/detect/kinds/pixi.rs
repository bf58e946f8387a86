//! Environments of pixi, which are conda prefixes with a marker file: <https://pixi.sh/latest/workspace/environment/>.

use super::conda;
use super::detector::Detector;
use crate::detect::classification::Classification;
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::detect::structure;
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises `conda-meta/pixi`.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind { is_conda_prefix: true, ..EnvironmentKind::named("pixi", "pixi") },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let marker = signals.path_of(PathMarker::PixiFile)?;
    let own = Evidence { path: marker.clone(), fact: "is pixi's marker of an environment".into() };
    let nothing = Classification { shape: Shape::Remnant, evidence: Vec::new() };
    let Classification { shape, evidence } = conda::classify(signals).unwrap_or(nothing);
    if shape == Shape::Remnant && structure::is_test_data(&signals.root) {
        return None;
    }
    Some(Classification { shape, evidence: std::iter::once(own).chain(evidence).collect() })
}
