//! A restoration from what the snapshot says: what `create` and `install` are asked for, and what comes after them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::archive::move_in;
use super::operation::RestoreOperation;
use super::place::RestorePlace;
use super::python;
use super::request::RestoreRequest;
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::archive::MemberKind;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::formats::snapshot::{Package, Snapshot};
use crate::formats::stored_path::StoredPath;
use crate::fs::{self, OpenDirectory};
use crate::journal::StateDirectory;
use crate::message::{Message, message};
use crate::model::{
    EnvironmentRecipe, ExactInstallation, ExactPackage, MadeEnvironment, Restoration, RestoredPackage,
    UnavailablePackage,
};
use crate::path::{RepoPath, display, path_to_bytes, printable};
use crate::python::normalised;
use crate::removal::{self, ProvenArchive, exact_words};
use crate::session::{Ports, Session};
use crate::text::counted;

/// The packages that tools which create environments bring, each in its own version.
const BROUGHT: [&str; 3] = ["pip", "setuptools", "wheel"];

/// What says what the new environment is made from, and is not brought back.
const OWN: [&[u8]; 1] = [b"pyvenv.cfg"];

/// A restoration through `create` and `install`.
pub struct SnapshotRestore<'p> {
    ports: Ports<'p>,
    session: Session<'p>,
    state: StateDirectory,
    snapshot: Snapshot,
    place: PathBuf,
    is_moved: bool,
    /// Of what no tool could write again.
    archive: Option<ProvenArchive>,
    recipe: EnvironmentRecipe,
    restoration: Restoration,
}

/// What is brought back, and where.
pub(super) struct SnapshotSubject {
    pub(super) state: StateDirectory,
    pub(super) snapshot: Snapshot,
    pub(super) place: RestorePlace,
    /// Of what no tool could write again.
    pub(super) archive: Option<ProvenArchive>,
}

impl<'p> SnapshotRestore<'p> {
    pub(super) fn new(
        ports: Ports<'p>,
        session: Session<'p>,
        subject: SnapshotSubject,
        mut restoration: Restoration,
        request: &RestoreRequest,
    ) -> Result<Self> {
        let SnapshotSubject { state, snapshot, place, archive } = subject;
        let configuration = snapshot.configuration.as_deref();
        let configuration = configuration.map(|text| PyvenvCfg::parse(text.as_bytes()));
        let configuration = configuration.ok_or_else(|| not_creatable(&snapshot))?;
        let RestorePlace { directory, is_moved } = place;
        let text = directory.to_str().ok_or_else(|| {
            Error::usage(format!("`{}` is not UTF-8", display(&directory)))
                .hint("restore it to another directory with `--to`")
        })?;
        let (packages, unavailable) = packages(&snapshot);
        restoration.unavailable = unavailable;
        let mut names: Vec<String> =
            snapshot.distributions.iter().map(|package| normalised(&package.name)).collect();
        let mut without_pip = !names.iter().any(|name| name == "pip");
        if without_pip && !packages.is_empty() && !has_program(&session, "uv") {
            without_pip = false;
            names.push("pip".to_owned());
            let note =
                "it had no pip, and has one now: there is no uv on PATH, and nothing else could install";
            restoration.notes.push(note.into());
        }
        let pythons = pythons(&snapshot, request)?;
        let recipe = EnvironmentRecipe {
            place: text.to_owned(),
            pythons,
            prompt: prompt(&configuration),
            without_pip,
            system_site_packages: configuration.includes_system_packages(),
            packages,
            names,
        };
        restoration
            .notes
            .extend(notes(&snapshot, is_moved, archive.is_some()).into_iter().map(Message::from));
        Ok(Self { ports, session, state, snapshot, place: directory, is_moved, archive, recipe, restoration })
    }

    /// What to ask `create` and `install` for.
    #[must_use]
    pub fn recipe(&self) -> &EnvironmentRecipe {
        &self.recipe
    }

    /// Says whether the packages can be used with the Python that `create` found. Whoever named it wants it.
    #[must_use]
    pub fn accepts(&self, made: &MadeEnvironment) -> bool {
        let found = made.environment.python.as_deref().unwrap_or_default();
        self.recipe.pythons.len() == 1 || python::fits(self.snapshot.python.as_deref(), found)
    }

