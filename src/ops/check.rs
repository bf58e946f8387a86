//! `check`: from a scope to a report.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use crate::config::{FlagValue, Settings};
use crate::error::{Error, Result};
use crate::git::Reader;
use crate::inspect::sizes;
use crate::message::message;
use crate::model::{
    EnvironmentSync, FailOn, Finding, Fix, HistoryFix, Inspection, LookedAt, PackageCheck, Remedy, Report,
    RuleGroup, Scope, Selection,
};
use crate::path::RepoPath;
use crate::project;
use crate::report::{AskedFacts, assemble, concerns, enabled_rules, repository_paths, require_known};
use crate::scan::{self, Scanned, ToRemove, TrackedPlace, WorkTreeScan, short};
use crate::session::{Ports, Session};
use crate::tree::ObjectId;

/// What to check.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// The scope.
    pub scope: Scope,
    /// Only findings at or below (or above) these paths, relative to the working directory; empty for all.
    pub paths: Vec<PathBuf>,
    /// Which findings make exit status 1.
    pub fail_on: FailOn,
    /// Which environments on the disk the rules about environments look at.
    pub environments: EnvironmentScope,
    /// A project with requirements has to have an environment.
    pub require_environment: bool,
    /// How thoroughly installed packages are looked at.
    pub packages: PackageCheck,
    /// Say what was looked at.
    pub explains: bool,
    /// Settings given as flags.
    pub flags: Vec<FlagValue>,
}

/// Which environments on the disk the rules about environments look at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EnvironmentScope {
    /// All in the work tree, and those that are selected.
    #[default]
    Usual,
    /// These alone, by name or directory.
    Named(Vec<String>),
    /// All of them.
    All,
}

/// Checks a scope.
///
/// # Errors
/// Usage, settings, or undecided if the scope as a whole cannot be read.
pub fn run(ports: Ports<'_>, request: &CheckRequest) -> Result<Report> {
    let started = Instant::now();
    let session = Session::open(ports, request.flags.clone())?;
    let paths = repository_paths(ports.env.directory.as_path(), &session, &request.paths)?;
    let scanned = match request.scope {
        Scope::WorkTree => look_at_work_tree(&session, request, &paths)?,
        _ => look_at_commits(&session, request)?,
    };
    require_known(&paths, &scanned, &session)?;
    let places = scan::tracked_places(&scanned.facts);
    let looked_at = request.explains.then(|| looked_at(&session, &scanned, &paths)).transpose()?;
    let asking = asking_places(&paths, &scanned.facts.syncs);
    let mut report = assemble(&session, scanned, request.fail_on, started)?;
    report.looked_at = looked_at;
    if request.scope == Scope::Staged {
        report.inspected.changed_paths = session.repository.changed_paths().ok();
    }
    let is_asked = |it: &Finding| it.rule.group == RuleGroup::Requirements && asking.contains(&it.path);
    report.findings.retain(|finding| concerns(&paths, &finding.path) || is_asked(finding));
    change_history(&session, &mut report, places)?;
    Ok(report)
}

/// Says what was looked at.
///
/// # Errors
/// Undecided if the index cannot be read.
fn looked_at(session: &Session<'_>, scanned: &Scanned, paths: &[RepoPath]) -> Result<LookedAt> {
    let projects = match scanned.facts.scope {
        Scope::WorkTree => project::projects_and(session, paths)?,
        Scope::Staged | Scope::Commit(_) | Scope::Range(_) => Vec::new(),
    };
    Ok(project::looked_at(session, scanned, &projects))
}

/// What the rules that run need to know.
///
/// # Errors
/// Settings, for a rule that does not exist.
fn asked_facts(settings: &Settings, request: &CheckRequest) -> Result<AskedFacts> {
    Ok(AskedFacts::of(&enabled_rules(settings)?, request.packages))
}

/// Looks at what is or will be committed, as far as the rules ask.
///
/// # Errors
/// As [`run`].
fn look_at_commits(session: &Session<'_>, request: &CheckRequest) -> Result<Scanned> {
    let mut scanned = scan::scan(session, &request.scope, Some(project::DEPENDENCY_FILES))?;
    if asked_facts(&scanned.settings, request)?.derived_files {
        project::add_derived_files(session, &mut scanned)?;
    }
    Ok(scanned)
}

