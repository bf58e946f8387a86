//! Environments of nox: <https://nox.thea.codes/>.

use super::Detector;
use crate::detect::signals::Signals;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises an environment directly in a `.nox` directory; nox leaves no file of its own.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "nox", label: "nox" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    signals.lies_in(b".nox").then(|| verdict::of(signals)).flatten()
}
