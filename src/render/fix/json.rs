//! The `fix` object of the JSON envelope.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{FixResult, Untracked};
use crate::path::RepoPath;
use crate::render::json::text;

/// What `fix` did, or would do.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render) struct FixSection {
    /// Nothing was changed.
    dry_run: bool,
    /// The changes of ignore files, by path.
    diffs: Vec<Diff>,
    /// The paths that were taken out of the index, in order. They are on the disk still.
    untracked: Vec<String>,
    /// What stays in git although it lies in an environment.
    kept: Vec<Kept>,
    /// The ignore files that were added to the index.
    staged: Vec<String>,
    /// The ignore files that were changed and not added, because they had other changes before.
    unstaged: Vec<String>,
}

/// How a file changes.
#[derive(Debug, Serialize, JsonSchema)]
struct Diff {
    /// The file, relative to the root of the work tree.
    path: String,
    /// A unified diff. Bytes that are not UTF-8 are replaced.
    diff: String,
}

/// Something that is left as it is.
#[derive(Debug, Serialize, JsonSchema)]
struct Kept {
    /// What it is, relative to the root of the work tree.
    path: String,
    /// Why.
    reason: &'static str,
}

impl FixSection {
    /// Takes over a result.
    pub(in crate::render) fn of(result: &FixResult) -> Self {
        let plan = &result.plan;
        let texts = |paths: &[RepoPath]| paths.iter().map(text).collect();
        let untracked = plan.untracked.iter().flat_map(|Untracked { paths, .. }| paths.iter().map(text));
        let diff = |diff: &crate::model::FileDiff| Diff {
            path: text(&diff.path),
            diff: String::from_utf8_lossy(&diff.unified).into_owned(),
        };
        let kept = |kept: &crate::model::Kept| Kept { path: text(&kept.path), reason: kept.reason };
        Self {
            dry_run: plan.dry_run,
            diffs: plan.diffs.iter().map(diff).collect(),
            untracked: untracked.collect(),
            kept: plan.kept.iter().map(kept).collect(),
            staged: texts(&result.staged),
            unstaged: texts(&result.unstaged),
        }
    }
}
