//! Environments of virtualenv before 20, which had no `pyvenv.cfg`
//! (<https://virtualenv.pypa.io/en/legacy/userguide.html>).

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::Marker;
use crate::detect::signals::LayoutSignals;
use crate::model::EnvironmentKind;

/// Recognises the links into the base interpreter and the files that mark the copy of it.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        is_replaceable_by_create: true,
        ..EnvironmentKind::named("legacy-virtualenv", "virtualenv before 20")
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
        Marker::PythonConfig,
        Marker::LocalLink,
        Marker::ActivateThis,
    ];
    let legacy = !signals.has(Marker::Config) && markers.iter().any(|marker| signals.has(*marker));
    legacy.then(|| classify_layout(signals)).flatten()
}
