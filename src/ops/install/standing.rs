//! Whether the environment contains what it is asked to contain. This is the one place in which `install` asks.

use std::path::PathBuf;

use super::changes::PackageList;
use super::project_manifest;
use super::request::InstallationRequest;
use super::requirement_words::words;
use super::target::TargetEnvironment;
use crate::backends::ReplacedPackage;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::inspect::InstalledPackages;
use crate::message::{Message, message};
use crate::model::{
    InstallInput, PackageAction, PackageChange, PackageSource, Place, Problem, ProblemKind, Requested,
    RequestedBy, RequestedPackages, SyncStatus, What,
};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::project::{Standing, StandingOptions, standing};
use crate::python::normalised;
use crate::satisfied::SyncVerdict;
use crate::session::Session;

/// What is asked for, and how the environment stands to it.
pub(super) struct InstallStanding {
    /// What is asked for.
    pub(super) requested: RequestedPackages,
    /// How the environment stands to it; `None` if that is not known.
    verdict: Option<SyncVerdict>,
    /// Why a lock that says so is not what the project asks for, a sentence that starts with its path.
    pub(super) stale_lock: Option<Message>,
    /// The project itself is to be installed and is not.
    lacks_project: bool,
    /// Something is wished of which what is asked for says nothing.
    has_wish: bool,
    /// The packages in the environment; `None` if they were not looked at.
    installed: Option<InstalledPackages<'static>>,
}

impl InstallStanding {
    /// Compares the environment with what is asked for. Extra packages count if they are to be removed.
    pub(super) fn of(
        session: &Session<'_>,
        settings: &Settings,
        target: &TargetEnvironment,
        request: &InstallationRequest,
    ) -> Self {
        let files: Vec<PathBuf> =
            request.requirements.iter().map(|typed| session.env.directory.join(typed)).collect();
        let options = StandingOptions {
            files: &files,
            groups: &request.groups,
            extras: &request.extras,
            is_exact: Some(request.is_exact),
            inspection: target.inspection(),
        };
        let found = standing(session, settings, &target.selection, &options, None);
        let mut standing = Self {
            requested: RequestedPackages::default(),
            verdict: None,
            stale_lock: None,
            lacks_project: false,
            has_wish: request.without_editable,
            installed: None,
        };
        if let Some(Standing { requested, verdict, stale_lock, installed, .. }) = found {
            standing.lacks_project = request.requirements.is_empty() && lacks_project(&requested, &installed);
            (standing.requested, standing.verdict, standing.stale_lock) =
                (requested, Some(verdict), stale_lock);
            standing.installed = Some(installed);
        }
        standing
    }

    /// The packages in the environment as they were when it was compared.
    pub(super) fn packages(&self, target: &TargetEnvironment) -> PackageList {
        let root = &target.root;
        self.installed
            .as_ref()
            .map_or_else(|| PackageList::read(root), |packages| PackageList::of(root, packages))
    }

    /// Everything that is asked for is there, and nothing else is to be removed. With a stale lock the tool has to say
    /// what comes of it.
    pub(super) fn is_in_step(&self) -> bool {
        let is_asked = self.requested.source != RequestedBy::Nothing && !self.lacks_project && !self.has_wish;
        is_asked
            && self.stale_lock.is_none()
            && self.verdict.as_ref().is_some_and(|verdict| verdict.status() == SyncStatus::InStep)
    }

    /// What is certainly not as it is asked for.
    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.verdict.iter().flat_map(|verdict| &verdict.problems).filter(|problem| problem.is_out_of_step())
    }

    /// What comes from another archive or revision than it is asked for, or from one that may have been changed since, and
    /// would be kept because of its version.
    pub(super) fn replaced(&self) -> Vec<ReplacedPackage> {
        let wrong = self.problems().filter(|problem| matches!(problem.kind, ProblemKind::WrongSource { .. }));
        let wrong = wrong.filter_map(|problem| Some((&problem.package, &problem.lines.first()?.place)));
        let unsure = self.verdict.iter().flat_map(|verdict| &verdict.perhaps_changed);
        let unsure = unsure.map(|(name, place)| (name, place));
        let replaced = |(name, place): (&String, &Place)| {
            let mut lines = self.requested.requested.iter().filter(|line| line.place == *place);
            let words = words(lines.find(|line| is_kept(line))?)?;
            Some(ReplacedPackage { name: name.clone(), words })
        };
        wrong.chain(unsure).filter_map(replaced).collect()
    }

    /// The names of the packages that nothing asks for.
    ///
    /// # Errors
    /// Undecided, with why, if it is not known of everything what it asks for.
    pub(super) fn extra(&self) -> Result<Vec<String>> {
        let unknown = || Error::undecided("could not determine which packages nothing asks for");
        let verdict = self.verdict.as_ref().ok_or_else(unknown)?;
        let unread = self.requested.unreadable.iter().map(|one| message!("{}: {}", one.place, one.reason));
        let causes: Vec<Message> = unread.chain(verdict.unusable().map(sentence)).collect();
        if !causes.is_empty() {
            return Err(causes.into_iter().fold(unknown(), Error::cause));
        }
        let extra = self.problems().filter(|problem| matches!(problem.kind, ProblemKind::Extra { .. }));
        Ok(extra.map(|problem| problem.package.clone()).collect())
    }

    /// What would be changed, as far as it is known without asking an index.
    pub(super) fn expected_changes(&self) -> Vec<PackageChange> {
        let mut changes: Vec<PackageChange> = self.problems().filter_map(expected).collect();
        changes.arrange_by_key(|change| normalised(&change.name));
        changes.dedup_by_key(|change| normalised(&change.name));
        changes
    }

    /// What is not as it is asked for, as sentences without a full stop.
    pub(super) fn sentences(&self) -> Vec<Message> {
        self.problems().map(sentence).collect()
    }

    /// The files that were read.
    pub(super) fn files(&self) -> Vec<RepoPath> {
        self.requested.files.clone()
    }
}

