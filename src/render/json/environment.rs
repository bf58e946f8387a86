//! Environments as JSON.

use serde::Serialize;

use super::paths::{non_utf8_hex, repository_path};
use crate::message::Message;
use crate::model::{Environment, Health, Shape, Sync};

/// An environment, or a piece of one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Environment"))]
pub(super) struct EnvironmentJson {
    /// The last part of the path.
    pub(super) name: String,
    /// Relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
    /// The bytes of the path in hexadecimal, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_hex: Option<String>,
    /// The tool that made it: `venv`, `virtualenv`, `uv`, `conda`, …
    pub(super) kind: &'static str,
    /// The tool and version that recorded itself.
    pub(super) creator: Option<String>,
    /// The recorded Python version.
    pub(super) python: Option<String>,
    /// The layout: `posix` or `windows`.
    pub(super) platform: &'static str,
    /// It is only a piece of an environment.
    pub(super) remnant: bool,
    /// The size of its files and links; null if it was not measured.
    pub(super) bytes: Option<u64>,
    /// The number of its files and links; null if they were not counted.
    pub(super) files: Option<u64>,
    /// The number of installed distributions; null if they were not counted.
    pub(super) packages: Option<u64>,
    /// When it was created (RFC 3339, UTC); null if unknown.
    pub(super) created_at: Option<String>,
    /// When it was last used (RFC 3339, UTC); null if unknown.
    pub(super) used_at: Option<String>,
    /// Whether it works; `unknown` if it was not inspected.
    pub(super) health: HealthJson,
    /// Whether it contains what its project asks for.
    pub(super) sync: SyncJson,
    /// An ignore rule covers it; null if this was not checked.
    pub(super) ignored: Option<bool>,
    /// Git tracks files of it; null if this was not checked.
    pub(super) tracked: Option<bool>,
    /// Of `list`: it is the environment that is selected for a project of its work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) chosen: Option<bool>,
    /// Of `list`: it is the environment that is active in the shell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) active: Option<bool>,
    /// Of `list`: its names in the setting `environments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) names: Option<Vec<String>>,
    /// Of `list`: the top of the work tree that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worktree: Option<String>,
    /// Of `list --directory`: the top of the repository's work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repository: Option<String>,
}

/// Whether an environment works.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Health"))]
pub(super) struct HealthJson {
    /// `ok`, `broken` or `unknown`.
    status: &'static str,
    /// Codes of rules.
    problems: Vec<String>,
}

/// Whether an environment contains what its project asks for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Sync"))]
pub(super) struct SyncJson {
    /// `in-step`, `out-of-step`, or `unknown`: something could not be decided, or no project uses the environment.
    status: &'static str,
    /// The files that say what it is to contain, relative to the root of the work tree.
    files: Vec<String>,
    /// What could not be decided, each with its place.
    undecided: Vec<String>,
    /// What may change the answer and was not looked at, such as variables of pip.
    notes: Vec<String>,
}

impl EnvironmentJson {
    /// Takes what detection found; the rest is unknown.
    pub(super) fn of(environment: &Environment) -> Self {
        Self {
            name: String::from_utf8_lossy(environment.root.name()).into_owned(),
            path: repository_path(&environment.root),
            path_hex: non_utf8_hex(environment.root.as_bytes()),
            kind: environment.kind.name,
            creator: environment.creator.clone(),
            python: environment.python.clone(),
            platform: environment.platform.name(),
            remnant: environment.shape == Shape::Remnant,
            bytes: environment.contents.measure.map(|measure| measure.bytes),
            files: environment.contents.measure.map(|measure| measure.files),
            packages: None,
            created_at: None,
            used_at: None,
            health: HealthJson::of(&Health::unknown()),
            sync: SyncJson::of(&Sync::not_compared()),
            ignored: None,
            tracked: None,
            chosen: None,
            active: None,
            names: None,
            worktree: None,
            repository: None,
        }
    }
}

impl HealthJson {
    pub(super) fn of(health: &Health) -> Self {
        Self {
            status: health.status.name(),
            problems: health.problems.iter().map(|code| (*code).to_owned()).collect(),
        }
    }
}

impl SyncJson {
    pub(super) fn of(sync: &Sync) -> Self {
        Self {
            status: sync.status.name(),
            files: sync.files.iter().map(repository_path).collect(),
            undecided: sync.undecided.iter().map(Message::seen_from_root).collect(),
            notes: sync.notes.clone(),
        }
    }
}
