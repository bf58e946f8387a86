//! Environments of pipenv: <https://pipenv.pypa.io/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::Marker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises the `.project` file that pipenv puts into the environment.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        name: "pipenv",
        label: "pipenv",
        writes_pyvenv_cfg: WritesPyvenvCfg::Sometimes,
        has_activation_scripts: false,
        is_replaceable_by_create: false,
        is_test_runner: false,
        is_conda_prefix: false,
        is_install_target: false,
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    signals.has(Marker::Project).then(|| classify_layout(signals)).flatten()
}
