//! The second step of detection: reads the few small files that show what a candidate is.
//!
//! It reads at most one `pyvenv.cfg`, two activation scripts and a few link targets per candidate, and each blob once
//! per run, even if many environments share it.

use std::collections::{BTreeMap, HashMap};

use super::find::CandidateDirectory;
use super::marker::Marker;
use crate::error::Error;
use crate::formats::activation_script::{self, VirtualEnvAssignment};
use crate::formats::cachedir_tag::{self, TagWriter};
use crate::formats::own_ignore;
use crate::formats::pyvenv_cfg::{PyvenvCfg, is_absolute};
use crate::model::Skip;
use crate::path::{RepoPath, printable};
use crate::tree::{Content, EntryKind, ObjectId, OwnedEntry, SMALL_FILE_LIMIT, Tree};

/// The start of a Git LFS pointer, which replaces the content of a file in git
/// (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";
/// The most activation scripts read per candidate.
const SCRIPTS_READ: usize = 2;
/// The most link targets read per marker.
const TARGETS_READ: usize = 4;

/// What the names and small files of a candidate show.
#[derive(Debug)]
pub(super) struct LayoutSignals {
    /// The directory that would be the environment.
    pub(super) root: RepoPath,
    /// The markers below it.
    pub(super) markers: BTreeMap<Marker, Vec<OwnedEntry>>,
    /// The content of `pyvenv.cfg`, if it could be read.
    pub(super) config: Option<PyvenvCfg>,
    /// The activation script that shows most, and what it shows.
    pub(super) activation: Option<(RepoPath, VirtualEnvAssignment)>,
    /// The path and the target of links with an absolute target, by marker.
    pub(super) absolute_links: BTreeMap<Marker, (RepoPath, String)>,
    /// The tool that wrote `CACHEDIR.TAG`.
    pub(super) cache_tag: Option<TagWriter>,
}

impl LayoutSignals {
    /// Returns whether a marker was found.
    pub(super) fn has(&self, marker: Marker) -> bool {
        self.markers.contains_key(&marker)
    }

    /// The entries of a marker.
    pub(super) fn entries(&self, marker: Marker) -> &[OwnedEntry] {
        self.markers.get(&marker).map(Vec::as_slice).unwrap_or_default()
    }

    /// The path of a marker's first entry.
    pub(super) fn path_of(&self, marker: Marker) -> Option<&RepoPath> {
        self.entries(marker).first().map(|entry| &entry.path)
    }

    /// The number of activation scripts.
    pub(super) fn activation_scripts(&self) -> usize {
        self.entries(Marker::Activation).len()
    }

    /// The value of a `pyvenv.cfg` key.
    pub(super) fn setting(&self, key: &str) -> Option<&str> {
        self.config.as_ref().and_then(|config| config.get(key))
    }

    /// Returns whether the root is directly in a directory of this name.
    pub(super) fn is_in(&self, parent: &[u8]) -> bool {
        self.root.parent().is_some_and(|directory| directory.name() == parent)
    }
}

/// Reads files of candidates through a tree, with a cache of blobs.
pub(super) struct SignalReader<'t> {
    tree: &'t dyn Tree,
    cache: HashMap<ObjectId, Content>,
    /// The files that could not be read.
    pub(super) skipped: Vec<Skip>,
}

impl<'t> SignalReader<'t> {
    /// Starts on a tree.
    pub(super) fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, cache: HashMap::new(), skipped: Vec::new() }
    }

    /// Reads what shows the nature of a candidate.
    pub(super) fn signals_of(&mut self, root: RepoPath, candidate: CandidateDirectory) -> LayoutSignals {
        let mut markers = candidate.markers;
        let ignore = markers.get(&Marker::OwnIgnore).and_then(|entries| self.text(entries.first()?));
        if !ignore.is_some_and(|bytes| own_ignore::is_own_ignore(&bytes)) {
            markers.remove(&Marker::OwnIgnore);
        }
        let config = markers.get(&Marker::Config).and_then(|entries| self.text(entries.first()?));
        let config = config.map(|bytes| PyvenvCfg::parse(&bytes));
        let is_proved = config.as_ref().is_some_and(|config| config.home().is_some());
        let mut signals = LayoutSignals {
            root,
            markers,
            config,
            activation: None,
            absolute_links: BTreeMap::new(),
            cache_tag: None,
        };
        if !is_proved {
            signals.activation = self.activation(&signals);
            for marker in [Marker::Interpreter, Marker::IncludeLink, Marker::Lib64Link] {
                self.absolute_link(&mut signals, marker);
            }
            let tag = signals.markers.get(&Marker::CacheTag).and_then(|entries| self.text(entries.first()?));
            signals.cache_tag = tag.map(|bytes| cachedir_tag::writer(&bytes));
        }
        signals
    }

    /// Reads a whole file; `None` if it is too large for a creator's file, if its content is in Git LFS, or if it cannot
    /// be read, which is recorded.
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
        if let Some(content) = entry.id.and_then(|id| self.cache.get(&id)) {
            return Ok(content.clone());
        }
        let content = self.tree.read(entry, SMALL_FILE_LIMIT)?;
        entry.id.map(|id| self.cache.insert(id, content.clone()));
        Ok(content)
    }

    /// The first script with a definite answer, starting with `activate` itself.
    fn activation(&mut self, signals: &LayoutSignals) -> Option<(RepoPath, VirtualEnvAssignment)> {
        let mut scripts: Vec<&OwnedEntry> = signals.markers.get(&Marker::Activation)?.iter().collect();
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

    /// Records the first absolute target among the links of a marker.
    fn absolute_link(&mut self, signals: &mut LayoutSignals, marker: Marker) {
        let links =
            signals.entries(marker).iter().filter(|entry| entry.kind == EntryKind::Link).take(TARGETS_READ);
        let found = links.into_iter().find_map(|entry| {
            let target = self.text(entry)?;
            is_absolute(&target).then(|| (entry.path.clone(), printable(&target)))
        });
        found.map(|found| signals.absolute_links.insert(marker, found));
    }
}

/// The order in which scripts are read: those that contain the path itself first.
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
