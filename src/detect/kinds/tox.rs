//! Environments of tox: <https://tox.wiki/>.

use super::Detector;
use crate::detect::marker::Marker;
use crate::detect::signals::Signals;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises tox's own file in the environment, or an environment directly in a `.tox` directory.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "tox", label: "tox" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    let made = signals.has(Marker::ToxInfo) || signals.lies_in(b".tox");
    made.then(|| verdict::of(signals)).flatten()
}
