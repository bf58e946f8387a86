//! Environments and remnants of unknown origin.

use super::detector::Detector;
use crate::detect::classification::classify_layout;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises what no other kind does.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::WithLinks,
        is_replaceable_by_create: true,
        ..EnvironmentKind::named("unknown", "virtual environment")
    },
    version_key: None,
    classify: classify_layout,
};
