//! Environments of nox: <https://nox.thea.codes/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::Signals;
use crate::model::EnvironmentKind;

/// Recognises an environment directly in a `.nox` directory; nox leaves no file of its own.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "nox", label: "nox" }, version_key: None, classify };

fn classify(signals: &Signals) -> Option<Classification> {
    signals.lies_in(b".nox").then(|| classify_layout(signals)).flatten()
}
