//! `check` and the commit gate: from a scope to a report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::condition;
use super::gather::{self, Gathered};
use super::session::{Ports, Session};
use crate::config::{FlagValue, Settings};
use crate::error::{Error, Result};
use crate::model::{FailOn, Finding, Inspected, Report, RepositoryLabel, Scope, Severity, Suppression};
use crate::path::{RepoPath, shown};
use crate::rules::{self, RULES, Rule};

/// What to check.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// The scope.
    pub scope: Scope,
    /// Only findings at or below (or above) these paths, relative to the working directory; empty for all.
    pub paths: Vec<PathBuf>,
    /// Which findings make exit status 1.
    pub fail_on: FailOn,
    /// A project with requirements has to have an environment.
    pub require_environment: bool,
    /// Settings given as flags.
    pub flags: Vec<FlagValue>,
}

/// Checks a scope.
///
/// # Errors
/// Usage, settings, or undecided if the scope as a whole cannot be read.
pub fn run(ports: Ports<'_>, request: &CheckRequest) -> Result<Report> {
    let started = Instant::now();
    let session = Session::open(ports, request.flags.clone())?;
    let paths = repository_paths(ports.env.directory.as_path(), &session, &request.paths)?;
    let mut gathered = gather::facts(&session, &request.scope)?;
    if request.scope == Scope::WorkTree {
        condition::add(&session, &mut gathered, request.require_environment)?;
    }
    require_known(&paths, &gathered, &session)?;
    let mut report = report(&session, gathered, request.fail_on, started)?;
    report.findings.retain(|finding| concerns(&paths, &finding.path));
    Ok(report)
}

/// Runs the rules that settings leave on over what was gathered.
///
/// # Errors
/// Settings, for a rule that does not exist.
pub(super) fn report(
    session: &Session<'_>,
    gathered: Gathered,
    fail_on: FailOn,
    started: Instant,
) -> Result<Report> {
    let enabled = enabled_rules(&gathered.settings)?;
    let (mut findings, suppressed) = allowed(rules::run(&enabled, &gathered.facts), &gathered.settings);
    for fix in findings.iter_mut().filter_map(|finding| finding.fix.as_mut()) {
        fix.command = session.invocation_directory().command(fix.remedy, &fix.place);
    }
    let tracked = gathered.facts.tracked.iter().map(|tracked| tracked.environment.clone());
    let environments: Vec<_> = tracked.chain(gathered.untracked).collect();
    let inspected = Inspected {
        paths: gathered.paths,
        environments: environments.len() as u64,
        manifests: 0,
        elapsed: started.elapsed(),
    };
    let report = Report {
        repository: label(session),
        scope: gathered.facts.scope,
        findings,
        environments,
        skipped: gathered.skipped,
        suppressed,
        inspected,
        fail_on,
    };
    Ok(report.sorted())
}

/// The repository's name in a report.
pub(super) fn label(session: &Session<'_>) -> RepositoryLabel {
    let layout = session.repository.layout();
    RepositoryLabel {
        root: layout.common_directory.clone(),
        work_tree: layout.work_tree.clone(),
        invocation_directory: session.invocation_directory(),
    }
}

/// Says whether a finding's place is at, below or above one of the paths asked for.
pub(super) fn concerns(paths: &[RepoPath], place: &RepoPath) -> bool {
    paths.is_empty() || paths.iter().any(|path| place.is_within(path) || path.is_within(place))
}

