//! Where a setting is set and how it is spelled there: the start of every message about it.

use std::fmt;

use crate::error::Error;
use crate::path::display_bytes;
use crate::setting::Origin;

/// A setting in one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SettingLocation {
    /// The name in the spelling of the source.
    pub(super) name: String,
    /// The source.
    pub(super) origin: Origin,
}

impl SettingLocation {
    /// A settings error about this setting: "`name` in file:line must be …".
    pub(super) fn error(&self, complaint: impl fmt::Display) -> Error {
        Error::settings(format!("{self} {complaint}"))
    }

    /// The same setting at another line of its file.
    pub(super) fn at(&self, line: usize) -> Self {
        let origin = match &self.origin {
            Origin::File { path, .. } => Origin::File { path: path.clone(), line: Some(line) },
            other => other.clone(),
        };
        Self { name: self.name.clone(), origin }
    }
}

impl fmt::Display for SettingLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = in_backticks(&self.name);
        match &self.origin {
            Origin::Default => f.write_str(&name),
            Origin::Environment(_) => write!(f, "environment variable {name}"),
            Origin::Flag(_) => write!(f, "option {name}"),
            origin @ (Origin::File { .. } | Origin::GitConfig(_)) => write!(f, "{name} in {origin}"),
        }
    }
}

/// Text from a source in backticks, escaped for a terminal.
pub(super) fn in_backticks(text: &str) -> String {
    if text.is_empty() { "``".to_owned() } else { format!("`{}`", display_bytes(text.as_bytes())) }
}
