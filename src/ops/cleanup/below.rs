//! A whole directory: every repository below it, and what lies in none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::planned::PlannedCleanup;
use super::prepare::{PreparedCleanup, prepare, prepare_outside};
use super::request::CleanupRequest;
use super::select::CleanupSelection;
use super::tool_homes::ToolHomes;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::fs::{exists, find_repositories_but, is_directory, normalise_path, real_path};
use crate::git::elsewhere;
use crate::model::{Cleanup, CleanupStep, KeptItem, Unread};
use crate::order::Arrange as _;
use crate::path::display;
use crate::session::{Ports, Session};

/// What lies below the directories of a request.
pub struct Below {
    repositories: Vec<RepositoryBelow>,
    /// Directories that are in no repository.
    outside: Vec<PathBuf>,
    unread: Vec<Unread>,
}

/// A repository, all of it or what lies below a directory in it.
struct RepositoryBelow {
    /// The environment of a program that is started there.
    env: Env,
    top: PathBuf,
    only_below: Option<PathBuf>,
}

/// Finds the repositories at, around and below directories, relative to the working directory. No link is followed, and
/// neither other file systems are entered nor what tools keep in the home directory, unless it is what was named.
///
/// # Errors
/// Usage if one is not a directory.
pub fn find_below(ports: Ports<'_>, directories: &[PathBuf]) -> Result<Below> {
    let mut below = Below { repositories: Vec::new(), outside: Vec::new(), unread: Vec::new() };
    let homes = ToolHomes::of(ports.env);
    for directory in directories {
        let place = normalise_path(&ports.env.directory.join(directory));
        let place = real_path(&place).filter(|place| is_directory(place));
        let place =
            place.ok_or_else(|| Error::usage(format!("`{}` is not a directory", display(directory))))?;
        below.look(ports, place, &homes);
    }
    Ok(below)
}

impl Below {
    fn look(&mut self, ports: Ports<'_>, place: PathBuf, homes: &ToolHomes) {
        let env = elsewhere(ports.env, &place);
        let top = Session::open(Ports { env: &env, ..ports }, Vec::new()).and_then(|session| session.top());
        let around = match top {
            Ok(top) => Some(top),
            Err(error) if error.kind() == ErrorKind::Usage && !is_in_git_directory(&place) => None,
            Err(error) => return self.unread.push(unread(place, &error)),
        };
        let found = find_repositories_but(&place, &|directory: &Path| homes.has(directory));
        self.unread
            .extend(found.unread.into_iter().map(|(path, reason)| Unread { path, reason: reason.into() }));
        if let Some(top) = &around {
            let only_below = (*top != place).then(|| place.clone());
            self.add(ports, top.clone(), only_below);
        }
        found.tops.into_iter().for_each(|top| self.add(ports, top, None));
        if around.is_none() {
            self.outside.push(place);
        }
    }

    fn add(&mut self, ports: Ports<'_>, top: PathBuf, only_below: Option<PathBuf>) {
        let is_known = |known: &RepositoryBelow| {
            known.top == top && (known.only_below.is_none() || known.only_below == only_below)
        };
        if !self.repositories.iter().any(is_known) {
            let env = elsewhere(ports.env, &top);
            self.repositories.push(RepositoryBelow { env, top, only_below });
        }
    }
}

/// Whether a path lies in a directory like that of git.
fn is_in_git_directory(place: &Path) -> bool {
    place.ancestors().any(is_git_directory)
}

/// Whether a directory is like that of git, as that of a bare repository is.
pub(super) fn is_git_directory(directory: &Path) -> bool {
    ["HEAD", "objects", "refs"].iter().all(|name| exists(&directory.join(name)))
}

fn unread(path: PathBuf, error: &Error) -> Unread {
    Unread { path, reason: error.message().clone() }
}

