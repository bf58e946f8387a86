//! Trees written as data, and the same tree in memory, on the disk, in the index and in a commit.

use std::path::Path;

use git_pyenv::detect::{self, Detection};
use git_pyenv::fs::{DiskTree, MeasuringJob, measure};
use git_pyenv::git::Reader;
use git_pyenv::model::{Environment, Shape};
use git_pyenv::path::RepoPath;
use git_pyenv::ports::NoProgress;
use git_pyenv::tree::{EntryKind, MemoryTree, Tree};

use super::repository::Sandbox;

/// What a path of a fixture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A file.
    File(Vec<u8>),
    /// A file that may be executed.
    Executable(Vec<u8>),
    /// A symbolic link.
    Link(Vec<u8>),
}

/// A tree: paths with what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fixture {
    /// The entries, in the order in which they were written.
    pub(crate) entries: Vec<(Vec<u8>, Item)>,
}

impl Fixture {
    /// Adds a file.
    pub(crate) fn file(mut self, path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        self.entries.push((path.as_ref().to_vec(), Item::File(content.as_ref().to_vec())));
        self
    }

    /// Adds files with content that says nothing.
    pub(crate) fn files(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |fixture, path| fixture.file(path, format!("content of {path}\n")))
    }

    /// Adds an executable file.
    pub(crate) fn program(mut self, path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        self.entries.push((path.as_ref().to_vec(), Item::Executable(content.as_ref().to_vec())));
        self
    }

    /// Adds a link.
    pub(crate) fn link(mut self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.entries.push((path.as_ref().to_vec(), Item::Link(target.as_ref().to_vec())));
        self
    }

    /// Puts everything below a directory.
    pub(crate) fn under(mut self, directory: impl AsRef<[u8]>) -> Self {
        for (path, _) in &mut self.entries {
            *path = [directory.as_ref(), b"/", path.as_slice()].concat();
        }
        self
    }

    /// Adds another tree.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }

    /// Keeps what lies at or below one of these paths.
    pub(crate) fn only(mut self, kept: &[&str]) -> Self {
        self.entries.retain(|(path, _)| kept.iter().any(|keep| is_at_or_below(path, keep)));
        self
    }

    /// Drops what lies at or below one of these paths.
    pub(crate) fn without(mut self, dropped: &[&str]) -> Self {
        self.entries.retain(|(path, _)| !dropped.iter().any(|drop| is_at_or_below(path, drop)));
        self
    }

    /// The tree in memory.
    pub(crate) fn listed(&self) -> MemoryTree {
        let mut listed = MemoryTree::default();
        for (path, item) in &self.entries {
            let path = RepoPath::new(path.as_slice()).expect("a path of a repository");
            let (kind, content) = match item {
                Item::File(content) => (EntryKind::File, content),
                Item::Executable(content) => (EntryKind::Executable, content),
                Item::Link(target) => (EntryKind::Link, target),
            };
            listed.insert(path, kind, content.clone());
        }
        listed
    }

    /// Writes the tree into another directory of a sandbox than its repository.
    pub(crate) fn write_to(self, sandbox: &Sandbox, directory: &str) {
        self.under(format!("../{directory}")).write(sandbox);
    }

    /// Writes the tree into the repository of a sandbox.
    pub(crate) fn write(&self, sandbox: &Sandbox) {
        for (path, item) in &self.entries {
            match item {
                Item::File(content) => sandbox.write(path, content),
                Item::Executable(content) => sandbox.write_program(path, content),
                Item::Link(target) => sandbox.link(path, target),
            }
        }
    }
}

fn is_at_or_below(path: &[u8], place: &str) -> bool {
    path.strip_prefix(place.as_bytes()).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

/// What detection found, one line each: `ROOT KIND SHAPE PLATFORM PYTHON FILES`, `link PATH -> TARGET`,
/// `skipped PATH`.
pub(crate) fn summary(tree: &dyn Tree) -> Vec<String> {
    lines(&detect::environments(tree).expect("a tree that can be listed"))
}

/// The same for a directory of the disk, where the files are counted by themselves.
pub(crate) fn disk_summary(top: &Path) -> Vec<String> {
    let mut detection = detect::environments(&DiskTree::new(top)).expect("a tree that can be listed");
    let job = |environment: &Environment| MeasuringJob {
        top: top.to_path_buf(),
        paths: environment.contents.parts.iter().map(|part| part.path.clone()).collect(),
    };
    let jobs: Vec<MeasuringJob> = detection.environments.iter().map(job).collect();
    for (environment, measured) in detection.environments.iter_mut().zip(measure(&jobs, &NoProgress)) {
        environment.contents.measure = Some(measured.measure);
    }
    lines(&detection)
}

fn lines(detection: &Detection) -> Vec<String> {
    let Detection { environments, links, skipped, .. } = detection;
    let found = environments.iter().map(|environment| {
        let shape = if environment.shape == Shape::Remnant { "remnant" } else { "whole" };
        let python = environment.python.as_deref().unwrap_or("-");
        let files = environment.contents.measure.map_or(0, |measure| measure.files);
        let (root, kind) = (&environment.root, environment.kind.name);
        format!("{} {kind} {shape} {} {python} {files}", root.seen_from_root(), environment.platform.name())
    });
    let links =
        links.iter().map(|link| format!("link {} -> {}", link.entry.path.seen_from_root(), link.target));
    let skipped = skipped.iter().map(|skip| format!("skipped {}", skip.path.seen_from_root()));
    found.chain(links).chain(skipped).collect()
}

/// What detection finds in the fixture from each of the four sources, which have to agree.
#[track_caller]
pub(crate) fn found_everywhere(name: &str, fixture: &Fixture) -> Vec<String> {
    let memory = summary(&fixture.listed());
    let sandbox = Sandbox::repository();
    fixture.write(&sandbox);
    let disk = disk_summary(&sandbox.path("repo"));
    assert_eq!(disk, memory, "{name}: the disk and memory differ");
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "all"]);
    let repository = sandbox.open("repo", &[]).expect("a repository");
    let index = summary(&*repository.index_tree().expect("an index"));
    assert_eq!(index, memory, "{name}: the index and memory differ");
    let head = repository.head().expect("an answer").expect("a commit");
    let commit = summary(&*repository.commit_tree(head).expect("a tree"));
    assert_eq!(commit, memory, "{name}: the commit and memory differ");
    memory
}
