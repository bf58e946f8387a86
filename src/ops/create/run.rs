//! Creates the selected environments, one after the other.

use super::build::EnvironmentBuilder;
use super::existing_target::ExistingEnvironment;
use super::of_type;
use super::replacement;
use super::request::CreateRequest;
use super::target_path::TargetPath;
use crate::config::Settings;
use crate::delegate::add_program;
use crate::error::{Error, Result};
use crate::fs::{EnvironmentLock, add_place, add_tree, exists};
use crate::git::IgnoreQuestion;
use crate::inspect::{installed, other_platform};
use crate::interpreters::{self, Query};
use crate::message::{Message, message};
use crate::model::{Attempt, Creation, MadeEnvironment, PlanBasis, Selection};
use crate::project::{beside, conda_activation, python_requests, recreate, recreate_command, select};
use crate::removal::{self, Removal};
use crate::session::{Ports, Session};
use crate::text::shell_word;

/// Creates environments. If one of several fails, the others are created all the same.
///
/// # Errors
/// Usage or settings if it cannot be determined what to create; of a single environment also what it fails with.
pub fn run(ports: Ports<'_>, request: &CreateRequest) -> Result<Creation> {
    replace(ports, request, None)
}

/// As [`run`], in the place of an environment that was looked at, if one is given.
///
/// # Errors
/// As [`run`].
pub fn replace(ports: Ports<'_>, request: &CreateRequest, mut removal: Option<Removal>) -> Result<Creation> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let selections = selections(&session, &settings, request)?;
    // No other run may change the target between looking at it and writing to it.
    let lock = (!request.dry_run).then(|| session.lock()).transpose()?;
    let mut attempts = Vec::with_capacity(selections.len());
    for selection in &selections {
        let result = create(ports, (&session, &settings), request, selection, removal.take());
        ports.progress.finish();
        let name = selection.name.clone().or_else(|| request.environment.clone());
        let result = if request.all { result } else { Ok(result?) };
        attempts.push(Attempt { name, result, installation: None });
    }
    drop(lock);
    let mut basis = PlanBasis::default();
    if request.dry_run {
        let made = attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok());
        made.for_each(|made| add_made(&mut basis, &session, made));
    }
    let (repository, dry_run) = (session.label(), request.dry_run);
    Ok(Creation { repository, attempts, all: request.all, dry_run, basis })
}

/// Adds what the plan of an environment rests on: where its directory is, what is there, and what it would be made from.
fn add_made(basis: &mut PlanBasis, session: &Session<'_>, made: &MadeEnvironment) {
    let below = session.top().map(|top| made.environment.root.to_path(&top)).ok();
    if let Some(directory) = made.outside.clone().or(below) {
        add_place(basis, &directory);
        if made.replaced.is_some() {
            add_tree(basis, &directory);
        }
    }
    if let Some(interpreter) = &made.interpreter {
        add_program(basis, interpreter);
    }
    made.seeds.iter().for_each(|seed| basis.add("seed", seed.as_bytes()));
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
        return Err(Error::usage("no environments are configured").suggest(
            "add one, for example with",
            "git config pyenv.environments.docs.directory .venv-docs",
        ));
    }
    Ok(selections)
}

