//! Environments of `git pyenv create`.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// The kind that `create` creates.
pub const KIND: EnvironmentKind = EnvironmentKind {
    writes_pyvenv_cfg: WritesPyvenvCfg::Always,
    has_activation_scripts: true,
    is_replaceable_by_create: true,
    ..EnvironmentKind::named("git-pyenv", "git-pyenv")
};

/// The key of `pyvenv.cfg` that this tool writes.
const VERSION_KEY: &str = "git-pyenv";

/// Recognises the `git-pyenv` key.
pub(super) static DETECTOR: Detector = Detector { kind: KIND, version_key: Some(VERSION_KEY), classify };

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    signals.setting(VERSION_KEY).is_some().then(|| classify_layout(signals)).flatten()
}