    /// The error where no Python fits: that of the last request, with what the environment was made from.
    #[must_use]
    pub fn without_python(&self, last: Error) -> Error {
        let python = self.snapshot.python.as_deref().unwrap_or("of unknown version");
        let from =
            self.snapshot.interpreter.as_deref().map(|path| format!(", `{}`", printable(path.as_bytes())));
        let python = printable(python.as_bytes());
        last.cause(format!("it was made from Python {python}{}", from.unwrap_or_default()))
    }

    /// Notes the Python that it will be made from.
    pub fn choose(&mut self, made: &MadeEnvironment) {
        let version = made.environment.python.clone().unwrap_or_default();
        let interpreter = made.interpreter.clone().unwrap_or_default();
        let recorded = self.snapshot.interpreter.as_deref().map(Path::new);
        if recorded.is_some_and(|recorded| recorded.is_absolute() && !fs::exists(recorded)) {
            let gone = recorded.map(display).unwrap_or_default();
            self.restoration.notes.push(message!("its Python `{}` is gone; another one is used", gone));
        }
        if let Some(was) = self.snapshot.python.as_deref().filter(|was| !version.starts_with(*was)) {
            let was = printable(was.as_bytes());
            self.restoration.notes.push(message!(
                "it was made from Python {}, and is now from {}",
                was,
                version
            ));
        }
        self.restoration.notes.extend(made.warnings.iter().cloned());
        self.restoration.python = Some((version, interpreter));
    }

    /// The result where nothing is to be changed.
    #[must_use]
    pub fn as_dry_run(mut self) -> Restoration {
        if let Some(archive) = &self.archive {
            let files = archive.members.iter().filter(|member| member.kind != MemberKind::Directory);
            let (entries, bytes) =
                files.fold((0, 0), |(count, bytes), member| (count + 1, bytes + member.size()));
            (self.restoration.entries, self.restoration.bytes) = (entries, bytes);
        }
        let planned = self.recipe.packages.iter().map(|package| package.package.clone());
        self.restoration.packages = planned.collect();
        self.restoration
    }

    /// Records the intent, after what killed runs left is cleared away.
    ///
    /// # Errors
    /// Action if it cannot be recorded.
    pub fn begin(&self) -> Result<RestoreOperation> {
        let lock = self.session.lock()?;
        removal::recover(&self.session.repository, Some(&self.place), self.ports.progress);
        let operation = RestoreOperation::begin(&self.state, &self.snapshot, &self.place);
        drop(lock);
        operation
    }

    /// Brings back what neither `create` nor `install` makes, and records the result.
    ///
    /// # Errors
    /// Action if something cannot be written or recorded.
    pub fn finish(
        mut self,
        operation: RestoreOperation,
        installed: ExactInstallation,
    ) -> Result<Restoration> {
        stop_point("restore-installed");
        let ExactInstallation { installed, unavailable, commands } = installed;
        let restoration = &mut self.restoration;
        restoration.packages = installed;
        restoration.commands = commands;
        for missing in unavailable {
            match self.snapshot.distributions.iter().find(|package| is_brought(package, &missing)) {
                Some(package) => restoration.notes.push(other_version(package, &missing).into()),
                None => restoration.unavailable.push(missing),
            }
        }
        match self.bring_files_back(&operation) {
            Ok(()) => {}
            Err(error) => return Err(operation.failed(error)),
        }
        match self.restoration.failure() {
            None => operation.done()?,
            Some(error) => operation.incomplete(error.to_string())?,
        }
        Ok(self.restoration)
    }
}

impl SnapshotRestore<'_> {
    /// Brings back the copies of changed files, and then what no tool could write again, which is what the user made.
    fn bring_files_back(&mut self, operation: &RestoreOperation) -> Result<()> {
        if !self.is_moved {
            let path = |path: &StoredPath| RepoPath::new(path_to_bytes(&path.to_path())).ok();
            let copied: Vec<RepoPath> = self.snapshot.copied.iter().filter_map(path).collect();
            self.restoration.copies =
                self.state.bring_copies_back(&self.snapshot.id, &copied, &self.place)?;
        }
        let Some(archive) = &self.archive else { return Ok(()) };
        let is_wanted = |path: &RepoPath| !OWN.contains(&path.as_bytes());
        let (from, _) = operation.staging()?;
        let ports = (self.ports.progress, self.ports.signals);
        let unpacked = archive.unpack(from, &is_wanted, &|_| None, ports)?;
        stop_point("restore-unpacked");
        let to = OpenDirectory::open(&self.place)?;
        let taken = move_in(archive, from, &to, &is_wanted, true)?;
        (self.restoration.entries, self.restoration.bytes) = (unpacked.entries, unpacked.bytes);
        let kept = taken.iter().map(|path| {
            let path = path.seen_from_root();
            message!("`{}` of the archive was left out: something else is there", path)
        });
        self.restoration.notes.extend(kept);
        Ok(())
    }
}

