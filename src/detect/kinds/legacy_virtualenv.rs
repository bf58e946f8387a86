//! Environments of virtualenv before 20, which had no `pyvenv.cfg`
//! (<https://virtualenv.pypa.io/en/legacy/userguide.html>).

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::Marker;
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// Recognises the links into the base interpreter and the files that mark the copy of it.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        name: "legacy-virtualenv",
        label: "virtualenv before 20",
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
    let markers = [
        Marker::LegacyPrefix,
        Marker::StandardLibraryLink,
        Marker::FrameworkLink,
        Marker::IncludeLink,
        Marker::ActivateThis,
    ];
    let legacy = !signals.has(Marker::Config) && markers.iter().any(|marker| signals.has(*marker));
    legacy.then(|| classify_layout(signals)).flatten()
}
