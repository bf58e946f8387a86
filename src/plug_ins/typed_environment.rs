//! An environment of a type that a plug-in makes, for commands that use it.

use std::path::PathBuf;

use super::plug_in::{PlugIn, TrustedPlugIn};
use crate::config::Settings;
use crate::env::{Env, join_paths};
use crate::error::{Error, Result};
use crate::fs::{is_directory, is_executable};
use crate::inspect::is_environment;
use crate::message::message;
use crate::model::Selection;
use crate::path::display;
use crate::project::select;
use crate::session::{Ports, Session};

/// An environment that exists, of a type whose plug-in is trusted.
pub struct TypedEnvironment {
    /// How it was selected.
    pub selection: Selection,
    plug_in: TrustedPlugIn,
}

/// What activates an environment.
pub struct ActivatedType {
    /// Its Python, absolute.
    pub python: Option<PathBuf>,
    /// The directories of its programs, absolute.
    pub path: Vec<PathBuf>,
    /// Variables to set, without `PATH`.
    pub variables: Vec<(String, String)>,
    /// Variables to remove.
    pub unset: Vec<String>,
}

impl TypedEnvironment {
    /// The selected environment, if its settings name a type.
    ///
    /// # Errors
    /// As [`select`]; usage if it does not exist; action if its plug-in is not trusted.
    pub fn find(ports: Ports<'_>, session: &Session<'_>, named: Option<&str>) -> Result<Option<Self>> {
        let settings = session.work_tree_settings()?;
        if !has_types(&settings) {
            return Ok(None);
        }
        let selection = select(session, &settings, named)?;
        let Some(name) = &selection.plug_in else { return Ok(None) };
        let plug_in = PlugIn::find(ports.env, Some(session.repository.layout()), name)?.trusted(ports.env)?;
        if !plug_in.recognises(&selection.directory) {
            let label = selection.label();
            let error = match is_directory(&selection.directory) {
                true => Error::usage(message!("{} is not an environment of the type `{}`", label, name)),
                false => Error::usage(message!("the environment {} does not exist", label)),
            };
            let create = format!("git pyenv create{}", selection.env_option());
            return Err(error.suggest("create the environment with", create));
        }
        Ok(Some(Self { selection, plug_in }))
    }

    /// Asks the plug-in what activates it.
    ///
    /// # Errors
    /// Action if the plug-in fails, or names a Python that cannot be run.
    pub fn activate(&self, ports: Ports<'_>, session: &Session<'_>) -> Result<ActivatedType> {
        let said = self.plug_in.activate(ports, session, &self.selection)?;
        let root = &self.selection.directory;
        let python = said.python.map(|python| python.to_path(root));
        if let Some(missing) = python.as_ref().filter(|python| !is_executable(python)) {
            return Err(Error::action(message!("the environment {} is broken", self.selection.label()))
                .cause(format!(
                    "its plug-in says that its Python is `{}`, which cannot be run",
                    display(missing)
                )));
        }
        Ok(ActivatedType {
            python,
            path: said.path.iter().map(|path| path.to_path(root)).collect(),
            variables: said.variables.into_iter().collect(),
            unset: said.unset,
        })
    }
}

impl ActivatedType {
    /// The directories of `PATH` once it is activated.
    #[must_use]
    pub fn search_path(&self, env: &Env) -> Vec<PathBuf> {
        let inherited = env.paths("PATH").into_iter().filter(|directory| !self.path.contains(directory));
        self.path.iter().cloned().chain(inherited).collect()
    }

    /// The variables to set, with `PATH`, as text.
    ///
    /// # Errors
    /// Action if the directories of `PATH` cannot be joined or are not UTF-8.
    pub fn assigned(&self, env: &Env) -> Result<Vec<(String, String)>> {
        let failed = || Error::action("cannot add the programs of this environment to PATH");
        let path = join_paths(&self.search_path(env)).map_err(|error| failed().cause(error.to_string()))?;
        let path = path.into_string().map_err(|_| failed().cause("PATH is not UTF-8"))?;
        Ok(self.variables.iter().cloned().chain([("PATH".to_owned(), path)]).collect())
    }
}

fn has_types(settings: &Settings) -> bool {
    settings.environments.values().any(|named| named.plug_in.value.is_some())
}

/// Says whether nothing is there for a selection: no environment of this program's, nor, for one of a type, a directory. Which
/// paths show one of a type is known only where its plug-in is trusted.
#[must_use]
pub fn is_absent(selection: &Selection) -> bool {
    let is_of_type = selection.plug_in.is_some() && is_directory(&selection.directory);
    !is_of_type && !is_environment(&selection.directory)
}
