//! `uv.lock` (<https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>).

mod compare;
mod conflicts;
mod declaration;
mod freshness;
mod graph;
mod groups;
mod limits;
mod local_packages;
mod pythons;
mod read;
mod settings;
mod static_metadata;
mod targets;
mod workspace;

use super::LockFormat;
use super::lock_input::PYPROJECT;

/// Written by uv.
pub(super) static LOCK_FORMAT: LockFormat = LockFormat {
    file_name: "uv.lock",
    manifest: PYPROJECT,
    update: &["uv", "lock"],
    reads_members: true,
    tool: "uv",
    environment_in_project: true,
    freshness: freshness::freshness,
    requested: graph::requested,
};

#[cfg(test)]
mod graph_tests;
#[cfg(test)]
mod source_tests;
#[cfg(test)]
mod tests;
