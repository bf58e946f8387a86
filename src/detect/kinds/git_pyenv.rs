//! Environments of `git pyenv create`.

use super::Detector;
use crate::detect::signals::Signals;
use crate::detect::verdict;
use crate::detect::verdict::Judgement;
use crate::model::EnvironmentKind;

/// What is made here.
pub const KIND: EnvironmentKind = EnvironmentKind { name: "git-pyenv", label: "git-pyenv" };

/// Recognises the `git-pyenv` key.
pub(super) static DETECTOR: Detector = Detector { kind: KIND, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    signals.setting("git-pyenv").is_some().then(|| verdict::of(signals)).flatten()
}
