//! `ci verify`: which environment is looked at and by which rules; `check` looks at it.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::inspect::is_environment;
use crate::message::message;
use crate::model::{
    CacheVerification, FailOn, Finding, FixStep, Inspected, Report, RuleGroup, Scope, Selection, Severity,
};
use crate::project::select;
use crate::rules::{RULES, find};
use crate::session::{Ports, Session};

/// The environment that came from the cache, or is to.
#[derive(Debug, Clone)]
pub struct RestoredEnvironment {
    /// The environment.
    pub selection: Selection,
    /// It exists.
    pub exists: bool,
}

/// Finds the environment.
///
/// # Errors
/// Usage, settings, or undecided for one outside of the work tree.
pub fn restored(ports: Ports<'_>, named: Option<&str>) -> Result<RestoredEnvironment> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let selection = select(&session, &settings, named)?;
    if selection.path.is_none() {
        return Err(Error::undecided(message!("`{}` is outside of the work tree", selection.place()))
            .cause("only what lies in it is checked"));
    }
    Ok(RestoredEnvironment { exists: is_environment(&selection.directory), selection })
}

/// The codes of the rules that say whether an environment works and is in step with what the project asks for.
#[must_use]
pub fn rules() -> Vec<&'static str> {
    let is_asked =
        |group| matches!(group, RuleGroup::Environment | RuleGroup::Requirements | RuleGroup::Lock);
    RULES
        .iter()
        .map(|rule| &rule.info)
        .filter(|info| info.is_default && is_asked(info.group))
        .map(|info| info.code)
        .collect()
}

/// The result where there is no environment: the finding of the rule about that.
///
/// # Errors
/// As [`restored`].
pub fn missing(ports: Ports<'_>, selection: Selection) -> Result<CacheVerification> {
    let session = Session::open(ports, Vec::new())?;
    let rule = find(RULES, "no-environment")?;
    let path = selection.path.clone().unwrap_or_default();
    let finding = Finding::of(&rule.info, &path, message!("no environment at `{}`", selection.place()))
        .severity(Severity::Warning)
        .fixed_by(vec![FixStep::Create(Some(path.clone()))], "creates the environment");
    let finding = Finding {
        fix: finding.fix.map(|fix| crate::model::Fix {
            command: session.invocation_directory().command(&fix.steps),
            ..fix
        }),
        ..finding
    };
    let report = Report {
        repository: session.label(),
        scope: Scope::WorkTree,
        findings: vec![finding],
        environments: Vec::new(),
        syncs: Vec::new(),
        skipped: Vec::new(),
        suppressed: Vec::new(),
        inspected: Inspected { elapsed: Duration::ZERO, ..Inspected::default() },
        looked_at: None,
        fail_on: FailOn::Warning,
    };
    Ok(CacheVerification { selection, report })
}
