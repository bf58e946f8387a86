//! What is to be fixed: the environments and links that findings are about.

use std::collections::{BTreeMap, HashSet};

use crate::git::IgnoreQuestion;
use crate::model::{Environment, Facts, Finding, Part, Protection, Remedy};
use crate::order::Arrange as _;
use crate::path::RepoPath;

/// One environment or link.
#[derive(Debug, Default)]
pub(super) struct Target {
    /// Its directory, or the link itself.
    pub(super) root: RepoPath,
    /// What git has of it, in path order.
    pub(super) untrack: Vec<RepoPath>,
    /// What git has below it that is the project's, in path order.
    pub(super) foreign: Vec<RepoPath>,
    /// What it is made of, where its directory as a whole cannot be ignored.
    pub(super) pieces: Vec<IgnoreQuestion>,
    /// What of it is on the disk: paths, with everything below them.
    pub(super) present: Vec<RepoPath>,
    /// The disk has a link there.
    pub(super) is_link: bool,
}

/// Which findings are to be fixed.
pub(super) struct FixSelection<'s> {
    findings: HashSet<(Remedy, &'s RepoPath)>,
    rules: HashSet<(&'s RepoPath, usize)>,
    paths: &'s [RepoPath],
}

impl<'s> FixSelection<'s> {
    /// Selects findings, of these only what lies at, below or above `paths`; everything if there are none.
    pub(super) fn new(findings: &'s [Finding], paths: &'s [RepoPath]) -> Self {
        let is_rule = |finding: &&Finding| finding.rule.remedy == Some(Remedy::CoverLinks);
        let rules = findings.iter().filter(is_rule).filter_map(|f| Some((&f.path, f.line?))).collect();
        let findings = findings.iter().filter_map(|f| Some((f.rule.remedy?, &f.path))).collect();
        Self { findings, rules, paths }
    }

    /// Says whether a finding about this path is fixed in this way.
    fn has(&self, remedy: Remedy, path: &RepoPath) -> bool {
        self.findings.contains(&(remedy, path))
    }

    /// Says whether a rule that ends with a slash is to be fixed for what it covers.
    fn has_rule(&self, rule: Option<&Protection>) -> bool {
        rule.is_some_and(|rule| {
            rule.shared.as_ref().is_some_and(|file| self.rules.contains(&(file, rule.line)))
        })
    }

    /// Says whether one of the requested paths leads to an ignore file.
    fn asks_for_file(&self, rule: Option<&Protection>) -> bool {
        let file = rule.and_then(|rule| rule.shared.as_ref());
        file.is_some_and(|file| self.paths.iter().any(|path| file.is_within(path)))
    }

    /// Says whether a target lies at, below or above one of the requested paths.
    fn asks_for(&self, root: &RepoPath, pieces: &[RepoPath]) -> bool {
        let near = |path: &RepoPath| root.is_within(path) || pieces.iter().any(|piece| path.is_within(piece));
        self.paths.is_empty() || self.paths.iter().any(near)
    }
}

/// The targets, by root. The facts are those of the work tree.
pub(super) fn targets(facts: &Facts, selection: &FixSelection<'_>) -> Vec<Target> {
    let mut targets = BTreeMap::new();
    for tracked in &facts.tracked {
        let environment = &tracked.environment;
        let root = &environment.root;
        let found = selection.has(Remedy::Untrack, root);
        if found && selection.asks_for(root, &environment.pieces()) {
            let target = target(&mut targets, root);
            target.untrack.extend(environment.contents.members.iter().map(|entry| entry.path.clone()));
            target.foreign.extend(environment.contents.foreign.iter().map(|entry| entry.path.clone()));
            target.pieces.extend(pieces(environment));
        }
    }
    for tracked in &facts.tracked_links {
        let path = &tracked.link.entry.path;
        if selection.has(Remedy::Untrack, path) && selection.asks_for(path, &[]) {
            let target = target(&mut targets, path);
            target.untrack.push(path.clone());
            target.is_link = true;
        }
    }
    on_disk(facts, selection, &mut targets);
    targets.into_values().map(Target::tidy).collect()
}

/// Adds what the disk holds of targets, and targets that only the disk holds.
fn on_disk(facts: &Facts, selection: &FixSelection<'_>, targets: &mut BTreeMap<RepoPath, Target>) {
    for found in &facts.on_disk {
        let environment = &found.environment;
        let root = &environment.root;
        let rule = found.protection.as_ref().filter(|_| found.link_protection.is_none());
        let named = selection.asks_for(root, &environment.pieces());
        let wanted = (selection.has(Remedy::Ignore, root) && named)
            || (selection.has_rule(rule) && (named || selection.asks_for_file(rule)));
        if wanted || targets.contains_key(root) {
            let target = target(targets, root);
            target.pieces.extend(pieces(environment));
            target.present.extend(environment.contents.parts.iter().map(|part| part.path.clone()));
            target.is_link = false;
        }
    }
    for found in &facts.disk_links {
        let path = &found.link.entry.path;
        let rule = found.directory_protection.as_ref();
        let named = selection.asks_for(path, &[]);
        let wanted = (selection.has(Remedy::Ignore, path) && named)
            || (selection.has_rule(rule) && (named || selection.asks_for_file(rule)));
        if wanted {
            let target = target(targets, path);
            target.present.push(path.clone());
            target.is_link = true;
        }
    }
}

/// Adds what `git add -N` announced: no commit holds it yet, but `git commit -a` would take it in.
pub(super) fn add_announced(targets: &mut [Target], named: &[RepoPath]) {
    for target in targets {
        let announced: Vec<RepoPath> =
            named.iter().filter(|path| target.has_on_disk(path)).cloned().collect();
        target.untrack.extend(announced);
        target.untrack.arrange();
        target.untrack.dedup();
        let untracked: HashSet<&RepoPath> = target.untrack.iter().collect();
        target.foreign.retain(|path| !untracked.contains(path));
    }
}

fn target<'t>(targets: &'t mut BTreeMap<RepoPath, Target>, root: &RepoPath) -> &'t mut Target {
    let fresh = || Target { root: root.clone(), ..Target::default() };
    targets.entry(root.clone()).or_insert_with(fresh)
}

/// What an environment is made of: the names directly below its root, or the pieces of a remnant.
fn pieces(environment: &Environment) -> Vec<IgnoreQuestion> {
    let question = |part: &Part| IgnoreQuestion { path: part.path.clone(), directory: part.is_directory };
    environment.contents.parts.iter().map(question).collect()
}

impl Target {
    /// Says whether a path on the disk belongs to it.
    pub(super) fn has_on_disk(&self, path: &RepoPath) -> bool {
        self.present.iter().any(|part| path.is_within(part))
    }

    /// Everything once and in order. The rules of the work tree's own ignore file are not an environment's.
    fn tidy(mut self) -> Self {
        let is_project_file = |path: &RepoPath| path.as_bytes() == b".gitignore";
        self.untrack.retain(|path| !is_project_file(path));
        self.untrack.arrange();
        self.untrack.dedup();
        let untracked: HashSet<&RepoPath> = self.untrack.iter().collect();
        self.foreign.retain(|path| !untracked.contains(path));
        self.pieces.retain(|piece| !is_project_file(&piece.path));
        self.pieces.arrange_by(|a, b| a.path.cmp(&b.path));
        self.pieces.dedup_by(|a, b| a.path == b.path);
        self
    }
}
