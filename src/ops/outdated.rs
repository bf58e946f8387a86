//! `outdated`: which installed packages have newer versions, as a package manager says.

use std::path::Path;

use crate::backends::{outdated_with_pip, outdated_with_uv};
use crate::delegate::{ProgramQuestion, program_on_path};
use crate::error::{Error, Result};
use crate::formats::tool_answers::{self, ListedLatest};
use crate::inspect::installed::distributions;
use crate::model::{OutdatedList, OutdatedPackage, Requested, RequestedPackages, What};
use crate::order::Arrange as _;
use crate::project::{SelectedEnvironment, dependency_graph};
use crate::python::{Version, normalised};
use crate::session::{Ports, Session};

/// What to list.
#[derive(Debug, Clone)]
pub struct OutdatedRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the selected one.
    pub environment: Option<String>,
    /// That there are some makes the exit status 1.
    pub counts: bool,
}

/// Asks uv, or the environment's pip, which packages have newer versions.
///
/// # Errors
/// Usage, settings, or action if there is no environment that works; undecided if the index cannot be asked.
pub fn run(ports: Ports<'_>, request: &OutdatedRequest) -> Result<OutdatedList> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let environment = SelectedEnvironment::find(&session, request.environment.as_deref())?;
    let python = environment.python()?;
    let selection = &environment.selection;
    let question = |name| ProgramQuestion {
        ports,
        name,
        directory: &ports.env.directory,
        environment: Some(&environment.root),
        doing: "asking for newer versions",
        asked: "which packages are outdated",
    };
    let uv = program_on_path(session.env, "uv").filter(|_| settings.backend.value.as_deref() != Some("pip"));
    let (tool, found) = match uv {
        Some(uv) => {
            let command = outdated_with_uv(&uv, &environment.root);
            ("uv", question("uv").ask(&command, &[0], tool_answers::outdated)?)
        }
        None => ("pip", with_pip(&question("pip"), &python, &environment.root)?),
    };
    let requested = dependency_graph(&session, &settings, selection).map(|(_, requested, _)| requested);
    let requested = requested.unwrap_or_default();
    let mut packages: Vec<OutdatedPackage> =
        found.into_iter().map(|found| described(found, &requested)).collect();
    packages.arrange_by_key(|package| normalised(&package.name));
    Ok(OutdatedList {
        repository: session.label(),
        tool,
        packages,
        counts: request.counts,
        notes: environment.warning().into_iter().collect(),
        selection: environment.selection.clone(),
    })
}

/// Asks the environment's pip. It says nothing of an index that it cannot reach: then it knows no package at all.
fn with_pip(question: &ProgramQuestion<'_>, python: &Path, root: &Path) -> Result<Vec<ListedLatest>> {
    let installed = distributions(root).distributions;
    if !installed.iter().any(|found| normalised(&found.name) == "pip") {
        return Err(Error::action("there is no program `uv` on PATH, and the environment has no pip")
            .hint("install uv: https://docs.astral.sh/uv/"));
    }
    let found = question.ask(&outdated_with_pip(python, false), &[0], tool_answers::outdated)?;
    if found.is_empty() {
        let known = question.ask(&outdated_with_pip(python, true), &[0], tool_answers::outdated)?;
        if known.is_empty() {
            return Err(Error::undecided("could not determine which packages are outdated")
                .cause("pip finds none of the installed packages in the index"));
        }
    }
    Ok(found)
}

fn described(found: ListedLatest, requested: &RequestedPackages) -> OutdatedPackage {
    let key = normalised(&found.name);
    let specifiers = |line: &Requested| match &line.what {
        What::Package { name, specifiers, .. } if normalised(name) == key => Some(specifiers.clone()),
        _ => None,
    };
    let lines = requested.requested.iter().chain(&requested.constraints);
    let lines: Vec<_> = lines.filter_map(specifiers).collect();
    let texts: Vec<String> = lines.iter().filter(|line| !line.is_any()).map(ToString::to_string).collect();
    let latest = Version::parse(&found.latest);
    let accepted = |latest: Version| lines.iter().all(|line| line.accept_candidate(&latest));
    OutdatedPackage {
        required: (!lines.is_empty()).then(|| texts.join(",")),
        is_accepted: latest.filter(|_| !lines.is_empty()).map(accepted),
        name: found.name,
        version: found.version,
        latest: found.latest,
    }
}