/// Makes paths of the command line relative to the repository; `:/PATH` is relative to its top, as for git.
///
/// # Errors
/// Usage for one outside of the repository.
pub fn repository_paths(directory: &Path, session: &Session<'_>, paths: &[PathBuf]) -> Result<Vec<RepoPath>> {
    let layout = session.repository.layout();
    let Some(top) = layout.work_tree.as_ref() else {
        return paths
            .iter()
            .map(|path| RepoPath::from_relative(path).map_err(|_| outside(path, Path::new("."))))
            .collect();
    };
    let inside = |path: &PathBuf| {
        if let Some(from_top) = crate::path::path_to_bytes(path).strip_prefix(b":/") {
            return RepoPath::from_relative(&crate::path::bytes_to_path(from_top))
                .map_err(|_| outside(path, top));
        }
        let spelled = layout.prefix.to_path(top).join(path);
        let spelled = if path.is_absolute() { path.clone() } else { spelled };
        let plain = crate::fs::plain_path(&spelled);
        let real = || crate::fs::real_directory_path(&directory.join(path));
        let relative = plain.strip_prefix(top).map(Path::to_path_buf).ok().or_else(|| {
            real().and_then(|real| {
                real.strip_prefix(crate::fs::real_directory_path(top)?).map(Path::to_path_buf).ok()
            })
        });
        relative
            .and_then(|relative| RepoPath::from_relative(&relative).ok())
            .ok_or_else(|| outside(path, top))
    };
    paths.iter().map(inside).collect()
}

fn outside(path: &Path, top: &Path) -> Error {
    Error::usage(format!("`{}` is outside of the repository", shown(path)))
        .cause(format!("the repository is at `{}`", shown(top)))
}

/// A path that names nothing is more likely a typing error than a clean place.
pub(super) fn require_known(paths: &[RepoPath], gathered: &Gathered, session: &Session<'_>) -> Result<()> {
    let known = |path: &&RepoPath| {
        let on_disk = session.repository.layout().work_tree.as_ref().map(|top| path.to_path(top));
        let tracked =
            gathered.facts.tracked.iter().any(|t| concerns(std::slice::from_ref(*path), &t.environment.root));
        path.is_root() || tracked || on_disk.is_some_and(|place| crate::fs::exists(&place))
    };
    match paths.iter().find(|path| !known(path)) {
        None => Ok(()),
        Some(path) if !session.repository.tracked_below(std::slice::from_ref(path))?.is_empty() => Ok(()),
        Some(path) => Err(Error::usage(format!("there is no `{path}` in the repository"))),
    }
}

/// The rules that settings leave on.
///
/// # Errors
/// Settings, for a name that no rule has.
pub fn enabled_rules(settings: &Settings) -> Result<Vec<&'static Rule>> {
    let named = |names: &crate::setting::Setting<Vec<String>>| -> Result<Vec<&'static str>> {
        let find = |name: &String| {
            let place = |error: Error| error.cause(format!("it is named by {}", names.origin));
            rules::find(name).map(|rule| rule.info.code).map_err(place)
        };
        names.value.iter().map(find).collect()
    };
    let (select, ignore) = (named(&settings.selection.select)?, named(&settings.selection.ignore)?);
    let chosen = |rule: &&&Rule| {
        (select.is_empty() || select.contains(&rule.info.code)) && !ignore.contains(&rule.info.code)
    };
    Ok(RULES.iter().filter(chosen).copied().collect())
}

/// Takes away what the `allow` setting covers, and says so.
pub(super) fn allowed(findings: Vec<Finding>, settings: &Settings) -> (Vec<Finding>, Vec<Suppression>) {
    let mut suppressed: Vec<Suppression> = settings
        .loosened_by_repository()
        .into_iter()
        .filter(|row| row.key == "ignore" || row.key == "select")
        .map(|row| Suppression {
            finding: format!("{} = {}", row.key, row.value),
            because: format!("set in {}", row.origin),
            from_repository: true,
        })
        .collect();
    let mut kept = Vec::new();
    for finding in findings {
        match settings.allow.value.find(&finding.path) {
            Some(entry) if finding.severity > Severity::Info => suppressed.push(Suppression {
                finding: format!("{} `{}`", finding.rule.code, finding.path),
                because: format!("allowed by `{}` in {}: {}", entry.pattern, entry.origin, entry.reason),
                from_repository: entry.origin.is_from_repository(),
            }),
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    (kept, suppressed)
}
