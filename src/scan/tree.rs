//! One pass over a tree: environments, settings files, and what a caller watches for.

use crate::detect::{self, Detection};
use crate::error::Result;
use crate::session::SettingsFinder;
use crate::tree::{Entry, OwnedEntry, PathFilter, Tree, Visitor};

/// What one pass over a tree found.
pub(super) struct TreeScan {
    pub(super) detection: Detection,
    pub(super) settings: SettingsFinder,
    pub(super) watched: Vec<OwnedEntry>,
}

/// Passes over a tree once.
pub(super) fn scan(tree: &dyn Tree, watch: Option<PathFilter>) -> Result<TreeScan> {
    let mut finder = ScanVisitor { settings: SettingsFinder::default(), watch, watched: Vec::new() };
    let detection = detect::environments_with_visitor(tree, &mut finder)?;
    Ok(TreeScan { detection, settings: finder.settings, watched: finder.watched })
}

/// Finds settings files, and files of names that a caller watches for.
struct ScanVisitor {
    settings: SettingsFinder,
    watch: Option<PathFilter>,
    watched: Vec<OwnedEntry>,
}

impl Visitor for ScanVisitor {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.watch.is_some() || self.settings.enter(directory)
    }

    fn filters(&self) -> Option<Vec<PathFilter>> {
        let mut filters = self.settings.filters()?;
        filters.extend(self.watch);
        Some(filters)
    }

    fn restart(&mut self) {
        self.settings.restart();
        self.watched.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.settings.entry(entry);
        if self.watch.is_some_and(|watch| watch.selects(entry)) {
            self.watched.extend(OwnedEntry::keep(entry));
        }
    }
}
