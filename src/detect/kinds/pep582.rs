//! `__pypackages__`, local packages in the sense of the rejected PEP 582: <https://peps.python.org/pep-0582/>.

use super::Detector;
use crate::detect::marker::Marker;
use crate::detect::signals::Signals;
use crate::detect::verdict::Judgement;
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises content below `__pypackages__/X.Y/`.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "pypackages", label: "PEP 582 packages" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    let path = signals.path_of(Marker::Pypackages)?;
    Some((
        Shape::Environment,
        vec![Evidence { path: path.clone(), fact: "is an installed package".to_owned() }],
    ))
}
