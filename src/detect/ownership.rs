//! Which files of a directory belong to an environment that shares it with other files, as when an environment was
//! created in the directory of the project itself.
//!
//! What creators write is known by name, what installers write by their records. Without records, the folders that
//! creators use count as a whole.

use super::marker;
use super::path_class;
use super::records::Records;
use super::structure;
use crate::formats::{own_ignore, script_interpreter};
use crate::model::{Environment, EnvironmentKind, Platform, WritesPyvenvCfg};
use crate::path::{RepoPath, below, split_name};
use crate::tree::{Child, Content, EntryKind, OwnedEntry, SMALL_FILE_LIMIT, Tree};

/// The directory of IPython's kernel.
const KERNEL: &[u8] = b"share/jupyter/kernels/python3";
/// The directory of manual pages.
const MANUAL_PAGES: &[u8] = b"share/man/man1";
/// Where the Python of Xcode has the directory of packages.
const FRAMEWORK: &[u8] = b"Library/Python";
/// The directories between the root and package data.
const ABOVE_DATA: [&[u8]; 6] =
    [b"share", b"share/jupyter", b"share/jupyter/kernels", b"share/man", MANUAL_PAGES, b"etc/jupyter"];

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
    /// Whether packages of Jupyter and the like have installed data.
    has_installed_data: bool,
    /// Whether packages are where the Python of Xcode installs them.
    is_framework: bool,
}

impl<'t> Ownership<'t> {
    /// What belongs to an environment of a flat tree; `entries` are those below its root.
    pub(super) fn among_entries(
        tree: &'t dyn Tree,
        environment: &Environment,
        entries: &[OwnedEntry],
    ) -> Self {
        let below_root = || entries.iter().filter_map(|entry| entry.path.below(&environment.root));
        Self {
            records: Records::of_entries(tree, environment, entries),
            has_installed_data: below_root().any(is_installed_data),
            is_framework: below_root().any(|rest| below(rest, FRAMEWORK).is_some()),
            ..Self::without_records(tree, environment)
        }
    }

    /// What belongs to an environment of a tree with directories.
    pub(super) fn in_directories(tree: &'t dyn Tree, environment: &Environment) -> Self {
        let children = |directory: &[u8]| {
            let directory = environment.root.join(directory).ok();
            directory.and_then(|directory| tree.children(&directory)).unwrap_or_default()
        };
        let is_data = |child: &Child| child.path.below(&environment.root).is_some_and(is_installed_data);
        Self {
            records: Records::of_directories(tree, environment),
            has_installed_data: [KERNEL, MANUAL_PAGES].into_iter().any(|d| children(d).iter().any(is_data)),
            is_framework: !children(FRAMEWORK).is_empty(),
            ..Self::without_records(tree, environment)
        }
    }

    fn without_records(tree: &'t dyn Tree, environment: &Environment) -> Self {
        let never = environment.kind.writes_pyvenv_cfg == WritesPyvenvCfg::Never;
        Self {
            tree,
            root: environment.root.clone(),
            kind: environment.kind,
            has_copied_library: never && environment.platform == Platform::Windows,
            records: Records::default(),
            has_installed_data: false,
            is_framework: false,
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
        if self.records.name(rest) || structure::is_clone(entry.kind, &entry.path, &self.root) {
            return true;
        }
        match directory.to_ascii_lowercase().as_slice() {
            b"" if name == b".gitignore" => self.is_own_ignore(entry),
            b"" => self.by_name(name),
            b"bin" | b"scripts" | b"usr/local/bin" => self.is_own_script(entry, name),
            b"local" | b"include" => entry.kind == EntryKind::Link,
            MANUAL_PAGES => marker::is_installed_page(name),
            _ => false,
        }
    }

    /// How much of a directory belongs to the environment by the layout that creators write.
    fn of_layout(&self, rest: &[u8]) -> Share {
        if self.kind.is_install_target || self.kind.is_conda_prefix {
            return if rest.contains(&b'/') { Share::Nothing } else { Share::whole_if(self.by_name(rest)) };
        }
        let lower = rest.to_ascii_lowercase();
        let mut parts = lower.split(|&b| b == b'/');
        let first = parts.next().unwrap_or_default();
        let second = parts.next();
        match (first, second) {
            (b"lib", None) if self.has_copied_library => Share::Whole,
            (b"bin" | b"scripts" | b"lib" | b"lib64" | b"include" | b"local" | b"library", None) => {
                Share::Mixed
            }
            (b"bin" | b"scripts", Some(b"__pycache__")) => Share::Whole,
            (b"lib" | b"lib64", Some(name)) if parts.next().is_none() => Share::whole_if(is_library(name)),
            (b"include", Some(name)) => Share::whole_if(name == b"site" || is_library(name)),
            (b"library", Some(b"python")) => Share::Whole,
            (b"usr", _) if self.is_framework && below(b"usr/local/bin", &lower).is_some() => Share::Mixed,
            (b"share" | b"etc" | b"man" | b"doc", _) if self.records.is_known || self.root.is_root() => {
                self.of_data(rest)
            }
            (_, None) => Share::whole_if(self.by_name(rest)),
            _ => Share::Nothing,
        }
    }

    /// How much of a folder of data belongs to the environment.
    fn of_data(&self, rest: &[u8]) -> Share {
        let is_installed = self.has_installed_data && path_class::is_package_data(rest);
        // Debian's virtualenv keeps wheels there.
        let is_whole =
            is_installed || rest == b"share/python-wheels" || (rest == b"share" && !self.records.is_known);
        if is_whole {
            Share::Whole
        } else if ABOVE_DATA.contains(&rest) || rest == b"etc" {
            Share::Mixed
        } else {
            Share::Nothing
        }
    }

    fn by_name(&self, name: &[u8]) -> bool {
        structure::is_own(name, self.kind, self.root.is_root())
    }

    /// Returns whether a script is one that creators or installers write. Without records only its interpreter tells the
    /// scripts of packages from others.
    fn is_own_script(&self, entry: &OwnedEntry, name: &[u8]) -> bool {
        marker::is_script_of_creators(name)
            || name.ends_with(b".exe")
            || !self.records.is_known
            || self.text(entry).is_some_and(|bytes| is_generated(&bytes))
    }

    fn is_own_ignore(&self, entry: &OwnedEntry) -> bool {
        !self.root.is_root()
            && self
                .text(entry)
                .is_some_and(|bytes| own_ignore::is_own_ignore(&bytes) || bytes.trim_ascii() == b"*")
    }

    fn text(&self, entry: &OwnedEntry) -> Option<Vec<u8>> {
        match self.tree.read(entry, SMALL_FILE_LIMIT) {
            Ok(Content::Whole(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

/// Recognises what creators have in `lib/` and `include/`: `python3.12`, `python3.7m`, on Windows `site-packages`.
fn is_library(name: &[u8]) -> bool {
    let version = name.strip_prefix(b"python").or_else(|| name.strip_prefix(b"pypy"));
    name == b"site-packages" || version.is_some_and(|version| version.first().is_some_and(u8::is_ascii_digit))
}

/// Returns whether a script has an environment's own interpreter, as installers write it.
fn is_generated(bytes: &[u8]) -> bool {
    let Some(program) = script_interpreter::read(bytes) else { return false };
    let (directory, name) = split_name(&program);
    let system = [b"/usr/bin".as_slice(), b"/bin", b"/usr/local/bin"];
    name.starts_with(b"python") && !system.contains(&directory)
}
