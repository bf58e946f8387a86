//! Environments of pixi, which are conda prefixes with a marker: <https://pixi.sh/latest/workspace/environment/>.

use super::{Detector, conda};
use crate::detect::marker::Marker;
use crate::detect::signals::Signals;
use crate::detect::verdict::{self, Judgement};
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises `conda-meta/pixi`.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "pixi", label: "pixi" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    let marker = signals.path_of(Marker::PixiMarker)?;
    let own = Evidence { path: marker.clone(), fact: "is pixi's marker of an environment".to_owned() };
    let (shape, evidence) = conda::judge(signals).unwrap_or((Shape::Remnant, Vec::new()));
    if shape == Shape::Remnant && verdict::is_test_input(signals) {
        return None;
    }
    Some((shape, std::iter::once(own).chain(evidence).collect()))
}
