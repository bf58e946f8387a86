//! `fix`: takes environments out of git and ignores them, without touching the files on the disk.
//!
//! [`prepare`] finds what is to be done (`target`) and the rules that do it (`plan`, `cover`, `ignore_file`),
//! proved with git to hide nothing else (`proof`); [`Prepared::carry_out`] does it (`apply`).

use std::path::PathBuf;

use super::check::{allowed, concerns, enabled_rules, label, repository_paths, require_known};
use super::gather::{self, Gathered};
use super::session::{Ports, Session};
use crate::error::{Error, Result};
use crate::fs::{Lock, real_directory_path};
use crate::model::{FileDiff, Finding, FixPlan, FixResult, Kept, Scope, Severity, Suppression, Untracked};
use crate::path::RepoPath;
use crate::rules;

mod apply;
mod cover;
mod diff;
mod ignore_file;
mod plan;
mod proof;
mod target;

use apply::Work;
use ignore_file::IgnoreFile;
use plan::{Draft, Way};
use target::{Selection, Target};

/// What to fix.
#[derive(Debug, Clone)]
pub struct FixRequest {
    /// Only what lies at, below or above these paths, relative to the working directory; empty for everything.
    pub paths: Vec<PathBuf>,
    /// Only what `check --staged` finds.
    pub staged: bool,
    /// Change nothing.
    pub dry_run: bool,
}

/// A plan, and what it takes to carry it out.
pub struct Prepared<'p> {
    session: Session<'p>,
    top: PathBuf,
    targets: Vec<Target>,
    ways: Vec<Way>,
    files: Vec<IgnoreFile>,
    plan: FixPlan,
    /// From what is read to what is written, nobody else's rules may come in between.
    _lock: Option<Lock>,
}

/// Finds what is to be changed, and changes nothing. Unless it is a dry run, other runs wait until the plan is
/// carried out or dropped.
///
/// # Errors
/// Usage, settings, action if it cannot be done without harm, or undecided if something cannot be read.
pub fn prepare<'p>(ports: Ports<'p>, request: &FixRequest) -> Result<Prepared<'p>> {
    let session = Session::open(ports, Vec::new())?;
    let top = work_tree(&session)?;
    let paths = repository_paths(&ports.env.directory, &session, &request.paths)?;
    let lock = (!request.dry_run).then(|| session.lock()).transpose()?;
    let gathered = gather::facts(&session, &Scope::WorkTree)?;
    require_known(&paths, &gathered, &session)?;
    let (findings, suppressed) = findings(&session, &gathered, request)?;
    let mut targets = target::targets(&gathered.facts, &Selection::new(&findings, &paths));
    let roots: Vec<RepoPath> = targets.iter().map(|target| target.root.clone()).collect();
    target::add_announced(&mut targets, &session.repository.named_below(&roots)?);
    let draft = plan::draft(&session, &top, &targets)?;
    let plan = FixPlan {
        repository: label(&session),
        scope: if request.staged { Scope::Staged } else { Scope::WorkTree },
        skipped: concerned(gathered.skipped, &paths),
        asked: paths,
        dry_run: request.dry_run,
        suppressed,
        ..describe(&draft, &targets, label(&session))
    };
    let (ways, files) = (draft.ways.clone(), draft.changed().cloned().collect());
    Ok(Prepared { session, top, ways, files, plan, targets, _lock: lock })
}

/// The top of the work tree, if this is a place where something may be changed.
fn work_tree(session: &Session<'_>) -> Result<PathBuf> {
    let layout = session.repository.layout();
    let top = layout.work_tree.clone().ok_or_else(|| {
        Error::usage("a bare repository has no work tree to fix").hint("run it in a clone or work tree")
    })?;
    let own = layout.git_directory.join("index");
    let real = |path| real_directory_path(path);
    if layout.index_file != own && real(&layout.index_file) != real(&own) {
        return Err(Error::usage("`GIT_INDEX_FILE` names another index than the repository's own")
            .cause("a hook of `git commit -a` or `git commit -- PATH` sees an index that git throws away")
            .hint("run it outside of the hook"));
    }
    Ok(top)
}

/// What counts: errors and warnings; for paths that were named also what only protects this user.
fn findings(
    session: &Session<'_>,
    gathered: &Gathered,
    request: &FixRequest,
) -> Result<(Vec<Finding>, Vec<Suppression>)> {
    let staged = if request.staged { Some(gather::facts(session, &Scope::Staged)?) } else { None };
    let judged = staged.as_ref().unwrap_or(gathered);
    let enabled = enabled_rules(&judged.settings)?;
    let (findings, suppressed) = allowed(rules::run(&enabled, &judged.facts), &judged.settings);
    let named = !request.paths.is_empty();
    let counts =
        |finding: &Finding| finding.severity >= Severity::Warning || (named && finding.rule.code == "PYE204");
    Ok((findings.into_iter().filter(counts).collect(), suppressed))
}

/// What was not read at, below or above the paths asked for.
fn concerned(skipped: Vec<crate::model::Skip>, paths: &[RepoPath]) -> Vec<crate::model::Skip> {
    let mut skipped: Vec<_> = skipped.into_iter().filter(|skip| concerns(paths, &skip.path)).collect();
    skipped.sort();
    skipped.dedup();
    skipped
}

/// The plan, as everybody may see it.
fn describe(draft: &Draft<'_>, targets: &[Target], repository: crate::model::RepositoryLabel) -> FixPlan {
    let diff = |file: &IgnoreFile| FileDiff {
        path: file.path.clone(),
        unified: diff::unified(&file.path, file.old.as_deref(), &file.new_text()),
    };
    let tracked = targets.iter().filter(|target| !target.untrack.is_empty());
    let untracked =
        tracked.map(|target| Untracked { root: target.root.clone(), paths: target.untrack.clone() });
    let reason = "it is not part of the environment";
    let foreign = targets.iter().flat_map(|target| target.foreign.iter().cloned());
    let mut kept: Vec<Kept> = foreign.map(|path| Kept { path, reason }).collect();
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    let pairs = targets.iter().zip(&draft.ways);
    let only_ignored =
        pairs.filter(|(target, way)| target.untrack.is_empty() && **way != Way::Covered).count();
    FixPlan {
        repository,
        scope: Scope::WorkTree,
        asked: Vec::new(),
        dry_run: false,
        diffs: draft.changed().map(diff).collect(),
        untracked: untracked.collect(),
        kept,
        only_ignored,
        skipped: Vec::new(),
        suppressed: Vec::new(),
    }
}

impl Prepared<'_> {
    /// What is to be changed.
    #[must_use]
    pub fn plan(&self) -> &FixPlan {
        &self.plan
    }

    /// Changes it, unless it is a dry run or there is nothing to change.
    ///
    /// # Errors
    /// Action if something failed; then everything is as it was before.
    pub fn carry_out(self) -> Result<FixResult> {
        if self.plan.dry_run || self.plan.is_empty() {
            return Ok(FixResult { plan: self.plan, staged: Vec::new(), unstaged: Vec::new() });
        }
        let work = Work {
            session: &self.session,
            top: &self.top,
            targets: &self.targets,
            ways: &self.ways,
            files: self.files.iter().collect(),
            plan: &self.plan,
        };
        let done = work.carry_out()?;
        Ok(FixResult { plan: self.plan, staged: done.staged, unstaged: done.unstaged })
    }
}
