//! The JSON of `config`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::Envelope;
use crate::model::{Outcome, SettingRow, SettingsReport};
use crate::render::command_result::WriteJson;

/// The section of `config`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ConfigSection {
    /// Of `config`: the settings.
    settings: Vec<SettingJson>,
}

/// A setting in force.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Setting"))]
struct SettingJson {
    /// The name in camelCase, groups with dots.
    key: String,
    /// The value as text; empty for an empty list and if it is not set.
    value: String,
    /// `default`, or the file and line, variable, option or git configuration that sets it.
    origin: String,
    /// What it does.
    about: &'static str,
}

impl WriteJson for SettingsReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let settings = self.rows.iter().map(SettingJson::of).collect();
        Envelope::new("config", Outcome::Clean, ConfigSection { settings }).write(out)
    }
}

impl SettingJson {
    fn of(row: &SettingRow) -> Self {
        Self {
            key: row.key.clone(),
            value: row.value.clone(),
            origin: row.origin.seen_from_root(),
            about: row.about,
        }
    }
}
