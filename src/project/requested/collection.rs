//! What has been collected so far, and the only way to a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::sources::{SourceFault, package_source};
use crate::env::Env;
use crate::formats::ParseError;
use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementFault,
};
use crate::formats::pyproject::Pyproject;
use crate::fs::{Resolution, read_optional, real_path, resolve_links};
use crate::message::{Message, message};
use crate::model::{Place, Requested, RequestedPackages, UnreadableRequirement, What};
use crate::path::RepoPath;

/// The most bytes read of a file.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// What a requirement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequirementRole {
    /// The package is asked for.
    Requested,
    /// It restricts a package that something else asks for.
    Constraint,
    /// It replaces all requirements of its name.
    Override,
}

/// Where requirements are, and what they are for.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequirementContext<'c> {
    /// The file.
    pub(super) file: &'c RepoPath,
    /// The directory that relative paths start from, absolute.
    pub(super) base: &'c Path,
    /// What they are for.
    pub(super) role: RequirementRole,
    /// The group or extra that they are in.
    pub(super) group: Option<&'c str>,
}

/// What the files of a project ask for.
pub(super) struct Collection<'c> {
    /// The process environment.
    pub(super) env: &'c Env,
    /// The top of the work tree.
    pub(super) top: &'c Path,
    /// The same without links.
    real_top: PathBuf,
    /// The directory of the project, absolute, from which its tools would be run.
    pub(super) directory: PathBuf,
    /// The result so far.
    pub(super) packages: RequestedPackages,
    /// What has been noted as unreadable, so that a file of nothing else is not compared line by line.
    noted: BTreeSet<(Place, Message)>,
}

impl<'c> Collection<'c> {
    pub(super) fn new(env: &'c Env, top: &'c Path, project: &RepoPath) -> Self {
        let real_top = real_path(top).unwrap_or_else(|| top.to_path_buf());
        let directory = project.to_path(top);
        let packages = RequestedPackages::default();
        Self { env, top, real_top, directory, packages, noted: BTreeSet::new() }
    }

    /// Says whether a file is there, and in the work tree once links are followed.
    pub(super) fn is_inside(&self, file: &RepoPath) -> bool {
        real_path(&file.to_path(self.top)).is_some_and(|real| real.starts_with(&self.real_top))
    }

    /// The `pyproject.toml` in a directory of the work tree, for what it says beside requirements. One that cannot be read is
    /// none.
    pub(super) fn pyproject(&self, directory: &RepoPath) -> Option<Pyproject> {
        let file = directory.join("pyproject.toml").ok().filter(|file| self.is_inside(file))?;
        Pyproject::parse(&read_optional(&file.to_path(self.top), FILE_LIMIT).ok()??).ok()
    }

    /// Reads a file of the work tree that this place mentions. What keeps it from being read is noted.
    pub(super) fn read(&mut self, file: &RepoPath, mentioned: &Place) -> Option<Vec<u8>> {
        let place = file.to_path(self.top);
        // What a message quotes of a file may end in a public log, and git keeps credentials there.
        if file.components().any(|part| part.eq_ignore_ascii_case(b".git")) {
            self.leave(mentioned, message!("`{}` is inside of `.git`, and is not read", file));
            return None;
        }
        match resolve_links(&place) {
            Resolution::Found(real) if real.starts_with(&self.real_top) => {}
            Resolution::Found(_) => {
                self.leave(mentioned, message!("`{}` leads out of the work tree, and is not read", file));
                return None;
            }
            Resolution::Missing(_) => {
                self.refuse(mentioned, message!("`{}` does not exist", file));
                return None;
            }
            Resolution::Loop => {
                self.refuse(mentioned, message!("`{}` is a link that leads to itself", file));
                return None;
            }
            Resolution::Unknown(reason) => {
                self.leave(mentioned, message!("`{}` cannot be read: {}", file, reason));
                return None;
            }
        }
        match read_optional(&place, FILE_LIMIT) {
            Ok(Some(bytes)) => {
                if !self.packages.files.contains(file) {
                    self.packages.files.push(file.clone());
                }
                Some(bytes)
            }
            Ok(None) => {
                self.refuse(mentioned, message!("`{}` does not exist", file));
                None
            }
            Err(error) => {
                self.leave(mentioned, error.summary());
                None
            }
        }
    }