/// Adds what can be checked where there is no work tree.
fn instead(session: &Session<'_>, error: Error) -> Error {
    match session.repository.resolve("HEAD") {
        Ok(Some(_)) => error.suggest("or check a commit with", "git pyenv check --commit HEAD"),
        Ok(None) | Err(_) => error,
    }
}

/// Looks at the work tree and at the environments in it, as far as the rules ask.
///
/// # Errors
/// As [`run`].
fn look_at_work_tree(session: &Session<'_>, request: &CheckRequest, paths: &[RepoPath]) -> Result<Scanned> {
    session.top().map_err(|error| instead(session, error))?;
    let everything = WorkTreeScan::of(session)?;
    let asked = asked_facts(&everything.settings, request)?;
    let watch = asked.derived_files.then_some(project::DEPENDENCY_FILES);
    let scan = WorkTreeScan { watch, asks_ignore_rules: asked.ignore_rules, ..everything };
    let mut scanned = scan::work_tree(session, scan)?;
    if asked.ignore_rules {
        scanned.skipped.extend(sizes::measure_exposed(&session.top()?, &mut scanned.facts.on_disk));
    }
    // What could not be read for rules that do not run leaves nothing undecided.
    let forget = |scanned: &mut Scanned, known: usize| {
        scanned.skipped.truncate(if asked.requirements || asked.repairs { usize::MAX } else { known });
    };
    let known = scanned.skipped.len();
    let projects = project::projects_and(session, paths)?;
    project::add_facts(session, &mut scanned, &projects, request.require_environment, asked.packages)?;
    forget(&mut scanned, known);
    scanned.facts.projects.retain(|project| concerns(paths, &project.project));
    if asked.derived_files {
        // Before the environments are compared with locks, which may be stale.
        project::add_derived_files(session, &mut scanned)?;
        project::prefer_lock_command(&session.top()?, &mut scanned);
    }
    let known = scanned.skipped.len();
    let others = other_environments(session, &scanned, &request.environments, paths)?;
    project::add_syncs(session, &mut scanned, &projects, others.clone());
    if let EnvironmentScope::Named(_) = &request.environments {
        keep_named(&mut scanned, &others)?;
    }
    scanned.facts.syncs.retain(|found| concerns_sync(paths, found));
    if asked.requirements {
        project::add_undecided(&mut scanned);
    }
    forget(&mut scanned, known);
    if asked.repairs {
        project::add_suggestions(session, &mut scanned);
    }
    Ok(scanned)
}

/// Says whether the requirements of an environment, or the environment, are at, below or above one of the requested paths.
fn concerns_sync(paths: &[RepoPath], found: &EnvironmentSync) -> bool {
    let mut places = found.sync.files.iter().chain(&found.root);
    paths.is_empty() || places.any(|place| concerns(paths, place))
}

/// What asks for the packages of the environments at the requested paths, wherever it is.
fn asking_places(paths: &[RepoPath], syncs: &[EnvironmentSync]) -> HashSet<RepoPath> {
    let is_there = |found: &&EnvironmentSync| found.root.iter().any(|root| concerns(paths, root));
    let lines = |found: &EnvironmentSync| {
        let lines = found.problems.iter().flat_map(|problem| &problem.lines);
        lines.map(|line| line.place.file.clone()).collect::<Vec<_>>()
    };
    syncs.iter().filter(is_there).flat_map(lines).collect()
}

/// The environments to compare besides those of the work tree's projects: what is named is compared with the project that owns it.
///
/// # Errors
/// As [`project::select`].
fn other_environments(
    session: &Session<'_>,
    scanned: &Scanned,
    scope: &EnvironmentScope,
    paths: &[RepoPath],
) -> Result<Vec<Selection>> {
    let settings = &scanned.settings;
    let roots: Vec<&RepoPath> = scanned.facts.inspections.iter().map(|found| &found.root).collect();
    match scope {
        EnvironmentScope::Named(names) => {
            names.iter().map(|name| project::select(session, settings, Some(name))).collect()
        }
        EnvironmentScope::All => project::owned(session, settings, roots),
        EnvironmentScope::Usual if paths.is_empty() => Ok(Vec::new()),
        EnvironmentScope::Usual => project::owned_at(session, settings, &roots, paths),
    }
}

