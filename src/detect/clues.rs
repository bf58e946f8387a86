//! The second step of detection: reads the few small files that tell a candidate's nature.
//!
//! At most one settings file, two activation scripts and a handful of link targets are read per candidate,
//! and each blob once per run, however many environments share it.

use std::collections::{BTreeMap, HashMap};

use super::find::Candidate;
use super::mark::Mark;
use crate::error::Error;
use crate::formats::activation_script::{self, VirtualEnvAssignment};
use crate::formats::cachedir_tag::{self, TagWriter};
use crate::formats::own_ignore;
use crate::formats::pyvenv_cfg::{PyvenvCfg, is_absolute};
use crate::model::Skip;
use crate::path::{RepoPath, printable};
use crate::tree::{Content, EntryKind, ObjectId, OwnedEntry, Tree};

/// The most bytes read of a file: what creators write is below 20 KiB.
pub(super) const LIMIT: u64 = 64 * 1024;
/// How a file begins whose content Git LFS keeps elsewhere
/// (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";
/// The most activation scripts read per candidate.
const SCRIPTS_READ: usize = 2;
/// The most link targets read per mark.
const TARGETS_READ: usize = 4;

/// What is known of a candidate once its telling files are read.
#[derive(Debug)]
pub(super) struct Clues {
    /// The directory that would be the environment.
    pub(super) root: RepoPath,
    /// The marks below it.
    pub(super) marks: BTreeMap<Mark, Vec<OwnedEntry>>,
    /// What `pyvenv.cfg` says, if it could be read.
    pub(super) config: Option<PyvenvCfg>,
    /// The telling activation script and what it shows.
    pub(super) activation: Option<(RepoPath, VirtualEnvAssignment)>,
    /// A mark that is a link with an absolute target, and the target.
    pub(super) absolute_links: BTreeMap<Mark, (RepoPath, String)>,
    /// Who wrote `CACHEDIR.TAG`.
    pub(super) cache_tag: Option<TagWriter>,
}

impl Clues {
    /// Says whether a mark is there.
    pub(super) fn has(&self, mark: Mark) -> bool {
        self.marks.contains_key(&mark)
    }

    /// The path of the first entry that bears a mark.
    pub(super) fn path_of(&self, mark: Mark) -> Option<&RepoPath> {
        self.marks.get(&mark).and_then(|entries| entries.first()).map(|entry| &entry.path)
    }

    /// How many different activation scripts are there.
    pub(super) fn activation_scripts(&self) -> usize {
        self.marks.get(&Mark::Activation).map_or(0, Vec::len)
    }

    /// The value of a `pyvenv.cfg` key.
    pub(super) fn setting(&self, key: &str) -> Option<&str> {
        self.config.as_ref().and_then(|config| config.get(key))
    }

    /// Says whether the last components of the root's directory are these.
    pub(super) fn lies_in(&self, parent: &[u8]) -> bool {
        self.root.parent().is_some_and(|directory| directory.name() == parent)
    }
}

/// Reads candidates' files through a tree, remembering blobs by their id.
pub(super) struct Inspector<'t> {
    tree: &'t dyn Tree,
    seen: HashMap<ObjectId, Content>,
    /// What could not be read.
    pub(super) skipped: Vec<Skip>,
}

