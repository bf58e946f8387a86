//! Errors as JSON.

use serde::Serialize;

use crate::error::Error;

/// What went wrong.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Failure"))]
pub(super) struct FailureJson {
    /// `usage`, `settings`, `action` or `undecided`.
    kind: &'static str,
    /// What failed.
    message: String,
    /// Why, the nearest cause first.
    causes: Vec<String>,
    /// What may help.
    hints: Vec<String>,
}

impl FailureJson {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            kind: error.kind().name(),
            message: error.message().to_owned(),
            causes: error.causes().to_vec(),
            hints: error.hints().to_vec(),
        }
    }
}
