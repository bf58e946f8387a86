//! What was looked at in a work tree.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::kept_elsewhere::places_of_tools;
use super::project_directory::Project;
use super::selection::selection_of;
use crate::error::Result;
use crate::inspect::is_environment;
use crate::message::Message;
use crate::model::{ExaminedProject, LookedAt};
use crate::path::RepoPath;
use crate::scan::Scanned;
use crate::session::{Session, active_environments};

/// Why a nested repository is not searched.
const OTHER_REPOSITORY: &str = "is another git repository";

/// Says what was looked at: of the work tree, if the scope has one, and the files that were read for it. Places of tools are
/// added by [`add_tools`].
#[must_use]
pub fn looked_at(session: &Session<'_>, scanned: &Scanned, projects: &[Project]) -> LookedAt {
    let Some(top) = session.repository.layout().work_tree.clone() else { return LookedAt::default() };
    let project = |project: &Project| {
        let selection = selection_of(session, &scanned.settings, project);
        ExaminedProject {
            directory: project.path.to_path(&top),
            manifests: project.manifests(),
            exists: is_environment(&selection.directory),
            reason: Message::of(&selection.reason),
            environment: selection.directory,
        }
    };
    let passed_over = scanned.nested.iter().map(|nested| (nested.to_path(&top), OTHER_REPOSITORY));
    LookedAt {
        searched: scanned.disk_paths.map(|paths| (top.clone(), paths)).into_iter().collect(),
        passed_over: passed_over.collect(),
        projects: projects.iter().map(project).collect(),
        files: scanned.files().into_iter().map(|file: &RepoPath| file.to_path(&top)).collect(),
        tools: Vec::new(),
        active: active_environments(session.env).into_iter().next(),
    }
}

/// Adds where tools were asked for environments of these projects.
///
/// # Errors
/// Undecided if the index cannot be read.
pub fn add_tools(looked_at: &mut LookedAt, session: &Session<'_>, projects: &[Project]) -> Result<()> {
    let places = places_of_tools(session, projects)?.into_iter();
    looked_at.tools =
        places.map(|(tool, places): (_, BTreeSet<PathBuf>)| (tool, places.into_iter().collect())).collect();
    Ok(())
}
