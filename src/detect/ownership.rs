//! Which files of a directory belong to an environment that shares it with other files, as when an environment was
//! created in the directory of the project itself.
//!
//! What creators write is known by name, what installers write by their records and by the first line of scripts. Where
//! neither says anything, a file is the project's.

use std::collections::BTreeSet;

use super::installed_script;
use super::marker;
use super::path_class;
use super::records::Records;
use super::structure;
use crate::formats::own_ignore;
use crate::model::{Environment, EnvironmentKind, Platform, WritesPyvenvCfg};
use crate::path::{RepoPath, below, split_name};
use crate::tree::{Child, ChildKind, EntryKind, OwnedEntry, SMALL_FILE_LIMIT, Tree};

/// The directory of IPython's kernel.
const KERNEL: &[u8] = b"share/jupyter/kernels/python3";
/// The directory of manual pages.
const MANUAL_PAGES: &[u8] = b"share/man/man1";
/// The name of the directory in which Debian's `venv` and virtualenv keep wheels, in `share/` or `lib/`.
const WHEELS: &[u8] = b"python-wheels";
/// Where the Python of Xcode has the directory of packages.
const FRAMEWORK: &[u8] = b"Library/Python";
/// The directory of documents of packages, each in a directory of its own.
const DOCUMENTS: &[u8] = b"share/doc";
/// The directories between the root and package data.
const ABOVE_DATA: [&[u8]; 8] = [
    b"share",
    b"share/jupyter",
    b"share/jupyter/kernels",
    b"share/man",
    MANUAL_PAGES,
    DOCUMENTS,
    b"etc",
    b"etc/jupyter",
];

/// Returns whether a path is where the Python of Xcode has packages.
fn is_framework(rest: &[u8]) -> bool {
    below(rest, FRAMEWORK).is_some()
}

/// Returns whether a file shows that data in this root was installed by packages.
fn is_installed_data(rest: &[u8]) -> bool {
    let (directory, name) = split_name(rest);
    (directory == KERNEL && name == b"kernel.json")
        || (directory == MANUAL_PAGES && marker::is_installed_page(name))
}

/// How much of a directory belongs to an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// Everything.
    Whole,
    /// Some of it: each path below decides.
    Mixed,
    /// Nothing.
    Nothing,
}

impl Share {
    /// Everything or nothing.
    pub(super) fn whole_if(is_own: bool) -> Self {
        if is_own { Self::Whole } else { Self::Nothing }
    }
}

/// Decides which paths belong to one environment.
pub(super) struct Ownership<'t> {
    tree: &'t dyn Tree,
    root: RepoPath,
    kind: EnvironmentKind,
    /// Whether its `Lib/` has copies of the standard library.
    has_copied_library: bool,
    records: Records,
    platform: Platform,
    /// Files that belong to it by name, wherever they are.
    loose: BTreeSet<RepoPath>,
    facts: LayoutFacts,
}

/// What the names below a root show of its layout.
#[derive(Debug, Default)]
struct LayoutFacts {
    /// Whether packages of Jupyter and the like have installed data.
    has_installed_data: bool,
    /// Whether packages are where the Python of Xcode installs them.
    is_framework: bool,
    /// The directories named `Scripts` in some spelling that have a script of creators.
    windows_scripts: BTreeSet<Vec<u8>>,
    /// The directories named `Include` in some spelling that have the headers of Python.
    windows_headers: BTreeSet<Vec<u8>>,
}

impl LayoutFacts {
    /// Adds what a path below the root shows.
    fn add(&mut self, rest: &[u8]) {
        let (directory, name) = split_name(rest);
        self.has_installed_data |= is_installed_data(rest);
        self.is_framework |= is_framework(rest);
        if directory.eq_ignore_ascii_case(b"scripts") && marker::is_script_of_creators(name) {
            self.windows_scripts.insert(directory.to_vec());
        }
        if directory.eq_ignore_ascii_case(b"include") && name == b"Python.h" {
            self.windows_headers.insert(directory.to_vec());
        }
    }

    /// Drops what only the layout of Windows has.
    fn of_platform(mut self, platform: Platform) -> Self {
        if platform == Platform::Posix {
            self.windows_scripts.clear();
            self.windows_headers.clear();
        }
        self
    }
}

