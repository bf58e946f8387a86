//! The envelope: the fields that every command prints, and one section that only some commands have.
//!
//! The structs of this folder are separate from the model, so that the model can change while the JSON does not. Their
//! names end in `Json`; the schema has the names without it.

use std::io::{self, Write};

use serde::Serialize;

use super::environment::EnvironmentJson;
use super::escaped;
use super::failure::FailureJson;
use super::finding::FindingJson;
use super::paths::{disk_path, repository_path};
use super::plan;
use crate::error::Error;
use crate::model::{Inspected, Outcome, PlanBasis, RepositoryLabel, Scope, Skip, Suppression};

/// The version of this contract. It grows when a field changes its meaning or is removed.
const SCHEMA_VERSION: u32 = 1;

/// The result of every command.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(title = "git-pyenv result"))]
pub(super) struct Envelope<S> {
    /// The version of this contract.
    pub(super) schema_version: u32,
    /// The program.
    pub(super) tool: ToolJson,
    /// The command that was run.
    pub(super) command: String,
    /// The verdict.
    pub(super) status: StatusJson,
    /// The exit status: 0 clean, 1 findings, 2 error, 3 undecided.
    pub(super) exit_code: u8,
    /// The repository; null if there is none.
    pub(super) repository: Option<RepositoryJson>,
    /// What was checked; null for commands that check nothing.
    pub(super) scope: Option<ScopeJson>,
    /// How much was inspected; null for commands that inspect nothing.
    pub(super) inspected: Option<InspectedJson>,
    /// The findings of the rules, by path, line and code.
    pub(super) findings: Vec<FindingJson>,
    /// The environments of the scope, by path.
    pub(super) environments: Vec<EnvironmentJson>,
    /// What could not be read; the result may be incomplete there.
    pub(super) skipped: Vec<SkippedJson>,
    /// Findings that settings suppress, and settings of the repository that weaken the check.
    pub(super) suppressed: Vec<SuppressionJson>,
    /// What only this command prints.
    #[serde(flatten)]
    pub(super) section: S,
    /// What went wrong; null unless the status is `error`.
    pub(super) error: Option<FailureJson>,
    /// Of a dry run that shows something to do: the id of this plan, for `--apply`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) plan_id: Option<String>,
}

/// The section of a command that has none.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct NoSection {}

/// The verdict.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Status"))]
pub(super) enum StatusJson {
    /// Everything was checked, and nothing that counts was found.
    Clean,
    /// Something that counts was found.
    Findings,
    /// Something could not be checked.
    Undecided,
    /// The command failed.
    Error,
}

/// The program that was run.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Tool"))]
pub(super) struct ToolJson {
    /// `git-pyenv`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// The repository that the command was run in.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Repository"))]
pub(super) struct RepositoryJson {
    /// The git directory that all work trees of the repository share.
    root: String,
    /// The top of the work tree; null in a bare repository.
    worktree: Option<String>,
    /// It has no work tree.
    bare: bool,
}

/// What was checked.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Scope"))]
pub(super) struct ScopeJson {
    /// `worktree`, `staged`, `commit` or `range`.
    kind: &'static str,
    /// The commit or range as it was given.
    rev: Option<String>,
}

/// How much was inspected.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Inspected"))]
pub(super) struct InspectedJson {
    /// The number of inspected paths: of the index, of the commit, or those that the commits of the range change.
    paths: u64,
    /// Of `check --staged`: how many paths of the index differ from `HEAD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_paths: Option<u64>,
    /// The number of environments and pieces of environments among them.
    environments: u64,
    /// The number of requirement and lock files that were read.
    manifests: u64,
    /// The time it took, in milliseconds.
    elapsed_ms: f64,
}

/// Something that could not be read.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Skipped"))]
pub(super) struct SkippedJson {
    /// Relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
    /// Why it could not be read.
    pub(super) reason: String,
}

/// A finding that a setting suppresses, or a setting of the repository that weakens the check.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Suppression"))]
pub(super) struct SuppressionJson {
    /// The code and path of the suppressed finding, or the setting and its value.
    finding: String,
    /// The setting that suppresses it, with its reason or origin.
    because: String,
    /// The setting was committed with the repository.
    from_repository: bool,
}

impl<S: Serialize> Envelope<S> {
    /// Creates an envelope that has nothing but a verdict and a section.
    pub(super) fn new(command: &str, outcome: Outcome, section: S) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: ToolJson { name: "git-pyenv", version: env!("CARGO_PKG_VERSION") },
            command: command.to_owned(),
            status: StatusJson::of(outcome),
            exit_code: outcome.exit_code(),
            repository: None,
            scope: None,
            inspected: None,
            findings: Vec::new(),
            environments: Vec::new(),
            skipped: Vec::new(),
            suppressed: Vec::new(),
            section,
            error: None,
            plan_id: None,
        }
    }

    /// Makes it the envelope of a command that failed with this error.
    pub(super) fn failed(self, error: &Error) -> Self {
        Self {
            status: StatusJson::Error,
            exit_code: error.kind().exit_code(),
            error: Some(FailureJson::of(error)),
            ..self
        }
    }

    /// Gives it an id if it is a plan: what it shows of a dry run is there to be carried out.
    pub(super) fn with_plan_id(self, is_plan: bool, basis: &PlanBasis) -> Self {
        let plan_id = is_plan.then(|| plan::id_of(&self, basis)).flatten();
        Self { plan_id, ..self }
    }

    /// Writes it, indented, with a line break at the end.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        escaped::write(self, out)?;
        writeln!(out)
    }
}

impl StatusJson {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::Clean,
            Outcome::Findings => Self::Findings,
            Outcome::Undecided => Self::Undecided,
        }
    }
}

impl RepositoryJson {
    pub(super) fn of(label: &RepositoryLabel) -> Self {
        Self {
            root: disk_path(&label.root),
            worktree: label.work_tree.as_deref().map(disk_path),
            bare: label.work_tree.is_none(),
        }
    }
}

impl ScopeJson {
    pub(super) fn of(scope: &Scope) -> Self {
        Self { kind: scope.name(), rev: scope.revision().map(str::to_owned) }
    }
}

impl InspectedJson {
    pub(super) fn of(inspected: &Inspected) -> Self {
        Self {
            paths: inspected.paths,
            changed_paths: inspected.changed_paths,
            environments: inspected.environments,
            manifests: inspected.manifests,
            elapsed_ms: (inspected.elapsed.as_secs_f64() * 1e6).round() / 1e3,
        }
    }
}

impl SkippedJson {
    pub(super) fn of(skip: &Skip) -> Self {
        Self { path: repository_path(&skip.path), reason: skip.reason.seen_from_root() }
    }
}

impl SuppressionJson {
    pub(super) fn of(suppression: &Suppression) -> Self {
        let Suppression { finding, because, from_repository } = suppression;
        Self {
            finding: finding.seen_from_root(),
            because: because.seen_from_root(),
            from_repository: *from_repository,
        }
    }
}
