//! The graph of what is installed: who requires whom, and whether it is there.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use super::dependencies::{self, dependencies, has_extra};
use super::interfaces::PackageSet;
use super::lines::{self, RequestLine, RequestLines};
use super::lookup::{FoundPackages, InstalledPackage, Lookup};
use super::package_judge::written_name;
use super::source::SourceComparison;
use super::verdict::SyncVerdict;
use crate::message::Message;
use crate::model::{
    DependencyGraph, Distribution, EdgeState, GraphEdge, GraphPackage, PackageState, RequestedLine,
    RequestedPackages,
};
use crate::order::Arrange as _;
use crate::path::printable;
use crate::python::{ActiveNames, MarkerEnvironment, Requirement, Specifiers, Wanted, normalised};

/// Says which of the packages that are installed or asked for require which, for the Python that these values of markers
/// are of, with what could not be determined, as sentences without a full stop.
#[must_use]
pub fn graph(
    requested: &RequestedPackages,
    installed: &dyn PackageSet,
    environment: &MarkerEnvironment,
) -> (DependencyGraph, Vec<Message>) {
    let mut verdict = SyncVerdict::default();
    let lines = RequestLines::sort(requested, installed, environment, &mut verdict);
    let lookup = Lookup::new(installed);
    let mut builder = GraphBuilder {
        lines: &lines,
        lookup: &lookup,
        environment,
        active: &requested.active,
        packages: BTreeMap::new(),
        edges: BTreeMap::new(),
        pending: VecDeque::new(),
        undecided: verdict.sync(requested).undecided,
    };
    builder.add_requested(requested);
    installed.names().into_iter().for_each(|name| builder.pending.push_back((name, None)));
    builder.follow_all();
    let is_lock = requested.is_exact || lines.are_pinned();
    builder.finish(&requested.own_names, is_lock)
}

/// What is known of a requirement so far.
struct FoundEdge {
    /// What is asked for, each once.
    wanted: BTreeSet<String>,
    /// The extras without which it would not be required; `None` if it is required anyway.
    extras: Option<BTreeSet<String>>,
    lines: Vec<RequestedLine>,
    state: EdgeState,
}

struct GraphBuilder<'g, 'p> {
    lines: &'g RequestLines<'g>,
    lookup: &'g Lookup<'p>,
    environment: &'g MarkerEnvironment,
    active: &'g ActiveNames,
    /// By normalised name.
    packages: BTreeMap<String, GraphPackage>,
    /// By the normalised names of who requires, `None` for the project, and of what is required.
    edges: BTreeMap<(Option<String>, String), FoundEdge>,
    /// Packages, of themselves and with one of their extras, whose requirements have to be looked at.
    pending: VecDeque<(String, Option<String>)>,
    undecided: Vec<Message>,
}

