//! Environments of the standard library: <https://docs.python.org/3/library/venv.html>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises environments of `python -m venv`, and of tools that use its layout and do not record themselves.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::Always,
        has_activation_scripts: true,
        is_replaceable_by_create: true,
        ..EnvironmentKind::named("venv", "venv")
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let layout = signals.has(PathMarker::Config) || signals.has(PathMarker::Activation);
    layout.then(|| classify_layout(signals)).flatten()
}
