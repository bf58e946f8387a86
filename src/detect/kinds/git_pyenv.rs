//! Environments of `git pyenv create`.

use super::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::Signals;
use crate::model::EnvironmentKind;

/// What is made here.
pub const KIND: EnvironmentKind = EnvironmentKind { name: "git-pyenv", label: "git-pyenv" };

/// Recognises the `git-pyenv` key.
pub(super) static DETECTOR: Detector = Detector { kind: KIND, classify };

fn classify(signals: &Signals) -> Option<Classification> {
    signals.setting("git-pyenv").is_some().then(|| classify_layout(signals)).flatten()
}
