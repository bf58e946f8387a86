//! Environments of uv: <https://docs.astral.sh/uv/pip/environments/>.

use super::detector::Detector;
use crate::detect::classification::{Classification, classify_layout};
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::formats::cachedir_tag::TagWriter;
use crate::model::{EnvironmentKind, WritesPyvenvCfg};

/// The key of `pyvenv.cfg` that this tool writes.
const VERSION_KEY: &str = "uv";

/// Recognises the `uv` key, or a cache tag without a comment, as uv writes it.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind {
        writes_pyvenv_cfg: WritesPyvenvCfg::Always,
        has_activation_scripts: true,
        is_replaceable_by_create: true,
        ..EnvironmentKind::named("uv", "uv")
    },
    version_key: Some(VERSION_KEY),
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let tagged = signals.cache_tag == Some(TagWriter::Bare) && !signals.has(PathMarker::Config);
    (signals.setting(VERSION_KEY).is_some() || tagged).then(|| classify_layout(signals)).flatten()
}