impl<'p> GraphBuilder<'_, 'p> {
    /// Adds what the project asks for, and the project itself where it is installed.
    fn add_requested(&mut self, requested: &RequestedPackages) {
        let lines = self.lines;
        for (name, own) in &lines.requested {
            for line in own {
                self.add_line(name, line);
            }
        }
        for line in &lines.unnamed {
            let text = line.shown().text;
            let state = match self.lookup.installed.unread() {
                Some(reason) => EdgeState::Unknown(reason),
                None => EdgeState::Missing,
            };
            self.packages.entry(text.clone()).or_insert_with(|| missing(&text, PackageState::Missing));
            self.add_edge((None, text), String::new(), None, state).lines.push(line.shown());
        }
        for name in &requested.own_names {
            if matches!(self.lookup.find(name), FoundPackages::One(_)) {
                self.add_package(name, name);
                self.add_edge((None, name.clone()), String::new(), None, EdgeState::Met);
            }
        }
    }

    fn add_line(&mut self, name: &str, line: &RequestLine<'_>) {
        let written = written_name(line).unwrap_or_else(|| name.to_owned());
        let found = self.add_package(name, &written);
        let state = match &found {
            FoundPackages::One(package) => {
                let compared = line.compare(package.distribution, self.lookup.installed);
                line.extras().iter().filter(|extra| has_extra(package, extra)).for_each(|extra| {
                    self.pending.push_back((name.to_owned(), Some(extra.clone())));
                });
                of_comparison(compared, line.source().is_some())
            }
            found => of_absence(found),
        };
        let state = match state {
            state if state.is_unmet() && line.is_doubtful => EdgeState::Unknown(
                lines::doubt(line.requested, self.environment, self.active).unwrap_or_default(),
            ),
            state => state,
        };
        let wanted = match line.specifiers() {
            Some(specifiers) => wanted(line.extras(), specifiers),
            None => extras_of(line.extras()),
        };
        self.add_edge((None, name.to_owned()), wanted, None, state).lines.push(line.shown());
    }

    /// Adds a package, and says what there is of it.
    fn add_package(&mut self, name: &str, written: &str) -> FoundPackages<'p> {
        let found = self.lookup.find(name);
        if !self.packages.contains_key(name) {
            let mut package = described(&found, written);
            if let FoundPackages::One(one) = &found {
                let refuses = |line: &&RequestLine<'_>| {
                    !line.is_doubtful
                        && line.compare(one.distribution, self.lookup.installed)
                            == SourceComparison::Different
                };
                package.refused_by =
                    self.lines.constraints(name).iter().filter(refuses).map(RequestLine::shown).collect();
            }
            self.packages.insert(name.to_owned(), package);
            self.pending.push_back((name.to_owned(), None));
        }
        found
    }

    fn add_edge(
        &mut self,
        ends: (Option<String>, String),
        wanted: String,
        extra: Option<&str>,
        state: EdgeState,
    ) -> &mut FoundEdge {
        let edge = self.edges.entry(ends).or_insert_with(|| FoundEdge {
            wanted: BTreeSet::new(),
            extras: Some(BTreeSet::new()),
            lines: Vec::new(),
            state: EdgeState::Met,
        });
        match (extra, &mut edge.extras) {
            (None, extras) => *extras = None,
            (Some(extra), Some(extras)) => drop(extras.insert(extra.to_owned())),
            (Some(_), None) => {}
        }
        edge.wanted.extend(Some(wanted).filter(|wanted| !wanted.is_empty()));
        edge.state = std::mem::replace(&mut edge.state, EdgeState::Met).and(state);
        edge
    }

    fn follow_all(&mut self) {
        let mut done = HashSet::new();
        // Without an extra first: what is required anyway needs none.
        while let Some((name, extra)) = self.pending.pop_front() {
            if done.insert((name.clone(), extra.clone())) {
                self.add_package(&name, &name);
                self.follow(&name, extra.as_deref());
            }
        }
    }

    /// Adds what a package requires, of itself or for one of its extras.
    fn follow(&mut self, name: &str, extra: Option<&str>) {
        let FoundPackages::One(package) = self.lookup.find(name) else { return };
        let required = dependencies(&package, extra, self.environment);
        if extra.is_none() {
            for reason in &required.undecided {
                let reason = printable(reason.as_bytes());
                self.undecided.push(format!("{}: {reason}", package.described()).into());
            }
        }
        for dependency in &required.known {
            let requirement = dependency.requirement;
            let target = normalised(&requirement.name);
            if self.lines.overrides(&target).is_some_and(<[_]>::is_empty) {
                continue;
            }
            let found = self.add_package(&target, &printable(requirement.name.as_bytes()));
            let state = self.state(requirement, &target, &found);
            if let FoundPackages::One(found) = &found {
                let extras = requirement.extras.iter().filter(|extra| has_extra(found, extra));
                extras.for_each(|extra| self.pending.push_back((target.clone(), Some(extra.clone()))));
            }
            if target == name {
                continue;
            }
            let state = match state {
                state if state.is_unmet() && dependency.is_doubtful => {
                    let reason = dependencies::doubt(requirement, extra, self.environment);
                    EdgeState::Unknown(reason.unwrap_or_default())
                }
                state => state,
            };
            let own = extra.filter(|_| !is_required_anyway(&package, requirement, self.environment));
            let wanted = match &requirement.wanted {
                Wanted::Version(specifiers) => wanted(&requirement.extras, specifiers),
                Wanted::Source(text) => {
                    format!("{} @ {}", extras_of(&requirement.extras), printable(text.as_bytes()))
                }
            };
            self.add_edge((Some(name.to_owned()), target), wanted, own, state);
        }
    }

    fn state(&self, requirement: &Requirement, name: &str, found: &FoundPackages<'p>) -> EdgeState {
        match found {
            FoundPackages::One(package) => {
                let has_source = matches!(requirement.wanted, Wanted::Source(_));
                let installed = self.lookup.installed;
                of_comparison(self.lines.fit(requirement, name, package.distribution, installed), has_source)
            }
            found => of_absence(found),
        }
    }

    /// Puts everything in order, and says what trees begin with.
    fn finish(mut self, own_names: &[String], is_lock: bool) -> (DependencyGraph, Vec<Message>) {
        let names: Vec<String> = self.packages.keys().cloned().collect();
        let position = |name: &String| names.binary_search(name).ok();
        let mut edges: Vec<GraphEdge> = Vec::new();
        for ((from, to), edge) in self.edges {
            let from_at = from.as_ref().map(position);
            let (Some(to), false) = (position(&to), from_at == Some(None)) else { continue };
            let mut lines = edge.lines;
            lines.arrange();
            lines.dedup();
            edges.push(GraphEdge {
                from: from_at.flatten(),
                to,
                wanted: edge.wanted.into_iter().collect::<Vec<_>>().join(","),
                extras: edge.extras.into_iter().flatten().collect(),
                lines,
                state: edge.state,
            });
        }
        edges.arrange_by_key(|edge| (edge.from, edge.to));
        let packages = self.packages.into_iter().map(|(key, package)| GraphPackage { key, ..package });
        let packages = packages.collect();
        let mut graph = DependencyGraph { packages, edges, roots: Vec::new(), other_roots: Vec::new() };
        let own: BTreeSet<usize> = own_names.iter().filter_map(position).collect();
        TreeRoots::of(&graph, &own, is_lock).add_to(&mut graph);
        self.undecided.arrange();
        self.undecided.dedup();
        (graph, self.undecided)
    }
}

