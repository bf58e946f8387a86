//! Environments of virtualenv 20 and later: <https://virtualenv.pypa.io/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::formats::cachedir_tag::TagWriter;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// The key of `pyvenv.cfg` that this tool writes.
const VERSION_KEY: &str = "virtualenv";

/// Recognises the `virtualenv` key; without `pyvenv.cfg`, the cache tag that names virtualenv or `activate_this.py`, which
/// only virtualenv and uv write.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::WithLinks,
        has_activation_scripts: true,
        is_replaceable_by_create: true,
        ..EnvironmentKind::named("virtualenv", "virtualenv")
    },
    version_key: Some(VERSION_KEY),
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let named = signals.setting(VERSION_KEY).is_some() || signals.cache_tag == Some(TagWriter::Virtualenv);
    let before_20 = [
        PathMarker::LegacyPrefix,
        PathMarker::StandardLibraryLink,
        PathMarker::StandardLibraryFile,
        PathMarker::FrameworkLink,
        PathMarker::IncludeLink,
        PathMarker::PythonConfig,
        PathMarker::LocalLink,
    ];
    let unnamed = !signals.has(PathMarker::Config)
        && signals.has(PathMarker::ActivateThis)
        && !before_20.iter().any(|marker| signals.has(*marker));
    (named || unnamed).then(|| classify_layout(signals)).flatten()
}
