//! The condition of environments: facts for the rules PYE3xx, gathered without running anything of an environment.

use std::path::Path;

use super::gather::Gathered;
use super::installed;
use super::session::Session;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{Resolution, is_directory, read_start, resolve_links};
use crate::model::{
    Condition, Environment, Facts, Health, HealthStatus, Home, PythonVersions, Scope, Severity, Shape, Skip,
    UnfinishedSign,
};
use crate::path::{RepoPath, printable};
use crate::rules::{self, RULES, Rule};

mod checkouts;
mod interpreters;
mod places;
mod project;
mod unfinished;
mod versions;

pub use checkouts::Checkouts;
pub use project::compare_with_request;

/// The most bytes read of a small file of an environment.
const SMALL_LIMIT: u64 = 64 * 1024;

/// An environment on the disk that is looked at.
struct Subject<'s> {
    /// Where it is.
    directory: &'s Path,
    /// What detection says of it.
    environment: &'s Environment,
    /// Its settings file, if it has one.
    config: Option<PyvenvCfg>,
}

impl Subject<'_> {
    /// A path of the environment, as findings name it.
    fn place(&self, below: &str) -> RepoPath {
        self.environment.root.join(below).unwrap_or_else(|_| self.environment.root.clone())
    }

    /// What could not be read of what is installed in it.
    fn unread(&self, found: &crate::model::Unreadable) -> Skip {
        let path = self.environment.root.join(found.place.as_bytes());
        let path = path.unwrap_or_else(|_| self.environment.root.clone());
        Skip { path, reason: found.reason.to_string(), blob: None }
    }

    /// Says whether the creator is one of those that write a `pyvenv.cfg`.
    fn is_virtual(&self) -> bool {
        let kind = self.environment.kind.name;
        self.config.is_some() || matches!(kind, "venv" | "virtualenv" | "uv" | "tox" | "nox" | "pipenv")
    }
}

/// What could not be looked at, gathered on the way.
type Unreadable = Vec<Skip>;

/// Looks at the environment in `directory`. `checkouts` tells foreign editable installs from own ones.
#[must_use]
pub fn of(directory: &Path, environment: &Environment, checkouts: &Checkouts) -> Condition {
    let mut unreadable = Vec::new();
    let place = environment.root.join("pyvenv.cfg").unwrap_or_else(|_| environment.root.clone());
    let config = read(&directory.join("pyvenv.cfg"), &place, &mut unreadable);
    let config = config.map(|bytes| PyvenvCfg::parse(&bytes));
    let subject = Subject { directory, environment, config };
    let interpreters = interpreters::of(&subject, &mut unreadable);
    let sites = installed::all_sites(directory);
    unreadable.extend(sites.unreadable.iter().map(|found| subject.unread(found)));
    let foreign_editables = checkouts.foreign_editables(&subject, &mut unreadable);
    let recorded_places = places::of(&subject, &mut unreadable);
    unreadable.sort();
    unreadable.dedup();
    let condition = Condition {
        root: environment.root.clone(),
        kind: environment.kind,
        is_linked: false,
        home: home(subject.config.as_ref()),
        versions: versions::of(&subject, &interpreters, &sites.sites),
        recorded_places,
        unfinished: unfinished::of(&subject, &interpreters, &sites, &unreadable),
        foreign_editables,
        unmet_request: None,
        interpreters,
        unreadable,
    };
    match condition.unfinished.first() {
        // Nobody uses it and it is deleted, not repaired, so nothing else about it matters.
        Some(UnfinishedSign::Staging) => Condition {
            home: None,
            versions: PythonVersions::default(),
            recorded_places: Vec::new(),
            foreign_editables: Vec::new(),
            interpreters: Vec::new(),
            ..condition
        },
        _ => condition,
    }
}

/// What the rules make of a condition, in a word.
#[must_use]
pub fn health(condition: &Condition) -> Health {
    let facts = Facts { conditions: vec![condition.clone()], ..Facts::nothing(Scope::WorkTree) };
    let about_environments: Vec<&'static Rule> =
        RULES.iter().filter(|rule| rule.info.code.starts_with("PYE3")).copied().collect();
    let found = rules::run(&about_environments, &facts);
    let counted = found.iter().filter(|finding| finding.severity > Severity::Info);
    let mut problems: Vec<&'static str> = counted.map(|finding| finding.rule.code).collect();
    problems.sort_unstable();
    problems.dedup();
    // An environment of another Python than the one asked for works.
    let broken = problems.iter().any(|code| *code != "PYE304");
    let status = match (broken, condition.unreadable.is_empty()) {
        (true, _) => HealthStatus::Broken,
        (false, true) => HealthStatus::Ok,
        (false, false) => HealthStatus::Unknown,
    };
    Health { status, problems }
}

/// Adds to the facts of a work tree what the rules about environments need.
///
/// # Errors
/// Usage in a bare repository.
pub(super) fn add(session: &Session<'_>, gathered: &mut Gathered, required: bool) -> Result<()> {
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(()) };
    let checkouts = Checkouts::of(session);
    let facts = &mut gathered.facts;
    // What git tracks of a left-over is the matter of the rules about what is committed.
    let looked_at =
        facts.on_disk.iter().filter(|found| is_looked_at(&found.environment, found.tracked_files));
    let conditions = looked_at.map(|found| {
        let environment = &found.environment;
        of(&environment.root.to_path(&top), environment, &checkouts)
    });
    facts.conditions = conditions.collect();
    let mut unread: Vec<Skip> =
        facts.conditions.iter().flat_map(|condition| condition.unreadable.clone()).collect();
    unread.retain(|skip| !gathered.skipped.iter().any(|known| skip.path.is_within(&known.path)));
    gathered.skipped.extend(unread);
    project::add(session, gathered, required)
}

/// Packages without an environment (PEP 582, what platforms build) have nothing that could be out of order, and of
/// left-overs only those that git does not have are looked at.
fn is_looked_at(environment: &Environment, tracked_files: usize) -> bool {
    let whole = environment.shape == Shape::Environment || tracked_files == 0;
    whole && !matches!(environment.kind.name, "pypackages" | "platform")
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

/// Reads a small file; what fails is noted.
fn read(path: &Path, place: &RepoPath, unreadable: &mut Unreadable) -> Option<Vec<u8>> {
    read_start(path, SMALL_LIMIT).unwrap_or_else(|error| {
        note(&error, place, unreadable);
        None
    })
}

fn note(error: &Error, place: &RepoPath, unreadable: &mut Unreadable) {
    unreadable.push(Skip { path: place.clone(), reason: error.to_string(), blob: None });
}
