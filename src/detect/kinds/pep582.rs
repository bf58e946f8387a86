//! `__pypackages__`, the local packages of the rejected PEP 582: <https://peps.python.org/pep-0582/>.

use super::detector::Detector;
use crate::detect::classification::Classification;
use crate::detect::marker::Marker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, Evidence, Shape, WritesPyvenvCfg};

/// Recognises content below `__pypackages__/X.Y/`.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        name: "pypackages",
        label: "PEP 582 packages",
        writes_pyvenv_cfg: WritesPyvenvCfg::Never,
        has_activation_scripts: false,
        is_replaceable_by_create: false,
        is_test_runner: false,
        is_conda_prefix: false,
        is_install_target: true,
    },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let path = signals.path_of(Marker::Pypackages)?;
    let evidence = Evidence { path: path.clone(), fact: "is an installed package".to_owned() };
    Some(Classification { shape: Shape::Environment, evidence: vec![evidence] })
}
