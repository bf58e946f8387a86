//! Selects among what the command line, the settings, the files of a project and the disk say.

use std::path::{Path, PathBuf};

use super::locks::LOCK_FORMATS;
use super::managers::{MANAGERS, ToolEvidence};
use super::project_directory::Project;
use super::projects::ProjectFinder;
use super::python_envs;
use super::redirect::redirected;
use super::typed_path::resolve_typed_path;
use super::usual_environment::usual_in;
use crate::config::{NamedEnvironment, Settings};
use crate::error::Result;
use crate::formats::lines;
use crate::fs::{normalise_path, read_optional, real_path};
use crate::inspect::environments_in;
use crate::message::Message;
use crate::model::{Selection, SelectionReason, USUAL_ENVIRONMENT_NAMES};
use crate::path::RepoPath;
use crate::session::Session;
use crate::setting::{Origin, Setting};
use crate::tree::SETTINGS_LIMIT;

/// Selects an environment of one project.
pub(super) struct Selector<'c, 'p> {
    pub(super) session: &'c Session<'p>,
    /// The top of the work tree.
    pub(super) top: &'c Path,
    pub(super) settings: &'c Settings,
    pub(super) finder: &'c ProjectFinder<'c>,
    /// The project whose environment is selected.
    pub(super) project: &'c Project,
}

impl Selector<'_, '_> {
    /// What the command line names: an environment of the settings, by its name or directory, else a directory.
    pub(super) fn named(&self, typed: &str) -> Selection {
        let reason = SelectionReason::Named;
        let origin = Origin::Flag("--env".to_owned());
        let place = resolve_typed_path(self.session, self.top, typed);
        let selection = match self.settings.environments.contains_key(typed) {
            true => self.called(typed, origin, reason),
            false => self.at(&place, origin, reason),
        };
        let project = self.project_of(&selection).unwrap_or_else(|| self.project.path.clone());
        Selection { typed: Some(typed.to_owned()), project, ..selection }
    }

    /// The project in which a selected environment lies, if it lies in the work tree.
    fn project_of(&self, selection: &Selection) -> Option<RepoPath> {
        Some(self.finder.of(&selection.path.as_ref()?.parent()?).path)
    }

    /// What is selected when the command line names nothing.
    ///
    /// # Errors
    /// As [`python_envs::chosen`]; undecided if the index cannot be read.
    pub(super) fn unnamed(&self) -> Result<Selection> {
        if let Some(selection) = self.by_settings() {
            return Ok(selection);
        }
        if let Some(named) = python_envs::chosen(self.project)? {
            let origin = self.origin_of_file(python_envs::FILE_NAME, named.origin.clone())?;
            return Ok(self.at(&named.directory, origin, SelectionReason::PythonEnvs(named.origin)));
        }
        Ok(self.by_tool()?.unwrap_or_else(|| self.by_looking()))
    }

    /// As [`Self::unnamed`], where `.python-envs` and the index cannot be read.
    pub(super) fn unnamed_by_files(&self) -> Selection {
        self.by_settings().unwrap_or_else(|| self.by_looking())
    }

    fn by_settings(&self) -> Option<Selection> {
        let environment = &self.settings.environment;
        let own = self.project.path.as_str().and_then(|path| self.settings.choices.get(path));
        if let Some(Setting { value, origin }) = own.filter(|_| environment.of_one_run().is_none()) {
            return Some(self.called(value, origin.clone(), SelectionReason::Used(origin.clone())));
        }
        if let Setting { value: Some(name), origin } = environment {
            let selection = self.called(name, origin.clone(), SelectionReason::Used(origin.clone()));
            if origin.is_of_one_run() || self.is_meant_here(&selection) {
                return Some(selection);
            }
        }
        let Setting { value, origin } = &self.settings.venv_directory;
        let is_set = *origin != Origin::Default;
        let reason = || SelectionReason::Directory(origin.clone());
        is_set.then(|| self.at(&self.below_project(value), origin.clone(), reason()))
    }

    /// Says whether an environment that the settings choose for the work tree is meant in this project: not if it lies in another
    /// project beside it, nor if it lies in one around it and this project has a lock or an environment of its own.
    fn is_meant_here(&self, chosen: &Selection) -> bool {
        let own = &self.project.path;
        self.project_of(chosen).is_none_or(|project| {
            project.is_within(own)
                || (own.is_within(&project)
                    && !self.has_own_environment_tool()
                    && environments_in(&own.to_path(self.top)).is_empty())
        })
    }

