//! Requirements files with the files that they include, as pip follows them
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>).

use std::collections::BTreeSet;

use super::collection::{Collection, RequirementContext, RequirementRole};
use crate::formats::declared_requirement::{DeclaredRequirement, DeclaredSource, RequirementContent};
use crate::formats::requirements_file::{
    self, DecodeError, DirectRequirement, IncludedFile, RequirementEntry, RequirementsLine,
};
use crate::formats::source_reference::SourceReference;
use crate::fs::{exists, normalise_path};
use crate::message::message;
use crate::model::Place;
use crate::path::{RepoPath, path_to_bytes, resolve};

/// The most files inside of each other.
const DEPTH: usize = 64;

/// A walk through files that include each other.
pub(super) struct RequirementsWalk<'w, 'c> {
    collection: &'w mut Collection<'c>,
    /// The files that are being read, outermost first.
    within: Vec<RepoPath>,
    /// The files that have been read, each as requirements or as constraints.
    done: BTreeSet<(RepoPath, bool)>,
}

impl<'w, 'c> RequirementsWalk<'w, 'c> {
    pub(super) fn new(collection: &'w mut Collection<'c>) -> Self {
        Self { collection, within: Vec::new(), done: BTreeSet::new() }
    }

    /// Reads a file that this place mentions.
    pub(super) fn read(&mut self, file: &RepoPath, mentioned: &Place, role: RequirementRole) {
        if self.within.contains(file) {
            return self.collection.refuse(mentioned, message!("`{}` includes itself", file));
        }
        if self.within.len() >= DEPTH {
            return self.collection.leave(mentioned, "files include each other too deeply");
        }
        // A second time, the same file adds nothing: pip joins the conditions of all lines.
        if !self.done.insert((file.clone(), role == RequirementRole::Constraint)) {
            return;
        }
        if is_pylock(file) {
            return self.collection.leave(mentioned, message!("`{}` is a lock, and is not read", file));
        }
        let Some(bytes) = self.collection.read(file, mentioned) else { return };
        let env = self.collection.env;
        let variable = |name: &str| env.text(name).map(str::to_owned);
        match requirements_file::parse(&bytes, &variable) {
            Ok(parsed) => {
                self.within.push(file.clone());
                self.add_lines(file, parsed.lines, role);
                self.within.pop();
            }
            Err(DecodeError::Refused(error)) => self.collection.refuse_file(file, &error),
            Err(DecodeError::Undecided(error)) => {
                let place = Place { file: file.clone(), line: error.line };
                self.collection.leave(&place, error.reason);
            }
        }
    }

    /// Adds lines of a file.
    pub(super) fn add_lines(&mut self, file: &RepoPath, lines: Vec<RequirementsLine>, role: RequirementRole) {
        for line in lines {
            let place = Place { file: file.clone(), line: Some(line.line) };
            match line.entry {
                Err(reason) => self.collection.refuse(&place, reason),
                Ok(RequirementEntry::Named { requirement, hashes }) => {
                    let content = RequirementContent::of_requirement(requirement).with_hashes(hashes);
                    self.add(file, line.line, line.text, content, role);
                }
                Ok(RequirementEntry::Source(DirectRequirement {
                    source,
                    is_editable,
                    name,
                    extras,
                    marker,
                    hashes,
                    ..
                })) => {
                    let source = DeclaredSource::Direct { source, subdirectory: None, is_editable, hashes };
                    let content = RequirementContent { name, extras, marker, source };
                    self.add(file, line.line, line.text, content, role);
                }
                // In a constraints file, too, `-r` is about requirements.
                Ok(RequirementEntry::Requirements(path)) => {
                    self.include(&place, &path, RequirementRole::Requested)
                }
                Ok(RequirementEntry::Constraints(path)) => {
                    self.include(&place, &path, RequirementRole::Constraint)
                }
                Ok(RequirementEntry::Option { name, value }) => {
                    if name == "--find-links" {
                        self.find_links(file, value.as_deref().unwrap_or_default());
                    }
                    if let Some(reason) = requirements_file::doubt(&name, value.as_deref()) {
                        self.collection.leave(&place, reason);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        file: &RepoPath,
        line: usize,
        text: String,
        content: RequirementContent,
        role: RequirementRole,
    ) {
        let base = self.collection.directory.clone();
        let context = RequirementContext { file, base: &base, role, group: None };
        self.collection.add(context, DeclaredRequirement { line, text, content: Ok(content) });
    }

    /// Notes where archives lie. pip takes a path relative to the directory of the file if it exists there, else relative to
    /// the working directory (<https://pip.pypa.io/en/stable/cli/pip_install/#finding-packages>).
    fn find_links(&mut self, file: &RepoPath, text: &str) {
        let Ok(SourceReference::Local { path, .. }) = SourceReference::parse(text) else { return };
        let beside = file.parent().unwrap_or_default().to_path(self.collection.top).join(&path);
        let place = if exists(&beside) { beside } else { self.collection.directory.join(&path) };
        self.collection.packages.find_links.push(normalise_path(&place));
    }

    /// Follows `-r` or `-c`: a path relative to the directory of the file, or a URL.
    fn include(&mut self, place: &Place, text: &str, role: RequirementRole) {
        let path = match IncludedFile::parse(text) {
            Ok(IncludedFile::Local(path)) => path,
            Ok(IncludedFile::Remote) => {
                return self
                    .collection
                    .leave(place, format!("`{text}` is not in the work tree, and is not read"));
            }
            Err(reason) => return self.collection.refuse(place, reason),
        };
        let inside = match path.strip_prefix(self.collection.top) {
            Ok(below) => resolve(b"", &path_to_bytes(below)),
            Err(_) if path.is_absolute() => None,
            Err(_) => {
                let directory = place.file.parent().unwrap_or_default();
                resolve(directory.as_bytes(), &path_to_bytes(&path))
            }
        };
        match inside {
            Some(file) => self.read(&file, place, role),
            None => {
                self.collection.leave(place, format!("`{text}` is outside of the work tree, and is not read"))
            }
        }
    }
}

/// `pylock.toml` and `pylock.NAME.toml`, which pip takes for locks.
pub(super) fn is_pylock(file: &RepoPath) -> bool {
    let name = file.name();
    name == b"pylock.toml" || (name.starts_with(b"pylock.") && name.ends_with(b".toml"))
}
