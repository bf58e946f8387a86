//! Environments of virtualenv before 20, which had no settings file
//! (<https://virtualenv.pypa.io/en/legacy/userguide.html>).

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::model::EnvironmentKind;

/// Recognises the links into the base interpreter and the files with which it was told from the real one.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "legacy-virtualenv", label: "virtualenv before 20" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let marks = [
        Mark::LegacyPrefix,
        Mark::StandardLibraryLink,
        Mark::FrameworkLink,
        Mark::IncludeLink,
        Mark::ActivateThis,
    ];
    let legacy = !clues.has(Mark::Config) && marks.iter().any(|mark| clues.has(*mark));
    legacy.then(|| verdict::of(clues)).flatten()
}
