//! Gathers facts for a scope: the last step that reads a repository or a disk.

use std::collections::{BTreeMap, HashMap};

use super::ignored::{IgnoreAnswers, protection};
use super::session::{Session, SettingsFinder};
use super::sizes;
use crate::config::Settings;
use crate::detect::{self, Detection};
use crate::error::{Error, Result};
use crate::git::{Introduced, Reader};
use crate::model::{
    DiskEnvironment, DiskLink, Environment, EnvironmentLink, Facts, Protection, Scope, Skip,
    TrackedEnvironment, TrackedLink,
};
use crate::path::{RepoPath, printable};
use crate::ports::NoProgress;
use crate::tree::{ObjectId, Overlay, OwnedEntry, Tree};

/// Facts, and what came with them.
pub(super) struct Gathered {
    pub(super) facts: Facts,
    pub(super) settings: Settings,
    /// Environments on the disk of which git has nothing.
    pub(super) untracked: Vec<Environment>,
    pub(super) skipped: Vec<Skip>,
    pub(super) paths: u64,
}

/// Gathers what the rules may know about a scope.
pub(super) fn facts(session: &Session<'_>, scope: &Scope) -> Result<Gathered> {
    match scope {
        Scope::WorkTree => measured_work_tree(session),
        Scope::Staged => staged(session),
        Scope::Commit(revision) => commit(session, revision),
        Scope::Range(range) => introduced(session, range),
    }
}

/// What one pass over a tree gave.
struct Seen {
    detection: Detection,
    settings: Vec<crate::config::SettingsFile>,
}

fn look(tree: &dyn Tree) -> Result<Seen> {
    let mut finder = SettingsFinder::default();
    let detection = detect::environments_beside(tree, &mut finder)?;
    Ok(Seen { detection, settings: finder.read(tree)? })
}

/// The next commit: the index, and of what it holds only what differs from `HEAD`.
fn staged(session: &Session<'_>) -> Result<Gathered> {
    let tree = session.repository.index_tree()?;
    let Seen { detection, settings } = look(&*tree)?;
    let settings = session.settings(settings)?;
    let before = head_entries(session, &detection)?;
    let skipped = detection.skipped.into_iter().filter(|skip| {
        // A partial clone lacks blobs outside of its checkout; what `HEAD` has just so the commit does not bring in.
        let old = before.get(&skip.path).and_then(|entry| entry.id);
        skip.blob.is_none() || skip.blob != old
    });
    let skipped = skipped.collect();
    let is_new = |entry: &OwnedEntry| {
        before.get(&entry.path).is_none_or(|old| (old.id, old.kind) != (entry.id, entry.kind))
    };
    let tracked = detection.environments.into_iter().map(|environment| {
        let changed =
            environment.contents.members.iter().filter(|e| is_new(e)).map(|e| e.path.clone()).collect();
        TrackedEnvironment { environment, changed: Some(changed), commit: None, ignored_by: None }
    });
    let links = detection.links.into_iter().map(|link| {
        let changed = Some(is_new(&link.entry));
        TrackedLink { link, changed, commit: None }
    });
    let facts =
        Facts { tracked: tracked.collect(), tracked_links: links.collect(), ..Facts::nothing(Scope::Staged) };
    Ok(Gathered { facts, settings, untracked: Vec::new(), skipped, paths: detection.paths })
}

/// Everything the next commit would hold, whether or not `HEAD` has it already.
pub(super) fn index(session: &Session<'_>) -> Result<Gathered> {
    let tree = session.repository.index_tree()?;
    let Seen { detection, settings } = look(&*tree)?;
    let settings = session.settings(settings)?;
    Ok(unchanged(detection, settings, Scope::Staged))
}

/// What `HEAD` has where something was found; nothing is asked when nothing was found.
fn head_entries(session: &Session<'_>, detection: &Detection) -> Result<HashMap<RepoPath, OwnedEntry>> {
    let pieces = detection.environments.iter().flat_map(Environment::pieces);
    let links = detection.links.iter().map(|link| link.entry.path.clone());
    let unread = detection.skipped.iter().filter(|skip| skip.blob.is_some()).map(|skip| skip.path.clone());
    let places: Vec<RepoPath> = pieces.chain(links).chain(unread).collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let Some(head) = session.repository.head()? else { return Ok(HashMap::new()) };
    let entries = session.repository.entries_below(head, &places)?;
    Ok(entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect())
}

/// One commit as a whole.
fn commit(session: &Session<'_>, revision: &str) -> Result<Gathered> {
    let id = session.repository.resolve(revision)?;
    let id =
        id.ok_or_else(|| Error::usage(format!("`{}` names no commit", printable(revision.as_bytes()))))?;
    let tree = session.repository.commit_tree(id)?;
    let Seen { detection, settings } = look(&*tree)?;
    let settings = session.settings(settings)?;
    Ok(unchanged(detection, settings, Scope::Commit(revision.to_owned())))
}

