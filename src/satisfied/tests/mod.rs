//! What the tests share: packages in memory, and what is asked for as lines of text.

mod graph;
mod lines;
mod properties;
mod reasons;
mod sources;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::interfaces::{
    ArchiveState, Checkout, CondaAnswer, LocalProject, LocalRequirement, MetadataError, PackageMetadata,
    PackageSet,
};
use super::{SyncVerdict, judge};
use crate::model::{
    DirectSource, Distribution, MetadataForm, PackageSource, Place, ProblemKind, Requested, RequestedBy,
    RequestedPackages, SourceForm, What,
};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::python::{MarkerEnvironment, Requirement, Wanted, normalised};

/// The packages of an environment that exists in memory only.
#[derive(Debug, Default)]
pub(super) struct Memory {
    distributions: Vec<Distribution>,
    metadata: HashMap<RepoPath, Result<Arc<PackageMetadata>, MetadataError>>,
    projects: HashMap<PathBuf, Arc<LocalProject>>,
    checkouts: HashMap<PathBuf, Checkout>,
    /// The state of archives; others are the same.
    archives: HashMap<PathBuf, ArchiveState>,
    conda: Option<Vec<(String, String)>>,
    unread: Option<String>,
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).expect("a path")
}

impl Memory {
    /// Installs `NAME VERSION` with requirements; `extra: NAME` states an extra.
    pub(super) fn with(mut self, package: &str, requires: &[&str]) -> Self {
        let (name, version) = package.split_once(' ').unwrap_or((package, ""));
        let count = self.distributions.len();
        let record = path(&format!("lib/{count}/{name}-{version}.dist-info"));
        let metadata = PackageMetadata {
            name: None,
            requires: requires
                .iter()
                .filter(|text| !text.starts_with("extra: "))
                .map(|text| Requirement::parse_standard(text).map_err(|reason| ((*text).to_owned(), reason)))
                .collect(),
            extras: requires.iter().filter_map(|text| text.strip_prefix("extra: ")).map(normalised).collect(),
        };
        self.metadata.insert(record.clone(), Ok(Arc::new(metadata)));
        self.distributions.push(Distribution {
            name: name.to_owned(),
            version: Some(version.to_owned()).filter(|version| !version.is_empty()),
            metadata: record,
            outside: None,
            form: MetadataForm::DistInfo,
            installer: None,
            source: None,
        });
        self
    }

    fn last(&mut self) -> &mut Distribution {
        self.distributions.last_mut().expect("a distribution")
    }

    /// The last one came from there.
    pub(super) fn from(mut self, source: DirectSource) -> Self {
        self.last().source = Some(source);
        self
    }

    /// The metadata of the last one cannot be used.
    fn damaged(mut self, error: MetadataError) -> Self {
        let record = self.last().metadata.clone();
        self.metadata.insert(record, Err(error));
        self
    }

    fn installed_by(mut self, installer: &str) -> Self {
        self.last().installer = Some(installer.to_owned());
        self
    }

    /// There is a project in a directory.
    fn project(mut self, directory: &str, project: LocalProject) -> Self {
        self.projects.insert(PathBuf::from(directory), Arc::new(project));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.distributions.retain(|distribution| normalised(&distribution.name) != name);
        self
    }
}

impl PackageSet for Memory {
    fn named(&self, name: &str) -> Vec<&Distribution> {
        let is_named = |distribution: &&Distribution| normalised(&distribution.name) == name;
        self.distributions.iter().filter(is_named).collect()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.distributions.iter().map(|distribution| normalised(&distribution.name)).collect();
        names.arrange();
        names.dedup();
        names
    }

    fn metadata(&self, distribution: &Distribution) -> Result<Arc<PackageMetadata>, MetadataError> {
        self.metadata.get(&distribution.metadata).cloned().expect("metadata")
    }

    fn local_project(&self, directory: &Path, _: Option<&Distribution>) -> Option<Arc<LocalProject>> {
        self.projects.get(directory).cloned()
    }

    fn archive(&self, archive: &Path, _: &Distribution, _: &[String]) -> ArchiveState {
        self.archives.get(archive).cloned().unwrap_or(ArchiveState::Same)
    }

    fn checkout(&self, directory: &Path) -> Option<Checkout> {
        self.checkouts.get(directory).cloned()
    }

    fn conda_package(&self, name: &str) -> CondaAnswer {
        let Some(all) = &self.conda else { return CondaAnswer::Unknown("no records".to_owned()) };
        let found = all.iter().find(|(other, _)| other == name);
        found.map_or(CondaAnswer::Missing, |(_, version)| CondaAnswer::Installed {
            version: version.clone(),
            build: "py312_0".to_owned(),
            channel: Some("https://conda.anaconda.org/conda-forge/noarch".to_owned()),
        })
    }

    fn is_same_place(&self, one: &Path, other: &Path) -> bool {
        one == other
    }

    fn unread(&self) -> Option<String> {
        self.unread.clone()
    }
}

/// Python 3.12 on Linux, without what depends on the kernel.
pub(super) fn python312() -> MarkerEnvironment {
    let text = |text: &str| Some(text.to_owned());
    MarkerEnvironment {
        implementation_name: text("cpython"),
        implementation_version: text("3.12.1"),
        os_name: text("posix"),
        platform_machine: text("x86_64"),
        platform_python_implementation: text("CPython"),
        platform_system: text("Linux"),
        python_full_version: text("3.12.1"),
        python_version: text("3.12"),
        sys_platform: text("linux"),
    }
}

