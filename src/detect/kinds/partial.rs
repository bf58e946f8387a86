//! What is left of an environment when nothing tells who made it.

use super::Detector;
use crate::detect::signals::Signals;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Takes what no other kind claims.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "unknown", label: "virtual environment" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    verdict::of(signals)
}
