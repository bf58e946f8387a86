//! The work tree: what git tracks, what is on the disk, and which ignore rules cover it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::ignored::{IgnoreAnswers, protection};
use super::scanned::Scanned;
use super::tree::{self, TreeScan};
use crate::config::Settings;
use crate::detect::{self, Detection};
use crate::error::Result;
use crate::git::ignore_file_fault;
use crate::model::{DiskEnvironment, DiskLink, Environment, Facts, Protection, Scope, Skip};
use crate::path::{RepoPath, display, path_to_bytes};
use crate::session::Session;
use crate::tree::{EntryKind, OwnedEntry, PathFilter, SETTINGS_LIMIT, Tree};

/// What to find out about a work tree.
pub struct WorkTreeScan {
    /// The settings in force.
    pub settings: Settings,
    /// Files that the caller watches for.
    pub watch: Option<PathFilter>,
    /// Whether to ask git which ignore rules cover what is found. Otherwise nothing seems to be covered.
    pub asks_ignore_rules: bool,
}

impl WorkTreeScan {
    /// Everything, without files to watch for.
    ///
    /// # Errors
    /// As [`Session::work_tree_settings`].
    pub fn of(session: &Session<'_>) -> Result<Self> {
        Ok(Self { settings: session.work_tree_settings()?, watch: None, asks_ignore_rules: true })
    }
}

/// The work tree: what git tracks, what is on the disk, and what protects it. Nothing on the disk is measured.
///
/// # Errors
/// Usage in a bare repository; undecided if the index or the disk cannot be read.
pub fn work_tree(session: &Session<'_>, request: WorkTreeScan) -> Result<Scanned> {
    let WorkTreeScan { settings, watch, asks_ignore_rules } = request;
    let disk = session.disk()?;
    let index = session.repository.index_tree()?;
    let TreeScan { detection: tracked, watched, .. } = tree::scan(&*index, watch)?;
    let found = detect::environments(&disk)?;
    let mut scanned = Scanned { watched, ..Scanned::whole(tracked, settings, Scope::WorkTree) };
    scanned.skipped.extend(found.skipped.iter().cloned());
    (scanned.disk_paths, scanned.nested) = (Some(found.paths), disk.nested());
    if asks_ignore_rules {
        scanned.skipped.extend(unread_ignore_files(&disk, &found));
    }
    let rules = match asks_ignore_rules {
        true => Some(IgnoreAnswers::ask(session, &scanned.facts, &disk, &found)?),
        false => None,
    };
    for tracked in &mut scanned.facts.tracked {
        tracked.ignored_by = rules.as_ref().and_then(|rules| rules.of_all(&tracked.environment));
    }
    scanned.facts.disk_links = disk_links(session, rules.as_ref(), &scanned.facts, &found)?;
    scanned.facts.on_disk = disk_environments(session, rules.as_ref(), &scanned.facts, found)?;
    if asks_ignore_rules && scanned.facts.on_disk.iter().any(|found| found.protection.is_none()) {
        scanned.skipped.extend(unread_exclude_files(session)?);
    }
    scanned.skipped.extend(disk.skipped());
    Ok(scanned)
}

/// The ignore files at the top and above environments in which git finds no rules because of their encoding.
fn unread_ignore_files(disk: &dyn Tree, found: &Detection) -> Vec<Skip> {
    let above = found.environments.iter().flat_map(|environment| environment.root.ancestors().skip(1));
    let directories: BTreeSet<RepoPath> = above.chain([RepoPath::default()]).collect();
    let fault = |directory: RepoPath| {
        let path = directory.join(".gitignore").ok()?;
        let entry = OwnedEntry { path, kind: EntryKind::File, id: None, size: None, is_unmerged: false };
        let reason = ignore_file_fault(&disk.whole(&entry, SETTINGS_LIMIT)?)?.to_owned();
        Some(Skip { path: entry.path, reason: reason.into(), blob: None })
    };
    directories.into_iter().filter_map(fault).collect()
}

/// The same of the ignore files outside of the work tree. They matter only where an environment is not ignored.
fn unread_exclude_files(session: &Session<'_>) -> Result<Vec<Skip>> {
    let top = session.top()?;
    let skip = |(file, fault): (PathBuf, &str)| {
        let below = file.strip_prefix(&top).ok().and_then(|below| RepoPath::new(path_to_bytes(below)).ok());
        match below {
            Some(path) => Skip { path, reason: fault.into(), blob: None },
            None => {
                let reason = format!("`{}` {fault}", display(&file));
                Skip { path: RepoPath::root(), reason: reason.into(), blob: None }
            }
        }
    };
    Ok(session.unread_exclude_files()?.into_iter().map(skip).collect())
}

/// Environments on the disk, with the rules that cover them in either form.
fn disk_environments(
    session: &Session<'_>,
    rules: Option<&IgnoreAnswers>,
    facts: &Facts,
    found: Detection,
) -> Result<Vec<DiskEnvironment>> {
    let mut all: Vec<DiskEnvironment> = found
        .environments
        .into_iter()
        .map(|environment| DiskEnvironment {
            protection: rules.and_then(|rules| rules.of_all(&environment)),
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
    rules: Option<&IgnoreAnswers>,
    facts: &Facts,
    found: &Detection,
) -> Result<Vec<DiskLink>> {
    let tracked =
        |path: &RepoPath| facts.tracked_links.iter().any(|tracked| tracked.link.entry.path == *path);
    let links: Vec<_> = found.links.iter().filter(|link| !tracked(&link.entry.path)).collect();
    let paths: Vec<&RepoPath> = links.iter().map(|link| &link.entry.path).collect();
    let as_directories = match rules {
        Some(_) => session.repository.ignore_rules_for_directories(&paths)?,
        None => vec![None; paths.len()],
    };
    let described = as_directories.into_iter().zip(&links).map(|(rule, link)| DiskLink {
        protection: rules.and_then(|rules| rules.of(&link.entry.path, false)),
        directory_protection: rule.map(|rule| protection(&rule, &link.entry.path)),
        link: (*link).clone(),
    });
    Ok(described.collect())
}
