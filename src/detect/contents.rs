//! Which files and directories belong to each environment, and which are the project's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ownership::{self, Ownership, Share};
use super::structure;
use crate::error::Result;
use crate::model::{Environment, Extent, Measure, Part, Platform, Shape};
use crate::order::Arrange as _;
use crate::path::{RepoPath, split_name};
use crate::tree::{Child, ChildKind, Entry, EntryKind, OwnedEntry, PlaceSet, Tree, Visitor};

/// Fills in the contents and the extent of environments. In a tree with directories this looks only at the names
/// directly below each root; a flat tree is listed again.
///
/// # Errors
/// Undecided if the tree cannot be listed a second time.
pub(super) fn fill(tree: &dyn Tree, environments: &mut [Environment]) -> Result<()> {
    let Some(first) = environments.first() else { return Ok(()) };
    let roots: BTreeSet<RepoPath> = environments.iter().map(|environment| environment.root.clone()).collect();
    if tree.children(&first.root).is_none() {
        list_members(tree, environments, &roots)?;
        measure(tree, environments);
        return Ok(());
    }
    for environment in environments.iter_mut().filter(|found| found.shape == Shape::Environment) {
        fill_from_directories(tree, environment, &roots);
    }
    Ok(())
}

/// Lists the files below the roots of environments: members, and files of the project.
///
/// # Errors
/// Undecided if the tree cannot be listed.
fn list_members(tree: &dyn Tree, environments: &mut [Environment], roots: &BTreeSet<RepoPath>) -> Result<()> {
    let members = {
        let mut collector = MemberCollector::new(environments);
        tree.visit(&mut collector)?;
        collector.members
    };
    for (environment, members) in environments.iter_mut().zip(members) {
        assign(tree, environment, members, roots);
    }
    Ok(())
}

/// Adds up the sizes of the members.
fn measure(tree: &dyn Tree, environments: &mut [Environment]) {
    let all: Vec<OwnedEntry> = environments.iter().flat_map(|e| e.contents.members.iter().cloned()).collect();
    let mut sizes = tree.sizes(&all).into_iter();
    for environment in environments.iter_mut() {
        let files = environment.contents.members.len();
        let bytes = sizes.by_ref().take(files).flatten().sum();
        environment.contents.measure = Some(Measure { files: files as u64, bytes });
    }
}

/// Assigns each entry below the root to the environment or to the project.
fn assign(
    tree: &dyn Tree,
    environment: &mut Environment,
    entries: Vec<OwnedEntry>,
    roots: &BTreeSet<RepoPath>,
) {
    let is_shared = structure::is_always_shared(&environment.root)
        || entries.iter().any(|entry| !owns_by_itself(entry, environment));
    let (own, foreign): (Vec<_>, Vec<_>) = match environment.shape {
        Shape::Remnant => entries.into_iter().partition(|entry| environment.owns(&entry.path)),
        Shape::Environment if is_shared => {
            let ownership = Ownership::among_entries(tree, environment, &entries);
            entries.into_iter().partition(|entry| owns(&ownership, &environment.root, entry))
        }
        Shape::Environment => (entries, Vec::new()),
    };
    if environment.shape == Shape::Environment {
        let others = if is_shared { roots } else { &BTreeSet::new() };
        set_parts(environment, whole_parts(&environment.root, &own, &foreign, others), is_shared);
    }
    environment.contents.members = own;
    environment.contents.foreign = if environment.root.is_root() { Vec::new() } else { foreign };
}

/// Returns whether an entry belongs to an environment that shares its directory: the outermost directory that decides
/// for everything in it, or the entry itself.
fn owns(ownership: &Ownership<'_>, root: &RepoPath, entry: &OwnedEntry) -> bool {
    let rest = entry.path.below(root).unwrap_or_default();
    let above = memchr::memchr_iter(b'/', rest).map(|end| ownership.of_directory(&rest[..end]));
    match above.into_iter().find(|share| *share != Share::Mixed) {
        Some(share) => share == Share::Whole,
        None => ownership.of_entry(entry),
    }
}

/// The outermost paths below the root that contain these entries, no foreign one, and none of the other roots.
fn whole_parts(
    root: &RepoPath,
    own: &[OwnedEntry],
    foreign: &[OwnedEntry],
    roots: &BTreeSet<RepoPath>,
) -> Vec<Part> {
    let inner = roots.iter().filter(|other| *other != root && other.is_within(root));
    let others: PlaceSet = foreign.iter().map(|entry| &entry.path).chain(inner).collect();
    let is_shared = |path: &RepoPath| path == root || others.is_above(path.as_bytes());
    let mut parts: BTreeMap<RepoPath, bool> = BTreeMap::new();
    for entry in own {
        let outermost = entry.path.ancestors().take_while(|above| !is_shared(above)).last();
        let part = outermost.unwrap_or_else(|| entry.path.clone());
        let is_directory = part != entry.path || entry.kind == EntryKind::Submodule;
        *parts.entry(part).or_default() |= is_directory;
    }
    parts.into_iter().map(|(path, is_directory)| Part { path, is_directory }).collect()
}