/// Says whether a package requires this also without any extra.
fn is_required_anyway(
    package: &InstalledPackage<'_>,
    requirement: &Requirement,
    environment: &MarkerEnvironment,
) -> bool {
    dependencies(package, None, environment).known.iter().any(|known| known.requirement == requirement)
}

/// A package of which this was found.
fn described(found: &FoundPackages<'_>, written: &str) -> GraphPackage {
    let of = |distribution: &Distribution, state| GraphPackage {
        name: printable(distribution.name.as_bytes()),
        version: distribution.version.as_ref().map(|version| printable(version.as_bytes())),
        source: distribution.source.as_ref().map(|source| source.url.clone()),
        is_editable: distribution.source.as_ref().is_some_and(|source| source.editable),
        ..missing(written, state)
    };
    match found {
        FoundPackages::Nothing => missing(written, PackageState::Missing),
        FoundPackages::Unsure(reason) => missing(written, PackageState::Unknown(reason.clone())),
        FoundPackages::Several(_) => {
            missing(written, PackageState::Unusable("it is installed more than once".to_owned()))
        }
        FoundPackages::Broken(one, reason) => of(one, PackageState::Unusable(reason.clone())),
        FoundPackages::Unread(one, reason) => of(one, PackageState::Unknown(reason.clone())),
        FoundPackages::One(package) => of(package.distribution, PackageState::Installed),
    }
}

fn missing(written: &str, state: PackageState) -> GraphPackage {
    GraphPackage {
        key: String::new(),
        name: written.to_owned(),
        version: None,
        state,
        source: None,
        is_editable: false,
        refused_by: Vec::new(),
        is_requested: false,
    }
}

