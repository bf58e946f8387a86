//! `check`: from a scope to a report.

use std::path::PathBuf;
use std::time::Instant;

use crate::config::FlagValue;
use crate::error::Result;
use crate::inspect::sizes;
use crate::model::{FailOn, Report, Scope};
use crate::project;
use crate::report::{assemble, concerns, repository_paths, require_known};
use crate::scan;
use crate::session::{Ports, Session};

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
    let mut scanned = scan::scan(&session, &request.scope)?;
    if request.scope == Scope::WorkTree {
        let top = session.top()?;
        scanned.skipped.extend(sizes::measure_exposed(&top, &mut scanned.facts.on_disk));
        project::add_facts(&session, &mut scanned, request.require_environment);
    }
    require_known(&paths, &scanned, &session)?;
    let mut report = assemble(&session, scanned, request.fail_on, started)?;
    report.findings.retain(|finding| concerns(&paths, &finding.path));
    Ok(report)
}
