//! `__pypackages__`, local packages in the sense of the rejected PEP 582: <https://peps.python.org/pep-0582/>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::Judgement;
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises content below `__pypackages__/X.Y/`.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "pypackages", label: "PEP 582 packages" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let path = clues.path_of(Mark::Pypackages)?;
    Some((
        Shape::Environment,
        vec![Evidence { path: path.clone(), fact: "is an installed package".to_owned() }],
    ))
}
