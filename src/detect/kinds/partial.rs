//! Environments and remnants of unknown origin.

use super::detector::Detector;
use crate::detect::classification::classify_layout;
use crate::model::EnvironmentKind;

/// Recognises what no other kind does.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        is_replaceable_by_create: true,
        ..EnvironmentKind::named("unknown", "virtual environment")
    },
    version_key: None,
    classify: classify_layout,
};
