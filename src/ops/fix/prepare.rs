//! Finds what `fix` is to do, as a plan that can be shown before it is carried out.

use std::collections::HashSet;
use std::path::PathBuf;

use super::apply::FixRun;
use super::ignore_file::IgnoreFile;
use super::plan::{Draft, FixStrategy};
use super::target::{FixSelection, Target};
use super::{diff, plan, target};
use crate::error::{Error, Result};
use crate::fs::{Lock, real_directory_path};
use crate::git::Reader;
use crate::model::{
    FileDiff, Finding, FixPlan, FixResult, Kept, PlanBasis, Remedy, Scope, Severity, Suppression, Untracked,
};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::removal;
use crate::report::{allowed, concerns, enabled_rules, repository_paths, require_known};
use crate::rules;
use crate::scan::{self, Scanned};
use crate::session::{Ports, Session};

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
    strategies: Vec<FixStrategy>,
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
    if lock.is_some() {
        removal::recover(&session.repository, None, ports.progress);
    }
    let scanned = scan::scan(&session, &Scope::WorkTree, None)?;
    require_known(&paths, &scanned, &session)?;
    let (findings, suppressed) = findings(&session, &scanned, request)?;
    let mut targets = target::targets(&scanned.facts, &FixSelection::new(&findings, &paths));
    let roots: Vec<RepoPath> = targets.iter().map(|target| target.root.clone()).collect();
    target::add_announced(&mut targets, &session.repository.index_paths_below(&roots)?);
    let draft = plan::draft(&session, &top, &targets)?;
    let plan = FixPlan {
        repository: session.label(),
        scope: if request.staged { Scope::Staged } else { Scope::WorkTree },
        diffs: draft.changed().map(diff_of).collect::<Result<_>>()?,
        rules: draft.changed().map(new_rules).sum(),
        loses_slash: draft
            .strategies
            .iter()
            .any(|strategy| matches!(strategy, FixStrategy::WithoutSlash(..))),
        in_head: is_in_head(&session, &targets)?,
        untracked: untracked(&targets),
        kept: kept(&targets),
        only_ignored: only_ignored(&targets, &draft),
        skipped: concerned(scanned.skipped, &paths),
        asked: paths,
        dry_run: request.dry_run,
        basis: basis(&session, &targets, &draft)?,
        suppressed,
    };
    let (strategies, files) = (draft.strategies.clone(), draft.changed().cloned().collect());
    Ok(Prepared { session, top, strategies, files, plan, targets, _lock: lock })
}

/// What the plan rests on: what git has of all that it touches, and the ignore files as they are, byte by byte.
fn basis(session: &Session<'_>, targets: &[Target], draft: &plan::Draft<'_>) -> Result<PlanBasis> {
    let mut basis = PlanBasis::default();
    let mut touched: Vec<RepoPath> =
        untracked(targets).into_iter().flat_map(|untracked| untracked.paths).collect();
    for file in draft.changed() {
        basis.add("file", file.path.as_bytes());
        basis.add("content", file.old.as_deref().unwrap_or_default());
        touched.push(file.path.clone());
    }
    for entry in session.repository.tracked_below(&touched)? {
        basis.add("tracked", entry.path.as_bytes());
        basis.add("id", entry.id.map(|id| id.to_string()).unwrap_or_default().as_bytes());
    }
    touched.iter().for_each(|path| basis.add("touched", path.as_bytes()));
    Ok(basis)
}

/// The top of the work tree, if this is a place where something may be changed.
fn work_tree(session: &Session<'_>) -> Result<PathBuf> {
    let layout = session.repository.layout();
    let top = session.top()?;
    let own = layout.git_directory.join("index");
    if layout.index_file != own && real_directory_path(&layout.index_file) != real_directory_path(&own) {
        return Err(Error::usage("`GIT_INDEX_FILE` is not the index of the repository")
            .cause("in a hook, `git commit -a` and `git commit -- PATH` use a temporary index")
            .hint("run it outside the hook"));
    }
    Ok(top)
}

/// What counts: errors and warnings; for paths that were named also advice about ignore rules.
fn findings(
    session: &Session<'_>,
    scanned: &Scanned,
    request: &FixRequest,
) -> Result<(Vec<Finding>, Vec<Suppression>)> {
    let staged = if request.staged { Some(scan::scan(session, &Scope::Staged, None)?) } else { None };
    let judged = staged.as_ref().unwrap_or(scanned);
    let enabled = enabled_rules(&judged.settings)?;
    let (findings, suppressed) = allowed(rules::run(&enabled, &judged.facts), &judged.settings);
    let named = !request.paths.is_empty();
    let counts = |finding: &Finding| {
        let is_safe = matches!(finding.rule.remedy, Some(Remedy::Ignore | Remedy::CoverLinks));
        finding.severity >= Severity::Warning || (named && is_safe)
    };
    Ok((findings.into_iter().filter(counts).collect(), suppressed))
}

