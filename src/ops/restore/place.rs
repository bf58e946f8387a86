//! Where an environment may be brought back to.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::formats::snapshot::{ArchiveCoverage, Snapshot};
use crate::fs;
use crate::journal::StateDirectory;
use crate::model::ArchiveContent;
use crate::path::{display, path_to_bytes};
use crate::session::Session;
use crate::text::{shell_quote, shell_word};

/// What the archive of a snapshot holds, as far as the snapshot says.
pub(super) fn archive_state(state: &StateDirectory, snapshot: &Snapshot) -> ArchiveContent {
    let Some(reference) = &snapshot.archive else { return ArchiveContent::None };
    match reference.covers {
        _ if matches!(state.open_archive(&snapshot.id), Ok(None)) => ArchiveContent::Missing,
        ArchiveCoverage::All => ArchiveContent::Whole,
        ArchiveCoverage::Foreign => ArchiveContent::Foreign,
    }
}

/// The place of a restoration, which is free.
pub(super) struct RestorePlace {
    /// Absolute.
    pub(super) directory: PathBuf,
    /// It is not where the environment was.
    pub(super) is_moved: bool,
}

impl RestorePlace {
    /// Where a snapshot is brought back to: `to`, seen from the working directory, else where it was.
    ///
    /// # Errors
    /// Usage if nothing may be put there.
    pub(super) fn of(
        session: Option<&Session<'_>>,
        snapshot: &Snapshot,
        to: Option<&Path>,
        directory: &Path,
    ) -> Result<Self> {
        let old = snapshot.path.to_path();
        let new = match to {
            Some(to) => fs::normalise_path(&directory.join(to)),
            None => old.clone(),
        };
        let place = Self { is_moved: new != old, directory: new };
        if to.is_none() {
            place.require_own_work_tree(session, snapshot)?;
        }
        place.require_apart(session)?;
        Ok(place)
    }

    /// Refuses a place where something is, and be it a link to nothing. An empty directory is no loss.
    ///
    /// # Errors
    /// Usage, with a place where the environment can be restored to.
    pub(super) fn require_free(&self, snapshot: &Snapshot) -> Result<()> {
        let place = &self.directory;
        if !fs::exists(place) || (!fs::is_link(place) && fs::is_empty_directory(place)) {
            return Ok(());
        }
        let what = match (fs::is_link(place), fs::is_directory(place)) {
            (true, _) => " and is a symlink",
            (false, true) => "",
            (false, false) => " and is a file",
        };
        let error = Error::usage(format!("`{}` already exists{what}", display(place)))
            .cause("nothing is overwritten");
        let name = place.file_name().map(|name| path_to_bytes(Path::new(name))).unwrap_or_default();
        let other = |number: u32| {
            let end = if number == 0 { "-restored".to_owned() } else { format!("-restored-{number}") };
            place.with_file_name(crate::path::bytes_to_path(&[name.as_slice(), end.as_bytes()].concat()))
        };
        let Some(free) = (0..100).map(other).find(|other| !fs::exists(other)) else { return Err(error) };
        let (id, free) = (shell_word(snapshot.id.as_bytes()), shell_quote(&path_to_bytes(&free)));
        Err(error.suggest("restore it beside that with", format!("git pyenv restore {id} --to {free}")))
    }

    /// An environment of another work tree is brought back from there, under its lock and its settings.
    fn require_own_work_tree(&self, session: Option<&Session<'_>>, snapshot: &Snapshot) -> Result<()> {
        let Some(top) = session.and_then(|session| session.repository.layout().work_tree.as_deref()) else {
            return Ok(());
        };
        let other = snapshot.work_tree.as_ref().map(crate::formats::stored_path::StoredPath::to_path);
        let is_there = |other: &PathBuf| other != top && fs::exists(&other.join(".git"));
        let Some(other) = other.filter(is_there).filter(|other| self.directory.starts_with(other)) else {
            return Ok(());
        };
        let (word, id) = (shell_quote(&path_to_bytes(&other)), shell_word(snapshot.id.as_bytes()));
        Err(Error::usage(format!("it was in the work tree `{}`", display(&other)))
            .suggest("restore it from there with", format!("git -C {word} pyenv restore {id}")))
    }

    /// Nothing is put into a git directory or into another environment.
    fn require_apart(&self, session: Option<&Session<'_>>) -> Result<()> {
        let place = &self.directory;
        let real = real(place);
        let shown = display(place);
        let is_git =
            |path: &Path| path.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"));
        let own = session.map(|session| session.repository.layout());
        let own = own.iter().flat_map(|layout| [&layout.git_directory, &layout.common_directory]);
        let is_in_own =
            own.into_iter().any(|git| real.starts_with(fs::real_path(git).as_ref().unwrap_or(git)));
        if is_in_own || is_git(place) || is_git(&real) {
            return Err(Error::usage(format!("`{shown}` is inside a git directory")));
        }
        let mut above = real.ancestors().skip(1);
        if let Some(other) = above.find(|above| fs::exists(&above.join("pyvenv.cfg"))) {
            return Err(Error::usage(format!("`{shown}` is inside another environment"))
                .cause(format!("`{}` has a `pyvenv.cfg`", display(other)))
                .hint("use a directory beside it"));
        }
        let mut above = real.ancestors().skip(1);
        match above.find(|above| fs::exists(above)) {
            Some(above) if !fs::is_directory(above) => Err(Error::usage(format!("cannot restore `{shown}`"))
                .cause(format!("`{}` is not a directory", display(above)))),
            _ => Ok(()),
        }
    }
}

/// A path with the links of the directories above it resolved, as far as they are there.
fn real(place: &Path) -> PathBuf {
    let there = place.ancestors().skip(1).find_map(|above| Some((above, fs::real_path(above)?)));
    match there {
        Some((above, real)) => real.join(place.strip_prefix(above).unwrap_or(place)),
        None => place.to_path_buf(),
    }
}