    /// The environment that the project's tool uses.
    fn by_tool(&self) -> Result<Option<Selection>> {
        let chosen = MANAGERS
            .iter()
            .find_map(|manager| Some((manager.name, (manager.chosen)(self.session.env, self.project)?)));
        let Some((name, chosen)) = chosen else { return Ok(None) };
        let (origin, named_by) = match chosen.evidence {
            ToolEvidence::Place => (Origin::Default, None),
            ToolEvidence::Variable(name) => (Origin::Environment(name.to_owned()), Some(name.into())),
            ToolEvidence::File(file) => {
                let path = self.project.path_of(file).unwrap_or_default();
                let origin = Origin::File { path: path.clone(), line: None };
                (self.origin_of_file(file, origin)?, Some(Message::of(&path)))
            }
        };
        Ok(Some(self.at(&chosen.directory, origin, SelectionReason::Tool { name, named_by })))
    }

    /// The origin of what a file in the project says: the repository if git has the file, else the user.
    fn origin_of_file(&self, name: &str, origin: Origin) -> Result<Origin> {
        let path = self.project.path_of(name);
        let tracked = self.session.repository.tracked_below(path.as_slice())?;
        Ok(if tracked.is_empty() { Origin::Default } else { origin })
    }

    /// What the disk says.
    fn by_looking(&self) -> Selection {
        let near = self.places_in_project().find_map(|place| usual_in(&place.to_path(self.top)));
        let own = || only(environments_in(&self.project.path.to_path(self.top)));
        if let Some(directory) = near.or_else(own).or_else(|| self.shared()) {
            return self.at(&directory, Origin::Default, SelectionReason::Existing);
        }
        let locks = LOCK_FORMATS.iter().filter(|lock| lock.environment_in_project);
        let lock = locks.map(|lock| lock.file_name).find(|name| self.project.has_file(name));
        let envs = Some(python_envs::FILE_NAME).filter(|_| python_envs::is_in(self.project));
        let usual = self.below_project(USUAL_ENVIRONMENT_NAMES[0]);
        if let Some(file) = lock.or(envs).and_then(|name| self.project.path_of(name)) {
            return self.at(&usual, Origin::Default, SelectionReason::Lock(file));
        }
        let default = &self.settings.venv_directory.value;
        if let Some(file) = self.ignore_file_for(default) {
            return self.at(&usual, Origin::Default, SelectionReason::IgnoreFile(file));
        }
        self.at(&self.below_project(default), Origin::Default, SelectionReason::Default)
    }

    /// The working directory and those above it in the project, or the project's alone for another one. The environments of a member
    /// of a workspace are not the workspace's.
    fn places_in_project(&self) -> impl Iterator<Item = RepoPath> {
        let prefix = &self.session.repository.layout().prefix;
        let own = self.project.path.clone();
        let is_here = prefix.is_within(&own)
            && prefix
                .ancestors()
                .take_while(|place| *place != own)
                .all(|place| self.finder.of(&place).path == own && !self.finder.is_member(&place));
        let start = if is_here { prefix.clone() } else { own.clone() };
        start.ancestors().take_while(move |place| place.is_within(&own)).collect::<Vec<_>>().into_iter()
    }

    /// An environment of a usual name above a project whose packages any tool installs, in a directory that is no project: it serves
    /// all that lie below.
    fn shared(&self) -> Option<PathBuf> {
        if self.has_own_environment_tool() {
            return None;
        }
        let above = self.project.path.ancestors().skip(1);
        let above = above.take_while(|place| !self.finder.is_project(place));
        above.into_iter().find_map(|place| usual_in(&place.to_path(self.top)))
    }

    /// Says whether a tool makes an environment for this project alone: one with a lock that is kept beside it, or a manifest that only
    /// it reads.
    fn has_own_environment_tool(&self) -> bool {
        let locks = LOCK_FORMATS.iter().filter(|lock| lock.environment_in_project);
        locks.into_iter().any(|lock| self.project.has_file(lock.file_name))
            || ["uv", "poetry", "pdm"].iter().any(|tool| self.project.has_table_of(tool))
            || self.project.has_file("Pipfile")
    }

    /// The nearest `.gitignore` that names `.venv`, if none names the default.
    fn ignore_file_for(&self, default: &str) -> Option<RepoPath> {
        let usual = USUAL_ENVIRONMENT_NAMES[0];
        let files = self.project.path.ancestors().filter_map(|place| place.join(".gitignore").ok());
        let read: Vec<(RepoPath, Vec<u8>)> = files
            .filter_map(|file| {
                Some((file.clone(), read_optional(&file.to_path(self.top), SETTINGS_LIMIT).ok()??))
            })
            .collect();
        let naming = |name: &str| read.iter().find(|(_, bytes)| names(bytes, name));
        if default == usual || naming(default).is_some() {
            return None;
        }
        naming(usual).map(|(file, _)| file.clone())
    }