/// Assigns each name below the root to the environment or to the project. An empty directory counts as neither, and a
/// directory with nothing but other environments belongs to these.
fn fill_from_directories(tree: &dyn Tree, environment: &mut Environment, roots: &BTreeSet<RepoPath>) {
    let children = tree.children(&environment.root).unwrap_or_default();
    let is_other =
        |child: &Child| !owns_by_name(&child.path, environment) && !is_loose(&child.path, environment);
    let clones = clones(tree, environment);
    let is_excluded =
        |path: &RepoPath| roots.contains(path) || clones.iter().any(|clone| clone.path == *path);
    let is_shared = structure::is_always_shared(&environment.root)
        || children
            .iter()
            .filter(|child| is_other(child))
            .any(|child| contains_entry(tree, child, &is_excluded));
    let parts = if is_shared {
        let ownership = Ownership::in_directories(tree, environment);
        Division { tree, root: &environment.root, ownership: &ownership, roots }.divide(children).parts
    } else {
        let own = children.into_iter().filter(|child| !is_other(child));
        own.filter(|child| contains_entry(tree, child, &|_| false)).map(part_of).chain(clones).collect()
    };
    set_parts(environment, parts, is_shared);
}

/// The repositories that pip cloned into the environment.
fn clones(tree: &dyn Tree, environment: &Environment) -> Vec<Part> {
    let Ok(sources) = environment.root.join(structure::SOURCES) else { return Vec::new() };
    // A tree shows a nested repository as a directory with nothing but itself in it.
    let is_repository = |child: &Child| match child.kind {
        ChildKind::Entry(kind) => kind == EntryKind::Submodule,
        ChildKind::Directory => {
            tree.children(&child.path).unwrap_or_default().iter().any(|inner| inner.path == child.path)
        }
    };
    let is_clone = |child: &Child| {
        structure::is_clone(EntryKind::Submodule, &child.path, &environment.root) && is_repository(child)
    };
    let inside = tree.children(&sources).unwrap_or_default().into_iter();
    inside.filter(is_clone).map(|child| Part { path: child.path, is_directory: true }).collect()
}

fn part_of(child: Child) -> Part {
    Part { is_directory: child.kind == ChildKind::Directory, path: child.path }
}

/// Divides directories between an environment and the project.
struct Division<'d> {
    tree: &'d dyn Tree,
    root: &'d RepoPath,
    ownership: &'d Ownership<'d>,
    /// The roots of environments: what is in another one belongs to neither.
    roots: &'d BTreeSet<RepoPath>,
}

/// What belongs to the environment in a directory.
struct Divided {
    parts: Vec<Part>,
    /// Whether anything there is the project's or another environment's.
    has_other: bool,
}

impl Division<'_> {
    fn below_root<'p>(&self, path: &'p RepoPath) -> &'p [u8] {
        path.below(self.root).unwrap_or_default()
    }

    fn divide(&self, children: Vec<Child>) -> Divided {
        let mut divided = Divided { parts: Vec::new(), has_other: false };
        for child in children {
            if self.roots.contains(&child.path) {
                divided.has_other = true;
                continue;
            }
            let share = match child.kind {
                ChildKind::Directory => self.ownership.of_directory(self.below_root(&child.path)),
                ChildKind::Entry(kind) => {
                    let entry = OwnedEntry {
                        path: child.path.clone(),
                        kind,
                        id: None,
                        size: None,
                        is_unmerged: false,
                    };
                    Share::whole_if(self.ownership.of_entry(&entry))
                }
            };
            match share {
                Share::Whole if contains_entry(self.tree, &child, &|_| false) => {
                    divided.parts.push(part_of(child));
                }
                Share::Whole => {}
                Share::Nothing => {
                    let is_excluded = |path: &RepoPath| self.roots.contains(path);
                    divided.has_other |= contains_entry(self.tree, &child, &is_excluded);
                }
                Share::Mixed => self.divide_inside(child, &mut divided),
            }
        }
        divided
    }

    /// Adds what belongs to the environment in a directory: the directory itself if nothing else is in it.
    fn divide_inside(&self, directory: Child, divided: &mut Divided) {
        let inside = self.divide(self.tree.children(&directory.path).unwrap_or_default());
        divided.has_other |= inside.has_other;
        if inside.has_other {
            divided.parts.extend(inside.parts);
        } else if !inside.parts.is_empty() {
            divided.parts.push(part_of(directory));
        }
    }
}

/// Returns whether the tree has a path at or below a child, outside of the excluded directories.
fn contains_entry(tree: &dyn Tree, child: &Child, is_excluded: &dyn Fn(&RepoPath) -> bool) -> bool {
    match child.kind {
        _ if is_excluded(&child.path) => false,
        ChildKind::Entry(_) => true,
        ChildKind::Directory => {
            let inside = tree.children(&child.path).unwrap_or_default();
            // Files first: they need no look into another directory.
            let is_entry =
                |inner: &Child| matches!(inner.kind, ChildKind::Entry(_)) && !is_excluded(&inner.path);
            inside.iter().any(is_entry) || inside.iter().any(|inner| contains_entry(tree, inner, is_excluded))
        }
    }
}

