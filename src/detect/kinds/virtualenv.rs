//! Environments of virtualenv 20 and later: <https://virtualenv.pypa.io/>.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
use crate::formats::cachedir_tag::TagWriter;
use crate::model::EnvironmentKind;

/// Recognises the `virtualenv` key that it writes; without the settings file, the cache tag that names it, or the
/// module that only it and uv put beside the scripts.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "virtualenv", label: "virtualenv" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let named = clues.setting("virtualenv").is_some() || clues.cache_tag == Some(TagWriter::Virtualenv);
    let unnamed = !clues.has(Mark::Config) && clues.has(Mark::ActivateThis) && !clues.has(Mark::LegacyPrefix);
    let old = clues.has(Mark::StandardLibraryLink) || clues.has(Mark::StandardLibraryFile);
    (named || (unnamed && !old && !clues.has(Mark::FrameworkLink))).then(|| verdict::of(clues)).flatten()
}
