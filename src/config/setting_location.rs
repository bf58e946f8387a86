//! Where a setting is set and how it is spelled there: the start of every message about it.

use crate::error::Error;
use crate::message::{Message, Say, message};
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
    pub(super) fn error(&self, complaint: impl Say) -> Error {
        Error::settings(message!("{} {}", self, complaint))
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

impl Say for SettingLocation {
    fn say(&self, message: &mut Message) {
        let name = in_backticks(&self.name);
        let said = match &self.origin {
            Origin::Default => name.into(),
            Origin::Environment(_) => message!("environment variable {}", name),
            Origin::Flag(_) => message!("option {}", name),
            origin @ (Origin::File { .. } | Origin::GitConfig(_)) => message!("{} in {}", name, origin),
        };
        said.say(message);
    }
}

/// Text from a source in backticks, escaped for a terminal.
pub(super) fn in_backticks(text: &str) -> String {
    if text.is_empty() { "``".to_owned() } else { format!("`{}`", display_bytes(text.as_bytes())) }
}
