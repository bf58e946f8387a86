//! Environments of pipenv: <https://pipenv.pypa.io/>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises the `.project` file that pipenv puts into the environment.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "pipenv", label: "pipenv" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    clues.has(Mark::Project).then(|| verdict::of(clues)).flatten()
}
