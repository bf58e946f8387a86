//! Errors as JSON.

use serde::Serialize;

use crate::error::Error;
use crate::message::Message;

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
            message: error.message().seen_from_root(),
            causes: error.causes().iter().map(Message::seen_from_root).collect(),
            hints: error.hints().iter().map(Message::seen_from_root).collect(),
        }
    }
}