/// Sets the parts of an environment. They are its extent if other files share its directory.
fn set_parts(environment: &mut Environment, mut parts: Vec<Part>, is_shared: bool) {
    parts.arrange_by(|a, b| a.path.cmp(&b.path));
    if is_shared {
        environment.extent = Extent::Parts(parts.iter().map(|part| part.path.clone()).collect());
    }
    environment.contents.parts = parts;
}

/// The component of `path` directly below `root`; empty if `path` is not below it.
fn first_component<'p>(path: &'p RepoPath, root: &RepoPath) -> &'p [u8] {
    path.below(root).unwrap_or_default().split(|&b| b == b'/').next().unwrap_or_default()
}

/// Returns whether `path` is in a part of the environment's directory that belongs to the environment by its name.
fn owns_by_name(path: &RepoPath, environment: &Environment) -> bool {
    let first = first_component(path, &environment.root);
    // Only Windows has scripts there; in another layout the directory is a project's.
    let is_others = environment.platform == Platform::Posix
        && !environment.kind.is_install_target
        && first.eq_ignore_ascii_case(b"scripts");
    !first.is_empty() && !is_others && structure::is_own(first, environment.kind, environment.root.is_root())
}

/// Returns whether a path is a script that detection found outside of `bin/` and `Scripts/`.
fn is_loose(path: &RepoPath, environment: &Environment) -> bool {
    environment.contents.parts.iter().any(|part| part.path == *path)
}

/// Returns whether an entry belongs to the environment whatever else is in its directory.
fn owns_by_itself(entry: &OwnedEntry, environment: &Environment) -> bool {
    owns_by_name(&entry.path, environment)
        || is_loose(&entry.path, environment)
        || structure::is_clone(entry.kind, &entry.path, &environment.root)
}

/// Returns whether an inner root is in a part of an outer environment, and so not a separate environment.
pub(super) fn folds_into(inner: &RepoPath, outer: &Environment) -> bool {
    match outer.shape {
        Shape::Remnant => outer.owns(inner),
        Shape::Environment => {
            inner.is_within(&outer.root)
                && owns_by_name(inner, outer)
                && !(structure::is_always_shared(&outer.root) && may_be_of_project(inner, outer))
        }
    }
}

/// Returns whether a path below the root of a shared environment may be a project's, although the environment has the
/// directory around it too: `share/venv`, `lib/venv`.
fn may_be_of_project(path: &RepoPath, environment: &Environment) -> bool {
    let rest = path.below(&environment.root).unwrap_or_default();
    let mut parts = rest.split(|&byte| byte == b'/');
    let (Some(first), Some(second)) = (parts.next(), parts.next()) else { return false };
    match first.to_ascii_lowercase().as_slice() {
        b"bin" | b"scripts" | b"share" | b"etc" | b"man" | b"doc" => true,
        b"lib" | b"lib64" | b"include" => !environment.kind.is_conda_prefix && !ownership::is_library(second),
        _ => false,
    }
}

/// Collects the entries below each root.
struct MemberCollector<'e> {
    roots: PlaceSet,
    /// The environments by their root.
    indices: HashMap<&'e [u8], usize>,
    members: Vec<Vec<OwnedEntry>>,
    directory: Vec<u8>,
    /// The environment that the last entry belongs to.
    owner: Option<usize>,
    is_first: bool,
}

impl<'e> MemberCollector<'e> {
    fn new(environments: &'e [Environment]) -> Self {
        let indices: HashMap<&[u8], usize> =
            environments.iter().enumerate().map(|(i, e)| (e.root.as_bytes(), i)).collect();
        let members = environments.iter().map(|_| Vec::new()).collect();
        Self {
            roots: indices.keys().collect(),
            indices,
            members,
            directory: Vec::new(),
            owner: None,
            is_first: true,
        }
    }

    /// Finds the innermost environment around a directory; the repository itself counts last.
    fn find_owner(&mut self, directory: &[u8]) {
        self.directory.clear();
        self.directory.extend_from_slice(directory);
        self.is_first = false;
        let root = self.roots.places_above(directory).next().map(|length| &directory[..length]);
        self.owner = root.and_then(|root| self.indices.get(root).copied());
    }
}

impl Visitor for MemberCollector<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.roots.concerns(directory)
    }

    fn restart(&mut self) {
        self.members.iter_mut().for_each(Vec::clear);
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let directory = split_name(entry.path).0;
        if self.is_first || directory != self.directory.as_slice() {
            self.find_owner(directory);
        }
        if let Some(owner) = self.owner {
            self.members[owner].extend(OwnedEntry::keep(entry));
        }
    }
}
