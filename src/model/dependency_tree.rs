//! The dependencies of an environment as a tree.

use std::collections::BTreeSet;

use super::{
    DependencyGraph, EdgeState, GraphEdge, GraphPackage, Outcome, PackageState, RepositoryLabel, Selection,
};
use crate::message::Message;
use crate::order::set_of;
use crate::path::RepoPath;

/// How a tree is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TreeForm {
    /// Lines of text.
    #[default]
    Text,
    /// The language of Graphviz (<https://graphviz.org/doc/info/lang.html>).
    Dot,
    /// A flowchart of Mermaid (<https://mermaid.js.org/syntax/flowchart.html>).
    Mermaid,
}

/// The dependencies of one environment, and what is to be shown of them.
#[derive(Debug, Clone)]
pub struct DependencyTree {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environment.
    pub selection: Selection,
    /// All dependencies.
    pub graph: DependencyGraph,
    /// The files that say what the project asks for.
    pub files: Vec<RepoPath>,
    /// The package whose dependents are shown; `None` to show what is required.
    pub inverted: Option<usize>,
    /// How many steps from a root are shown.
    pub depth: usize,
    /// How it is written.
    pub form: TreeForm,
    /// What could not be determined, as sentences without a full stop.
    pub undecided: Vec<Message>,
    /// What the user may want to know.
    pub notes: Vec<Message>,
}

/// Why nothing is shown below a package that requires others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowMark {
    /// What it requires is shown, if anything.
    None,
    /// It is shown further up already.
    Repeated,
    /// It is one of the packages that led here.
    Cycle,
    /// It is as deep as was requested.
    Cut,
}

/// A line of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow<'t> {
    /// For each level below the root, whether more lines of the same level follow.
    pub levels: Vec<bool>,
    /// The package; `None` for the project.
    pub package: Option<&'t GraphPackage>,
    /// The requirement that led here; `None` at a root that no requirement led to.
    pub edge: Option<&'t GraphEdge>,
    /// Why nothing follows below it.
    pub mark: RowMark,
}

/// One package whose lines are being written.
struct Frame {
    package: usize,
    edges: Vec<usize>,
    next: usize,
}

impl DependencyTree {
    /// The edges of everything that the tree is about, however deep.
    fn edges_in_scope(&self) -> Vec<&GraphEdge> {
        match self.inverted {
            None => self.graph.edges.iter().collect(),
            Some(_) => self.reached(usize::MAX).1.into_iter().map(|edge| &self.graph.edges[edge]).collect(),
        }
    }

