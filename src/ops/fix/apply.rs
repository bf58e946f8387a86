//! Carries a plan out: first the ignore files, proved with git, then the index in one step. What was written
//! is taken back when a later step fails; a process that is killed leaves a state from which a second run goes
//! on.

use std::path::Path;

use super::coverage::{self, IgnoreCoverage};
use super::ignore_file::IgnoreFile;
use super::plan::FixStrategy;
use super::target::Target;
use crate::error::{Error, Result};
use crate::git::{IgnoreQuestion, StagedFile};
use crate::model::FixPlan;
use crate::path::RepoPath;
use crate::session::Session;
use crate::tree::EntryKind;

/// Everything that is to be done.
pub(super) struct FixRun<'w, 'p> {
    pub(super) session: &'w Session<'p>,
    pub(super) top: &'w Path,
    pub(super) targets: &'w [Target],
    pub(super) strategies: &'w [FixStrategy],
    pub(super) files: Vec<&'w IgnoreFile>,
    pub(super) plan: &'w FixPlan,
}

/// Which of the changed ignore files went into the index, and which did not.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) staged: Vec<RepoPath>,
    pub(super) unstaged: Vec<RepoPath>,
}

impl FixRun<'_, '_> {
    /// Does it.
    ///
    /// # Errors
    /// Action if something failed; then everything is as it was before.
    pub(super) fn carry_out(&self) -> Result<Done> {
        let (added, done) = self.stageable()?;
        for (count, file) in self.files.iter().enumerate() {
            if let Err(error) = self.write(file) {
                return Err(self.undo(count, error));
            }
        }
        let removed: Vec<RepoPath> =
            self.plan.untracked.iter().flat_map(|untracked| untracked.paths.iter().cloned()).collect();
        let index = || {
            self.session.repository.change_index(&removed, &added).map_err(|error| {
                error.hint(
                    "if another git process is running in this repository, wait until it exits and try again",
                )
            })
        };
        match self.prove().and_then(|()| index()) {
            Ok(()) => Ok(done),
            Err(error) => Err(self.undo(self.files.len(), error)),
        }
    }

    /// The blobs of the new ignore files, for those that have no other change that waits for `git add`.
    fn stageable(&self) -> Result<(Vec<StagedFile>, Done)> {
        let (mut added, mut done) = (Vec::new(), Done::default());
        for file in &self.files {
            match self.same_in_index(file)? {
                Some(kind) => {
                    let id = self.session.repository.blob_for(&file.path, &file.new_text(), true)?;
                    added.push(StagedFile { path: file.path.clone(), id, kind });
                    done.staged.push(file.path.clone());
                }
                None => done.unstaged.push(file.path.clone()),
            }
        }
        done.unstaged.extend(self.forgotten()?);
        Ok((added, done))
    }

    /// What the index has in the place of an ignore file, if it is what the disk has; a new file counts as one.
    fn same_in_index(&self, file: &IgnoreFile) -> Result<Option<EntryKind>> {
        let repository = &self.session.repository;
        let tracked = repository.tracked_below(std::slice::from_ref(&file.path))?.pop();
        match (tracked, &file.old) {
            (None, None) => Ok(Some(EntryKind::File)),
            (Some(entry), Some(old)) if entry.kind.is_file() => {
                let same = entry.id == Some(repository.blob_for(&file.path, old, false)?);
                Ok(same.then_some(entry.kind))
            }
            _ => Ok(None),
        }
    }

    /// The project's ignore file if it needs no change but is not what the index has, as after a run that was
    /// killed between writing the two.
    fn forgotten(&self) -> Result<Option<RepoPath>> {
        let path = RepoPath::new(b".gitignore".as_slice()).unwrap_or_default();
        if path.is_root() || self.files.iter().any(|file| file.path == path) {
            return Ok(None);
        }
        let Ok(file) = IgnoreFile::read(self.top, &path) else { return Ok(None) };
        let waits = file.old.is_some() && self.same_in_index(&file)?.is_none();
        Ok(waits.then_some(path))
    }

    /// Writes one file, unless somebody changed it since it was read.
    fn write(&self, file: &IgnoreFile) -> Result<()> {
        file.write(self.top, self.staging())
    }

    fn staging(&self) -> &Path {
        &self.session.repository.layout().git_directory
    }

    /// Puts back the first `count` files, unless somebody changed them since, and says so.
    fn undo(&self, count: usize, error: Error) -> Error {
        let back = |file: &&IgnoreFile| file.put_back(self.top, self.staging()).err();
        let failed: Vec<Error> = self.files.iter().take(count).filter_map(back).collect();
        let unchanged = failed.is_empty();
        let error = failed.into_iter().fold(error, |error, more| error.cause(more));
        if unchanged { error.cause("nothing was changed") } else { error }
    }

    /// Asks git whether every target is ignored now.
    fn prove(&self) -> Result<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        let pairs = || self.targets.iter().zip(self.strategies);
        let whole: Vec<(&RepoPath, bool)> = pairs()
            .filter(|(_, strategy)| matches!(strategy, FixStrategy::WithoutSlash(..) | FixStrategy::Root))
            .map(|(target, _)| (&target.root, target.is_link))
            .collect();
        let coverage = coverage::of_places(self.session, &whole)?;
        if let Some((_, (root, _))) =
            coverage.iter().zip(whole).find(|(coverage, _)| **coverage != IgnoreCoverage::Full)
        {
            return Err(self.open(root));
        }
        let by_piece = pairs().filter(|(_, strategy)| **strategy == FixStrategy::Pieces);
        let pieces: Vec<IgnoreQuestion> =
            by_piece.flat_map(|(target, _)| target.pieces.iter().cloned()).collect();
        let covered = coverage::of_pieces(self.session, &pieces)?;
        let open = pieces.iter().zip(covered).find(|(_, covered)| !covered);
        open.map_or(Ok(()), |(piece, _)| Err(self.open(&piece.path)))
    }

    /// The error for a place that is not ignored although there is a rule for it.
    fn open(&self, path: &RepoPath) -> Error {
        match coverage::exceptions(self.session, &[path]) {
            Ok(rules) if rules.first().is_some_and(Option::is_some) => rules
                .into_iter()
                .flatten()
                .fold(coverage::unprotected(path), |error, rule| coverage::because_of(error, &rule)),
            _ => coverage::unprotected(path),
        }
    }
}
