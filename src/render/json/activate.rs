//! The JSON of `activate`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::Envelope;
use crate::model::{Activation, Outcome};
use crate::render::command_result::WriteJson;

/// The section of `activate`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ActivateSection {
    /// Of `activate`.
    activate: ActivationJson,
}

/// How to activate an environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Activation"))]
struct ActivationJson {
    /// The shell that the commands are for: `bash`, `fish`, …
    shell: &'static str,
    /// The command that activates the environment.
    command: String,
    /// The command that deactivates it.
    deactivate: &'static str,
}

impl WriteJson for Activation {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { shell, command, deactivate, .. } = self;
        let activate = ActivationJson { shell, command: command.clone(), deactivate };
        Envelope::new("activate", Outcome::Clean, ActivateSection { activate }).write(out)
    }
}
