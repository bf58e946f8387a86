//! The JSON of `list`.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson, ScopeJson, SkippedJson};
use super::environment::{EnvironmentJson, HealthJson, SyncJson};
use super::paths::{disk_path, non_utf8_hex};
use super::timestamp::timestamp;
use crate::model::{ListedEnvironment, ListedLink, ListedRepository, Listing, Scope, Unread};
use crate::path::path_to_bytes;
use crate::render::command_result::WriteJson;

/// The section of `list`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ListSection {
    /// Of `list`: links to environments, by path.
    links: Vec<LinkJson>,
    /// Of `list`: the environment that is active in the shell, whether or not it is in the list; null if none is.
    active: Option<ActiveJson>,
}

/// The environment that is active in the shell.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ActiveEnvironment"))]
struct ActiveJson {
    /// The directory that the variable names, absolute.
    path: String,
    /// The variable: `VIRTUAL_ENV` or `CONDA_PREFIX`.
    variable: &'static str,
    /// Something is there.
    exists: bool,
}

/// A symbolic link to an environment, or a `.venv` file that names one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Link"))]
struct LinkJson {
    /// Relative to the root of the work tree, absolute outside of it.
    path: String,
    /// The stored target; control characters are escaped.
    target: String,
    /// The top of the work tree that the link is in.
    worktree: String,
}

impl WriteJson for Listing {
    /// Writes the envelope. It names the repository if there is only one; below a directory each environment names its
    /// own.
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let only = match (self.repositories.as_slice(), &self.directory) {
            ([only], None) => Some(RepositoryJson::of(&only.label)),
            _ => None,
        };
        let environments = self.environments().map(|(repository, listed)| EnvironmentJson {
            repository: self.directory.is_some().then(|| top(repository)),
            ..environment(repository, listed)
        });
        let links = self
            .repositories
            .iter()
            .flat_map(|repository| repository.links.iter().map(|listed| LinkJson::of(repository, listed)));
        let active = self.active.as_ref().map(|active| ActiveJson {
            path: disk_path(&active.directory),
            variable: active.variable,
            exists: active.exists,
        });
        let section = ListSection { links: links.collect(), active };
        let envelope = Envelope {
            repository: only,
            scope: Some(ScopeJson::of(&Scope::WorkTree)),
            environments: environments.collect(),
            skipped: self.unread.iter().map(|unread| skipped(self, unread)).collect(),
            ..Envelope::new("list", self.outcome(), section)
        };
        envelope.write(out)
    }
}

impl LinkJson {
    fn of(repository: &ListedRepository, listed: &ListedLink) -> Self {
        let path = listed.place();
        Self {
            path: relative(repository.shown(&path)),
            target: listed.link.target.clone(),
            worktree: disk_path(&listed.work_tree),
        }
    }
}

fn environment(repository: &ListedRepository, listed: &ListedEnvironment) -> EnvironmentJson {
    let directory = listed.place();
    let shown = repository.shown(&directory);
    let git_status = listed.git_status.as_ref();
    EnvironmentJson {
        path: relative(shown),
        path_hex: non_utf8_hex(&path_to_bytes(shown)),
        packages: listed.packages,
        health: HealthJson::of(&listed.health),
        sync: SyncJson::of(&listed.sync),
        created_at: listed.created.and_then(timestamp),
        used_at: listed.used.and_then(timestamp),
        ignored: git_status.map(|git_status| git_status.protection.is_some()),
        tracked: git_status.map(|git_status| git_status.tracked_files > 0),
        chosen: Some(listed.is_chosen),
        active: Some(listed.is_active),
        names: Some(listed.names.clone()),
        worktree: Some(disk_path(&listed.work_tree)),
        ..EnvironmentJson::of(&listed.environment)
    }
}

fn skipped(listing: &Listing, unread: &Unread) -> SkippedJson {
    SkippedJson { path: relative(listing.shown(&unread.path)), reason: unread.reason.seen_from_root() }
}

fn top(repository: &ListedRepository) -> String {
    disk_path(repository.label.top())
}

/// Returns a path as text; the root is `.`.
fn relative(path: &Path) -> String {
    if path.as_os_str().is_empty() { ".".to_owned() } else { disk_path(path) }
}
