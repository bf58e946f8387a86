//! Environments of nox: <https://nox.thea.codes/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises an environment directly in a `.nox` directory; nox itself adds no file to it.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::Sometimes,
        is_test_runner: true,
        ..EnvironmentKind::named("nox", "nox")
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    signals.is_in(b".nox").then(|| classify_layout(signals)).flatten()
}
