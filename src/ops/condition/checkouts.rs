//! Which checkout a directory lies in: this work tree, another one of the repository, or something else.

use std::path::{Path, PathBuf};

use super::{SMALL_LIMIT, Subject, Unreadable};
use crate::formats::project_metadata::ProjectMetadata;
use crate::fs::{exists, is_directory, read_start, real_path};
use crate::model::{Distribution, ForeignEditable, UnreadableReason};
use crate::ops::installed;
use crate::ops::session::Session;
use crate::path::{bytes_to_path, path_to_bytes, printable};
use crate::python::normalised;

/// The work tree that environments are looked at from.
#[derive(Debug, Clone)]
pub struct Checkouts {
    top: PathBuf,
    common_directory: PathBuf,
}

impl Checkouts {
    /// Of the work tree at `top`, whose repository has this common directory.
    #[must_use]
    pub fn new(top: &Path, common_directory: &Path) -> Self {
        let real = |path: &Path| real_path(path).unwrap_or_else(|| path.to_path_buf());
        Self { top: real(top), common_directory: real(common_directory) }
    }

    /// Of the work tree that is open.
    pub(in crate::ops) fn of(session: &Session<'_>) -> Self {
        let layout = session.repository.layout();
        let top = layout.work_tree.as_deref().unwrap_or(&layout.git_directory);
        Self::new(top, &layout.common_directory)
    }

    /// The distributions of an environment that are used from another checkout of this project.
    pub(super) fn foreign_editables(
        &self,
        subject: &Subject<'_>,
        unreadable: &mut Unreadable,
    ) -> Vec<ForeignEditable> {
        let editable = installed::editable(subject.directory);
        // Damaged metadata is the matter of another rule.
        let failed =
            editable.unreadable.iter().filter(|found| matches!(found.reason, UnreadableReason::Failed(_)));
        unreadable.extend(failed.map(|found| subject.unread(found)));
        editable.distributions.iter().filter_map(|found| self.foreign(subject, found)).collect()
    }

    fn foreign(&self, subject: &Subject<'_>, found: &Distribution) -> Option<ForeignEditable> {
        let recorded = found.source.as_ref()?.local.as_deref()?;
        let target = real_path(recorded).unwrap_or_else(|| recorded.to_path_buf());
        let checkout = target.ancestors().find(|above| exists(&above.join(".git")));
        let same_repository = match checkout {
            Some(checkout) if checkout == self.top => return None,
            Some(checkout) => self.is_work_tree(checkout),
            None => false,
        };
        let outside = !target.starts_with(&self.top);
        let other_clone = || outside && self.has_project(&found.name, checkout, &target);
        (same_repository || other_clone()).then(|| ForeignEditable {
            name: printable(found.name.as_bytes()),
            record: subject.place("").join(found.metadata.as_bytes()).unwrap_or_else(|_| subject.place("")),
            target: printable(&path_to_bytes(recorded)),
            same_repository,
        })
    }

    /// Says whether a directory is the top of a work tree of this repository, by its `.git`
    /// (<https://git-scm.com/docs/gitrepository-layout>).
    fn is_work_tree(&self, checkout: &Path) -> bool {
        let link = checkout.join(".git");
        if is_directory(&link) {
            return real_path(&link).as_ref() == Some(&self.common_directory);
        }
        let bytes = read_start(&link, SMALL_LIMIT).ok().flatten().unwrap_or_default();
        let Some(directory) = bytes.strip_prefix(b"gitdir: ") else { return false };
        let Some(directory) = real_path(&checkout.join(bytes_to_path(directory.trim_ascii_end()))) else {
            return false;
        };
        directory == self.common_directory
            || directory.parent() == Some(&self.common_directory.join("worktrees"))
    }

    /// Says whether this work tree holds a project of that name, at its top or where the other checkout has it.
    fn has_project(&self, name: &str, checkout: Option<&Path>, target: &Path) -> bool {
        let inside = checkout.and_then(|checkout| target.strip_prefix(checkout).ok());
        let places = std::iter::once(self.top.clone()).chain(inside.map(|inside| self.top.join(inside)));
        let own = places.filter_map(|place| project_name(&place));
        own.into_iter().any(|own| normalised(&own) == normalised(name))
    }
}

/// The name of the project in a directory.
fn project_name(directory: &Path) -> Option<String> {
    let read = |name: &str| read_start(&directory.join(name), SMALL_LIMIT).ok().flatten();
    let modern = read("pyproject.toml").and_then(|bytes| ProjectMetadata::of_pyproject(&bytes).name);
    let static_name = modern.or_else(|| ProjectMetadata::of_setup_cfg(&read("setup.cfg")?).name);
    static_name.or_else(|| ProjectMetadata::of_setup_py(&read("setup.py")?).name)
}
