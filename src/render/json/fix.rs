//! The JSON of `fix`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson, ScopeJson, SkippedJson, SuppressionJson};
use super::paths::repository_path;
use crate::model::{FileDiff, FixPlan, FixResult, Kept};
use crate::path::RepoPath;
use crate::render::command_result::WriteJson;

/// The section of `fix`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct FixSection {
    /// Of `fix`: what it did, or would do.
    fix: FixJson,
}

/// What `fix` did, or would do.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FixSection"))]
struct FixJson {
    /// It was a dry run.
    dry_run: bool,
    /// The changes of ignore files, by path.
    diffs: Vec<DiffJson>,
    /// The paths that were removed from the index, in order. They are still on the disk.
    untracked: Vec<String>,
    /// What stays tracked although it is in an environment.
    kept: Vec<KeptJson>,
    /// The ignore files that were staged.
    staged: Vec<String>,
    /// The ignore files that were changed but not staged, because they had other changes before.
    unstaged: Vec<String>,
}

/// The change of a file.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Diff"))]
struct DiffJson {
    /// The file, relative to the root of the work tree.
    path: String,
    /// A unified diff. Bytes that are not UTF-8 are replaced.
    diff: String,
}

/// A file that stays tracked.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Kept"))]
struct KeptJson {
    /// The file, relative to the root of the work tree.
    path: String,
    /// Why it stays tracked.
    reason: &'static str,
}

impl WriteJson for FixPlan {
    /// Writes nothing: the result repeats the plan.
    fn write_json(&self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

impl WriteJson for FixResult {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let plan = &self.plan;
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&plan.repository)),
            scope: Some(ScopeJson::of(&plan.scope)),
            skipped: plan.skipped.iter().map(SkippedJson::of).collect(),
            suppressed: plan.suppressed.iter().map(SuppressionJson::of).collect(),
            ..Envelope::new("fix", plan.outcome(), FixSection::of(self))
        };
        envelope.with_plan_id(plan.dry_run && !plan.is_empty(), &plan.basis).write(out)
    }
}

impl FixSection {
    pub(super) fn of(result: &FixResult) -> Self {
        Self { fix: FixJson::of(result) }
    }
}

impl FixJson {
    fn of(result: &FixResult) -> Self {
        let plan = &result.plan;
        let texts = |paths: &[RepoPath]| paths.iter().map(repository_path).collect();
        let untracked = plan.untracked.iter().flat_map(|untracked| &untracked.paths);
        Self {
            dry_run: plan.dry_run,
            diffs: plan.diffs.iter().map(DiffJson::of).collect(),
            untracked: untracked.map(repository_path).collect(),
            kept: plan.kept.iter().map(KeptJson::of).collect(),
            staged: texts(&result.staged),
            unstaged: texts(&result.unstaged),
        }
    }
}

impl DiffJson {
    fn of(diff: &FileDiff) -> Self {
        Self { path: repository_path(&diff.path), diff: String::from_utf8_lossy(&diff.unified).into_owned() }
    }
}

impl KeptJson {
    fn of(kept: &Kept) -> Self {
        Self { path: repository_path(&kept.path), reason: kept.reason }
    }
}