impl<'t> Ownership<'t> {
    /// What belongs to an environment of a flat tree; `entries` are those below its root.
    pub(super) fn among_entries(
        tree: &'t dyn Tree,
        environment: &Environment,
        entries: &[OwnedEntry],
    ) -> Self {
        let mut facts = LayoutFacts::default();
        entries
            .iter()
            .filter_map(|entry| entry.path.below(&environment.root))
            .for_each(|rest| facts.add(rest));
        Self::new(tree, environment, Records::of_entries(tree, environment, entries), facts)
    }

    /// What belongs to an environment of a tree with directories.
    pub(super) fn in_directories(tree: &'t dyn Tree, environment: &Environment) -> Self {
        let mut facts = LayoutFacts::default();
        let mut look_into = |directory: &RepoPath| {
            let children = tree.children(directory).unwrap_or_default();
            // What a flat tree lists: a directory shows something only by what is in it.
            let is_shown = |child: &&Child| {
                child.kind != ChildKind::Directory
                    || child.path.below(&environment.root).is_some_and(is_framework)
            };
            let below_root =
                children.iter().filter(is_shown).filter_map(|child| child.path.below(&environment.root));
            below_root.for_each(|rest| facts.add(rest));
        };
        for directory in [KERNEL, MANUAL_PAGES, FRAMEWORK] {
            environment.root.join(directory).iter().for_each(&mut look_into);
        }
        let in_root = tree.children(&environment.root).unwrap_or_default();
        let windows = in_root.iter().map(|child| &child.path).filter(|path| {
            [b"scripts".as_slice(), b"include"].iter().any(|name| path.name().eq_ignore_ascii_case(name))
        });
        windows.for_each(look_into);
        Self::new(tree, environment, Records::of_directories(tree, environment), facts)
    }

    fn new(tree: &'t dyn Tree, environment: &Environment, records: Records, facts: LayoutFacts) -> Self {
        let never = environment.kind.writes_pyvenv_cfg == WritesPyvenvCfg::Never;
        Self {
            tree,
            root: environment.root.clone(),
            kind: environment.kind,
            has_copied_library: never && environment.platform == Platform::Windows,
            records,
            platform: environment.platform,
            loose: environment.contents.parts.iter().map(|part| part.path.clone()).collect(),
            facts: facts.of_platform(environment.platform),
        }
    }

    /// How much of a directory belongs to the environment; `rest` is its path below the root.
    pub(super) fn of_directory(&self, rest: &[u8]) -> Share {
        let by_layout = self.of_layout(rest);
        let is_named =
            by_layout == Share::Nothing && (self.records.name_below(rest) || self.may_hold_clones(rest));
        if is_named { Share::Mixed } else { by_layout }
    }

    /// Returns whether a directory holds clones of pip or may be one.
    fn may_hold_clones(&self, rest: &[u8]) -> bool {
        !self.root.is_root() && (rest == structure::SOURCES || split_name(rest).0 == structure::SOURCES)
    }

    /// Returns whether a file or link below the root belongs to the environment, where no directory decides.
    pub(super) fn of_entry(&self, entry: &OwnedEntry) -> bool {
        let rest = entry.path.below(&self.root).unwrap_or_default();
        let (directory, name) = split_name(rest);
        if self.records.name(rest)
            || self.loose.contains(&entry.path)
            || structure::is_clone(entry.kind, &entry.path, &self.root)
        {
            return true;
        }
        let is_header = |name: &[u8]| entry.kind == EntryKind::Link || is_library(name);
        match directory.to_ascii_lowercase().as_slice() {
            b"" if name == b".gitignore" => self.is_own_ignore(entry),
            // Creators make directories of these names.
            b"" if matches!(name, b"share" | b"scripts" | b"Scripts") => false,
            b"" => self.by_name(name) || self.is_loose_script(entry),
            b"bin" | b"usr/local/bin" => self.is_own_script(entry),
            b"scripts" if self.facts.windows_scripts.contains(directory) => self.is_own_script(entry),
            // What proves an environment belongs to it wherever it is, or the rest would be found again.
            b"scripts" => installed_script::is_activation(self.tree, entry),
            b"lib" => marker::is_proof_in_library(name, entry.kind),
            b"local" => entry.kind == EntryKind::Link || matches!(name, b"bin" | b"lib" | b"include"),
            // A link is a file where git or the file system has none.
            b"include" => is_header(name),
            b"libs" => self.platform == Platform::Windows && is_import_library(name),
            MANUAL_PAGES => marker::is_installed_page(name),
            _ => false,
        }
    }

