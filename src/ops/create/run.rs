//! Creates the selected environments, one after the other.

use super::build::EnvironmentBuilder;
use super::existing_target::ExistingEnvironment;
use super::recovery::recover;
use super::replacement;
use super::request::CreateRequest;
use super::target_path::TargetPath;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::interpreters::{self, Query};
use crate::model::{Attempt, Creation, MadeEnvironment, Selection};
use crate::project::{python_requests, select};
use crate::session::{Ports, Session};
use crate::text::shell_quote;

/// Creates environments. If one of several fails, the others are created all the same.
///
/// # Errors
/// Usage or settings if it cannot be determined what to create; of a single environment also what it fails with.
pub fn run(ports: Ports<'_>, request: &CreateRequest) -> Result<Creation> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let selections = selections(&session, &settings, request)?;
    // No other run may change the target between looking at it and writing to it.
    let lock = (!request.dry_run).then(|| session.lock()).transpose()?;
    let mut attempts = Vec::with_capacity(selections.len());
    for selection in &selections {
        let result = create(ports, &session, &settings, request, selection);
        ports.progress.finish();
        let name = selection.name.clone().or_else(|| request.environment.clone());
        attempts.push(Attempt { name, result: if request.all { result } else { Ok(result?) } });
    }
    drop(lock);
    Ok(Creation { repository: session.label(), attempts, all: request.all, dry_run: request.dry_run })
}

/// The selected environments.
fn selections(session: &Session<'_>, settings: &Settings, request: &CreateRequest) -> Result<Vec<Selection>> {
    let selections = match request.all {
        false => vec![select(session, settings, request.environment.as_deref())?],
        true => {
            let names = settings.environments.keys();
            names.map(|name| select(session, settings, Some(name))).collect::<Result<Vec<_>>>()?
        }
    };
    if selections.is_empty() {
        return Err(Error::usage("no environments are configured")
            .hint("add one with `git config pyenv.environments.NAME.directory DIRECTORY`"));
    }
    Ok(selections)
}

/// Creates one environment, or returns the existing one if it is what is requested.
fn create(
    ports: Ports<'_>,
    session: &Session<'_>,
    settings: &Settings,
    request: &CreateRequest,
    selection: &Selection,
) -> Result<MadeEnvironment> {
    let layout = session.repository.layout();
    let target = TargetPath::of(&session.repository, selection)?;
    if !request.dry_run {
        recover(&session.repository, &target, ports.progress);
    }
    let requests = python_requests(layout, selection, request.python.as_deref())?;
    let query = Query { requests: &requests, work_tree: layout.work_tree.as_deref() };
    let replaces = match ExistingEnvironment::at(&target)? {
        None => None,
        Some(existing) if !request.force => {
            return keep(&existing, selection, request, query, ports);
        }
        Some(_) => {
            replacement::require_cleanup(&settings.auto_cleanup)?;
            replacement::prepare(&session.repository, &target)?;
            Some(&session.repository)
        }
    };
    // A signal waits until what is begun from here on is cleaned up.
    ports.signals.defer();
    let made = EnvironmentBuilder { ports, request, target: &target, query, replaces }.run();
    ports.progress.finish();
    ports.signals.deliver();
    made
}

/// The existing environment, if it is what is requested.
fn keep(
    existing: &ExistingEnvironment<'_>,
    selection: &Selection,
    request: &CreateRequest,
    query: Query<'_>,
    ports: Ports<'_>,
) -> Result<MadeEnvironment> {
    let find = || interpreters::find(ports, query);
    let mut differences =
        existing.differences(query.requests, request.system_site_packages, find)?.into_iter();
    let Some(first) = differences.next() else { return Ok(existing.as_made(query.requests)) };
    let taken = Error::action(format!("`{}` exists but {first}", existing.target));
    let told = differences.fold(taken, |error, more| error.cause(format!("it {more}")));
    let replace = format!("git pyenv create --force{}{}", selection.env_option(), options(request));
    Err(told.hint(format!("replace it with `{replace}`, which records what was in it")))
}

/// The options of a request that say what the environment is to be, each after a space.
fn options(request: &CreateRequest) -> String {
    let with_value = |option: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!(" --{option} {}", shell_quote(value.as_bytes())))
    };
    let flag = |option: &str, is_set: bool| is_set.then(|| format!(" --{option}"));
    [
        with_value("python", &request.python),
        with_value("prompt", &request.prompt),
        flag("without-pip", request.without_pip),
        flag("system-site-packages", request.system_site_packages),
    ]
    .into_iter()
    .flatten()
    .collect()
}