/// Says whether installers may take any package of the right version for what this line asks for, and a URL can say all that
/// it says. A local directory and an editable install are always installed again.
fn is_kept(line: &Requested) -> bool {
    match &line.what {
        What::Source { source: PackageSource::Archive { hashes, .. }, .. } => hashes.len() <= 1,
        What::Source { source: PackageSource::Repository { is_editable, .. }, .. } => !is_editable,
        _ => false,
    }
}

/// Says whether the project itself is to be installed and is not: one that can be built, and has no requirements file.
fn lacks_project(requested: &RequestedPackages, installed: &InstalledPackages<'_>) -> bool {
    let is_installable = |input: &InstallInput| match input {
        InstallInput::Manifest(file) => project_manifest::is_package(file),
        InstallInput::RequirementsFile(_) | InstallInput::Lock(_) => false,
    };
    let has_file = |input: &InstallInput| matches!(input, InstallInput::RequirementsFile(_));
    let inputs = &requested.inputs;
    if inputs.iter().any(has_file) || !inputs.iter().any(is_installable) || requested.own_names.is_empty() {
        return false;
    }
    !requested.own_names.iter().all(|name| installed.own().any(|(found, _)| normalised(&found) == *name))
}

/// The change that solves a problem; `None` where it is not known which.
fn expected(problem: &Problem) -> Option<PackageChange> {
    let change = |action, from: Option<String>| {
        Some(PackageChange { name: problem.package.clone(), action, from, to: None })
    };
    match &problem.kind {
        ProblemKind::Missing | ProblemKind::Renamed { .. } => change(PackageAction::Added, None),
        ProblemKind::WrongVersion { found } | ProblemKind::WrongSource { found, .. } => {
            change(PackageAction::Changed, Some(found.clone()))
        }
        ProblemKind::StaleVersion { found, now, .. } => Some(PackageChange {
            to: Some(now.clone()),
            ..change(PackageAction::Changed, Some(found.clone()))?
        }),
        ProblemKind::Extra { version, .. } => change(PackageAction::Removed, version.clone()),
        _ => None,
    }
}

/// A problem in words.
fn sentence(problem: &Problem) -> Message {
    let name = &problem.package;
    let line = problem.lines.first().map(|line| message!(" ({})", line.place));
    match &problem.kind {
        ProblemKind::Missing => message!("`{}` is not installed{}", name, line),
        ProblemKind::WrongVersion { found } => message!("`{}` {} is not accepted{}", name, found, line),
        ProblemKind::StaleVersion { found, now, .. } => {
            message!("`{}` {} is {} by now{}", name, found, now, line)
        }
        ProblemKind::WrongSource { found, wanted } => {
            message!("`{}` was installed from {}, not {}{}", name, found, wanted, line)
        }
        ProblemKind::Ambiguous { .. } => message!("`{}` is installed more than once{}", name, line),
        ProblemKind::Broken { reason, .. } => {
            message!("the metadata of `{}` cannot be used: {}{}", name, reason, line)
        }
        ProblemKind::Dependency(broken) => {
            message!("`{}` of {} is not satisfied{}", broken.requirement, broken.dependent, line)
        }
        ProblemKind::Extra { .. } => message!("nothing asks for `{}`", name),
        ProblemKind::Renamed { was, now, manifest } => {
            message!("`{}` is installed, and `{}` calls it `{}` by now{}", was, manifest, now, line)
        }
        ProblemKind::OtherName { now, manifest } => {
            message!("`{}` is called `{}` in `{}`{}", name, now, manifest, line)
        }
        ProblemKind::OtherPython { wanted, found, manifest } => {
            message!("`{}` requires Python {}, and not {}{}", manifest, wanted, found, line)
        }
        ProblemKind::Unreadable { reason } => message!("`{}`: {}{}", name, reason, line),
        ProblemKind::UnknownExtra { extra, .. } => message!("`{}` has no extra `{}`{}", name, extra, line),
        ProblemKind::Unpinned => message!("`{}` is not pinned{}", name, line),
        ProblemKind::Conflict => message!("no version of `{}` satisfies all lines{}", name, line),
    }
}
