//! Environments of uv: <https://docs.astral.sh/uv/pip/environments/>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::formats::cachedir_tag::TagWriter;
use crate::model::EnvironmentKind;

/// Recognises the `uv` key, or the bare cache tag with the lock that uv leaves beside it.
pub(super) static DETECTOR: Detector = Detector { kind: EnvironmentKind { name: "uv", label: "uv" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let tagged = clues.cache_tag == Some(TagWriter::Bare) && !clues.has(Mark::Config);
    (clues.setting("uv").is_some() || tagged).then(|| verdict::of(clues)).flatten()
}
