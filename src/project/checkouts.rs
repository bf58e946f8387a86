//! Which checkout a directory lies in: this work tree, another one of the repository, or something else.

use std::path::{Path, PathBuf};

use super::declared::project_name;
use crate::fs::{exists, is_directory, read_optional, real_path};
use crate::inspect::installed;
use crate::model::{
    BrokenEditable, Distribution, ForeignEditable, Inspection, MetadataForm, UnreadableReason,
};
use crate::order::Arrange as _;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes, printable};
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
    /// this project, and those whose directory does not exist.
    pub(super) fn add_editables(&self, directory: &Path, inspection: &mut Inspection) {
        let editable = installed::editable(directory);
        // Damaged metadata is not reported here.
        let failed =
            editable.unreadable.iter().filter(|found| matches!(found.reason, UnreadableReason::Failed(_)));
        inspection.unreadable.extend(failed.map(|found| found.skip(&inspection.root)));
        inspection.unreadable.arrange();
        inspection.unreadable.dedup();
        for found in &editable.distributions {
            match installed::missing_source(directory, found) {
                Some(missing) => {
                    inspection.broken_editables.push(self.broken(inspection, directory, found, &missing))
                }
                None => inspection.foreign_editables.extend(self.foreign(inspection, found)),
            }
        }
    }

    fn broken(
        &self,
        inspection: &Inspection,
        directory: &Path,
        found: &Distribution,
        missing: &Path,
    ) -> BrokenEditable {
        let has_record = || exists(&found.metadata.to_path(directory).join("RECORD"));
        BrokenEditable {
            name: printable(found.name.as_bytes()),
            record: record(inspection, found),
            missing: printable(&path_to_bytes(missing)),
            project: self.project_of_this(&found.name, missing),
            can_be_uninstalled: found.form == MetadataForm::DistInfo && has_record(),
        }
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
        let inside = checkout.and_then(|checkout| target.strip_prefix(checkout).ok());
        let outside = !target.starts_with(&self.top);
        let project = self.project_called(&found.name, inside.into_iter());
        let is_foreign = same_repository || (outside && project.is_some());
        if !is_foreign {
            return None;
        }
        // A name that is computed cannot be compared; the other work tree has the same directories.
        let same_place = inside.filter(|inside| same_repository && is_directory(&self.top.join(inside)));
        Some(ForeignEditable {
            name: printable(found.name.as_bytes()),
            record: record(inspection, found),
            target: printable(&path_to_bytes(recorded)),
            same_repository,
            project: project.or_else(|| RepoPath::from_relative(same_place?).ok()),
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

    /// The directory of the project of that name in this work tree: its top, or one of these places.
    fn project_called<'p>(&self, name: &str, places: impl Iterator<Item = &'p Path>) -> Option<RepoPath> {
        let is_called = |place: &&Path| {
            project_name(&self.top.join(place)).is_some_and(|own| normalised(&own) == normalised(name))
        };
        let place = std::iter::once(Path::new("")).chain(places).find(is_called)?;
        RepoPath::from_relative(place).ok()
    }

    /// As [`Self::project_called`] for a project that was at `place`: in a checkout of which nothing is known any more.
    fn project_of_this(&self, name: &str, place: &Path) -> Option<RepoPath> {
        let components: Vec<_> = place.components().skip(1).collect();
        let ends: Vec<PathBuf> =
            (0..components.len()).map(|from| components[from..].iter().collect()).collect();
        self.project_called(name, ends.iter().map(PathBuf::as_path))
    }
}

/// The place of a distribution's metadata, as findings name it.
fn record(inspection: &Inspection, found: &Distribution) -> RepoPath {
    inspection.root.join(found.metadata.as_bytes()).unwrap_or_else(|_| inspection.root.clone())
}
