//! The answer of `list`.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use super::envelope::{Envelope, Environment, Health, Link, Scope, Skipped};
use super::{environment, hex_of, place, repository, status};
use crate::model::{ListedEnvironment, ListedLink, ListedRepository, Listing};
use crate::path::path_to_bytes;

/// The envelope. A repository is named where there is one; below a directory each environment names its own.
pub(super) fn envelope(listing: &Listing) -> Envelope {
    let outcome = listing.outcome();
    let alone = match (listing.repositories.as_slice(), &listing.directory) {
        ([alone], None) => Some(repository(&alone.label)),
        _ => None,
    };
    let listed = listing.environments().map(|(found, listed)| Environment {
        repository: listing.directory.is_some().then(|| top(found)),
        ..listed_environment(found, listed)
    });
    let links =
        listing.repositories.iter().flat_map(|found| found.links.iter().map(|listed| link(found, listed)));
    let unread = |unread: &crate::model::Unread| Skipped {
        path: relative(listing.shown(&unread.path)),
        reason: unread.reason.clone(),
    };
    Envelope {
        repository: alone,
        scope: Some(Scope { kind: "worktree", rev: None }),
        environments: listed.collect(),
        links: Some(links.collect()),
        skipped: listing.unread.iter().map(unread).collect(),
        ..Envelope::new("list", status(outcome), outcome.exit_code())
    }
}

fn listed_environment(found: &ListedRepository, listed: &ListedEnvironment) -> Environment {
    let directory = listed.place();
    let shown = found.shown(&directory);
    let standing = listed.standing.as_ref();
    Environment {
        path: relative(shown),
        path_hex: hex_of(&path_to_bytes(shown)),
        packages: listed.packages,
        health: Health {
            status: listed.health.status.name(),
            problems: listed.health.problems.iter().map(|code| (*code).to_owned()).collect(),
        },
        created_at: listed.created.and_then(timestamp),
        used_at: listed.used.and_then(timestamp),
        ignored: standing.map(|standing| standing.protection.is_some()),
        tracked: standing.map(|standing| standing.tracked_files > 0),
        chosen: Some(listed.is_chosen),
        worktree: Some(place(&listed.work_tree)),
        ..environment(&listed.environment)
    }
}

fn link(found: &ListedRepository, listed: &ListedLink) -> Link {
    let path = listed.link.entry.path.to_path(&listed.work_tree);
    Link {
        path: relative(found.shown(&path)),
        target: listed.link.target.clone(),
        worktree: place(&listed.work_tree),
    }
}

fn top(found: &ListedRepository) -> String {
    place(found.label.work_tree.as_deref().unwrap_or(&found.label.root))
}

/// A path as text; the root is `.`.
fn relative(path: &Path) -> String {
    if path.as_os_str().is_empty() { ".".to_owned() } else { place(path) }
}

/// A time to the second, as RFC 3339 in UTC.
fn timestamp(time: SystemTime) -> Option<String> {
    let seconds = Timestamp::try_from(time).ok()?.as_second();
    Some(Timestamp::from_second(seconds).ok()?.to_string())
}