/// What was not read at, below or above the requested paths.
fn concerned(skipped: Vec<crate::model::Skip>, paths: &[RepoPath]) -> Vec<crate::model::Skip> {
    let mut skipped: Vec<_> = skipped.into_iter().filter(|skip| concerns(paths, &skip.path)).collect();
    skipped.arrange();
    skipped.dedup();
    skipped
}

/// The change of an ignore file.
fn diff_of(file: &IgnoreFile) -> Result<FileDiff> {
    let unified = diff::unified(&file.path, file.old.as_deref(), &file.new_text())?;
    Ok(FileDiff { path: file.path.clone(), unified })
}

/// The number of rules that a file does not have yet.
fn new_rules(file: &IgnoreFile) -> usize {
    let lines = |text: &[u8]| -> Vec<Vec<u8>> {
        text.split(|&byte| byte == b'\n').map(|line| line.trim_ascii_end().to_vec()).collect()
    };
    let old = lines(file.old.as_deref().unwrap_or_default());
    lines(&file.new_text()).iter().filter(|line| !line.is_empty() && !old.contains(line)).count()
}

/// Says whether `HEAD` has any of the paths to untrack.
fn is_in_head(session: &Session<'_>, targets: &[Target]) -> Result<bool> {
    let tracked: Vec<&Target> = targets.iter().filter(|target| !target.untrack.is_empty()).collect();
    let Some(head) = session.repository.head()?.filter(|_| !tracked.is_empty()) else {
        return Ok(false);
    };
    let roots: Vec<RepoPath> = tracked.iter().map(|target| target.root.clone()).collect();
    let paths: HashSet<&RepoPath> = tracked.iter().flat_map(|target| &target.untrack).collect();
    let entries = session.repository.entries_below(head, &roots)?;
    Ok(entries.iter().any(|entry| paths.contains(&entry.path)))
}

/// The paths to untrack, by environment.
fn untracked(targets: &[Target]) -> Vec<Untracked> {
    let tracked = targets.iter().filter(|target| !target.untrack.is_empty());
    tracked.map(|target| Untracked { root: target.root.clone(), paths: target.untrack.clone() }).collect()
}

/// The paths inside of environments that stay tracked, in order.
fn kept(targets: &[Target]) -> Vec<Kept> {
    let reason = "it is not part of the environment";
    let foreign = targets.iter().flat_map(|target| target.foreign.iter().cloned());
    let mut kept: Vec<Kept> = foreign.map(|path| Kept { path, reason }).collect();
    kept.arrange_by(|a, b| a.path.cmp(&b.path));
    kept
}

/// How many environments are not tracked and only need a rule.
fn only_ignored(targets: &[Target], draft: &Draft<'_>) -> usize {
    let pairs = targets.iter().zip(&draft.strategies);
    pairs.filter(|(target, strategy)| target.untrack.is_empty() && **strategy != FixStrategy::Covered).count()
}

impl Prepared<'_> {
    /// What is to be changed.
    #[must_use]
    pub fn plan(&self) -> &FixPlan {
        &self.plan
    }

    /// What a dry run shows.
    #[must_use]
    pub fn as_dry_run(&self) -> FixResult {
        let plan = FixPlan { dry_run: true, ..self.plan.clone() };
        FixResult { plan, staged: Vec::new(), unstaged: Vec::new() }
    }

    /// Changes it, unless it is a dry run or there is nothing to change.
    ///
    /// # Errors
    /// Action if something failed; then everything is as it was before.
    pub fn carry_out(self) -> Result<FixResult> {
        if self.plan.dry_run || self.plan.is_empty() {
            return Ok(FixResult { plan: self.plan, staged: Vec::new(), unstaged: Vec::new() });
        }
        let run = FixRun {
            session: &self.session,
            top: &self.top,
            targets: &self.targets,
            strategies: &self.strategies,
            files: self.files.iter().collect(),
            plan: &self.plan,
        };
        let done = run.carry_out()?;
        Ok(FixResult { plan: self.plan, staged: done.staged, unstaged: done.unstaged })
    }
}
