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
    /// Entries of an index that are not merged.
    pub(super) unmerged: Vec<OwnedEntry>,
}

/// Passes over a tree once.
pub(super) fn scan(tree: &dyn Tree, watch: Option<PathFilter>) -> Result<TreeScan> {
    let mut finder = ScanVisitor { watch, ..ScanVisitor::default() };
    let detection = detect::environments_with_visitor(tree, &mut finder)?;
    let ScanVisitor { settings, watched, unmerged, .. } = finder;
    Ok(TreeScan { detection, settings, watched, unmerged })
}

/// Finds settings files, files of names that a caller watches for, and what is not merged.
#[derive(Default)]
struct ScanVisitor {
    settings: SettingsFinder,
    watch: Option<PathFilter>,
    watched: Vec<OwnedEntry>,
    unmerged: Vec<OwnedEntry>,
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
        self.unmerged.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.settings.entry(entry);
        if self.watch.is_some_and(|watch| watch.selects(entry)) {
            self.watched.extend(OwnedEntry::keep(entry));
        }
        if entry.is_unmerged {
            self.unmerged.extend(OwnedEntry::keep(entry));
        }
    }
}
