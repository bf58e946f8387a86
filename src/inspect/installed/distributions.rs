//! Which packages are installed, of all site-packages of an environment.

use std::path::Path;

use super::read::{FoundEntry, Names};
use super::site_directory::SiteDirectory;
use super::site_packages::{FoundSitePackages, SitePackages, site_packages};
use crate::formats::site_entry::{self, SiteEntry};
use crate::fs::{DirectoryEntry, FileKind, exists, in_parallel, list_directory};
use crate::model::{Installed, Unreadable, UnreadableReason};
use crate::order::Arrange as _;
use crate::path::bytes_to_path;
use crate::python::normalised;

/// Reads every distribution of the environment at `root`. What cannot be read is said in the result; an environment
/// without packages has none.
#[must_use]
pub fn distributions(root: &Path) -> Installed {
    read_where(root, |_, _| true)
}

/// The distributions that are used where they are developed; of others nothing but a name is looked at.
#[must_use]
pub fn editable(root: &Path) -> Installed {
    let mut installed = read_where(root, |site, entry| {
        let path = site.directory.join(bytes_to_path(&entry.name));
        entry.name.ends_with(b".egg-link") || exists(&path.join("direct_url.json"))
    });
    installed.distributions.retain(|found| found.source.as_ref().is_some_and(|source| source.editable));
    installed
}

/// How many distributions the environment at `root` has, by their names alone: no file is read, so that one without
/// metadata counts too.
#[must_use]
pub fn count(root: &Path) -> u64 {
    let counts = |entry: &&DirectoryEntry| entry_of(entry).is_some_and(|read| read != SiteEntry::Leftover);
    let sites = site_packages(root).sites.into_iter();
    let listed = sites.filter_map(|site| list_directory(&site.directory).ok().flatten());
    listed.map(|names| names.iter().filter(counts).count() as u64).sum()
}

fn read_where(root: &Path, wanted: impl Fn(&SitePackages, &DirectoryEntry) -> bool + Sync) -> Installed {
    let FoundSitePackages { sites, unreadable } = site_packages(root);
    let mut installed = Installed { distributions: Vec::new(), unreadable };
    for site in &sites {
        read_site(site, &wanted, &mut installed);
    }
    installed.distributions.sort_by_cached_key(|found| (normalised(&found.name), found.metadata.clone()));
    installed.unreadable.arrange_by(|a, b| a.place.cmp(&b.place));
    installed
}

fn read_site(
    site: &SitePackages,
    wanted: impl Fn(&SitePackages, &DirectoryEntry) -> bool + Sync,
    installed: &mut Installed,
) {
    let listed = match list_directory(&site.directory) {
        Ok(listed) => listed.unwrap_or_default(),
        Err(error) => {
            let reason = UnreadableReason::Failed(error.to_string());
            return installed.unreadable.push(Unreadable { place: site.place.clone(), reason });
        }
    };
    let directory = SiteDirectory::of_environment(site.directory.clone());
    let read = |entry: &DirectoryEntry| {
        let read = entry_of(entry).filter(|_| wanted(site, entry))?;
        let place = site.place.join(&entry.name).ok()?;
        let found = FoundEntry {
            directory: &directory,
            name: &entry.name,
            place: &place,
            outside: None,
            names: Names::OfMetadata,
        };
        let distribution = found.distribution(&read);
        Some(distribution.map_err(|reason| Unreadable { place, reason }))
    };
    for found in in_parallel(&listed, read).into_iter().flatten() {
        match found {
            Ok(distribution) => installed.distributions.push(distribution),
            Err(unreadable) => installed.unreadable.push(unreadable),
        }
    }
}

/// What an entry stands for, if what has the name can be that.
pub(in crate::inspect) fn entry_of(entry: &DirectoryEntry) -> Option<SiteEntry<'_>> {
    site_entry::read(&entry.name).filter(|read| has_form(read, entry.kind))
}

/// Says whether what has the name can be what the name says: `dist-info` is a directory, an `egg-link` is a file.
/// What a link leads to is seen when it is read.
fn has_form(entry: &SiteEntry<'_>, kind: FileKind) -> bool {
    match (entry, kind) {
        (_, FileKind::Other) => false,
        (_, FileKind::Link) | (SiteEntry::EggInfo(_) | SiteEntry::Egg(_) | SiteEntry::Leftover, _) => true,
        (SiteEntry::DistInfo(_), kind) => kind == FileKind::Directory,
        (SiteEntry::EggLink(_), kind) => kind == FileKind::File,
    }
}
