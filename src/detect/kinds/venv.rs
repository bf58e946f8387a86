//! Environments of the standard library: <https://docs.python.org/3/library/venv.html>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises what `python -m venv` makes, and whatever keeps its settings file without naming itself.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "venv", label: "venv" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let layout = clues.has(Mark::Config) || clues.has(Mark::Activation);
    layout.then(|| verdict::of(clues)).flatten()
}
