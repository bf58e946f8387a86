//! The environments that plug-ins make, as far as the records of what is trusted tell: nothing is run.

use std::path::Path;

use super::described::described;
use super::unread::unread;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::fs::{is_directory, is_same_file, normalise_path};
use crate::model::{ListedEnvironment, Selection, Unread};
use crate::path::RepoPath;
use crate::plug_ins::{PlugInTypes, START, environment_of_type};
use crate::project::select;
use crate::session::Session;

/// The environments of the settings that are of a type, and are not among those that were found by what they are.
///
/// # Errors
/// Action if the records of what is trusted cannot be read.
pub(super) fn list(
    session: &Session<'_>,
    settings: &Settings,
    found: &[ListedEnvironment],
    unread_places: &mut Vec<Unread>,
) -> Result<Vec<ListedEnvironment>> {
    let named = settings.environments.iter().filter(|(_, named)| named.plug_in.value.is_some());
    let mut listed = Vec::new();
    let mut types = None;
    for (name, _) in named {
        // A selection that is refused is an error of the commands that need one, not of this one.
        let Ok(selection) = select(session, settings, Some(name)) else { continue };
        let is_found = |other: &ListedEnvironment| is_same_file(&other.place(), &selection.directory);
        if !is_directory(&selection.directory) || found.iter().chain(&listed).any(is_found) {
            continue;
        }
        let types = match &types {
            Some(types) => types,
            None => types.insert(PlugInTypes::of_user(session.env)?),
        };
        match look(session, &selection, types)? {
            Ok(environment) => listed.extend(environment),
            Err(why) => unread_places.push(unread(normalise_path(&selection.directory), &why)),
        }
    }
    Ok(listed)
}

/// The selected environment, if it is one of its type; the inner error is why that is not known.
fn look(
    session: &Session<'_>,
    selection: &Selection,
    types: &PlugInTypes,
) -> Result<Result<Option<ListedEnvironment>, Error>> {
    let name = selection.plug_in.as_deref().unwrap_or_default();
    let unknown = || Error::undecided(format!("it is of the type `{name}`, whose plug-in is not trusted"));
    let top = session.top()?;
    Ok(match types.recognises(name, &selection.directory)? {
        None => Err(unknown()),
        Some(false) => Ok(None),
        Some(true) => Ok(Some(listed(&top, selection, name))),
    })
}

fn listed(top: &Path, selection: &Selection, name: &str) -> ListedEnvironment {
    let outside = || {
        let name = selection.directory.file_name().map(std::path::Path::new)?;
        RepoPath::from_relative(name).ok()
    };
    let holder = match &selection.path {
        Some(_) => top,
        None => selection.directory.parent().unwrap_or(top),
    };
    let root = selection.path.clone().or_else(outside).unwrap_or_default();
    let environment = environment_of_type(root, format!("{START}{name}"));
    ListedEnvironment { packages: None, ..described(holder, top, environment) }
}