/// A cleanup of all that lies below directories, planned and not begun.
pub struct PreparedBelow<'p> {
    parts: Vec<PreparedCleanup<'p>>,
    /// The plans of all parts; nothing is removed and nothing kept yet.
    cleanup: Cleanup,
}

/// As [`prepare`], in each repository that was found and in what lies in none. What cannot be read is noted, and does not
/// keep the rest.
///
/// # Errors
/// Usage if the request cannot be understood.
pub fn prepare_below<'p>(
    ports: Ports<'p>,
    below: &'p Below,
    request: &CleanupRequest,
) -> Result<PreparedBelow<'p>> {
    drop(CleanupSelection::new(request, &[])?);
    let here = &ports.env.directory;
    let discard = request.discard.iter().map(|path| normalise_path(&here.join(path))).collect();
    let request = CleanupRequest { discard, is_elsewhere: true, ..request.clone() };
    let mut unread_places = below.unread.clone();
    let mut parts = Vec::new();
    let repositories = below.repositories.iter().map(|repository| {
        let RepositoryBelow { env, top, only_below } = repository;
        (top, only_below, prepare(Ports { env, ..ports }, &request))
    });
    let homes = ToolHomes::of(ports.env);
    let outside = below.outside.iter().map(|directory| {
        let is_passed_over = |place: &Path| homes.has(place) || is_git_directory(place);
        (directory, &None, prepare_outside(ports, &request, directory, &is_passed_over))
    });
    let prepared: Vec<_> = repositories.chain(outside).collect();
    let mut seen = BTreeSet::new();
    for (top, only_below, prepared) in prepared {
        match prepared {
            Ok(mut prepared) => {
                prepared.keep_only(|path| {
                    only_below.as_ref().is_none_or(|above| path.starts_with(above))
                        && seen.insert(path.to_path_buf())
                });
                unread_places.append(&mut prepared.cleanup.unread);
                parts.push(prepared);
            }
            Err(error) => unread_places.push(unread(top.clone(), &error)),
        }
    }
    unread_places.arrange();
    unread_places.dedup();
    let plan = parts.iter().flat_map(|part| part.cleanup.plan.clone()).collect();
    let cleanup = Cleanup { plan, unread: unread_places, ..Cleanup::planned(None) };
    Ok(PreparedBelow { parts, cleanup })
}

impl PlannedCleanup for PreparedBelow<'_> {
    fn plan(&self) -> &Cleanup {
        &self.cleanup
    }

    fn has_work(&self) -> bool {
        self.parts.iter().any(PreparedCleanup::has_work)
    }

    fn forbidden(&self) -> Option<Error> {
        self.parts.iter().filter(|part| part.has_work()).find_map(PreparedCleanup::forbidden)
    }

    fn ended(self, step: CleanupStep) -> Cleanup {
        Cleanup { step, ..self.cleanup }
    }

    /// What fails in one repository does not keep the rest.
    fn carry_out(self, is_chosen: &dyn Fn(usize) -> bool) -> Result<Cleanup> {
        let Self { parts, mut cleanup } = self;
        let mut first = 0;
        for part in parts {
            let paths: Vec<PathBuf> = part.cleanup.plan.iter().map(|item| item.path.clone()).collect();
            let is_part_chosen = |number: usize| is_chosen(first + number);
            match part.carry_out(&is_part_chosen) {
                Ok(done) => {
                    cleanup.removed.extend(done.removed);
                    cleanup.kept.extend(done.kept);
                }
                Err(error) => {
                    let chosen = paths.iter().enumerate().filter(|(number, _)| is_part_chosen(*number));
                    cleanup.kept.extend(chosen.map(|(_, path)| failed(path.clone(), &error)));
                }
            }
            first += paths.len();
        }
        Ok(Cleanup { step: CleanupStep::Done, ..cleanup })
    }
}

fn failed(path: PathBuf, error: &Error) -> KeptItem {
    KeptItem { path, reason: error.summary(), hints: error.hints().to_vec(), has_failed: true }
}