    /// Notes something that the tools would refuse.
    pub(super) fn refuse(&mut self, place: &Place, reason: impl Into<Message>) {
        self.note(place, reason.into(), true);
    }

    /// Notes something that may be fine, but is not known.
    pub(super) fn leave(&mut self, place: &Place, reason: impl Into<Message>) {
        self.note(place, reason.into(), false);
    }

    fn note(&mut self, place: &Place, reason: Message, is_error: bool) {
        let reason = reason.escaped();
        if self.noted.insert((place.clone(), reason.clone())) {
            let unreadable = UnreadableRequirement { place: place.clone(), reason, is_error };
            self.packages.unreadable.push(unreadable);
        }
    }

    /// Notes that a file could not be parsed.
    pub(super) fn refuse_file(&mut self, file: &RepoPath, error: &ParseError) {
        self.refuse(&Place { file: file.clone(), line: error.line }, error.reason.as_str());
    }

    /// Adds the requirements of a manifest.
    pub(super) fn add_all(
        &mut self,
        context: RequirementContext<'_>,
        requirements: Vec<DeclaredRequirement>,
    ) {
        for requirement in requirements {
            self.add(context, requirement);
        }
    }

    /// Adds a requirement.
    pub(super) fn add(&mut self, context: RequirementContext<'_>, requirement: DeclaredRequirement) {
        let place = Place { file: context.file.clone(), line: Some(requirement.line) };
        let content = match requirement.content {
            Ok(content) => content,
            Err(RequirementFault::Invalid(reason)) => return self.refuse(&place, reason),
            Err(RequirementFault::Undecided(reason)) => return self.leave(&place, reason),
        };
        if let Some(reason) = refused_as_constraint(context.role, &content) {
            return self.refuse(&place, reason);
        }
        let RequirementContent { name, extras, marker, source } = content;
        let what = match (source, name) {
            (DeclaredSource::Index(specifiers), Some(name)) => What::Package { name, extras, specifiers },
            (source, name) => match package_source(&source, context.base, &self.real_top, self.top) {
                Ok(source) => What::Source { name, extras, source },
                Err(SourceFault { reason, is_error: true }) => return self.refuse(&place, reason),
                Err(SourceFault { reason, is_error: false }) => return self.leave(&place, reason),
            },
        };
        let group = context.group.map(str::to_owned);
        let requested = Requested { place, text: requirement.text, what, marker, group };
        match context.role {
            RequirementRole::Requested => self.packages.requested.push(requested),
            RequirementRole::Constraint => self.packages.constraints.push(requested),
            RequirementRole::Override => self.packages.overrides.push(requested),
        }
    }
}

/// Why pip refuses a requirement among constraints
/// (<https://pip.pypa.io/en/stable/user_guide/#constraints-files>).
fn refused_as_constraint(role: RequirementRole, content: &RequirementContent) -> Option<&'static str> {
    let is_editable = match &content.source {
        DeclaredSource::Direct { is_editable, .. } | DeclaredSource::Repository { is_editable, .. } => {
            *is_editable
        }
        DeclaredSource::Index(_) | DeclaredSource::Member { .. } => false,
    };
    match role {
        RequirementRole::Requested | RequirementRole::Override => None,
        RequirementRole::Constraint if is_editable => Some("a constraint cannot be editable"),
        RequirementRole::Constraint if content.name.is_none() => Some("a constraint needs a name"),
        RequirementRole::Constraint if !content.extras.is_empty() => Some("a constraint cannot have extras"),
        RequirementRole::Constraint => None,
    }
}
