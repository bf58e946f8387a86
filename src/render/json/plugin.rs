//! The JSON of `plugin`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::Envelope;
use super::paths::disk_path;
use crate::message::Message;
use crate::model::{Outcome, PlanBasis, PlugInReport, PlugInState, PlugInStep, ReportedPlugIn};
use crate::render::command_result::WriteJson;

/// The section of `plugin`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct PluginSection {
    /// Of `plugin`: the plug-ins that it is about, by name.
    plugins: Vec<PluginJson>,
    /// Of `plugin`: `listed`, `trusted`, `already-trusted`, `would-trust`, `untrusted`, `would-untrust` or
    /// `not-trusted`.
    plugin_step: &'static str,
}

/// A plug-in that makes environments of a type.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Plugin"))]
struct PluginJson {
    /// The name of the type.
    name: String,
    /// The program, absolute; null if it could not be read.
    program: Option<String>,
    /// The SHA-256 of its content, in hexadecimal.
    sha256: Option<String>,
    /// `trusted`, `changed` since it was trusted, `untrusted`, or `unread`.
    state: &'static str,
    /// The paths that are there together in its environments, if it is trusted.
    markers: Vec<String>,
    /// Why it could not be read.
    reason: Option<String>,
}

impl WriteJson for PlugInReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let plugin_step = match self.step {
            PlugInStep::Listed => "listed",
            PlugInStep::Trusted => "trusted",
            PlugInStep::AlreadyTrusted => "already-trusted",
            PlugInStep::WouldTrust => "would-trust",
            PlugInStep::Untrusted => "untrusted",
            PlugInStep::WouldUntrust => "would-untrust",
            PlugInStep::NotTrusted => "not-trusted",
        };
        let plugins = self.plug_ins.iter().map(PluginJson::of).collect();
        let envelope = Envelope::new("plugin", Outcome::Clean, PluginSection { plugins, plugin_step });
        match self.step {
            // What is trusted is a content, which has a name of its own.
            PlugInStep::WouldTrust => {
                let plan_id = self.plug_ins.first().and_then(|plug_in| plug_in.sha256.clone());
                Envelope { plan_id, ..envelope }
            }
            step => envelope.with_plan_id(step == PlugInStep::WouldUntrust, &PlanBasis::default()),
        }
        .write(out)
    }
}

impl PluginJson {
    fn of(plug_in: &ReportedPlugIn) -> Self {
        Self {
            name: plug_in.name.clone(),
            program: plug_in.sha256.as_ref().map(|_| disk_path(&plug_in.program)),
            sha256: plug_in.sha256.clone(),
            state: match plug_in.state {
                PlugInState::Trusted => "trusted",
                PlugInState::Changed => "changed",
                PlugInState::Untrusted => "untrusted",
                PlugInState::Unread => "unread",
            },
            markers: plug_in.markers.clone(),
            reason: plug_in.reason.as_ref().map(Message::seen_from_root),
        }
    }
}