/// Creates one environment, or returns the existing one if it is what is requested.
fn create(
    ports: Ports<'_>,
    (session, settings): (&Session<'_>, &Settings),
    request: &CreateRequest,
    selection: &Selection,
    removal: Option<Removal>,
) -> Result<MadeEnvironment> {
    if let Some(name) = &selection.plug_in {
        return of_type::create(ports, session, request, (selection, name));
    }
    let layout = session.repository.layout();
    let target = TargetPath::of(&session.repository, selection)
        .map_err(|refusal| refusal.explain(|place| create_command(place, selection, request)))?;
    if !request.dry_run {
        removal::recover(&session.repository, Some(&target.directory), ports.progress);
    }
    let requests = python_requests(layout, selection, request.python.as_deref())?;
    let query = Query { requests: &requests, work_tree: layout.work_tree.as_deref() };
    let told = || ports.progress.waiting("waiting for an install into this environment");
    let mut installs_kept_out = None;
    let removal = removal.filter(|removal| removal.directory() == target.directory);
    let replaces = match (ExistingEnvironment::at(&target, selection)?, removal) {
        (None, _) => None,
        (Some(_), None) if request.is_cleaned && request.dry_run => {
            require_named(selection, request)?;
            None
        }
        (Some(_), Some(removal)) => {
            require_named(selection, request)?;
            installs_kept_out = EnvironmentLock::wait_if_used(&target.directory, &told)?;
            Some(removal)
        }
        (Some(existing), None) if !request.force => {
            let taken = match differences(&existing, request, query, ports)? {
                None => {
                    let mut made = existing.as_made(query.requests);
                    made.warnings.extend(lacking(session, &target, selection, request)?);
                    return Ok(made);
                }
                Some(taken) => taken,
            };
            let options = format!("{}{}", python_option(selection, request), options(request));
            return Err(recreate(taken, session, settings, selection, &options));
        }
        (Some(_), None) => {
            require_named(selection, request)?;
            require_of_this_system(&target, selection, request)?;
            replacement::require_cleanup(&settings.auto_cleanup, || {
                let (python, options) = (python_option(selection, request), options(request));
                recreate_command(session, settings, selection, &format!("{python}{options}"))
            })?;
            if !request.dry_run {
                installs_kept_out = EnvironmentLock::wait_if_used(&target.directory, &told)?;
            }
            Some(replacement::prepare(&session.repository, &target)?)
        }
    };
    // A signal waits until what is begun from here on is cleaned up.
    ports.signals.defer();
    let made = EnvironmentBuilder { ports, request, target: &target, query, replaces }.run();
    drop(installs_kept_out);
    ports.progress.finish();
    ports.signals.deliver();
    made
}

/// An environment that only a tool or a file of the repository names is not replaced: the user names it.
fn require_named(selection: &Selection, request: &CreateRequest) -> Result<()> {
    if selection.is_named_by_user() {
        return Ok(());
    }
    let options = format!("{}{}", python_option(selection, request), options(request));
    let (option, command) = match request.is_cleaned {
        true => ("--create-venv", format!("git pyenv cleanup --create-venv {}", selection.word())),
        false => ("--force", format!("git pyenv create --force --env {}{options}", selection.word())),
    };
    Err(Error::usage(message!("`{}` replaces `{}` only if it is named", option, selection.place()))
        .cause(message!("it is selected because {}", selection.reason))
        .suggest("recreate it with", command))
}

/// What a new environment would have and an existing one has not, each with the command that gives it: pip, and that git
/// ignores it.
fn lacking(
    session: &Session<'_>,
    target: &TargetPath,
    selection: &Selection,
    request: &CreateRequest,
) -> Result<Vec<Message>> {
    let mut lacking = Vec::new();
    let sites = installed::site_packages(&target.directory).sites;
    let has_pip = sites.iter().any(|site| exists(&site.directory.join("pip/__init__.py")));
    if !has_pip && !request.without_pip && conda_activation(&target.directory).is_none() {
        let command = format!("git pyenv run{} -m ensurepip", selection.env_option());
        lacking.push(message!("`{}` has no pip; install it with `{}`", target, command));
    }
    let Some(inside) = &target.inside else { return Ok(lacking) };
    let Ok(path) = inside.join("pyvenv.cfg") else { return Ok(lacking) };
    let question = IgnoreQuestion { path, directory: false };
    if session.repository.ignore_rules(&[question])?.iter().all(Option::is_none) {
        let command = selection.invocation_directory.fix_command(&[inside]);
        lacking.push(message!("git does not ignore `{}`; ignore it with `{}`", target, command));
    }
    Ok(lacking)
}

/// An environment of another system is used there, so that `--force` does not replace it.
fn require_of_this_system(target: &TargetPath, selection: &Selection, request: &CreateRequest) -> Result<()> {
    let Some(other) = other_platform(&target.directory) else { return Ok(()) };
    let options = format!("{}{}", python_option(selection, request), options(request));
    let error = Error::action(message!("`{}` {}", target, other))
        .cause("`--force` replaces only environments of this system");
    Err(beside(error, selection, &options))
}

/// The error for an existing environment that is not what is requested; `None` if it is.
fn differences(
    existing: &ExistingEnvironment<'_>,
    request: &CreateRequest,
    query: Query<'_>,
    ports: Ports<'_>,
) -> Result<Option<Error>> {
    let find = || interpreters::find(ports, query).map(|found| found.interpreter);
    let mut differences =
        existing.differences(query.requests, request.system_site_packages, find)?.into_iter();
    let Some(first) = differences.next() else { return Ok(None) };
    let taken = Error::action(message!("`{}` exists but {}", existing.target, first));
    Ok(Some(differences.fold(taken, |error, more| error.cause(message!("it {}", more)))))
}

/// The option that requests the same Python, after a space.
fn python_option(selection: &Selection, request: &CreateRequest) -> String {
    if request.python.is_some() { String::new() } else { selection.python_option() }
}

/// The command that creates what is requested at another place of the work tree.
fn create_command(place: &str, selection: &Selection, request: &CreateRequest) -> String {
    let place = selection.project.join(place).unwrap_or_default();
    let place = selection.invocation_directory.word(&place);
    format!("git pyenv create --env {place}{}{}", python_option(selection, request), options(request))
}

/// The options of a request that say what the environment is to be, each after a space.
fn options(request: &CreateRequest) -> String {
    let with_value = |option: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!(" --{option}={}", shell_word(value.as_bytes())))
    };
    let flag = |option: &str, is_set: bool| is_set.then(|| format!(" --{option}"));
    [
        with_value("python", &request.python),
        with_value("prompt", &request.prompt),
        flag("without-pip", request.without_pip),
        flag("system-site-packages", request.system_site_packages),
        flag("dry-run", request.dry_run),
    ]
    .into_iter()
    .flatten()
    .collect()
}