    /// Findings if a requirement is not met, undecided if this is not known of one.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let edges = self.edges_in_scope();
        let packages = || self.packages_in_scope().into_iter();
        let is_bad = |package: &GraphPackage| {
            !package.refused_by.is_empty() || matches!(package.state, PackageState::Unusable(_))
        };
        let is_unknown = |edge: &&GraphEdge| matches!(edge.state, EdgeState::Unknown(_));
        if edges.iter().any(|edge| edge.state.is_unmet()) || packages().any(is_bad) {
            Outcome::Findings
        } else if self.undecided.is_empty()
            && !edges.iter().any(is_unknown)
            && !packages().any(|package| matches!(package.state, PackageState::Unknown(_)))
        {
            Outcome::Clean
        } else {
            Outcome::Undecided
        }
    }

    /// The packages of everything that the tree is about, however deep.
    #[must_use]
    pub fn packages_in_scope(&self) -> Vec<&GraphPackage> {
        match self.inverted {
            None => self.graph.packages.iter().collect(),
            Some(_) => {
                let positions = self.reached(usize::MAX).0.into_iter();
                positions.filter_map(|position| self.graph.packages.get(position)).collect()
            }
        }
    }

    /// The positions of the packages and edges that are shown, of all that the tree is about.
    #[must_use]
    pub fn shown(&self) -> (BTreeSet<usize>, BTreeSet<usize>) {
        self.reached(self.depth)
    }

    /// What is at most so many steps from a root.
    fn reached(&self, depth: usize) -> (BTreeSet<usize>, BTreeSet<usize>) {
        let next = self.neighbours();
        let starts = self.starts();
        let mut packages: BTreeSet<usize> = set_of(starts.iter().copied());
        let mut edges: BTreeSet<usize> = match self.inverted {
            None => (0..self.graph.edges.partition_point(|edge| edge.from.is_none())).collect(),
            Some(_) => BTreeSet::new(),
        };
        let mut level = starts;
        let mut step = 0;
        while !level.is_empty() && step < depth {
            let mut deeper = Vec::new();
            for edge in level.iter().filter_map(|package| next.get(*package)).flatten() {
                edges.insert(*edge);
                if let Some(other) = self.end(*edge).filter(|other| packages.insert(*other)) {
                    deeper.push(other);
                }
            }
            (level, step) = (deeper, step + 1);
        }
        // An edge of the project that leads to what is not shown.
        edges.retain(|edge| self.graph.edges.get(*edge).is_some_and(|edge| packages.contains(&edge.to)));
        (packages, edges)
    }

    fn starts(&self) -> Vec<usize> {
        match self.inverted {
            Some(package) => vec![package],
            None => self.graph.roots.iter().chain(&self.graph.other_roots).copied().collect(),
        }
    }

    /// The edges that lead on from each package.
    fn neighbours(&self) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new(); self.graph.packages.len()];
        for (position, edge) in self.graph.edges.iter().enumerate() {
            let at = if self.inverted.is_some() { Some(edge.to) } else { edge.from };
            if let Some(edges) = at.and_then(|package| all.get_mut(package)) {
                edges.push(position);
            }
        }
        all
    }

    /// Where an edge leads to; `None` for the project.
    fn end(&self, edge: usize) -> Option<usize> {
        let edge = self.graph.edges.get(edge)?;
        if self.inverted.is_some() { edge.from } else { Some(edge.to) }
    }

    /// The lines of the tree: of what the project asks for, and of the rest. What is below a package is written once.
    #[must_use]
    pub fn rows(&self) -> [Vec<TreeRow<'_>>; 2] {
        let mut writer =
            RowWriter { tree: self, next: self.neighbours(), rows: Vec::new(), seen: BTreeSet::new() };
        let starts = self.inverted.map_or_else(|| self.graph.roots.clone(), |package| vec![package]);
        starts.into_iter().for_each(|root| writer.write(root));
        let requested = std::mem::take(&mut writer.rows);
        if self.inverted.is_none() {
            self.graph.other_roots.iter().for_each(|root| writer.write(*root));
        }
        [requested, writer.rows]
    }
}

/// Writes the lines of trees.
struct RowWriter<'t> {
    tree: &'t DependencyTree,
    next: Vec<Vec<usize>>,
    rows: Vec<TreeRow<'t>>,
    /// The packages whose dependencies were written.
    seen: BTreeSet<usize>,
}

impl<'t> RowWriter<'t> {
    fn write(&mut self, root: usize) {
        let graph = &self.tree.graph;
        let is_asked = |edge: &&GraphEdge| edge.from.is_none() && edge.to == root;
        let edge = graph.edges.iter().find(is_asked).filter(|_| self.tree.inverted.is_none());
        let mut frames: Vec<Frame> = Vec::new();
        frames.extend(self.row(&frames, Vec::new(), Some(root), edge));
        while let Some(frame) = frames.last_mut() {
            let Some(edge) = frame.edges.get(frame.next).copied() else {
                frames.pop();
                continue;
            };
            frame.next += 1;
            let levels = frames.iter().map(|frame| frame.next < frame.edges.len()).collect();
            let frame = self.row(&frames, levels, self.tree.end(edge), graph.edges.get(edge));
            frames.extend(frame);
        }
    }

    /// Writes the line of a package; returns what is to be written below it.
    fn row(
        &mut self,
        frames: &[Frame],
        levels: Vec<bool>,
        package: Option<usize>,
        edge: Option<&'t GraphEdge>,
    ) -> Option<Frame> {
        let edges = package.and_then(|package| self.next.get(package)).cloned().unwrap_or_default();
        let is_above = frames.iter().any(|frame| Some(frame.package) == package);
        let mark = match package {
            _ if edges.is_empty() => RowMark::None,
            _ if is_above => RowMark::Cycle,
            Some(package) if self.seen.contains(&package) => RowMark::Repeated,
            _ if levels.len() >= self.tree.depth => RowMark::Cut,
            _ => RowMark::None,
        };
        let shown = package.and_then(|package| self.tree.graph.packages.get(package));
        self.rows.push(TreeRow { levels, package: shown, edge, mark });
        let package = package.filter(|_| mark == RowMark::None && !edges.is_empty())?;
        self.seen.insert(package);
        Some(Frame { package, edges, next: 0 })
    }
}
