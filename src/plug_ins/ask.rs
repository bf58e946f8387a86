//! One question to a plug-in, and its answer.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use crate::config::context;
use crate::env::join_paths;
use crate::error::{Error, Result};
use crate::formats::ParseError;
use crate::formats::plug_in::{
    PROTOCOL, PlugInAnswer, PlugInOperation, PlugInRequest, RequestedEnvironment, RequestingRepository,
};
use crate::fs::ProgramCopy;
use crate::git::local_variables;
use crate::model::Selection;
use crate::path::{display, printable};
use crate::ports::{Invocation, Limits, Output};
use crate::project::context_variables;
use crate::session::{Ports, Session, UserPrograms};

/// The most bytes of an answer.
const ANSWER: usize = 1024 * 1024;
/// How many lines of standard error are shown.
const SHOWN_LINES: usize = 5;

/// The program of a plug-in, whose content must be trusted.
pub(super) struct AskedProgram<'p> {
    /// Where it was found.
    pub(super) program: &'p Path,
    /// Its name.
    pub(super) file_name: String,
    /// Its content.
    pub(super) bytes: &'p [u8],
}

/// How long a plug-in may take. Creating may have to download.
fn time(operation: PlugInOperation) -> Duration {
    Duration::from_secs(match operation {
        PlugInOperation::Detect | PlugInOperation::Activate => 30,
        PlugInOperation::Create => 30 * 60,
    })
}

/// Asks a plug-in, and reads its answer.
///
/// # Errors
/// Action if it cannot be run, says that it failed, ends with another status than 0, or gives a wrong answer.
pub(super) fn ask<T>(
    plug_in: &AskedProgram<'_>,
    (ports, session): (Ports<'_>, Option<&Session<'_>>),
    operation: PlugInOperation,
    selection: Option<&Selection>,
    read: fn(&[u8]) -> Result<PlugInAnswer<T>, ParseError>,
) -> Result<T> {
    let request = request(session, operation, selection)?;
    // A signal is passed on to the plug-in, and waits until its copy is removed.
    ports.signals.defer();
    let output = run(plug_in, (ports, session), operation, request);
    ports.progress.finish();
    ports.signals.deliver();
    answer(plug_in, operation, &output?, read)
}

/// Runs a private copy of a plug-in.
fn run(
    plug_in: &AskedProgram<'_>,
    (ports, session): (Ports<'_>, Option<&Session<'_>>),
    operation: PlugInOperation,
    request: Vec<u8>,
) -> Result<Output> {
    let copy = ProgramCopy::create(&plug_in.file_name, plug_in.bytes)?;
    let invocation = Invocation {
        program: copy.program().to_path_buf(),
        arguments: Vec::new(),
        // What the working directory holds must not matter: shims choose a program by it.
        directory: copy.directory().to_path_buf(),
        environment: variables(ports, session),
        input: request,
    };
    ports.progress.phase(&format!("waiting for {}", plug_in.file_name), None);
    let limits = Limits { bytes: ANSWER, time: time(operation) };
    ports.runner.run_within(&invocation, limits).map_err(|error| {
        let failed = failure(plug_in, operation);
        error.causes().iter().cloned().fold(failed, Error::cause)
    })
}

fn failure(plug_in: &AskedProgram<'_>, operation: PlugInOperation) -> Error {
    Error::action(format!("the plug-in `{}` failed to {}", display(plug_in.program), operation.name()))
}

/// What the output of a plug-in says.
fn answer<T>(
    plug_in: &AskedProgram<'_>,
    operation: PlugInOperation,
    output: &Output,
    read: fn(&[u8]) -> Result<PlugInAnswer<T>, ParseError>,
) -> Result<T> {
    let failed = failure(plug_in, operation);
    match (read(&output.stdout), output.status) {
        (Ok(PlugInAnswer::Done(done)), Some(0)) => Ok(done),
        (Ok(PlugInAnswer::Failed(said)), _) => {
            Err(said.hints.into_iter().fold(failed.cause(said.message), Error::hint))
        }
        (_, None) => Err(with_errors(failed.cause("a signal ended it"), output)),
        (_, Some(status)) if status != 0 => {
            Err(with_errors(failed.cause(format!("its exit status is {status}")), output))
        }
        (Ok(PlugInAnswer::Done(_)), Some(_)) => Err(failed),
        (Err(error), Some(_)) => {
            let wrong = Error::action(format!(
                "the plug-in `{}` gave a wrong answer to `{}`",
                display(plug_in.program),
                operation.name()
            ));
            let wrong = match output.stdout.is_empty() {
                true => wrong.cause("it printed nothing"),
                false => wrong.cause(error),
            };
            Err(with_errors(wrong, output))
        }
    }
}

/// Adds the last lines of standard error.
fn with_errors(error: Error, output: &Output) -> Error {
    let lines: Vec<&[u8]> =
        output.stderr.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let last = lines.iter().skip(lines.len().saturating_sub(SHOWN_LINES));
    last.fold(error, |error, line| error.cause(printable(line)))
}

/// The document of a request.
fn request(
    session: Option<&Session<'_>>,
    operation: PlugInOperation,
    selection: Option<&Selection>,
) -> Result<Vec<u8>> {
    let text = |path: &Path| {
        let path = path.to_str().filter(|path| !path.contains(char::is_control)).map(str::to_owned);
        path.ok_or_else(|| {
            Error::action("cannot ask a plug-in about this environment")
                .cause("its path is not UTF-8, or has a control character")
        })
    };
    let environment = selection.map(|selection| {
        Ok(RequestedEnvironment {
            name: selection.name.clone().unwrap_or_default(),
            directory: text(&selection.directory)?,
            python: selection.python.value.clone(),
        })
    });
    let repository = session.filter(|_| selection.is_some()).map(|session| {
        Ok(RequestingRepository {
            work_tree: text(&session.top()?)?,
            common_directory: text(&session.repository.layout().common_directory)?,
        })
    });
    let request = PlugInRequest {
        protocol: PROTOCOL,
        operation,
        environment: environment.transpose()?,
        repository: repository.transpose()?,
    };
    request.write().map_err(|error| Error::action("failed to write a request to a plug-in").cause(error))
}

/// The variables of a plug-in: those of the user, without what belongs to the git command that called and without the
/// directories of `PATH` whose programs a repository may have brought, and the context.
fn variables(ports: Ports<'_>, session: Option<&Session<'_>>) -> Vec<(OsString, OsString)> {
    let env = ports.env;
    let local = local_variables(env);
    let is_dropped = |name: &str| {
        name == "PATH" || context::VARIABLES.contains(&name) || local.iter().any(|other| other == name)
    };
    let layout = session.map(|session| session.repository.layout());
    let path = join_paths(&UserPrograms::new(env, layout).directories()).unwrap_or_default();
    let context = context_variables(env, session);
    env.for_child(is_dropped).into_iter().chain([("PATH".into(), path)]).chain(context).collect()
}
