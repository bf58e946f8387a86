//! `activate`: the command that activates the environment in a shell.

use crate::error::{Error, Result};
use crate::formats::activation_script::{self, VirtualEnvAssignment};
use crate::fs::{exists, is_same_file, read_start};
use crate::model::Activation;
use crate::path::display;
use crate::plug_ins::TypedEnvironment;
use crate::project::{SelectedEnvironment, warning_of};
use crate::session::{Ports, Session, shell_in_use};
use crate::shells::{self, SHELLS, Shell};
use crate::tree::SMALL_FILE_LIMIT;

/// Says how to activate the selected environment, or `named`, in this shell or in the one in use.
///
/// # Errors
/// Usage for a shell that is not known and where there is no environment; action where it has no script for the
/// shell, where it was moved, where its interpreter is gone, and where the shell has no way to write its path.
pub fn activate(ports: Ports<'_>, named: Option<&str>, shell: Option<&str>) -> Result<Activation> {
    let (shell, name) = match shell {
        Some(name) => shells::find(name).ok_or_else(|| unknown(name))?,
        None => shell_in_use(ports.env),
    };
    let session = Session::open(ports, Vec::new())?;
    if let Some(environment) = TypedEnvironment::find(ports, &session, named)? {
        return of_type(ports, &session, &environment, (shell, name));
    }
    let environment = SelectedEnvironment::find(&session, named)?;
    environment.refuse_dead_link()?;
    let mut files = shell.files.iter().map(|file| environment.scripts.join(file));
    let script = files.find(|file| exists(file)).ok_or_else(|| without_script(&environment, name))?;
    stands_where_it_was_made(
        &environment,
        &read_start(&script, SMALL_FILE_LIMIT).ok().flatten().unwrap_or_default(),
    )?;
    let command = script.to_str().filter(|path| !path.contains(char::is_control));
    let command = command.and_then(|path| shell.command(path)).ok_or_else(|| {
        Error::action(format!("the path `{}` cannot be quoted safely in {name}", display(&script)))
    })?;
    let (deactivate, evaluate, warning) = (shell.deactivate, shell.evaluate, environment.warning());
    Ok(Activation { shell: name, command, deactivate, evaluate, warning })
}

/// How to activate an environment that a plug-in makes: with what the plug-in says, written by this program for the shell.
fn of_type(
    ports: Ports<'_>,
    session: &Session<'_>,
    environment: &TypedEnvironment,
    (shell, name): (&'static Shell, &'static str),
) -> Result<Activation> {
    let activated = environment.activate(ports, session)?;
    let set = activated.assigned(ports.env)?;
    let unquoted = || {
        let run = format!("git pyenv run{} -- COMMAND", environment.selection.env_option());
        Error::action(format!("what activates this environment cannot be written for {name}"))
            .suggest("without activating it, use", run)
    };
    let command = shell.assignments(&activated.unset, &set).ok_or_else(unquoted)?;
    let warning = warning_of(session, &environment.selection);
    // What it sets has no way back in the same shell.
    let (deactivate, evaluate) = ("exit", shell.evaluate);
    Ok(Activation { shell: name, command, deactivate, evaluate, warning })
}

fn unknown(name: &str) -> Error {
    let known: Vec<&str> = SHELLS.iter().flat_map(|shell| shell.names).copied().collect();
    Error::usage(format!("unknown shell `{name}`"))
        .hint(format!("the supported shells are {}", known.join(", ")))
}

fn without_script(environment: &SelectedEnvironment<'_>, name: &str) -> Error {
    let has = |shell: &&&Shell| shell.files.iter().any(|file| exists(&environment.scripts.join(file)));
    let names: Vec<&str> = SHELLS.iter().filter(has).map(|shell| shell.names[0]).collect();
    let error =
        Error::action(format!("`{}` has no activation script for {name}", display(&environment.root)));
    let error = match names.as_slice() {
        [] => environment.recreate(error.cause("it has no activation scripts")),
        names => error.cause(format!("it has activation scripts for {}", names.join(", "))),
    };
    match environment.python() {
        Ok(_) => run_instead(error, environment),
        Err(_) => error,
    }
}

fn run_instead(error: Error, environment: &SelectedEnvironment<'_>) -> Error {
    let command = format!("git pyenv run{} -- python", environment.selection.env_option());
    error.suggest("without an activation script, use", command)
}

/// Refuses a script that would activate another place: that of an environment that was moved or copied.
fn stands_where_it_was_made(environment: &SelectedEnvironment<'_>, script: &[u8]) -> Result<()> {
    let VirtualEnvAssignment::Literal(made) = activation_script::read(script) else { return Ok(()) };
    // Not every shell's escapes are decoded; a path that may hold some is taken on trust.
    let is_plain = !made.contains(['"', '\\']);
    if !is_plain || is_same_file(made.as_ref(), &environment.root) {
        return Ok(());
    }
    let error = Error::action(format!("`{}` was moved or copied", display(&environment.root)))
        .cause(format!("its activation script still points to `{}`", display(made.as_ref())));
    Err(run_instead(environment.recreate(error), environment))
}
