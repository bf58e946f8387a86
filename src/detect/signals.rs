//! The second step of detection: reads the few small files that show what a candidate is.
//!
//! It reads `pyvenv.cfg`, activation scripts and link targets, and each blob once per run, even if many environments
//! share it. What cannot be read hides nothing: it is recorded, unless the candidate is an environment anyway.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::find::CandidateDirectory;
use super::marker::PathMarker;
use super::structure;
use crate::error::Error;
use crate::formats::activation_script::{self, VirtualEnvAssignment};
use crate::formats::cachedir_tag::{self, TagWriter};
use crate::formats::pyvenv_cfg::{PyvenvCfg, is_absolute};
use crate::formats::{is_binary, lfs_pointer, own_ignore};
use crate::model::Skip;
use crate::order::Arrange as _;
use crate::path::{RepoPath, printable};
use crate::text::size;
use crate::tree::{Content, DECIDING_FILE_LIMIT, EntryKind, ObjectId, OwnedEntry, SMALL_FILE_LIMIT, Tree};

/// The limit for a file that may be a program of the same name as a script.
const PROGRAM_LIMIT: u64 = 64 * 1024 * 1024;
/// The number of names at which scripts outside of `bin/` and `Scripts/` are those of an environment.
const LOOSE_SCRIPTS: usize = 2;

/// Markers of files that have content in an environment.
const FILES_WITH_CONTENT: [PathMarker; 12] = [
    PathMarker::Activation,
    PathMarker::Deactivation,
    PathMarker::LooseActivation,
    PathMarker::LooseScript,
    PathMarker::ActivateThis,
    PathMarker::Interpreter,
    PathMarker::RootInterpreter,
    PathMarker::PipScript,
    PathMarker::PythonConfig,
    PathMarker::SitePackages,
    PathMarker::SeededPip,
    PathMarker::StandardLibraryFile,
];

/// What the names and small files of a candidate show.
#[derive(Debug)]
pub(super) struct LayoutSignals {
    /// The directory that would be the environment.
    pub(super) root: RepoPath,
    /// The markers below it.
    pub(super) markers: BTreeMap<PathMarker, Vec<OwnedEntry>>,
    /// The content of `pyvenv.cfg`, if it could be read.
    pub(super) config: Option<PyvenvCfg>,
    /// The activation script that shows most, and what it shows.
    pub(super) activation: Option<(RepoPath, VirtualEnvAssignment)>,
    /// The path and the target of links with an absolute target, by marker.
    pub(super) absolute_links: BTreeMap<PathMarker, (RepoPath, String)>,
    /// The tool that wrote `CACHEDIR.TAG`.
    pub(super) cache_tag: Option<TagWriter>,
    /// The files that might prove an environment and whose content is unknown.
    pub(super) unread: Vec<Skip>,
}

impl LayoutSignals {
    /// Returns whether a marker was found.
    pub(super) fn has(&self, marker: PathMarker) -> bool {
        self.markers.contains_key(&marker)
    }

    /// The entries of a marker.
    pub(super) fn entries(&self, marker: PathMarker) -> &[OwnedEntry] {
        self.markers.get(&marker).map(Vec::as_slice).unwrap_or_default()
    }

    /// The path of a marker's first entry.
    pub(super) fn path_of(&self, marker: PathMarker) -> Option<&RepoPath> {
        self.entries(marker).first().map(|entry| &entry.path)
    }

    /// The number of shells that an activation script is for.
    pub(super) fn shells(&self) -> usize {
        distinct_names(self.entries(PathMarker::Activation))
    }

    /// Whether scripts of creators are outside of `bin/` and `Scripts/`: activation scripts for several shells, or any
    /// beside the settings of an environment.
    pub(super) fn has_loose_scripts(&self) -> bool {
        let activation = distinct_names(self.entries(PathMarker::LooseActivation));
        let others =
            if self.home().is_some() { distinct_names(self.entries(PathMarker::LooseScript)) } else { 0 };
        activation + others >= LOOSE_SCRIPTS
    }