    /// A path of the settings that is meant for each project.
    fn below_project(&self, path: &str) -> PathBuf {
        self.project.path.to_path(self.top).join(path)
    }

    /// An environment that `environments` names, or else a directory.
    fn called(&self, name: &str, origin: Origin, reason: SelectionReason) -> Selection {
        let Some(named) = self.settings.environments.get(name) else {
            return self.at(&self.top.join(name), origin, reason);
        };
        let Setting { value, origin } = &named.directory;
        let selection = self.at(&self.top.join(value), origin.clone(), reason);
        let plug_in = named.plug_in.value.clone();
        Selection { name: Some(name.to_owned()), python: self.python_of(Some(named)), plug_in, ..selection }
    }

    /// The environment of the settings that lies in a directory. The name with which links lead there is as good as the real one.
    fn in_directory(&self, directory: &Path) -> Option<(&String, &NamedEnvironment)> {
        let environments = &self.settings.environments;
        let place = |named: &NamedEnvironment| normalise_path(&self.top.join(&named.directory.value));
        let is_real = |named: &NamedEnvironment| {
            let real = real_path(directory);
            real.is_some() && real == real_path(&place(named))
        };
        let plain = environments.iter().find(|(_, named)| place(named) == directory);
        plain.or_else(|| environments.iter().find(|(_, named)| is_real(named)))
    }

    /// The Python that is requested by the settings for an environment, else for all.
    fn python_of(&self, named: Option<&NamedEnvironment>) -> Setting<Option<String>> {
        let own = named.map(|named| &named.python).filter(|python| python.value.is_some());
        own.unwrap_or(&self.settings.python_version).clone()
    }

    /// An environment in a directory, with its settings if these name it.
    pub(super) fn at(&self, directory: &Path, origin: Origin, reason: SelectionReason) -> Selection {
        let directory = normalise_path(directory);
        // Projects are known without links, the top as it was called.
        let real = || directory.strip_prefix(real_path(self.top)?).ok();
        let below = directory.strip_prefix(self.top).ok().or_else(real).map(Path::to_path_buf);
        let named = self.in_directory(&directory);
        Selection {
            project: self.project.path.clone(),
            name: named.map(|(name, _)| name.clone()),
            directory: below.as_ref().map_or(directory, |below| self.top.join(below)),
            path: below.and_then(|below| RepoPath::from_relative(&below).ok()),
            origin,
            python: self.python_of(named.map(|(_, named)| named)),
            reason,
            plug_in: named.and_then(|(_, named)| named.plug_in.value.clone()),
            typed: None,
            invocation_directory: self.session.invocation_directory(),
        }
    }

    /// The same selection where a `.venv` file leads.
    pub(super) fn redirected(&self, selection: &Selection) -> Option<Selection> {
        let target = redirected(&selection.directory)?;
        let Selection { project, name, origin, python, reason, plug_in, typed, .. } = selection.clone();
        Some(Selection { project, name, python, plug_in, typed, ..self.at(&target, origin, reason) })
    }
}

/// Says whether an ignore file has a rule for exactly this name, in any of the ways to write one.
fn names(ignore_file: &[u8], name: &str) -> bool {
    lines(ignore_file).any(|line| {
        let rule = line.strip_prefix(b"**").unwrap_or(line);
        let rule = rule.strip_prefix(b"/").unwrap_or(rule);
        let rule = rule.strip_suffix(b"**").or_else(|| rule.strip_suffix(b"*")).unwrap_or(rule);
        rule.strip_suffix(b"/").unwrap_or(rule) == name.as_bytes()
    })
}

/// The only one, if it is.
fn only(mut found: Vec<PathBuf>) -> Option<PathBuf> {
    (found.len() == 1).then(|| found.pop()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_name_a_directory() {
        for rule in
            [".venv", ".venv/", "/.venv", "/.venv/", "**/.venv", ".venv/*", ".venv/**", "x\n .venv \n"]
        {
            assert!(names(rule.as_bytes(), ".venv"), "{rule}");
        }
        for other in ["venv", "#.venv", "!.venv", ".venv312", "a/.venv", ".venv*x", "", "*"] {
            assert!(!names(other.as_bytes(), ".venv"), "{other}");
        }
    }
}
