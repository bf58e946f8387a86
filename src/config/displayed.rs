//! The value of a setting as text.

use super::allow::Allowed;
use crate::setting::{Origin, Setting};

/// A value as text, with its origin.
#[derive(Debug)]
pub(super) struct DisplayedSetting<'s> {
    pub(super) value: String,
    pub(super) origin: &'s Origin,
}

impl<'s> DisplayedSetting<'s> {
    pub(super) fn text(setting: &'s Setting<String>) -> Self {
        Self { value: setting.value.clone(), origin: &setting.origin }
    }

    pub(super) fn optional(setting: &'s Setting<Option<String>>) -> Self {
        Self { value: setting.value.clone().unwrap_or_default(), origin: &setting.origin }
    }

    pub(super) fn boolean(setting: &'s Setting<bool>) -> Self {
        Self { value: setting.value.to_string(), origin: &setting.origin }
    }

    pub(super) fn list(setting: &'s Setting<Vec<String>>) -> Self {
        Self { value: setting.value.join(", "), origin: &setting.origin }
    }

    pub(super) fn allow(setting: &'s Setting<Allowed>) -> Self {
        let entries: Vec<String> = setting.value.entries().iter().map(ToString::to_string).collect();
        Self { value: entries.join("; "), origin: &setting.origin }
    }

    pub(super) fn none() -> Self {
        Self { value: String::new(), origin: &Origin::Default }
    }
}
