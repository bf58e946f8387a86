//! What a kind of environment consists of.

use crate::detect::classification::Classification;
use crate::detect::signals::LayoutSignals;
use crate::model::EnvironmentKind;

/// Recognises one kind of environment.
pub struct Detector {
    /// The kind.
    pub kind: EnvironmentKind,
    /// The key of `pyvenv.cfg` under which the creator records its version.
    pub(in crate::detect) version_key: Option<&'static str>,
    /// Classifies a candidate of this kind; `None` if it is of another kind, or nothing.
    pub(in crate::detect) classify: fn(&LayoutSignals) -> Option<Classification>,
}
