//! Environments and remnants of unknown origin.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises what no other kind does.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        name: "unknown",
        label: "virtual environment",
        writes_pyvenv_cfg: WritesPyvenvCfg::Never,
        has_activation_scripts: false,
        is_replaceable_by_create: true,
        is_test_runner: false,
        is_conda_prefix: false,
        is_install_target: false,
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    classify_layout(signals)
}
