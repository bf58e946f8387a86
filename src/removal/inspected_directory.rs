//! The environment in a directory, and all that lies there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::detect;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{self, ListedEntry, ListingChanges, OpenDirectory, TreeListing, normalise_path};
use crate::git::RepositoryLayout;
use crate::model::Environment;
use crate::path::{RepoPath, display, split_name};
use crate::tree::{Content, Entry, OwnedEntry, Tree, Visitor};

/// A larger `pyvenv.cfg` is none.
const CONFIGURATION_LIMIT: u64 = 1024 * 1024;

/// An environment on the disk.
#[derive(Debug)]
pub(super) struct InspectedDirectory {
    /// Its directory, absolute.
    pub(super) directory: PathBuf,
    /// The same, open: whatever its path leads to later, this is what was looked at.
    pub(super) opened: OpenDirectory,
    /// What it was recognised as.
    pub(super) environment: Environment,
    /// Everything in it.
    pub(super) listing: TreeListing,
    /// The paths that belong to it, if others may lie in the directory too.
    pub(super) parts: Option<Vec<RepoPath>>,
}

impl InspectedDirectory {
    /// Looks at a directory, which must not hold the repository that it is looked at from, if there is one.
    pub(super) fn look(directory: &Path, layout: Option<&RepositoryLayout>) -> Result<Self> {
        let directory = normalise_path(directory);
        if fs::is_link(&directory) {
            let refused = format!("refusing to delete `{}`: it is a symlink", display(&directory));
            return Err(Error::usage(refused).hint("use the directory that it points to"));
        }
        refuse_repository(&directory, layout)?;
        let opened = OpenDirectory::open(&directory)?;
        let listing = opened.list_tree();
        let tree = Surveyed { listing: &listing, opened: &opened };
        let environment = detect::environment_at_root(&tree)?.ok_or_else(|| {
            Error::usage(format!(
                "refusing to delete `{}`: it is not a Python environment",
                display(&directory)
            ))
        })?;
        Ok(Self { directory, opened, environment, listing, parts: None })
    }

    /// Looks at an environment that is only some paths in a directory; its root is relative to `top`.
    pub(super) fn look_at_parts(top: &Path, environment: &Environment) -> Result<Self> {
        let directory = normalise_path(&environment.root.to_path(top));
        let opened = OpenDirectory::open(&directory)?;
        let below = |part: &RepoPath| RepoPath::new(part.below(&environment.root)?).ok();
        let parts: Vec<RepoPath> = environment.pieces().iter().filter_map(below).collect();
        let listing = opened.list_parts(&parts);
        let environment = environment.clone();
        Ok(Self { directory, opened, environment, listing, parts: Some(parts) })
    }

    /// What is in it now and is new or not what it was.
    pub(super) fn changes(&self) -> ListingChanges {
        self.opened.compare(self.parts.as_deref(), &self.listing)
    }

    /// Reads a regular file of the environment; `None` if it is none, is gone or is larger than `limit` bytes.
    pub(super) fn read(&self, path: &RepoPath, limit: u64) -> Option<Vec<u8>> {
        self.opened.read(path, limit).ok()
    }

    /// The `pyvenv.cfg`.
    pub(super) fn configuration(&self) -> Option<Vec<u8>> {
        self.read(&self.entry(b"pyvenv.cfg")?.path(), CONFIGURATION_LIMIT)
    }

    /// The base interpreter, or its directory where only that was recorded.
    pub(super) fn interpreter(&self) -> Option<String> {
        let configuration = PyvenvCfg::parse(&self.configuration()?);
        let keys = ["executable", "base-executable", "home"];
        keys.iter().find_map(|key| configuration.get(key)).map(str::to_owned)
    }

    /// The entry of a path.
    pub(super) fn entry(&self, path: &[u8]) -> Option<ListedEntry<'_>> {
        self.listing.find(path)
    }
}

/// An environment may have been made in a directory that is much more than that.
fn refuse_repository(directory: &Path, layout: Option<&RepositoryLayout>) -> Result<()> {
    let real = fs::real_path(directory);
    let real = real.as_deref().unwrap_or(directory);
    let git: Vec<&PathBuf> =
        layout.into_iter().flat_map(|layout| [&layout.git_directory, &layout.common_directory]).collect();
    let work_tree = layout.and_then(|layout| layout.work_tree.as_ref());
    let holds = |part: &&PathBuf| fs::real_path(part).as_ref().unwrap_or(part).starts_with(real);
    let in_git = |part: &&PathBuf| real.starts_with(fs::real_path(part).as_ref().unwrap_or(part));
    if git.iter().any(in_git) {
        let refused = format!("refusing to delete `{}`: it is inside the git directory", display(directory));
        return Err(Error::usage(refused));
    }
    if fs::exists(&directory.join(".git")) || git.iter().copied().chain(work_tree).any(|part| holds(&part)) {
        let refused = format!("refusing to delete `{}`: it contains a git repository", display(directory));
        return Err(Error::usage(refused).hint("delete the environment by hand"));
    }
    Ok(())
}

/// A listing as a tree, so that detection needs no walk of its own.
struct Surveyed<'s> {
    listing: &'s TreeListing,
    opened: &'s OpenDirectory,
}

impl Tree for Surveyed<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        let mut path = Vec::new();
        // A directory comes after the one that it is in, but not always directly after it.
        let mut skipped: HashSet<&[u8]> = HashSet::new();
        for directory in self.listing.directories() {
            let here = directory.path();
            let is_skipped = skipped.contains(split_name(here.as_bytes()).0);
            if !here.is_root() && (is_skipped || !visitor.enter(here.as_bytes())) {
                skipped.insert(here.as_bytes());
                continue;
            }
            for entry in directory.entries() {
                path.clear();
                path.extend_from_slice(here.as_bytes());
                path.extend_from_slice(if here.is_root() { b"" } else { b"/" });
                path.extend_from_slice(entry.name);
                let (kind, size) = (entry.kind, entry.size());
                visitor.entry(&Entry { path: &path, kind, id: &[], size, is_unmerged: false });
            }
        }
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        self.opened.content(entry, limit)
    }
}
