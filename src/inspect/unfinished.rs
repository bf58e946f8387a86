//! What shows that an environment was not made, or not deleted, to the end.

use std::path::{Path, PathBuf};

use super::directory::EnvironmentDirectory;
use crate::fs::{exists, is_condemned, is_staging_name, list_directory, was_install_interrupted};
use crate::inspect::installed::{FoundSitePackages, SitePackages};
use crate::model::{InterpreterName, Skip, UnfinishedSign, WritesPyvenvCfg};

/// One of these is written by every creator.
const ACTIVATION_SCRIPTS: [&str; 8] = [
    "bin/activate",
    "bin/activate.fish",
    "bin/activate.csh",
    "bin/Activate.ps1",
    "bin/activate.ps1",
    "Scripts/activate",
    "Scripts/activate.bat",
    "Scripts/Activate.ps1",
];

/// The signs, in a fixed order. Where something could not be listed, nothing is reported as missing.
pub(super) fn of(
    subject: &EnvironmentDirectory<'_>,
    interpreters: &[InterpreterName],
    sites: &FoundSitePackages,
    unreadable: &[Skip],
) -> Vec<UnfinishedSign> {
    let seen = |folder: &str| !unreadable.iter().any(|skip| skip.path.is_within(&subject.place(folder)));
    let programs = seen("bin") && seen("Scripts");
    let libraries = sites.unreadable.is_empty();
    let settings = subject.config.is_some();
    // Conda creates environments without a Python.
    let needs_interpreter = settings || !subject.environment.kind.is_conda_prefix;
    let activates = settings && subject.environment.kind.has_activation_scripts;
    let activation = ACTIVATION_SCRIPTS.iter().any(|script| exists(&subject.directory.join(script)));
    let staging = subject.environment.root.components().any(is_staging_name);
    let signs = [
        (UnfinishedSign::Staging, staging),
        (UnfinishedSign::Condemned, is_condemned(subject.directory)),
        (UnfinishedSign::NoInterpreter, needs_interpreter && programs && interpreters.is_empty()),
        (UnfinishedSign::NoSettings, !settings && is_certain(subject, interpreters, sites) && seen("")),
        (UnfinishedSign::NoActivation, activates && programs && !activation),
        (UnfinishedSign::NoPackages, settings && libraries && sites.sites.is_empty()),
        (UnfinishedSign::PipWithoutMetadata, sites.sites.iter().any(has_bare_pip)),
        (UnfinishedSign::InterruptedInstall, was_install_interrupted(subject.directory)),
    ];
    signs.into_iter().filter_map(|(sign, found)| found.then_some(sign)).collect()
}

/// Only these creators are known to have written a settings file: old ones of virtualenv did not. They copied the
/// interpreter and linked or copied the standard library; without that, an interpreter finds the packages of the
/// environment by no other means than that file (<https://docs.python.org/3/library/site.html>).
fn is_certain(
    subject: &EnvironmentDirectory<'_>,
    interpreters: &[InterpreterName],
    sites: &FoundSitePackages,
) -> bool {
    let links_only = !interpreters.is_empty() && interpreters.iter().all(|name| !name.is_own_file);
    let written = match subject.environment.kind.writes_pyvenv_cfg {
        WritesPyvenvCfg::Always => true,
        WritesPyvenvCfg::WithLinks => links_only || !has_standard_library(subject, sites),
        WritesPyvenvCfg::Sometimes | WritesPyvenvCfg::Never => false,
    };
    written && !exists(&subject.directory.join("pyvenv.cfg"))
}

/// Says whether the environment has a standard library, or part of one.
fn has_standard_library(subject: &EnvironmentDirectory<'_>, sites: &FoundSitePackages) -> bool {
    let beside_packages = sites.sites.iter().filter_map(|site| site.directory.parent());
    let elsewhere = ["Lib", "lib-python", "lib_pypy"].map(|name| subject.directory.join(name));
    let files = ["os.py", "os.pyc", "__pycache__", "lib-dynload"];
    let has_any = |library: &Path| files.iter().any(|file| exists(&library.join(file)));
    beside_packages.chain(elsewhere.iter().map(PathBuf::as_path)).any(has_any)
}

/// Says whether there is the package `pip` and no metadata of it.
fn has_bare_pip(site: &SitePackages) -> bool {
    if !exists(&site.directory.join("pip/__init__.py")) {
        return false;
    }
    let listed = list_directory(&site.directory).ok().flatten().unwrap_or_default();
    let package = listed.iter().any(|entry| entry.name == b"pip");
    let metadata = |name: &[u8]| {
        let ending = [b".dist-info".as_slice(), b".egg-info", b".egg", b".egg-link"];
        (name.starts_with(b"pip-") || name.starts_with(b"pip."))
            && ending.iter().any(|ending| name.ends_with(ending))
    };
    package && !listed.iter().any(|entry| metadata(&entry.name))
}
