//! One pass over a tree: environments and settings files together.

use crate::config::SettingsFile;
use crate::detect::{self, Detection};
use crate::error::Result;
use crate::session::SettingsFinder;
use crate::tree::Tree;

/// What one pass over a tree found.
pub(super) struct TreeScan {
    pub(super) detection: Detection,
    pub(super) settings: Vec<SettingsFile>,
}

/// Passes over a tree once.
pub(super) fn scan(tree: &dyn Tree) -> Result<TreeScan> {
    let mut finder = SettingsFinder::default();
    let detection = detect::environments_with_visitor(tree, &mut finder)?;
    Ok(TreeScan { detection, settings: finder.read(tree)? })
}
