//! What of that which was found is meant.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::named::NamedPlace;
use super::request::CleanupRequest;
use super::search::FoundEnvironment;
use crate::config::Allowed;
use crate::error::{Error, ErrorKind, Result};
use crate::message::message;
use crate::model::{PlannedRemoval, RemovalTarget, RepositoryLabel};
use crate::path::{RepoPath, display};
use crate::removal::Cache;

/// What is meant.
pub(super) struct CleanupSelection<'r> {
    request: &'r CleanupRequest,
    named: &'r [NamedPlace],
    kept: Allowed,
}

impl<'r> CleanupSelection<'r> {
    /// What a request means, with these places for its names.
    ///
    /// # Errors
    /// Usage for a pattern that is none.
    pub(super) fn new(request: &'r CleanupRequest, named: &'r [NamedPlace]) -> Result<Self> {
        let kept =
            Allowed::by_option("--keep", &request.keep).map_err(|error| error.of_kind(ErrorKind::Usage))?;
        Ok(Self { request, named, kept })
    }

    /// Whether an environment of a work tree is meant. What settings allow to be committed, and what only an image of a container
    /// needs, has to be named.
    pub(super) fn means(&self, found: &FoundEnvironment, allowed: &Allowed) -> bool {
        let root = &found.environment.root;
        let named = self.named.iter().any(|named| match self.is_exact() {
            true => found.place() == named.place,
            false => is_of(found, &named.place),
        });
        let unnamed =
            || self.is_everything() && allowed.find(root).is_none() && !found.environment.is_for_image;
        self.request.targets.has_environments()
            && (named || unnamed())
            && (!self.request.only_broken || found.is_broken || found.staging().is_some())
            && (!self.request.only_dead || found.is_dead || found.staging().is_some())
            && !self.keeps(root)
    }

    /// Whether a cache below `top` is meant, where these environments are.
    pub(super) fn means_cache(&self, cache: &Cache, top: &Path, environments: &[FoundEnvironment]) -> bool {
        let place = cache.path.to_path(top);
        let works_in_it = |found: &FoundEnvironment| !found.is_dead && found.place().starts_with(&place);
        if self.request.only_dead && environments.iter().any(works_in_it) {
            return false;
        }
        let is_named = |named: &NamedPlace| place.starts_with(&named.place);
        let is_named_itself = self.named.iter().any(|named| named.place == place);
        let is_meant = self.is_everything() || (!self.is_exact() && self.named.iter().any(is_named));
        (is_named_itself || (is_meant && self.request.targets.has_caches()))
            && !self.request.only_broken
            && !self.keeps(&cache.path)
    }

    /// Nothing is named.
    fn is_everything(&self) -> bool {
        self.named.is_empty() && !self.is_exact()
    }

    /// Only what is at the places themselves is meant, and not what is below them.
    fn is_exact(&self) -> bool {
        self.request.apply.is_some() || self.request.is_replaced
    }

    fn keeps(&self, path: &RepoPath) -> bool {
        self.kept.find(path).is_some()
    }

    /// Whether something is as old and as large as requested. Whoever asks for no more than remnants keeps those that stay in
    /// git because a setting says so.
    pub(super) fn fits(&self, planned: &PlannedRemoval, now: SystemTime) -> bool {
        let is_wanted = planned.target != RemovalTarget::Cache && planned.tracked_files > 0;
        if self.request.only_dead && is_wanted {
            return false;
        }
        let age = |used: SystemTime| now.duration_since(used).unwrap_or(Duration::ZERO);
        let is_old = |limit: Duration| planned.used.is_none_or(|used| age(used) >= limit);
        self.request.older_than.is_none_or(is_old)
            && self.request.min_bytes.is_none_or(|limit| planned.bytes >= limit)
    }
}

/// Whether a place is that of an environment, or a directory above it, or a piece of one that has no directory of its own.
fn is_of(found: &FoundEnvironment, place: &Path) -> bool {
    let is_piece = |piece: &RepoPath| piece.to_path(&found.top) == place;
    found.place().starts_with(place) || found.environment.pieces().iter().any(is_piece)
}

/// Requires that everything that was named is something that can be deleted.
///
/// # Errors
/// Usage for the first that is not.
pub(super) fn require_found(
    named: &[NamedPlace],
    environments: &[FoundEnvironment],
    caches: &[(&Path, &Cache)],
    label: &RepositoryLabel,
) -> Result<()> {
    for one in named {
        let is_cache = |(top, cache): &(&Path, &Cache)| cache.path.to_path(top).starts_with(&one.place);
        if environments.iter().any(|found| is_of(found, &one.place)) || caches.iter().any(is_cache) {
            continue;
        }
        let shown = display(Path::new(&one.typed));
        let holder = environments.iter().find(|found| {
            let root = found.place();
            one.place.starts_with(&root)
                && found
                    .environment
                    .pieces()
                    .iter()
                    .any(|piece| piece.is_root() || one.place.starts_with(piece.to_path(&found.top)))
        });
        let error = match holder {
            Some(holder) => Error::usage(message!(
                "`{}` is part of the environment `{}`, which is deleted as a whole",
                shown,
                label.named(&holder.place())
            )),
            None => Error::usage(format!("there is no Python environment at `{shown}`")),
        };
        return Err(error.suggest("see which ones there are with", "git pyenv list"));
    }
    Ok(())
}
