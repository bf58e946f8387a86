//! Lists the environments of a project, wherever they are.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::unread::{unread, unread_below};
use super::work_tree::WorkTreeContents;
use super::{of_type, outside, work_tree};
use crate::error::{Error, Result};
use crate::fs::{find_repositories, is_directory, is_same_file, normalise_path, real_path};
use crate::git::elsewhere;
use crate::inspect::sizes::{self, Sizing};
use crate::model::{EnvironmentSync, ListedEnvironment, ListedRepository, Listing, LookedAt, Sync, Unread};
use crate::order::Arrange as _;
use crate::path::display;
use crate::session::{Ports, Session, active_environments};
use crate::text::counted;

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Every repository below this directory, relative to the working directory, instead of the one around it.
    pub directory: Option<PathBuf>,
    /// Leave out how large environments are, which takes most of the time.
    pub without_sizes: bool,
    /// Say what was looked at.
    pub explains: bool,
}

/// Lists the environments of the repository and of its linked work trees, and those that tools keep elsewhere for it; or
/// those of every work tree below a directory.
///
/// # Errors
/// Usage, settings, or undecided if the repository cannot be read. Below a directory, and in linked work trees, what
/// cannot be read is noted.
pub fn run(ports: Ports<'_>, request: &ListRequest) -> Result<Listing> {
    let mut listing = match &request.directory {
        None => around(ports, empty(request, None))?,
        Some(directory) => {
            let directory = normalise_path(&ports.env.directory.join(directory));
            below(ports, &directory, empty(request, Some(directory.clone())))?
        }
    };
    if !request.without_sizes {
        measure(ports, &mut listing);
    }
    mark_active(ports, &mut listing);
    listing.unread.arrange();
    listing.unread.dedup();
    Ok(listing)
}

/// The repository around the working directory, with its linked work trees.
fn around(ports: Ports<'_>, mut listing: Listing) -> Result<Listing> {
    let session = Session::open(ports, Vec::new())?;
    let mut repository = look(&session, &mut listing)?;
    for path in linked(&session, &mut listing.unread) {
        match look_at(ports, &path, &mut listing) {
            Ok(found) => {
                repository.environments.extend(found.environments);
                repository.links.extend(found.links);
            }
            Err(error) => listing.unread.push(unread(path, &error)),
        }
    }
    // Work trees of one project share what tools keep for it.
    let mut seen = std::collections::HashSet::new();
    repository.environments.retain(|listed| seen.insert(listed.place()));
    listing.repositories.push(repository);
    Ok(listing)
}

/// The other work trees of the repository.
fn linked(session: &Session<'_>, unread_places: &mut Vec<Unread>) -> Vec<PathBuf> {
    let layout = session.repository.layout();
    let own = layout.work_tree.as_deref();
    match session.repository.worktrees() {
        Ok(all) => {
            let usable = all.into_iter().filter(|found| !found.bare && !found.prunable);
            usable.map(|found| found.path).filter(|path| Some(path.as_path()) != own).collect()
        }
        Err(error) => {
            unread_places.push(unread(layout.common_directory.clone(), &error));
            Vec::new()
        }
    }
}

/// Every work tree below a directory.
fn below(ports: Ports<'_>, directory: &Path, mut listing: Listing) -> Result<Listing> {
    if !is_directory(directory) {
        return Err(Error::usage(format!("`{}` is not a directory", display(directory))));
    }
    let found = find_repositories(directory);
    listing
        .unread
        .extend(found.unread.into_iter().map(|(path, reason)| Unread { path, reason: reason.into() }));
    for top in found.tops {
        match look_at(ports, &top, &mut listing) {
            Ok(repository) => listing.repositories.push(repository),
            Err(error) => listing.unread.push(unread(top, &error)),
        }
    }
    Ok(listing)
}

fn empty(request: &ListRequest, directory: Option<PathBuf>) -> Listing {
    Listing {
        directory,
        repositories: Vec::new(),
        active: None,
        looked_at: request.explains.then(LookedAt::default),
        unread: Vec::new(),
        now: SystemTime::now(),
    }
}

/// Marks the environment that is active in the shell: another path of its directory is as good.
fn mark_active(ports: Ports<'_>, listing: &mut Listing) {
    listing.active = active_environments(ports.env).into_iter().next();
    let Some(active) = &listing.active else { return };
    let environments = listing.repositories.iter_mut().flat_map(|found| &mut found.environments);
    for listed in environments {
        listed.is_active = is_same_file(&listed.place(), &active.directory);
    }
}

/// The work tree at a path.
fn look_at(ports: Ports<'_>, path: &Path, listing: &mut Listing) -> Result<ListedRepository> {
    let env = elsewhere(ports.env, path);
    look(&Session::open(Ports { env: &env, ..ports }, Vec::new())?, listing)
}

/// One work tree, and what is kept elsewhere for it.
fn look(session: &Session<'_>, listing: &mut Listing) -> Result<ListedRepository> {
    let WorkTreeContents { mut environments, links, settings, projects, syncs } =
        work_tree::list(session, listing)?;
    let outside = outside::list(session, &settings, &projects, &mut listing.unread)?.into_iter();
    environments.extend(outside.map(|listed| with_sync(listed, &syncs)));
    let of_types = of_type::list(session, &settings, &environments, &mut listing.unread)?;
    environments.extend(of_types);
    work_tree::mark_chosen(session, &settings, &projects, &mut environments);
    let top = session.repository.layout().work_tree.clone().unwrap_or_default();
    let missing = work_tree::add_names(&top, &settings, &mut environments);
    Ok(ListedRepository { label: session.label(), environments, links, missing })
}

/// An environment outside of the work tree, with what is known of its packages.
fn with_sync(listed: ListedEnvironment, syncs: &[EnvironmentSync]) -> ListedEnvironment {
    let place = real_path(&listed.place());
    let own = syncs.iter().filter(|found| Some(&found.directory) == place.as_ref());
    let sync = own.map(|found| found.sync.clone()).reduce(Sync::and);
    ListedEnvironment { sync: sync.unwrap_or_else(Sync::not_compared), ..listed }
}

/// Counts the files and bytes of everything that was found.
fn measure(ports: Ports<'_>, listing: &mut Listing) {
    let all: Vec<_> = listing.repositories.iter_mut().flat_map(|found| &mut found.environments).collect();
    if all.is_empty() {
        return;
    }
    ports.progress.phase(&format!("measuring {}", counted(all.len() as u64, "environment")), None);
    let tops: Vec<PathBuf> = all.iter().map(|listed| listed.top.clone()).collect();
    let sizings = all.into_iter().map(|listed| Sizing::new(&listed.top, &mut listed.environment)).collect();
    let skipped = sizes::fill(sizings, ports.progress);
    ports.progress.finish();
    let unread = skipped.into_iter().map(|(number, skip)| unread_below(&tops[number], skip));
    listing.unread.extend(unread);
}
