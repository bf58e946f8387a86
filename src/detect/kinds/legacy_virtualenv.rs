//! Environments of virtualenv before 20, which had no `pyvenv.cfg`
//! (<https://virtualenv.pypa.io/en/legacy/userguide.html>).

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::PathMarker;
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
        PathMarker::LegacyPrefix,
        PathMarker::StandardLibraryLink,
        PathMarker::FrameworkLink,
        PathMarker::IncludeLink,
        PathMarker::PythonConfig,
        PathMarker::LocalLink,
        PathMarker::ActivateThis,
    ];
    let legacy = !signals.has(PathMarker::Config) && markers.iter().any(|marker| signals.has(*marker));
    legacy.then(|| classify_layout(signals)).flatten()
}
