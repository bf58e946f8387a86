//! The output format that settings name.

use super::{Ports, Session};

/// The variable of the setting `output`.
pub const OUTPUT_VARIABLE: &str = "GIT_PYENV_OUTPUT";

/// Reads the setting `output`. Outside of a repository, and where the settings have an error, which is about to be
/// reported, only its variable counts.
#[must_use]
pub fn output_setting(ports: Ports<'_>) -> Option<String> {
    if let Some(value) = ports.env.text(OUTPUT_VARIABLE) {
        return Some(value.to_owned());
    }
    let session = Session::open(ports, Vec::new()).ok()?;
    Some(session.work_tree_settings().ok()?.output.value)
}
