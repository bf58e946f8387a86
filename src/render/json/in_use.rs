//! `activate` and `use` as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{place, text};
use crate::model::{self, UseReport};

/// How to activate an environment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Activation {
    /// The shell that the commands are for: `bash`, `fish`, …
    shell: &'static str,
    /// The command that activates.
    command: String,
    /// The command that undoes it.
    deactivate: &'static str,
}

impl Activation {
    pub(super) fn of(activation: &model::Activation) -> Self {
        let model::Activation { shell, command, deactivate, .. } = activation;
        Self { shell, command: command.clone(), deactivate }
    }
}

/// The environment that commands mean.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Use {
    /// Its name in the settings, if it has one.
    environment: Option<String>,
    /// Its directory, relative to the top of the work tree; absolute outside of it.
    directory: String,
    /// It is there.
    exists: bool,
    /// Why this one.
    because: String,
    /// The choice was written down.
    changed: bool,
    /// What else there is to know.
    notes: Vec<String>,
}

impl Use {
    pub(super) fn of(report: &UseReport) -> Self {
        let selection = &report.selection;
        Self {
            environment: selection.name.clone(),
            directory: selection.path.as_ref().map_or_else(|| place(&selection.directory), text),
            exists: report.exists,
            because: selection.reason.to_string(),
            changed: report.changed,
            notes: report.notes.clone(),
        }
    }
}