/// What the commits of a range bring in, also what a later one of them removes again.
fn introduced(session: &Session<'_>, range: &str) -> Result<Gathered> {
    let brought = session.repository.introduced(range)?;
    let end = range.split_once("..").map_or(range, |(_, end)| end);
    let end = if end.is_empty() { "HEAD" } else { end };
    let id =
        session.repository.resolve(end)?.ok_or_else(|| Error::usage(format!("`{end}` names no commit")))?;
    introduced_up_to(session, id, brought, Scope::Range(range.to_owned()))
}

/// What the commits of a range bring in.
struct Brought {
    /// Each path as the last of the commits has it that changes it.
    entries: BTreeMap<RepoPath, OwnedEntry>,
    /// The commit that brings a path in first, with its place among them all.
    first: BTreeMap<RepoPath, (usize, ObjectId)>,
}

impl Brought {
    fn new(introduced: Vec<Introduced>) -> Self {
        let mut brought = Self { entries: BTreeMap::new(), first: BTreeMap::new() };
        for (age, Introduced { entry, commit }) in introduced.into_iter().enumerate() {
            brought.first.entry(entry.path.clone()).or_insert((age, commit));
            brought.entries.insert(entry.path.clone(), entry);
        }
        brought
    }

    /// The oldest commit that brings in one of these paths, for people: from there on it has to go.
    fn commit_of(&self, paths: &[RepoPath]) -> Option<String> {
        paths.iter().filter_map(|path| self.first.get(path)).min().map(|(_, commit)| short(commit))
    }

    fn environment(&self, environment: Environment) -> Option<TrackedEnvironment> {
        let members = environment.contents.members.iter().map(|member| &member.path);
        let changed: Vec<RepoPath> = members.filter(|path| self.first.contains_key(path)).cloned().collect();
        let commit = Some(self.commit_of(&changed)?);
        Some(TrackedEnvironment { environment, changed: Some(changed), commit, ignored_by: None })
    }

    /// Says whether what was not read is of the range; a partial clone lacks blobs of other commits.
    fn concerns(&self, skip: &Skip) -> bool {
        skip.blob.is_none() || self.first.contains_key(&skip.path)
    }

    fn link(&self, link: EnvironmentLink) -> Option<TrackedLink> {
        let commit = self.commit_of(std::slice::from_ref(&link.entry.path))?;
        Some(TrackedLink { link, changed: Some(true), commit: Some(commit) })
    }
}

/// As [`introduced`], for entries that are known already and the commit that ends them.
pub(super) fn introduced_up_to(
    session: &Session<'_>,
    end: ObjectId,
    introduced: Vec<Introduced>,
    scope: Scope,
) -> Result<Gathered> {
    let brought = Brought::new(introduced);
    let tree = Overlay::new(session.repository.commit_tree(end)?, brought.entries.clone());
    let Seen { detection, .. } = look(&tree)?;
    let tracked = detection.environments.into_iter().filter_map(|found| brought.environment(found));
    let links = detection.links.into_iter().filter_map(|found| brought.link(found));
    let skipped = detection.skipped.into_iter().filter(|skip| brought.concerns(skip)).collect();
    let facts = Facts { tracked: tracked.collect(), tracked_links: links.collect(), ..Facts::nothing(scope) };
    let settings = settings_at(session, end)?;
    Ok(Gathered { facts, settings, untracked: Vec::new(), skipped, paths: detection.paths })
}

/// The settings of a commit: those that count are those of the end of a range, not of a commit that it replaced.
fn settings_at(session: &Session<'_>, commit: ObjectId) -> Result<Settings> {
    let tree = session.repository.commit_tree(commit)?;
    let mut finder = SettingsFinder::default();
    tree.visit(&mut finder)?;
    session.settings(finder.read(&*tree)?)
}

/// An object id as people write it.
pub(super) fn short(id: &ObjectId) -> String {
    id.to_string().chars().take(10).collect()
}

/// Facts about a scope that is no change: everything in it counts.
fn unchanged(detection: Detection, settings: Settings, scope: Scope) -> Gathered {
    let tracked = detection.environments.into_iter().map(|environment| TrackedEnvironment {
        environment,
        changed: None,
        commit: None,
        ignored_by: None,
    });
    let links = detection.links.into_iter().map(|link| TrackedLink { link, changed: None, commit: None });
    let facts = Facts { tracked: tracked.collect(), tracked_links: links.collect(), ..Facts::nothing(scope) };
    Gathered { facts, settings, untracked: Vec::new(), skipped: detection.skipped, paths: detection.paths }
}

