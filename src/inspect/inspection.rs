//! Inspects an environment on the disk, without running anything of it.

use std::path::Path;

use super::directory::{EnvironmentDirectory, read};
use super::other_platform::other_platform;
use super::{installed, interpreters, recorded_paths, unfinished, versions};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{Resolution, is_directory, is_staging_name, resolve_links};
use crate::model::{
    Environment, Home, Inspection, InterpreterState, PythonVersions, Recreation, Shape, Skip,
};
use crate::order::Arrange as _;
use crate::path::{RepoPath, printable};

/// Inspects the environment in `directory`. What only the project can say is left open: which editable installs are
/// foreign or broken, which Python was requested, and what would fix it.
#[must_use]
pub fn inspect(directory: &Path, environment: &Environment) -> Inspection {
    let mut unreadable = Vec::new();
    let place = environment.root.join("pyvenv.cfg").unwrap_or_else(|_| environment.root.clone());
    let config = read(&directory.join("pyvenv.cfg"), &place, &mut unreadable);
    let config = config.map(|bytes| PyvenvCfg::parse(&bytes));
    let subject = EnvironmentDirectory { directory, environment, config };
    let interpreters = interpreters::of(&subject, &mut unreadable);
    let sites = installed::all_site_packages(directory);
    unreadable.extend(sites.unreadable.iter().map(|found| found.skip(&environment.root)));
    let recorded_paths = recorded_paths::of(&subject, &mut unreadable);
    unreadable.arrange();
    unreadable.dedup();
    let inspection = Inspection {
        root: environment.root.clone(),
        kind: environment.kind,
        is_linked: false,
        home: home(subject.config.as_ref()),
        versions: versions::versions_of(&subject, &interpreters, &sites.sites),
        recorded_paths,
        unfinished: unfinished::of(&subject, &interpreters, &sites, &unreadable),
        foreign_editables: Vec::new(),
        broken_editables: Vec::new(),
        damaged_packages: Vec::new(),
        installer: None,
        left_over: left_over(environment),
        recreation: Recreation::default(),
        unsatisfied_request: None,
        interpreters,
        unreadable,
    };
    if !inspection.is_staging() {
        return match other_platform(directory) {
            Some(other) => of_another_system(inspection, other, subject.config.is_some()),
            None => inspection,
        };
    }
    // Nobody uses it and it is deleted, not repaired, so nothing else about it matters.
    Inspection {
        home: None,
        versions: PythonVersions::default(),
        recorded_paths: Vec::new(),
        interpreters: Vec::new(),
        ..inspection
    }
}

/// Only where it was created can be told whether its paths lead anywhere and whether it is whole. Without settings it is not,
/// anywhere.
fn of_another_system(mut inspection: Inspection, other: &str, has_settings: bool) -> Inspection {
    let reason = format!("{other}, so whether it works cannot be told here");
    inspection.unreadable.push(Skip { path: inspection.root.clone(), reason: reason.into(), blob: None });
    if has_settings {
        inspection.unfinished.clear();
    }
    let dead = inspection.interpreters.iter_mut().filter(|name| name.state.is_dead());
    dead.for_each(|name| name.state = InterpreterState::Unknown);
    Inspection { home: None, recorded_paths: Vec::new(), ..inspection }
}

/// What may be deleted of a remnant or of what a run of this program left.
fn left_over(environment: &Environment) -> Vec<RepoPath> {
    let is_staging = |above: &RepoPath| is_staging_name(above.name());
    match environment.root.ancestors().find(is_staging) {
        Some(staging) => vec![staging],
        None if environment.shape == Shape::Remnant => environment.pieces(),
        None => Vec::new(),
    }
}

fn home(config: Option<&PyvenvCfg>) -> Option<Home> {
    let home = config?.home()?;
    let path = Path::new(home);
    let exists = match path.is_absolute().then(|| resolve_links(path)) {
        Some(Resolution::Found(real)) => Some(is_directory(&real)),
        Some(Resolution::Missing(_) | Resolution::Loop) => Some(false),
        Some(Resolution::Unknown(_)) | None => None,
    };
    Some(Home { place: printable(home.as_bytes()), exists })
}
