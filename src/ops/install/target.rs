//! The environment that is installed into.

use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::env::PROGRAM_SUFFIX;
use crate::error::{Error, Result};
use crate::fs::{exists, is_executable};
use crate::inspect::installed;
use crate::inspect::{inspect, is_environment, problems};
use crate::message::{Message, message};
use crate::model::{Selection, UnfinishedSign};
use crate::path::display;
use crate::project::{SelectedEnvironment, conda_activation, environment_at, select};
use crate::python::Version;
use crate::session::Session;

/// An environment that exists and works.
pub(super) struct TargetEnvironment {
    /// How it was selected.
    pub(super) selection: Selection,
    /// Its directory, absolute.
    pub(super) root: PathBuf,
    /// Its interpreter, absolute.
    pub(super) python: PathBuf,
    /// It is a conda prefix.
    pub(super) is_conda: bool,
    /// An install into it was interrupted.
    pub(super) is_interrupted: bool,
    /// What to know before anything in it is run.
    pub(super) warning: Option<Message>,
}

impl TargetEnvironment {
    /// Finds the selected environment, and makes sure that it works.
    ///
    /// # Errors
    /// Usage if there is none, settings as [`select`], action if it is broken.
    pub(super) fn find(session: &Session<'_>, settings: &Settings, named: Option<&str>) -> Result<Self> {
        let selection = select(session, settings, named)?;
        let directory = &selection.directory;
        if is_environment(directory) && conda_activation(directory).is_some() {
            return Self::of_conda(selection);
        }
        let environment = SelectedEnvironment::find(session, named)?;
        let python = environment.python()?;
        let mut is_interrupted = false;
        if let Some(found) = environment_at(&environment.root) {
            let inspection = inspect(&environment.root, &found);
            is_interrupted = inspection.unfinished.contains(&UnfinishedSign::InterruptedInstall);
            let mut problems = problems(&inspection).into_iter();
            if let Some(first) = problems.next() {
                let error = Error::action(message!("`{}` {}", selection.place(), first));
                let error = problems.fold(error, |error, more| error.cause(message!("it {}", more)));
                return Err(environment.recreate(error));
            }
        }
        let warning = environment.warning();
        Ok(Self { root: environment.root, python, is_conda: false, is_interrupted, warning, selection })
    }

    fn of_conda(selection: Selection) -> Result<Self> {
        let root = selection.directory.clone();
        let names = [format!("bin/python{PROGRAM_SUFFIX}"), format!("python{PROGRAM_SUFFIX}")];
        let python = names.iter().map(|name| root.join(name)).find(|python| is_executable(python));
        let python = python.ok_or_else(|| {
            Error::action(format!("the conda environment `{}` has no Python", display(&root)))
        })?;
        Ok(Self { root, python, is_conda: true, is_interrupted: false, warning: None, selection })
    }

    /// The first two numbers of the version of its Python, by the name of its directory of packages.
    pub(super) fn python_feature(&self) -> Option<(u64, u64)> {
        let sites = installed::site_packages(&self.root).sites;
        let name = sites.iter().find_map(|site| site.python.as_deref())?;
        let (major, minor) = name.split_once('.')?;
        let minor = minor.trim_end_matches(|c: char| !c.is_ascii_digit());
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// Says whether it has pip.
    pub(super) fn has_pip(&self) -> bool {
        let has = |site: &Path| exists(&site.join("pip/__init__.py"));
        installed::site_packages(&self.root).sites.iter().any(|site| has(&site.directory))
    }

    /// The version of its pip.
    pub(super) fn pip(&self) -> Option<Version> {
        let installed = installed::distributions(&self.root).distributions;
        Version::parse(installed.iter().find(|found| found.name == "pip")?.version.as_deref()?)
    }
}