    /// How much of a directory belongs to the environment by the layout that creators write.
    fn of_layout(&self, rest: &[u8]) -> Share {
        let lower = rest.to_ascii_lowercase();
        let mut parts = lower.split(|&b| b == b'/');
        let first = parts.next().unwrap_or_default();
        let second = parts.next();
        let has_files_of_others = matches!(first, b"bin" | b"scripts" | b"share" | b"etc" | b"man" | b"doc");
        if self.kind.is_install_target || (self.kind.is_conda_prefix && !has_files_of_others) {
            return if second.is_some() { Share::Nothing } else { Share::whole_if(self.by_name(rest)) };
        }
        let original = rest.split(|&b| b == b'/').next().unwrap_or_default();
        match (first, second) {
            (b"scripts", Some(_)) if !self.facts.windows_scripts.contains(original) => Share::Nothing,
            (b"include", None) if self.facts.windows_headers.contains(original) => Share::Whole,
            (b"lib", None) if self.has_copied_library => Share::Whole,
            (
                b"bin" | b"scripts" | b"lib" | b"lib64" | b"include" | b"libs" | b"local" | b"library",
                None,
            ) => Share::Mixed,
            (b"bin" | b"scripts", Some(b"__pycache__")) => Share::Whole,
            (b"lib" | b"lib64", Some(name)) if parts.next().is_none() => {
                Share::whole_if(is_library(name) || name == WHEELS)
            }
            (b"include", Some(name)) => Share::whole_if(name == b"site" || is_library(name)),
            (b"library", Some(b"python")) => Share::Whole,
            (b"usr", _) if self.facts.is_framework && below(b"usr/local/bin", &lower).is_some() => {
                Share::Mixed
            }
            (b"share" | b"etc" | b"man" | b"doc", _) => self.of_data(rest),
            (_, None) => Share::whole_if(self.by_name(rest)),
            _ => Share::Nothing,
        }
    }

    /// How much of a folder of data belongs to the environment.
    fn of_data(&self, rest: &[u8]) -> Share {
        let is_installed = self.facts.has_installed_data && path_class::is_package_data(rest);
        let (directory, name) = split_name(rest);
        let is_wheels = directory == b"share" && name == WHEELS;
        if is_installed || is_wheels || (directory == DOCUMENTS && has_version(name)) {
            Share::Whole
        } else if ABOVE_DATA.contains(&rest) {
            Share::Mixed
        } else {
            Share::Nothing
        }
    }

    /// Decides by a name in the root. A directory that is shared has the names that projects use too, as the repository
    /// itself does; test runners write their logs there.
    fn by_name(&self, name: &[u8]) -> bool {
        structure::is_own(name, self.kind, true)
            || (self.kind.is_test_runner && structure::is_own(name, self.kind, self.root.is_root()))
    }

    /// Returns whether a file is a script of a package beside scripts of creators that are outside of `bin/`.
    fn is_loose_script(&self, entry: &OwnedEntry) -> bool {
        !self.loose.is_empty() && installed_script::is_generated(self.tree, entry)
    }

    fn is_own_script(&self, entry: &OwnedEntry) -> bool {
        installed_script::is_own(self.tree, entry, self.platform, self.records.is_known)
    }

    fn is_own_ignore(&self, entry: &OwnedEntry) -> bool {
        !self.root.is_root()
            && self
                .tree
                .whole(entry, SMALL_FILE_LIMIT)
                .is_some_and(|bytes| own_ignore::is_own_ignore(&bytes) || bytes.trim_ascii() == b"*")
    }
}

/// Recognises what creators have in `lib/` and `include/`: `python3.12`, `python3.7m`, on Windows `site-packages`.
pub(super) fn is_library(name: &[u8]) -> bool {
    name == b"site-packages" || marker::is_versioned_header(name)
}

/// Recognises what virtualenv before 20 copies to `libs/` on Windows: `python27.lib`, `libpython27.a`.
fn is_import_library(name: &[u8]) -> bool {
    let stem = name.strip_suffix(b".lib").or_else(|| name.strip_prefix(b"lib")?.strip_suffix(b".a"));
    stem.and_then(|stem| stem.strip_prefix(b"python")).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
}

/// Recognises `NAME-VERSION`, as packages name the directory of their documents.
fn has_version(name: &[u8]) -> bool {
    name.windows(2).skip(1).any(|pair| pair[0] == b'-' && pair[1].is_ascii_digit())
}
