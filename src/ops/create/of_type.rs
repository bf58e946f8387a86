//! Creates an environment of a type that a plug-in makes.

use super::request::CreateRequest;
use super::target_path::TargetPath;
use crate::error::{Error, Result};
use crate::fs::{self, Access, Expected, FilePlace};
use crate::message::message;
use crate::model::{CreationStep, MadeEnvironment, Selection};
use crate::plug_ins::{PlugIn, TrustedPlugIn, environment_of_type};
use crate::project::make_room_command;
use crate::session::{Ports, Session};

/// What keeps an environment out of git, whatever its name.
const IGNORE: &[u8] = b"*\n";

/// Has the plug-in of a type create the selected environment, or returns the existing one.
///
/// # Errors
/// Usage for options that only this program's own environments have; action if the plug-in is not trusted or fails, or what
/// it made is not what it says its environments are.
pub(super) fn create(
    ports: Ports<'_>,
    session: &Session<'_>,
    request: &CreateRequest,
    (selection, name): (&Selection, &str),
) -> Result<MadeEnvironment> {
    require_plain(request, name)?;
    let target = TargetPath::of(&session.repository, selection)
        .map_err(|refusal| refusal.explain(|place| format!("git pyenv create --env {place}")))?;
    let layout = session.repository.layout();
    let plug_in = PlugIn::find(ports.env, Some(layout), name)?.trusted(ports.env)?;
    let made = |step| Ok(described(&target, &plug_in, step));
    if fs::exists(&target.directory) && !fs::is_vacant_directory(&target.directory) {
        let is_own = !fs::is_link(&target.directory) && plug_in.recognises(&target.directory);
        return match (is_own, request.force) {
            (true, false) => made(CreationStep::AlreadyThere),
            (true, true) => Err(Error::usage(message!("`--force` does not replace `{}`", target))
                .cause(format!("it is of the type `{name}`, which a plug-in makes"))
                .hint("delete it, and create it again")),
            (false, _) => Err(with_room(
                Error::action(message!("`{}` already exists and is not of the type `{}`", target, name)),
                selection,
            )),
        };
    }
    if request.dry_run {
        return made(CreationStep::WouldMake);
    }
    run(ports, session, selection, (&plug_in, &target))?;
    made(CreationStep::Made)
}

/// What other options ask for is the business of the plug-in.
fn require_plain(request: &CreateRequest, name: &str) -> Result<()> {
    let options = [
        ("--python", request.python.is_some()),
        ("--prompt", request.prompt.is_some()),
        ("--without-pip", request.without_pip),
        ("--system-site-packages", request.system_site_packages),
    ];
    match options.iter().find(|(_, is_set)| *is_set) {
        None => Ok(()),
        Some((option, _)) => {
            Err(Error::usage(format!("`{option}` does not apply to environments of the type `{name}`"))
                .cause("its plug-in makes them"))
        }
    }
}

fn run(
    ports: Ports<'_>,
    session: &Session<'_>,
    selection: &Selection,
    (plug_in, target): (&TrustedPlugIn, &TargetPath),
) -> Result<()> {
    if let Some(above) = target.directory.parent() {
        fs::make_directory(above)?;
    }
    plug_in.create(ports, session, selection).map_err(|error| left_over(error, target, selection))?;
    let wrong = |what: &str| {
        let error =
            Error::action(message!("the plug-in for `{}` did not create `{}`", plug_in.plug_in.name, target));
        left_over(error.cause(what.to_owned()), target, selection)
    };
    if fs::is_link(&target.directory) || !fs::is_directory(&target.directory) {
        return Err(wrong("it said that it did, and there is no directory"));
    }
    if !plug_in.recognises(&target.directory) {
        return Err(wrong("what is there is not recognised by the paths that it declared"));
    }
    ignore(target)
}

/// Writes the ignore rule that keeps it out of git, unless the plug-in has written one.
fn ignore(target: &TargetPath) -> Result<()> {
    let file = target.directory.join(".gitignore");
    if target.inside.is_none() || fs::exists(&file) {
        return Ok(());
    }
    FilePlace::at(&file)?.write(IGNORE, Access::FILE, None, Expected::Anything)
}

/// Says so where something is left of an environment that was not created.
fn left_over(error: Error, target: &TargetPath, selection: &Selection) -> Error {
    match fs::exists(&target.directory) && !fs::is_vacant_directory(&target.directory) {
        true => with_room(error.cause(message!("`{}` may be incomplete", target)), selection),
        false => error,
    }
}

fn with_room(error: Error, selection: &Selection) -> Error {
    match make_room_command(selection) {
        Some(command) => error.suggest("make room for a new one with", command),
        None => error,
    }
}

fn described(target: &TargetPath, plug_in: &TrustedPlugIn, step: CreationStep) -> MadeEnvironment {
    let root = target.inside.clone().unwrap_or_default();
    let environment = environment_of_type(root, plug_in.plug_in.file_name());
    MadeEnvironment {
        environment,
        outside: target.inside.is_none().then(|| target.directory.clone()),
        step,
        interpreter: None,
        chosen_by: Vec::new(),
        warnings: Vec::new(),
        activation: None,
        options: None,
        seeds: Vec::new(),
        replaced: None,
    }
}