impl<'t> Inspector<'t> {
    /// Starts on a tree.
    pub(super) fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, seen: HashMap::new(), skipped: Vec::new() }
    }

    /// Reads what tells a candidate's nature.
    pub(super) fn inspect(&mut self, root: RepoPath, candidate: Candidate) -> Clues {
        let mut marks = candidate.marks;
        let ignore = marks.get(&Mark::OwnIgnore).and_then(|entries| self.text(entries.first()?));
        if !ignore.is_some_and(|bytes| own_ignore::is_own_ignore(&bytes)) {
            marks.remove(&Mark::OwnIgnore);
        }
        let config = marks.get(&Mark::Config).and_then(|entries| self.text(entries.first()?));
        let config = config.map(|bytes| PyvenvCfg::parse(&bytes));
        let settled = config.as_ref().is_some_and(|config| config.home().is_some());
        let mut clues =
            Clues { root, marks, config, activation: None, absolute_links: BTreeMap::new(), cache_tag: None };
        if !settled {
            clues.activation = self.activation(&clues);
            for mark in [Mark::Interpreter, Mark::IncludeLink, Mark::Lib64Link] {
                self.absolute_link(&mut clues, mark);
            }
            let tag = clues.marks.get(&Mark::CacheTag).and_then(|entries| self.text(entries.first()?));
            clues.cache_tag = tag.map(|bytes| cachedir_tag::writer(&bytes));
        }
        clues
    }

    /// Reads a whole file; one that is too large is not what a creator wrote, one that cannot be read is noted.
    /// What Git LFS keeps elsewhere is not known.
    pub(super) fn text(&mut self, entry: &OwnedEntry) -> Option<Vec<u8>> {
        match self.content(entry) {
            Ok(Content::Whole(bytes)) => Some(bytes).filter(|bytes| !bytes.starts_with(LFS_POINTER)),
            Ok(Content::TooLarge(_)) => None,
            Err(error) => {
                let reason = error.causes().first().map_or(error.message(), String::as_str).to_owned();
                self.skipped.push(Skip { path: entry.path.clone(), reason, blob: entry.id });
                None
            }
        }
    }

    fn content(&mut self, entry: &OwnedEntry) -> Result<Content, Error> {
        if let Some(content) = entry.id.and_then(|id| self.seen.get(&id)) {
            return Ok(content.clone());
        }
        let content = self.tree.read(entry, LIMIT)?;
        entry.id.map(|id| self.seen.insert(id, content.clone()));
        Ok(content)
    }

    /// The first script that says something; `activate` itself is asked first.
    fn activation(&mut self, clues: &Clues) -> Option<(RepoPath, VirtualEnvAssignment)> {
        let mut scripts: Vec<&OwnedEntry> = clues.marks.get(&Mark::Activation)?.iter().collect();
        scripts.retain(|entry| !entry.path.name().to_ascii_lowercase().starts_with(b"deactivate"));
        scripts.sort_by_key(|entry| script_rank(entry.path.name()));
        let mut best: Option<(RepoPath, VirtualEnvAssignment)> = None;
        for entry in scripts.into_iter().take(SCRIPTS_READ) {
            let Some(bytes) = self.text(entry).filter(|bytes| !bytes.is_empty()) else {
                continue;
            };
            let shown = activation_script::read(&bytes);
            if matches!(shown, VirtualEnvAssignment::Literal(_) | VirtualEnvAssignment::Template) {
                return Some((entry.path.clone(), shown));
            }
            best.get_or_insert((entry.path.clone(), shown));
        }
        best
    }

    /// Notes the first absolute target among the links that bear a mark.
    fn absolute_link(&mut self, clues: &mut Clues, mark: Mark) {
        let entries = clues.marks.get(&mark).map(Vec::as_slice).unwrap_or_default();
        let links = entries.iter().filter(|entry| entry.kind == EntryKind::Link).take(TARGETS_READ);
        let found = links.into_iter().find_map(|entry| {
            let target = self.text(entry)?;
            is_absolute(&target).then(|| (entry.path.clone(), printable(&target)))
        });
        found.map(|found| clues.absolute_links.insert(mark, found));
    }
}

/// The order in which scripts are read: those with a literal path first.
fn script_rank(name: &[u8]) -> u8 {
    match name.to_ascii_lowercase().as_slice() {
        b"activate" => 0,
        b"activate.csh" => 1,
        b"activate.fish" => 2,
        b"activate.bat" => 3,
        b"activate.nu" | b"activate.xsh" => 4,
        _ => 5,
    }
}