fn of_comparison(compared: SourceComparison, has_source: bool) -> EdgeState {
    match compared {
        SourceComparison::Same => EdgeState::Met,
        SourceComparison::Different if has_source => EdgeState::WrongSource,
        SourceComparison::Different => EdgeState::WrongVersion,
        SourceComparison::Unknown(reason) => EdgeState::Unknown(reason),
    }
}

fn of_absence(found: &FoundPackages<'_>) -> EdgeState {
    match found {
        FoundPackages::Unsure(reason) | FoundPackages::Unread(_, reason) => {
            EdgeState::Unknown(reason.clone())
        }
        _ => EdgeState::Missing,
    }
}

/// What is asked for of a version, behind the name.
fn wanted(extras: &[String], specifiers: &Specifiers) -> String {
    let version = if specifiers.is_any() { String::new() } else { specifiers.to_string() };
    printable(format!("{}{version}", extras_of(extras)).as_bytes())
}

/// `[async,test]`; empty without extras.
fn extras_of(extras: &[String]) -> String {
    if extras.is_empty() { String::new() } else { printable(format!("[{}]", extras.join(",")).as_bytes()) }
}

/// What trees begin with.
struct TreeRoots {
    requested: BTreeSet<usize>,
    roots: Vec<usize>,
    others: Vec<usize>,
}

impl TreeRoots {
    /// What the project asks for comes first, but not what the installed project requires itself. Of a lock, which names
    /// everything, only what nothing else in it requires.
    fn of(graph: &DependencyGraph, own: &BTreeSet<usize>, is_lock: bool) -> Self {
        let asked: BTreeSet<usize> =
            graph.edges.iter().filter(|edge| edge.from.is_none()).map(|edge| edge.to).collect();
        let requested = closure(graph, asked.iter().copied());
        let is_needed = |edge: &&GraphEdge| edge.from.is_some_and(|from| own.contains(&from) || is_lock);
        let below: BTreeSet<usize> = graph.edges.iter().filter(is_needed).map(|edge| edge.to).collect();
        let roots = cover(graph, &asked, |package| own.contains(package) || !below.contains(package));
        let rest: BTreeSet<usize> =
            (0..graph.packages.len()).filter(|package| !requested.contains(package)).collect();
        let needed = graph.edges.iter().filter(|edge| edge.from.is_some()).map(|edge| edge.to);
        let needed: BTreeSet<usize> = needed.collect();
        let others = cover(graph, &rest, |package| !needed.contains(package));
        Self { requested, roots, others }
    }

    fn add_to(self, graph: &mut DependencyGraph) {
        for package in self.requested {
            if let Some(package) = graph.packages.get_mut(package) {
                package.is_requested = true;
            }
        }
        (graph.roots, graph.other_roots) = (self.roots, self.others);
    }
}

/// The packages from which all of these can be reached: those that are first, and of circles one.
fn cover(graph: &DependencyGraph, all: &BTreeSet<usize>, is_first: impl Fn(&usize) -> bool) -> Vec<usize> {
    let mut chosen: BTreeSet<usize> = all.iter().copied().filter(|package| is_first(package)).collect();
    let mut reached = closure(graph, chosen.iter().copied());
    for package in all {
        if !reached.contains(package) {
            chosen.insert(*package);
            reached.extend(closure(graph, [*package]));
        }
    }
    chosen.into_iter().collect()
}

/// These packages and everything that they require.
fn closure(graph: &DependencyGraph, starts: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut found: BTreeSet<usize> = starts.into_iter().collect();
    let mut pending: Vec<usize> = found.iter().copied().collect();
    while let Some(package) = pending.pop() {
        let from = graph.edges.partition_point(|edge| edge.from < Some(package));
        let edges = graph.edges.iter().skip(from).take_while(|edge| edge.from == Some(package));
        pending.extend(edges.map(|edge| edge.to).filter(|to| found.insert(*to)));
    }
    found
}
