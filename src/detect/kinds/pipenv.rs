//! Environments of pipenv: <https://pipenv.pypa.io/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises the `.project` file that pipenv puts into the environment.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::Sometimes,
        ..EnvironmentKind::named("pipenv", "pipenv")
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    signals.has(PathMarker::Project).then(|| classify_layout(signals)).flatten()
}