/// Only an environment with a `pyvenv.cfg` is made by `create`.
fn not_creatable(snapshot: &Snapshot) -> Error {
    let kind = printable(snapshot.kind.as_bytes());
    Error::action(format!("an environment of the kind {kind} can be restored only from an archive"))
        .cause("the snapshot has none, and no `pyvenv.cfg` to make it again from")
}

/// The requests for a Python: what the command line names, else what the snapshot says.
fn pythons(snapshot: &Snapshot, request: &RestoreRequest) -> Result<Vec<String>> {
    let pythons = match &request.python {
        Some(named) => vec![named.clone()],
        None => python::requests(snapshot),
    };
    match pythons.is_empty() {
        true => Err(Error::action("the snapshot does not say which Python it was made from")
            .hint("select one with `--python`")),
        false => Ok(pythons),
    }
}

/// The packages as they are installed again, and those that certainly cannot be.
fn packages(snapshot: &Snapshot) -> (Vec<ExactPackage>, Vec<UnavailablePackage>) {
    let mut seen = BTreeSet::new();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    // Of one that was there twice the first counts, as for Python.
    for one in snapshot.distributions.iter().filter(|one| seen.insert(normalised(&one.name))) {
        let package = RestoredPackage { name: one.name.clone(), version: one.version.clone() };
        match require_source(one).and_then(|()| exact_words(one)) {
            Ok(words) => found.push(ExactPackage {
                package,
                words,
                installer: one.installer.clone(),
                is_from_index: one.url.is_none(),
            }),
            Err(reason) => missing.push(UnavailablePackage { package, reason }),
        }
    }
    (found, missing)
}

/// A local source has to be there still.
fn require_source(package: &Package) -> Result<(), String> {
    let local = package.local.as_ref().map(StoredPath::to_path);
    match local.filter(|local| package.commit.is_none() && !fs::exists(local)) {
        Some(gone) => Err(format!("it was installed from `{}`, which is gone", display(&gone))),
        None => Ok(()),
    }
}

/// Says whether a package that could not be had is one that the tool brought which had created the environment.
fn is_brought(package: &Package, missing: &UnavailablePackage) -> bool {
    let name = normalised(&package.name);
    name == normalised(&missing.package.name)
        && !package.requested
        && package.url.is_none()
        && BROUGHT.contains(&name.as_str())
}

fn other_version(package: &Package, missing: &UnavailablePackage) -> String {
    let (name, version) = (&package.name, package.version.as_deref().unwrap_or("of unknown version"));
    let reason = missing.reason.lines().last().unwrap_or_default();
    let kind = "the tool that had created it brought";
    format!("{name} {version}, which {kind}, could not be had, and another version may be there: {reason}")
}

/// What `pyvenv.cfg` says that shells show. venv writes it as a literal of Python.
fn prompt(configuration: &PyvenvCfg) -> Option<String> {
    let text = configuration.get("prompt")?;
    let quoted = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    let text = quoted('\'').or_else(|| quoted('"')).unwrap_or(text).trim();
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
}

/// What cannot be brought back.
fn notes(snapshot: &Snapshot, is_moved: bool, has_archive: bool) -> Vec<String> {
    let foreign = snapshot.foreign.len() as u64;
    let are = if foreign == 1 { "is" } else { "are" };
    let lost =
        format!("{} that no tool could write again {are} not in the snapshot", counted(foreign, "path"));
    let copied = snapshot.copied.len() as u64;
    let kept =
        format!("copies of {} stay where they are, because the place is another", counted(copied, "file"));
    [(foreign > 0 && !has_archive).then_some(lost), (is_moved && copied > 0).then_some(kept)]
        .into_iter()
        .flatten()
        .collect()
}

fn has_program(session: &Session<'_>, name: &str) -> bool {
    session.env.candidates(name).any(|program| fs::is_executable(&program))
}
