//! `create`: makes environments without running anything but the interpreter that is asked for its facts.
//!
//! `place` says where nothing may be made; `occupancy` looks at what is there already and whether it is what is asked
//! for; `wheels` finds pip; `build` builds the environment in a staging directory and moves it to its path.

mod build;
mod fill;
mod occupancy;
mod place;
mod wheels;

use crate::config::Settings;
use crate::error::{Error, Result};
use crate::fs::StagingDirectory;
use crate::journal::StateDirectory;
use crate::model::{Attempt, Creation, MadeEnvironment, PythonRequests, Selection};
use crate::path::RepoPath;
use crate::project::{python_requests, select};
use crate::removal::{self, Removal};
use crate::session::{Ports, Session};
use crate::text::counted;
use occupancy::{Found, Occupancy};
use place::Place;

/// How many files are named before the rest is only said to be there.
const SHOWN: usize = 3;

/// What to make.
#[derive(Debug, Clone, Default)]
pub struct CreateRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the one that is meant.
    pub environment: Option<String>,
    /// All that the settings name.
    pub all: bool,
    /// The Python, as a request or a path; `None` for what the settings and the project ask for.
    pub python: Option<String>,
    /// What shells show while it is active; `None` for the name of its directory, or that of the project.
    pub prompt: Option<String>,
    /// Without pip.
    pub without_pip: bool,
    /// With the packages of the Python it is made from.
    pub system_site_packages: bool,
    /// Replace the environment that is there.
    pub force: bool,
    /// Only say what would be made.
    pub dry_run: bool,
}

/// Makes environments. A failure of one of several does not keep the others.
///
/// # Errors
/// Usage or settings if it cannot be told what to make; of a single environment also what it fails with.
pub fn run(ports: Ports<'_>, request: &CreateRequest) -> Result<Creation> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let selections = selections(&session, &settings, request)?;
    // From what is looked at to what is put there, no other run may come in between.
    let lock = (!request.dry_run).then(|| session.lock()).transpose()?;
    let work = Work { ports, session: &session, settings: &settings, request };
    let mut attempts = Vec::with_capacity(selections.len());
    for selection in &selections {
        let result = work.create(selection);
        ports.progress.finish();
        let name = selection.name.clone().or_else(|| request.environment.clone());
        attempts.push(Attempt { name, result: if request.all { result } else { Ok(result?) } });
    }
    drop(lock);
    Ok(Creation { repository: session.label(), attempts, all: request.all, dry_run: request.dry_run })
}

/// The environments that are asked for.
fn selections(session: &Session<'_>, settings: &Settings, request: &CreateRequest) -> Result<Vec<Selection>> {
    let selections = match request.all {
        false => vec![select(session, settings, request.environment.as_deref())?],
        true => {
            let names = settings.environments.keys();
            names.map(|name| select(session, settings, Some(name))).collect::<Result<Vec<_>>>()?
        }
    };
    if selections.is_empty() {
        return Err(Error::usage("the settings name no environments")
            .hint("`git config pyenv.environments.NAME.directory DIRECTORY` names one"));
    }
    Ok(selections)
}

/// What every environment of a run shares.
struct Work<'w> {
    ports: Ports<'w>,
    session: &'w Session<'w>,
    settings: &'w Settings,
    request: &'w CreateRequest,
}

impl Work<'_> {
    /// Makes one environment, or says that it is there.
    fn create(&self, selection: &Selection) -> Result<MadeEnvironment> {
        let place = Place::of(self.session, selection)?;
        if !self.request.dry_run {
            self.recover(&place);
        }
        let asked = python_requests(self.session, selection, self.request.python.as_deref())?;
        let there = match Occupancy::look(&place)? {
            Occupancy::Free => false,
            Occupancy::Environment(environment) if !self.request.force => {
                return self.keep(&Found { environment: &environment, place: &place }, &asked);
            }
            Occupancy::Environment(_) => true,
        };
        if there {
            self.removal(&place)?;
        }
        // What is begun from here on is cleared away before a signal ends the run.
        self.ports.signals.defer();
        let made = self.build(&place, &asked, there);
        self.ports.progress.finish();
        self.ports.signals.deliver();
        made
    }

    /// Clears away what killed runs have left. What resists is told by PYE307, and does not keep this run.
    fn recover(&self, place: &Place) {
        let layout = self.session.repository.layout();
        let _ = removal::finish(&StateDirectory::of(layout), &place.directory, self.ports.progress);
        let top = layout.work_tree.as_deref();
        // What was committed is nothing that a run has left, whatever it is made to look like.
        StagingDirectory::recover(&place.directory, &|directory| {
            let below = top.and_then(|top| directory.strip_prefix(top).ok());
            let below = below.and_then(|below| RepoPath::from_relative(below).ok());
            let tracked = below.map(|below| self.session.repository.tracked_below(&[below]));
            tracked.is_some_and(|tracked| !tracked.is_ok_and(|tracked| tracked.is_empty()))
        });
    }

    /// An environment that is there, if it is what is asked for.
    fn keep(&self, found: &Found<'_>, asked: &PythonRequests) -> Result<MadeEnvironment> {
        let differences = self.differences(found, asked)?;
        if differences.is_empty() {
            return Ok(found.as_made(asked));
        }
        let taken = Error::action(format!("`{}` is another environment than is asked for", found.place));
        let told = differences.into_iter().fold(taken, Error::cause);
        Err(told.hint("`git pyenv create --force` replaces it, and keeps a record of what was in it"))
    }

    /// What it takes to replace the environment that is there. Replacing is deleting, which settings can forbid, and
    /// which nothing may be lost by.
    fn removal(&self, place: &Place) -> Result<Removal> {
        self.require_cleanup()?;
        let removal = Removal::prepare(self.session.repository.layout(), &place.directory)?;
        if let Some(skip) = removal.unreadable().first() {
            return Err(Error::undecided(format!("`{place}` cannot be looked through"))
                .cause(format!("`{}`: {}", skip.path, skip.reason)));
        }
        let foreign = removal.foreign();
        if foreign.is_empty() {
            return Ok(removal);
        }
        let count = counted(foreign.len() as u64, "file");
        let names: Vec<String> = foreign.iter().take(SHOWN).map(|path| format!("`{path}`")).collect();
        let more = if foreign.len() > SHOWN { ", …" } else { "" };
        Err(Error::action(format!("`{place}` holds {count} that nobody could make again"))
            .cause(format!("no tool made {}{more}", names.join(", ")))
            .hint("move them elsewhere, then try again"))
    }

    /// Says whether settings let an environment be deleted.
    fn require_cleanup(&self) -> Result<()> {
        let allowed = &self.settings.auto_cleanup;
        if allowed.value {
            return Ok(());
        }
        Err(Error::settings("`--force` would delete an environment, and `autoCleanup` forbids that")
            .cause(format!("`autoCleanup` is `false`: {}", allowed.origin))
            .hint("`git -c pyenv.autoCleanup=true pyenv create --force` does it once"))
    }
}
