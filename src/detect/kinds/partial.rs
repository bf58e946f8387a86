//! What is left of an environment when nothing tells who made it.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::Signals;
use crate::model::EnvironmentKind;

/// Takes what no other kind claims.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind { name: "unknown", label: "virtual environment" },
    version_key: None,
    classify,
};

fn classify(signals: &Signals) -> Option<Classification> {
    classify_layout(signals)
}
