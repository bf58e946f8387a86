//! Environments of `git pyenv create`.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::signals::LayoutSignals;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// The kind that `create` creates.
pub const KIND: EnvironmentKind = EnvironmentKind {
    name: "git-pyenv",
    label: "git-pyenv",
    writes_pyvenv_cfg: WritesPyvenvCfg::Always,
    // `create` writes activation scripts and can replace its own environments; no check relies on that yet.
    has_activation_scripts: false,
    is_replaceable_by_create: false,
    is_test_runner: false,
    is_conda_prefix: false,
    is_install_target: false,
};

/// The key of `pyvenv.cfg` that this tool writes.
const VERSION_KEY: &str = "git-pyenv";

/// Recognises the `git-pyenv` key.
pub(super) static DETECTOR: Detector = Detector { kind: KIND, version_key: Some(VERSION_KEY), classify };

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    signals.setting(VERSION_KEY).is_some().then(|| classify_layout(signals)).flatten()
}