    /// Whether there is data that packages install into environments, and nobody else has in these places.
    pub(super) fn has_installed_data(&self) -> bool {
        let is_kernel = |entry: &OwnedEntry| entry.path.name() == b"kernel.json";
        self.has(PathMarker::ManualPage) || self.entries(PathMarker::JupyterData).iter().any(is_kernel)
    }

    /// The value of a `pyvenv.cfg` key.
    pub(super) fn setting(&self, key: &str) -> Option<&str> {
        self.config.as_ref().and_then(|config| config.get(key))
    }

    /// The directory of the interpreter that `pyvenv.cfg` names.
    pub(super) fn home(&self) -> Option<&str> {
        self.config.as_ref()?.home()
    }

    /// Returns whether the root is directly in a directory of this name.
    pub(super) fn is_in(&self, parent: &[u8]) -> bool {
        self.root.parent().is_some_and(|directory| directory.name() == parent)
    }
}

/// Returns whether an entry is a regular file without content.
fn is_empty_file(tree: &dyn Tree, entry: &OwnedEntry) -> bool {
    entry.kind.is_file()
        && match entry.id {
            Some(id) => id.is_empty_blob(),
            None => tree.whole(entry, 0).is_some(),
        }
}

/// The number of names that differ in more than their case.
fn distinct_names(entries: &[OwnedEntry]) -> usize {
    entries.iter().map(|entry| entry.path.name().to_ascii_lowercase()).collect::<BTreeSet<_>>().len()
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
        let mut signals = LayoutSignals {
            root,
            markers: candidate.markers,
            config: None,
            activation: None,
            absolute_links: BTreeMap::new(),
            cache_tag: None,
            unread: Vec::new(),
        };
        if structure::is_test_data(&signals.root) {
            self.drop_empty(&mut signals);
        }
        self.keep_own_ignore(&mut signals);
        self.read_config(&mut signals);
        if signals.home().is_none() {
            self.read_activation(&mut signals);
            for marker in [PathMarker::Interpreter, PathMarker::IncludeLink, PathMarker::Lib64Link] {
                self.read_links(&mut signals, marker);
            }
            let tag =
                signals.markers.get(&PathMarker::CacheTag).and_then(|entries| self.text(entries.first()?));
            signals.cache_tag = tag.map(|bytes| cachedir_tag::writer(&bytes));
        }
        signals
    }

    /// Drops files without content that stand for programs, scripts and packages, as tests create them.
    fn drop_empty(&self, signals: &mut LayoutSignals) {
        for marker in FILES_WITH_CONTENT {
            let Some(entries) = signals.markers.get_mut(&marker) else { continue };
            entries.retain(|entry| !is_empty_file(self.tree, entry));
            if entries.is_empty() {
                signals.markers.remove(&marker);
            }
        }
    }

    /// Drops a `.gitignore` that no creator wrote.
    fn keep_own_ignore(&mut self, signals: &mut LayoutSignals) {
        let ignore =
            signals.markers.get(&PathMarker::OwnIgnore).and_then(|entries| self.text(entries.first()?));
        if !ignore.is_some_and(|bytes| own_ignore::is_own_ignore(&bytes)) {
            signals.markers.remove(&PathMarker::OwnIgnore);
        }
    }

    /// Reads every spelling of `pyvenv.cfg`, because which of them Python sees depends on the file system. The one that
    /// proves an environment becomes the first entry of its marker.
    fn read_config(&mut self, signals: &mut LayoutSignals) {
        let Some(entries) = signals.markers.get_mut(&PathMarker::Config) else { return };
        entries.arrange_by_key(|entry| entry.path.name() != b"pyvenv.cfg");
        for index in 0..entries.len() {
            let content = self.content(&entries[index]);
            let Some(bytes) = self.deciding(&entries[index], content, &mut signals.unread) else { continue };
            let config = PyvenvCfg::parse(&bytes);
            let is_proof = config.home().is_some();
            if is_proof {
                entries.swap(0, index);
            }
            if is_proof || signals.config.is_none() {
                signals.config = Some(config);
            }
            if is_proof {
                return;
            }
        }
    }

    /// Reads the activation scripts and keeps the one that shows most.
    fn read_activation(&mut self, signals: &mut LayoutSignals) {
        let loose =
            if signals.has_loose_scripts() { signals.entries(PathMarker::LooseActivation) } else { &[] };
        let mut scripts: Vec<OwnedEntry> =
            signals.entries(PathMarker::Activation).iter().chain(loose).cloned().collect();
        scripts.arrange_by_key(|entry| script_rank(entry.path.name()));
        let mut shown = Vec::new();
        for entry in scripts {
            let content = self.content(&entry);
            if matches!(content, Ok(Content::TooLarge(_))) && self.is_program(&entry) {
                continue;
            }
            let bytes = self.deciding(&entry, content, &mut signals.unread);
            let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { continue };
            let assignment = activation_script::read(&bytes);
            let is_proof = matches!(assignment, VirtualEnvAssignment::Literal(_));
            shown.push((entry.path, assignment));
            if is_proof {
                break;
            }
        }
        // The first of those that show the same.
        signals.activation = shown.into_iter().min_by_key(|(_, assignment)| match assignment {
            VirtualEnvAssignment::Literal(_) => 0,
            VirtualEnvAssignment::Template => 1,
            VirtualEnvAssignment::Computed => 2,
            VirtualEnvAssignment::Unrelated => 3,
        });
    }

    /// Returns whether a file that is too large for a script is a compiled program.
    fn is_program(&self, entry: &OwnedEntry) -> bool {
        self.tree.whole(entry, PROGRAM_LIMIT).is_some_and(|bytes| is_binary(&bytes))
    }

    /// Records the first absolute target among the links of a marker.
    fn read_links(&mut self, signals: &mut LayoutSignals, marker: PathMarker) {
        let mut links = signals.entries(marker).iter().filter(|entry| entry.kind == EntryKind::Link);
        let found = links.find_map(|entry| {
            let target = self.text(entry)?;
            is_absolute(&target).then(|| (entry.path.clone(), printable(&target)))
        });
        found.map(|found| signals.absolute_links.insert(marker, found));
    }

    /// The content of a file that may prove an environment, if it is known; if not, the file is added to `unread`.
    fn deciding(
        &mut self,
        entry: &OwnedEntry,
        content: Result<Content, Error>,
        unread: &mut Vec<Skip>,
    ) -> Option<Vec<u8>> {
        let mut unknown = |reason: String| {
            unread.push(Skip { path: entry.path.clone(), reason: reason.into(), blob: entry.id });
            None
        };
        match content {
            Ok(Content::Whole(bytes)) if lfs_pointer::is_pointer(&bytes) => {
                unknown("its content is in Git LFS".to_owned())
            }
            Ok(Content::Whole(bytes)) => Some(bytes),
            Ok(Content::TooLarge(bytes)) => unknown(format!(
                "it has {}, more than the {} that are read",
                size(bytes),
                size(DECIDING_FILE_LIMIT)
            )),
            Err(error) => {
                self.skip(entry, &error);
                None
            }
        }
    }

    /// Reads a whole file; `None` if it is too large for a creator's file, if its content is in Git LFS, or if it cannot
    /// be read, which is recorded.
    pub(super) fn text(&mut self, entry: &OwnedEntry) -> Option<Vec<u8>> {
        match self.content(entry) {
            Ok(Content::Whole(bytes)) => Some(bytes).filter(|bytes| !lfs_pointer::is_pointer(bytes)),
            Ok(Content::TooLarge(_)) => None,
            Err(error) => {
                self.skip(entry, &error);
                None
            }
        }
    }

    fn skip(&mut self, entry: &OwnedEntry, error: &Error) {
        let reason = error.reason().clone();
        self.skipped.push(Skip { path: entry.path.clone(), reason, blob: entry.id });
    }

    fn content(&mut self, entry: &OwnedEntry) -> Result<Content, Error> {
        if let Some(content) = entry.id.and_then(|id| self.cache.get(&id)) {
            return Ok(content.clone());
        }
        let content = self.tree.read(entry, DECIDING_FILE_LIMIT)?;
        // Many environments share files that creators wrote; large ones are not among them.
        let is_small = matches!(&content, Content::Whole(bytes) if bytes.len() as u64 <= SMALL_FILE_LIMIT);
        entry.id.filter(|_| is_small).map(|id| self.cache.insert(id, content.clone()));
        Ok(content)
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
