//! Environments of tox: <https://tox.wiki/>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises tox's own file in the environment, or an environment directly in a `.tox` directory.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "tox", label: "tox" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let made = clues.has(Mark::ToxInfo) || clues.lies_in(b".tox");
    made.then(|| verdict::of(clues)).flatten()
}
