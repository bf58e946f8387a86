//! Environments of uv: <https://docs.astral.sh/uv/pip/environments/>.

use super::Detector;
use crate::detect::marker::Marker;
use crate::detect::signals::Signals;
use crate::detect::verdict::{self, Judgement};
use crate::formats::cachedir_tag::TagWriter;
use crate::model::EnvironmentKind;

/// Recognises the `uv` key, or the bare cache tag with the lock that uv leaves beside it.
pub(super) static DETECTOR: Detector = Detector { kind: EnvironmentKind { name: "uv", label: "uv" }, judge };

fn judge(signals: &Signals) -> Option<Judgement> {
    let tagged = signals.cache_tag == Some(TagWriter::Bare) && !signals.has(Marker::Config);
    (signals.setting("uv").is_some() || tagged).then(|| verdict::of(signals)).flatten()
}
