//! Every tree of a repository, also those that no commit has, without going from commit to commit.
//!
//! To know what commits bring in, each tree has to be compared with those of the parents. To know that *no* tree has an
//! entry of some sort, it is enough to see each tree once, in the order in which packs have them. There a tree that is a
//! delta of another costs a few bytes: what it has from the other was seen. So the gate before a push asks here first
//! whether there is anything to look for, if there are many commits.
//!
//! The answer is never "all" unless all is certain: what is damaged, too large or not understood is "unknown", and then
//! commits are walked. Git itself refuses to push commits whose trees are missing.

mod files;
mod forest;
mod inflate;
mod loose;
mod pack;
mod pack_index;
mod parsed_tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::files::ObjectFile;
use self::inflate::Inflate;
use self::pack::PackedTrees;
use self::pack_index::PackIndex;
use super::range::CommitRange;
use super::raw_entry::SeeEntry;
use super::reader::Reader;
use super::repository::Repository;
use crate::order::set_of;
use crate::tree::ObjectId;

/// The number of packed objects that are seen in the time in which one commit is walked.
const OBJECTS_PER_COMMIT: usize = 128;
/// So many commits are walked in any case.
const FEW_COMMITS: usize = 256;
/// The most objects in no pack; each is a file to open.
const MOST_LOOSE: usize = 50_000;

impl Repository<'_> {
    /// Returns whether to see every tree takes less time than to walk the commits of a range. To find that out takes at
    /// most as long as the faster of both.
    #[must_use]
    pub fn should_see_every_tree(&self, range: &CommitRange) -> bool {
        let databases = ObjectDatabases::of(self);
        let is_long = |databases: &ObjectDatabases| {
            let few = (databases.packed()? / OBJECTS_PER_COMMIT).max(FEW_COMMITS);
            if !self.has_more_commits(range, few)? {
                return None;
            }
            // To open a file takes about as long as to walk a commit.
            let loose = databases.loose()?.len();
            if loose <= few { Some(true) } else { self.has_more_commits(range, loose) }
        };
        databases.as_ref().and_then(is_long).unwrap_or(false)
    }

    /// Shows each entry of each tree that the repository has, at least once. Returns the number of entries that were
    /// shown; `None` if that may not be all, because something is damaged, too large or missing, or because `see` stopped.
    pub fn see_every_tree(&self, see: SeeEntry<'_>) -> Option<u64> {
        let databases = ObjectDatabases::of(self)?;
        let id_length = databases.id_length;
        let mut shown = 0;
        let mut inflate = Inflate::new();
        for object in databases.loose()? {
            shown += loose::see(&object, id_length, &mut inflate, see)?;
        }
        // Listed after the others: what was not loose any more is in a pack by now.
        for path in databases.packs()? {
            let pack = ObjectFile::open(&path.with_extension("pack"))?;
            let packed = PackedTrees::read(open_index(&path, id_length)?, pack, id_length)?;
            shown += forest::see_all(&packed, id_length, see)?;
        }
        Some(shown)
    }

    /// Returns whether a range has more commits than `count`; `None` if that cannot be found out.
    fn has_more_commits(&self, range: &CommitRange, count: usize) -> Option<bool> {
        // Where nothing is left out, each end is one.
        if range.exclude.is_empty() {
            let ends: BTreeSet<&ObjectId> = set_of(range.include.iter());
            if ends.len() > count {
                return Some(true);
            }
        }
        self.is_longer(range, count).ok()
    }
}

/// All places with objects of a repository.
struct ObjectDatabases {
    directories: Vec<PathBuf>,
    id_length: usize,
}

impl ObjectDatabases {
    fn of(repository: &Repository<'_>) -> Option<Self> {
        let directories = files::object_directories(&repository.layout, &repository.env)?;
        Some(Self { directories, id_length: repository.layout.object_id_length })
    }

    /// The paths of the indexes of all packs.
    fn packs(&self) -> Option<Vec<PathBuf>> {
        let lists = self.directories.iter().map(|directory| files::packs(directory));
        lists.collect::<Option<Vec<_>>>().map(|lists| lists.concat())
    }

    /// The number of objects in packs.
    fn packed(&self) -> Option<usize> {
        self.packs()?.iter().map(|path| Some(open_index(path, self.id_length)?.count)).sum()
    }

    /// The files of objects in no pack.
    fn loose(&self) -> Option<Vec<PathBuf>> {
        let lists = self
            .directories
            .iter()
            .map(|directory| files::loose_objects(directory, self.id_length, MOST_LOOSE));
        lists.collect::<Option<Vec<_>>>().map(|lists| lists.concat())
    }
}

fn open_index(path: &Path, id_length: usize) -> Option<PackIndex> {
    PackIndex::open(ObjectFile::open(path)?, id_length)
}
