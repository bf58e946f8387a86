//! Compares the files of one package with its `RECORD`
//! (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>).

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::formats::content_hash::ContentHash;
use crate::formats::record::{RecordText, RecordedFile};
use crate::fs::{FollowedDirectory, FoundFile, in_parallel};
use crate::model::{DamagedFile, FileDamage, PackageCheck};
use crate::path::{RepoPath, resolve, split_name};

/// How much of a record is one piece of work, in bytes: some packages have a hundred times as many files as most.
const PIECE: usize = 32 * 1024;
/// Files of the metadata that installers write or change later, without a change of the record.
const CHANGING: [&[u8]; 5] =
    [b"INSTALLER", b"REQUESTED", b"direct_url.json", b"uv_cache.json", b"uv_build.json"];

/// An environment whose packages are looked at.
pub(super) struct CheckedEnvironment {
    /// Its directory.
    pub(super) opened: FollowedDirectory,
    /// The path of that directory, as records may have it.
    pub(super) place: Vec<u8>,
    /// How thoroughly it is looked at.
    pub(super) check: PackageCheck,
}

/// A directory of its packages.
pub(super) struct CheckedSite {
    /// Its path relative to the environment.
    pub(super) place: RepoPath,
    /// The directory: most paths of records are relative to it, and it is nearer to the files than the environment.
    pub(super) opened: FollowedDirectory,
}

/// The files that a record means.
#[derive(Clone, Copy)]
pub(super) struct RecordedFiles<'r> {
    /// Where the package is.
    pub(super) site: &'r CheckedSite,
    /// The name of the `.dist-info` directory.
    pub(super) metadata: &'r [u8],
    /// The record.
    pub(super) text: RecordText<'r>,
}

