//! The result of `config`.

use crate::message::Message;

/// One setting in force.
#[derive(Debug, Clone)]
pub struct SettingRow {
    /// Its name.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// The word shown in place of an empty value.
    pub empty: &'static str,
    /// Its origin: a file and line, a variable, an option, …
    pub origin: Message,
    /// What it does.
    pub about: &'static str,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub struct SettingsReport {
    /// One row per setting.
    pub rows: Vec<SettingRow>,
}
