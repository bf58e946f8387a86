//! Which checkout a directory lies in: this work tree, another one of the repository, or something else.

use std::path::{Path, PathBuf};

use super::declared::project_name;
use crate::fs::{exists, is_directory, read_optional, real_path};
use crate::inspect::installed;
use crate::model::{Distribution, ForeignEditable, Inspection, UnreadableReason};
use crate::path::{bytes_to_path, path_to_bytes, printable};
use crate::python::normalised;
use crate::session::Session;
use crate::tree::PATH_LIMIT;

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
    #[must_use]
    pub fn of(session: &Session<'_>) -> Self {
        let layout = session.repository.layout();
        let top = layout.work_tree.as_deref().unwrap_or(&layout.git_directory);
        Self::new(top, &layout.common_directory)
    }

    /// Adds to the inspection of the environment in `directory` the distributions that are used from another checkout of
    /// this project.
    pub(super) fn add_foreign_editables(&self, directory: &Path, inspection: &mut Inspection) {
        let editable = installed::editable(directory);
        // Damaged metadata is not reported here.
        let failed =
            editable.unreadable.iter().filter(|found| matches!(found.reason, UnreadableReason::Failed(_)));
        inspection.unreadable.extend(failed.map(|found| found.skip(&inspection.root)));
        inspection.unreadable.sort();
        inspection.unreadable.dedup();
        let foreign = editable.distributions.iter().filter_map(|found| self.foreign(inspection, found));
        inspection.foreign_editables = foreign.collect();
    }

    fn foreign(&self, inspection: &Inspection, found: &Distribution) -> Option<ForeignEditable> {
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
        let root = &inspection.root;
        (same_repository || other_clone()).then(|| ForeignEditable {
            name: printable(found.name.as_bytes()),
            record: root.join(found.metadata.as_bytes()).unwrap_or_else(|_| root.clone()),
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
        let bytes = read_optional(&link, PATH_LIMIT).ok().flatten().unwrap_or_default();
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
