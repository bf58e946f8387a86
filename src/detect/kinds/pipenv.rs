//! Environments of pipenv: <https://pipenv.pypa.io/>.

use super::Detector;
use crate::detect::marker::Marker;
use crate::detect::signals::Signals;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises the `.project` file that pipenv puts into the environment.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "pipenv", label: "pipenv" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    signals.has(Marker::Project).then(|| verdict::of(signals)).flatten()
}