/// The work tree, with the sizes that rules speak of: those of what nothing protects.
fn measured_work_tree(session: &Session<'_>) -> Result<Gathered> {
    let mut gathered = work_tree(session)?;
    let top = session.repository.layout().work_tree.clone().unwrap_or_default();
    let exposed = gathered.facts.on_disk.iter_mut().filter(|found| found.protection.is_none());
    let exposed = exposed.map(|found| sizes::Sizing::new(&top, &mut found.environment));
    let skipped = sizes::fill(exposed.collect(), &NoProgress);
    gathered.skipped.extend(skipped.into_iter().map(|(_, skip)| skip));
    let untracked = gathered.facts.on_disk.iter().filter(|found| found.tracked_files == 0);
    gathered.untracked = untracked.map(|found| found.environment.clone()).collect();
    Ok(gathered)
}

/// The work tree: what git tracks, what lies on the disk, and what protects it. Nothing on the disk is measured.
pub(super) fn work_tree(session: &Session<'_>) -> Result<Gathered> {
    let disk = session.disk()?;
    let settings = session.work_tree_settings()?;
    let index = session.repository.index_tree()?;
    let tracked = detect::environments(&*index)?;
    let found = detect::environments(&disk)?;
    let mut gathered = unchanged(tracked, settings, Scope::WorkTree);
    gathered.skipped.extend(found.skipped.iter().cloned());
    let rules = IgnoreAnswers::ask(session, &gathered.facts, &disk, &found)?;
    for tracked in &mut gathered.facts.tracked {
        tracked.ignored_by = rules.of_all(&tracked.environment);
    }
    gathered.facts.disk_links = disk_links(session, &rules, &gathered.facts, &found)?;
    gathered.facts.on_disk = disk_environments(session, &rules, &gathered.facts, found)?;
    gathered.skipped.extend(disk.skipped());
    Ok(gathered)
}

/// Environments on the disk, with the rules that cover them in either form.
fn disk_environments(
    session: &Session<'_>,
    rules: &IgnoreAnswers,
    facts: &Facts,
    found: Detection,
) -> Result<Vec<DiskEnvironment>> {
    let mut all: Vec<DiskEnvironment> = found
        .environments
        .into_iter()
        .map(|environment| DiskEnvironment {
            protection: rules.of_all(&environment),
            link_protection: None,
            tracked_files: tracked_files(facts, &environment),
            environment,
        })
        .collect();
    // No link can stand in the place of the repository itself.
    for found in all.iter_mut().filter(|found| found.environment.root.is_root()) {
        found.link_protection.clone_from(&found.protection);
    }
    let slashed = |rule: &Protection| rule.pattern.ends_with('/');
    let is_doubtful = |found: &DiskEnvironment| {
        found.link_protection.is_none() && found.protection.as_ref().is_some_and(slashed)
    };
    let doubtful: Vec<usize> = (0..all.len()).filter(|&index| is_doubtful(&all[index])).collect();
    let roots: Vec<&RepoPath> = doubtful.iter().map(|&index| &all[index].environment.root).collect();
    let answers = session.repository.ignore_rules_for_links(&roots)?;
    for (index, rule) in doubtful.into_iter().zip(answers) {
        all[index].link_protection = rule.map(|rule| protection(&rule, &all[index].environment.root));
    }
    Ok(all)
}

/// How many files git tracks of an environment on the disk.
fn tracked_files(facts: &Facts, environment: &Environment) -> usize {
    let members = facts.tracked.iter().flat_map(|tracked| &tracked.environment.contents.members);
    members.filter(|member| environment.owns(&member.path)).count()
}

/// Links on the disk that git does not track.
fn disk_links(
    session: &Session<'_>,
    rules: &IgnoreAnswers,
    facts: &Facts,
    found: &Detection,
) -> Result<Vec<DiskLink>> {
    let tracked =
        |path: &RepoPath| facts.tracked_links.iter().any(|tracked| tracked.link.entry.path == *path);
    let links: Vec<_> = found.links.iter().filter(|link| !tracked(&link.entry.path)).collect();
    let paths: Vec<&RepoPath> = links.iter().map(|link| &link.entry.path).collect();
    let as_directories = session.repository.ignore_rules_for_directories(&paths)?.into_iter();
    let described = as_directories.zip(&links).map(|(rule, link)| DiskLink {
        protection: rules.of(&link.entry.path, false),
        directory_protection: rule.map(|rule| protection(&rule, &link.entry.path)),
        link: (*link).clone(),
    });
    Ok(described.collect())
}