/// Drops what the rules about environments would look at beside these environments.
///
/// # Errors
/// Usage for what is no environment in the work tree.
fn keep_named(scanned: &mut Scanned, selections: &[Selection]) -> Result<()> {
    let facts = &mut scanned.facts;
    for selection in selections {
        let is_found = |inspection: &Inspection| selection.path.as_ref() == Some(&inspection.root);
        if !facts.inspections.iter().any(is_found) {
            return Err(not_checked(selection));
        }
    }
    let is_named = |inspection: &Inspection| {
        selections.iter().any(|selection| selection.path.as_ref() == Some(&inspection.root))
    };
    facts.inspections.retain(is_named);
    facts.projects.retain(|project| selections.iter().any(|selection| selection.project == project.project));
    let is_selected = |found: &EnvironmentSync| selections.iter().any(|it| it.path == found.root);
    facts.syncs.retain(is_selected);
    // That there is an environment is known.
    facts.projects.iter_mut().for_each(|project| project.has_environment = true);
    Ok(())
}

/// The error for a named environment that is not there to be checked.
fn not_checked(selection: &Selection) -> Error {
    let place = selection.place();
    let error = Error::usage(match selection.path {
        Some(_) => message!("no environment at `{}`", place),
        None => {
            message!("`{}` is outside of the work tree, and `check --env` takes only what lies in it", place)
        }
    });
    error.suggest("see which ones there are with", "git pyenv list")
}

/// Replaces the fixes of findings in commits: `git pyenv fix` changes only the next commit. One command is for all.
fn change_history(session: &Session<'_>, report: &mut Report, places: Vec<TrackedPlace>) -> Result<()> {
    let (end, named) = match &report.scope {
        Scope::WorkTree | Scope::Staged => return Ok(()),
        Scope::Commit(revision) => (session.repository.resolve(revision)?, revision.as_str()),
        Scope::Range(range) => {
            let end = session.repository.range(range)?.include.first().copied();
            (end, range.split_once("..").map_or(range.as_str(), |(_, end)| end))
        }
    };
    let is_found = |it: &TrackedPlace| report.findings.iter().any(|finding| finding.path == it.place);
    let found: Vec<TrackedPlace> = places.into_iter().filter(is_found).collect();
    let fix = match end.filter(|_| !found.is_empty()) {
        Some(end) => history_fix(session, &report.scope, (end, named), found)?,
        None => None,
    };
    for finding in &mut report.findings {
        finding.fix = fix.as_ref().map(|fix| Fix {
            command: fix.command(&session.invocation_directory()),
            remedy: Remedy::ChangeHistory,
            steps: Vec::new(),
            effect: fix.effect(),
        });
    }
    Ok(())
}

/// How to remove environments from a commit, or from a range with this end, which the user named.
fn history_fix(
    session: &Session<'_>,
    scope: &Scope,
    (end, named): (ObjectId, &str),
    found: Vec<TrackedPlace>,
) -> Result<Option<HistoryFix>> {
    let commits: HashSet<String> = found.iter().filter_map(|it| it.commit.clone()).collect();
    let introducing = match scope {
        Scope::Range(range) => {
            let history = session.repository.history(&session.repository.range(range)?)?;
            let ids = history.commits.into_iter().map(|commit| commit.id);
            ids.filter(|id| commits.contains(&short(id))).collect()
        }
        _ => vec![end],
    };
    let Some(reference) = scan::reference_with(session, end, named)? else { return Ok(None) };
    let mut removed = ToRemove { introducing, ..ToRemove::default() };
    found.into_iter().for_each(|place| removed.add(place));
    scan::history_fix(session, &removed, &[reference])
}