/// What lines ask for, counted from 1 in `r`: requirements, `-c CONSTRAINT`, `-o OVERRIDE`, `-e PATH`, `PATH` with a slash
/// at the start, and `!REASON` or `?REASON` for what cannot be read.
pub(super) fn asked(lines: &[&str]) -> RequestedPackages {
    let mut asked = RequestedPackages {
        files: vec![path("r")],
        source: RequestedBy::Requirements,
        ..RequestedPackages::default()
    };
    for (number, text) in lines.iter().enumerate() {
        let place = Place { file: path("r"), line: Some(number + 1) };
        if let Some((is_error, reason)) = text
            .strip_prefix('!')
            .map(|reason| (true, reason))
            .or(text.strip_prefix('?').map(|it| (false, it)))
        {
            let reason = reason.to_owned();
            asked.unreadable.push(crate::model::UnreadableRequirement {
                place,
                reason: reason.into(),
                is_error,
            });
            continue;
        }
        let (list, rest) = match text.split_at(text.len().min(3)) {
            ("-c ", rest) => (&mut asked.constraints, rest),
            ("-o ", rest) => (&mut asked.overrides, rest),
            _ => (&mut asked.requested, *text),
        };
        list.push(requested(place, rest));
    }
    asked
}

fn requested(place: Place, text: &str) -> Requested {
    let (path, is_editable) = text.strip_prefix("-e ").map_or((text, false), |path| (path, true));
    let (what, marker) = if path.starts_with('/') {
        let source = PackageSource::Directory { path: PathBuf::from(path), is_editable };
        (What::Source { name: None, extras: Vec::new(), source }, None)
    } else {
        let read = Requirement::parse(path).expect("a requirement");
        let (name, extras) = (read.name, read.extras);
        let what = match read.wanted {
            Wanted::Version(specifiers) => What::Package { name, extras, specifiers },
            Wanted::Source(url) => {
                let source = super::source::of_requirement(&url).expect("a source");
                What::Source { name: Some(name), extras, source }
            }
        };
        (what, read.marker)
    };
    Requested { place, text: text.to_owned(), what, marker, group: None }
}

/// The verdict in a few words: the status, the problems, then `undecided LINE` with the sentence.
pub(super) fn say(verdict: &SyncVerdict) -> Vec<String> {
    let mut said = vec![verdict.status().name().to_owned()];
    for problem in &verdict.problems {
        let lines: Vec<String> =
            problem.lines.iter().filter_map(|line| line.place.line).map(|line| line.to_string()).collect();
        let what = match &problem.kind {
            ProblemKind::Missing => "missing".to_owned(),
            ProblemKind::WrongVersion { found } => format!("version {found}"),
            ProblemKind::StaleVersion { found, now, .. } => format!("version {found} is {now}"),
            ProblemKind::WrongSource { found, wanted } => format!("source {found}, not {wanted}"),
            ProblemKind::Renamed { was, now, .. } => format!("{was} is {now}"),
            ProblemKind::OtherName { now, .. } => format!("named {now}"),
            ProblemKind::OtherPython { wanted, found, .. } => format!("python {found}, not {wanted}"),
            ProblemKind::Ambiguous { records } => format!("{} times", records.len()),
            ProblemKind::Broken { reason, .. } => format!("broken: {reason}"),
            ProblemKind::Dependency(broken) => format!(
                "{} requires {}, found {}, by {}",
                broken.dependent,
                broken.requirement,
                broken.found.as_deref().unwrap_or("nothing"),
                broken.chain.join(" > ")
            ),
            ProblemKind::Extra { version, .. } => format!("extra {}", version.as_deref().unwrap_or("?")),
            ProblemKind::Unreadable { reason } => format!("unreadable: {}", reason.seen_from_root()),
            ProblemKind::UnknownExtra { extra, version } => format!("{version} has no {extra}"),
            ProblemKind::Unpinned => continue,
            ProblemKind::Conflict => "conflict".to_owned(),
        };
        said.push(format!("{}:{}: {what}", lines.join(","), problem.package));
    }
    said.extend(verdict.undecided.iter().map(|(place, sentence)| {
        format!("undecided {}: {}", place.line.unwrap_or_default(), sentence.seen_from_root())
    }));
    said
}

/// Judges lines by packages, for Python 3.12.
pub(super) fn judged(lines: &[&str], installed: &Memory) -> Vec<String> {
    say(&judge(&asked(lines), installed, &python312()))
}

/// A local directory, as pip and uv record it.
pub(super) fn directory(place: &str, editable: bool) -> DirectSource {
    DirectSource {
        url: format!("file://{place}"),
        form: Some(SourceForm::Directory),
        local: Some(PathBuf::from(place)),
        editable,
        ..DirectSource::default()
    }
}

/// A project that states its requirements; `EXTRA: REQUIREMENT` is one of an extra.
pub(super) fn project(name: &str, version: &str, requires: &[&str]) -> LocalProject {
    let stated = requires.iter().map(|text| {
        let (extra, text) = text.split_once(": ").map_or((None, *text), |(extra, text)| (Some(extra), text));
        let requirement = Requirement::parse_standard(text).expect("a requirement");
        LocalRequirement { requirement, extra: extra.map(normalised) }
    });
    LocalProject {
        manifest: "pyproject.toml".to_owned(),
        name: Some(name.to_owned()),
        is_name_certain: true,
        requires_python: None,
        version: Some(version.to_owned()),
        requires: stated.collect(),
        is_complete: true,
        may_require_more: None,
    }
}
