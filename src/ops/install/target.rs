//! The environment that is installed into.

use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::env::PROGRAM_SUFFIX;
use crate::error::{Error, Result};
use crate::fs::{exists, file_stamp, is_executable};
use crate::inspect::installed;
use crate::inspect::{inspect, problems};
use crate::message::{Message, message};
use crate::model::{Inspection, Selection, UnfinishedSign};
use crate::path::display;
use crate::project::{SelectedEnvironment, conda_activation, environment_at, existing_selection};
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
    /// What to know before anything in it is run.
    pub(super) warning: Option<Message>,
    inspected: Option<TargetInspection>,
}

/// What was seen when it was looked at.
struct TargetInspection {
    inspection: Inspection,
    /// The stamp of its `pyvenv.cfg` before that.
    stamp: Option<[u64; 3]>,
}

impl TargetEnvironment {
    /// Finds the selected environment, and makes sure that it works.
    ///
    /// # Errors
    /// Usage if there is none, settings as [`existing_selection`], action if it is broken.
    pub(super) fn find(session: &Session<'_>, settings: &Settings, named: Option<&str>) -> Result<Self> {
        let selection = existing_selection(session, settings, named)?;
        if conda_activation(&selection.directory).is_some() {
            return Self::of_conda(selection);
        }
        let environment = SelectedEnvironment::of(session, settings.clone(), selection)?;
        let python = environment.python()?;
        let inspected = TargetInspection::of(&environment.root);
        if let Some(TargetInspection { inspection, .. }) = &inspected {
            let mut problems = problems(inspection).into_iter();
            if let Some(first) = problems.next() {
                let error = Error::action(message!("`{}` {}", environment.selection.place(), first));
                let error = problems.fold(error, |error, more| error.cause(message!("it {}", more)));
                return Err(environment.recreate(error));
            }
        }
        let warning = environment.warning();
        let SelectedEnvironment { selection, root, .. } = environment;
        Ok(Self { selection, root, python, is_conda: false, warning, inspected })
    }

    fn of_conda(selection: Selection) -> Result<Self> {
        let root = selection.directory.clone();
        let names = [format!("bin/python{PROGRAM_SUFFIX}"), format!("python{PROGRAM_SUFFIX}")];
        let python = names.iter().map(|name| root.join(name)).find(|python| is_executable(python));
        let python = python.ok_or_else(|| {
            Error::action(format!("the conda environment `{}` has no Python", display(&root)))
        })?;
        Ok(Self { root, python, is_conda: true, warning: None, inspected: None, selection })
    }

    /// An install into it was interrupted.
    pub(super) fn is_interrupted(&self) -> bool {
        let unfinished = self.inspected.iter().flat_map(|inspected| &inspected.inspection.unfinished);
        unfinished.into_iter().any(|sign| *sign == UnfinishedSign::InterruptedInstall)
    }

    /// Its inspection; `None` if something has created it anew since then.
    pub(super) fn inspection(&self) -> Option<&Inspection> {
        let inspected = self.inspected.as_ref()?;
        (stamp(&self.root) == inspected.stamp).then_some(&inspected.inspection)
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

impl TargetInspection {
    fn of(root: &Path) -> Option<Self> {
        let stamp = stamp(root);
        Some(Self { inspection: inspect(root, &environment_at(root)?), stamp })
    }
}

/// The stamp of the file that is written when an environment is created.
fn stamp(root: &Path) -> Option<[u64; 3]> {
    file_stamp(&root.join("pyvenv.cfg"))
}
