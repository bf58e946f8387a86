//! How the environment stands once everything is installed, found out while the backend is about to end: after its last
//! line, uv takes a tenth of the whole time of a warm install to end, and pip takes longer.

use std::cell::RefCell;
use std::path::Path;
use std::time::SystemTime;

use super::standing::InstallStanding;
use crate::fs::{DirectoryEntry, list_directory, times};
use crate::inspect::installed::site_packages;

/// Compares the environment once the backend says that everything is installed.
pub(super) struct EarlyStanding<'e> {
    root: &'e Path,
    compare: &'e dyn Fn() -> InstallStanding,
    found: RefCell<Option<(Vec<SiteState>, InstallStanding)>>,
}

/// What changes when a package is added or removed: when a directory of packages was changed, and what it has.
#[derive(PartialEq, Eq)]
struct SiteState(Option<SystemTime>, Vec<DirectoryEntry>);

impl<'e> EarlyStanding<'e> {
    /// Prepares for the environment at `root`, which this compares.
    pub(super) fn new(root: &'e Path, compare: &'e dyn Fn() -> InstallStanding) -> Self {
        Self { root, compare, found: RefCell::new(None) }
    }

    /// Compares the environment now.
    pub(super) fn find(&self) {
        let states = site_states(self.root);
        self.found.replace(Some((states, (self.compare)())));
    }

    /// How the environment stands: as it was found, or, if packages came or went since then, as it is now.
    pub(super) fn take(&self) -> InstallStanding {
        let found = self.found.take().filter(|(states, _)| *states == site_states(self.root));
        found.map_or_else(|| (self.compare)(), |(_, standing)| standing)
    }
}

fn site_states(root: &Path) -> Vec<SiteState> {
    let sites = site_packages(root).sites;
    let state = |directory: &Path| {
        let modified = times(directory).modified;
        SiteState(modified, list_directory(directory).ok().flatten().unwrap_or_default())
    };
    sites.iter().map(|site| state(&site.directory)).collect()
}