impl RecordedFiles<'_> {
    /// Calls a function with each file that stays as it was installed.
    fn for_each_lasting(&self, mut call: impl FnMut(RecordedFile<'_>)) {
        self.text.for_each(|file| {
            if self.is_lasting(file.path) {
                call(file);
            }
        });
    }

    /// Calls a function with each file that stays as it was installed, and its path in the environment. What a record has
    /// outside of the environment is not looked at: it can name any file of the system.
    pub(super) fn for_each_place(
        &self,
        environment: &CheckedEnvironment,
        mut call: impl FnMut(RepoPath, RecordedFile<'_>),
    ) {
        self.for_each_lasting(|file| {
            if let Some(place) = self.place(file.path, &environment.place) {
                call(place, file);
            }
        });
    }

    /// Says whether a file is certainly as the record says, at one look at a short path. All but a few files are: whatever is
    /// less simple is left to [`CheckedEnvironment::damage`].
    fn is_plainly_there(&self, environment: &CheckedEnvironment, file: &RecordedFile<'_>) -> bool {
        environment.check < PackageCheck::Deep
            && !is_of_other_system(file.path)
            && self.site.opened.has_file(file.path, file.size)
    }

    /// The path in the environment; `None` if it is outside, or written for another system.
    fn place(&self, path: &[u8], environment: &[u8]) -> Option<RepoPath> {
        let place = match path.strip_prefix(environment) {
            _ if path.contains(&b'\\') => None,
            Some(below) if path.starts_with(b"/") && below.starts_with(b"/") => resolve(b"", below),
            _ if path.starts_with(b"/") || is_of_other_system(path) => None,
            _ => resolve(self.site.place.as_bytes(), path),
        };
        place.filter(|place| !place.is_root())
    }

    /// Says whether a file is there as long as its package, and is not changed. Compiled files come and go.
    fn is_lasting(&self, path: &[u8]) -> bool {
        let (directory, name) = split_name(path);
        let is_compiled = name.ends_with(b".pyc")
            || name.ends_with(b".pyo")
            || name == b"__pycache__"
            || split_name(directory).1 == b"__pycache__";
        let is_changing =
            directory == self.metadata && (CHANGING.contains(&name) || name.starts_with(b"RECORD"));
        // virtualenv marks with it what it brought.
        let is_mark = name.ends_with(b".virtualenv");
        !(name.is_empty() || is_compiled || is_changing || is_mark)
    }
}

/// Says whether a path is one of Windows.
fn is_of_other_system(path: &[u8]) -> bool {
    path.get(1) == Some(&b':') || memchr::memchr(b'\\', path).is_some()
}

/// The damaged files of a record or of a part of it, by path; or the first path that cannot be looked at, and why.
type DamagedFiles = Result<BTreeMap<RepoPath, FileDamage>, (RepoPath, io::Error)>;

impl CheckedEnvironment {
    /// The files that are not as recorded.
    ///
    /// # Errors
    /// The first path that cannot be looked at, and why.
    pub(super) fn damaged(&self, files: &RecordedFiles<'_>) -> DamagedFiles {
        let parts = files.text.parts(PIECE);
        let found = in_parallel(&parts, |part| self.damaged_of(&RecordedFiles { text: *part, ..*files }));
        found.into_iter().try_fold(BTreeMap::new(), |mut all, part| {
            all.extend(part?);
            Ok(all)
        })
    }

    fn damaged_of(&self, files: &RecordedFiles<'_>) -> DamagedFiles {
        let mut scripts = ScriptDirectories::default();
        let mut damaged = BTreeMap::new();
        let mut failed = None;
        files.for_each_lasting(|file| {
            if failed.is_some() || files.is_plainly_there(self, &file) {
                return;
            }
            let Some(place) = files.place(file.path, &self.place) else { return };
            if scripts.are_missing(self, &place) {
                return;
            }
            match self.damage(&place, &file) {
                Ok(None) => {}
                Ok(Some(damage)) => drop(damaged.insert(place, damage)),
                Err(error) => failed = Some((place, error)),
            }
        });
        failed.map_or(Ok(damaged), Err)
    }

    /// What is wrong with a file.
    fn damage(&self, place: &RepoPath, row: &RecordedFile<'_>) -> io::Result<Option<FileDamage>> {
        let found = match self.opened.find(place)? {
            FoundFile::Missing => return Ok(Some(FileDamage::Missing)),
            // virtualenv may link whole directories, and records them so.
            FoundFile::Other if row.size.is_none() && row.hash.is_none() => return Ok(None),
            FoundFile::Other => return Ok(Some(FileDamage::NotAFile)),
            FoundFile::File(size) => size,
        };
        let damage = match row.size.filter(|recorded| *recorded != found) {
            Some(recorded) => FileDamage::Size { recorded, found },
            None if self.has_recorded_content(place, row)? => return Ok(None),
            None => FileDamage::Content,
        };
        Ok(if self.is_rewritten(place)? { None } else { Some(damage) })
    }

    /// Says whether a file has the content that the row says, as far as it is asked. The record may have a hash that
    /// cannot be computed.
    pub(super) fn has_recorded_content(&self, place: &RepoPath, row: &RecordedFile<'_>) -> io::Result<bool> {
        if self.check < PackageCheck::Deep {
            return Ok(true);
        }
        match row.hash.and_then(ContentHash::parse_recorded) {
            Some(hash) => hash.is_of(self.opened.open_file(place)?),
            None => Ok(true),
        }
    }

    /// Says whether a file is a script with a first line: that is changed where an environment is moved, and where it
    /// points is another matter.
    fn is_rewritten(&self, place: &RepoPath) -> io::Result<bool> {
        if script_directory(place).is_none() {
            return Ok(false);
        }
        let mut start = Vec::new();
        self.opened.open_file(place)?.take(2).read_to_end(&mut start)?;
        Ok(start == b"#!")
    }
}

/// The directory of scripts that a path is in.
fn script_directory(place: &RepoPath) -> Option<&'static str> {
    let first = place.components().next()?;
    ["bin", "Scripts"].into_iter().find(|name| name.as_bytes() == first)
}

/// Whether the directories of scripts exist. A record that was written on another system names one that does not exist
/// here, and that a whole environment lacks its own is not the fault of its packages.
#[derive(Default)]
struct ScriptDirectories(BTreeMap<&'static str, bool>);

impl ScriptDirectories {
    fn are_missing(&mut self, environment: &CheckedEnvironment, place: &RepoPath) -> bool {
        let Some(name) = script_directory(place) else { return false };
        *self.0.entry(name).or_insert_with(|| {
            let found =
                RepoPath::new(name.as_bytes()).ok().and_then(|path| environment.opened.find(&path).ok());
            found == Some(FoundFile::Missing)
        })
    }
}

/// The damaged files as a report has them: how many are missing, how many changed, and the first few, for the
/// environment at `root`.
pub(super) fn summary(
    root: &RepoPath,
    damaged: &BTreeMap<RepoPath, FileDamage>,
) -> (u64, u64, Vec<DamagedFile>) {
    /// More are not read by anybody.
    const EXAMPLES: usize = 3;
    let missing = damaged.values().filter(|damage| **damage == FileDamage::Missing).count() as u64;
    let shown = damaged.iter().take(EXAMPLES);
    let file = |(path, damage): (&RepoPath, &FileDamage)| DamagedFile {
        path: root.join(path.as_bytes()).unwrap_or_else(|_| root.clone()),
        damage: *damage,
    };
    (missing, damaged.len() as u64 - missing, shown.map(file).collect())
}
