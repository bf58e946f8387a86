//! Environments of tox: <https://tox.wiki/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises a file that tox adds to the environment, or an environment directly in a `.tox` directory.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::Sometimes,
        is_test_runner: true,
        ..EnvironmentKind::named("tox", "tox")
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let made = signals.has(PathMarker::ToxInfo) || signals.is_in(b".tox");
    made.then(|| classify_layout(signals)).flatten()
}
