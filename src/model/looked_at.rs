//! What a command looked at, for people who want to know why it says what it says.

use std::path::PathBuf;

use super::ActiveEnvironment;
use crate::message::Message;
use crate::order::Arrange as _;

/// What a command looked at; all paths are absolute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookedAt {
    /// The directories that were searched for environments, each with the number of paths in it.
    pub searched: Vec<(PathBuf, u64)>,
    /// Directories below them that were not searched, each with the reason as a predicate.
    pub passed_over: Vec<(PathBuf, &'static str)>,
    /// The projects.
    pub projects: Vec<ExaminedProject>,
    /// The files that say what environments are to contain, and locks.
    pub files: Vec<PathBuf>,
    /// The tools that keep environments elsewhere, each with the places of this project that exist.
    pub tools: Vec<(&'static str, Vec<PathBuf>)>,
    /// The environment that is active in the shell.
    pub active: Option<ActiveEnvironment>,
}

/// A project that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExaminedProject {
    /// Its directory.
    pub directory: PathBuf,
    /// The names of its manifests.
    pub manifests: Vec<&'static str>,
    /// The directory of the environment that commands use for it.
    pub environment: PathBuf,
    /// It exists.
    pub exists: bool,
    /// Why this one, as a sentence.
    pub reason: Message,
}

impl LookedAt {
    /// Adds what was looked at in another work tree.
    pub fn extend(&mut self, other: Self) {
        self.searched.extend(other.searched);
        self.passed_over.extend(other.passed_over);
        self.projects.extend(other.projects);
        self.files.extend(other.files);
        for (tool, places) in other.tools {
            match self.tools.iter_mut().find(|(known, _)| *known == tool) {
                Some((_, known)) => known.extend(places),
                None => self.tools.push((tool, places)),
            }
        }
        for (_, places) in &mut self.tools {
            places.arrange();
            places.dedup();
        }
        self.active = self.active.take().or(other.active);
    }
}
