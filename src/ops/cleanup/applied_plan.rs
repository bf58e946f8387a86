//! A plan that is read from a file and compared with what is found.

use std::path::{Path, PathBuf};

use super::named::{self, NamedPlace};
use super::plan::Planned;
use super::request::CleanupRequest;
use crate::error::{Error, Result};
use crate::formats::cleanup_plan::{self, CleanupPlan, CleanupPlanForeign, CleanupPlanItem};
use crate::formats::digest;
use crate::fs::{self, identity, normalise_path, real_path, tree_state};
use crate::message::Message;
use crate::order::Arrange as _;
use crate::path::{RepoPath, display, path_to_bytes, printable};
use crate::session::Session;
use crate::text::{counted, shell_quote};

/// A larger file is no plan.
pub(super) const PLAN_LIMIT: u64 = 64 * 1024 * 1024;
/// How many changes an error names.
const SHOWN: usize = 10;

/// A plan that is to be applied.
pub(super) struct AppliedPlan {
    /// As it was typed.
    file: PathBuf,
    plan: CleanupPlan,
}

impl AppliedPlan {
    /// Reads a plan file, relative to the working directory.
    ///
    /// # Errors
    /// Usage if it is none, if it is one for another work tree, or if the request lets go other things than the plan does;
    /// undecided if it cannot be read.
    pub(super) fn read(
        session: &Session<'_>,
        file: &Path,
        request: &CleanupRequest,
        discarded: &[PathBuf],
    ) -> Result<Self> {
        let shown = display(file);
        let bytes = fs::read_optional(&session.env.directory.join(file), PLAN_LIMIT)?;
        let bytes = bytes.ok_or_else(|| {
            let word = shell_quote(&path_to_bytes(file));
            Error::usage(format!("there is no plan at `{shown}`"))
                .suggest("make one with", format!("git pyenv cleanup --dry-run --plan {word}"))
        })?;
        let plan = cleanup_plan::parse(&bytes).map_err(|error| {
            let line = error.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            Error::usage(format!("`{shown}` is not a plan that can be applied"))
                .cause(format!("{line}{}", printable(error.reason.as_bytes())))
        })?;
        let applied = Self { file: file.to_path_buf(), plan };
        applied.require_work_tree(session)?;
        applied.require_options(session, request, discarded)?;
        Ok(applied)
    }

    fn require_work_tree(&self, session: &Session<'_>) -> Result<()> {
        let (top, planned) = (session.top()?, self.plan.work_tree.to_path());
        if top == planned || real_path(&top).is_some_and(|top| real_path(&planned) == Some(top)) {
            return Ok(());
        }
        let error = Error::usage(format!("`{}` is a plan for another work tree", display(&self.file)));
        Err(error.cause(format!("it was made in `{}`", display(&planned))))
    }

    /// What the plan lets go has to be let go on the command line too: a file alone never lets anything go that no tool
    /// could write again.
    fn require_options(
        &self,
        session: &Session<'_>,
        request: &CleanupRequest,
        discarded: &[PathBuf],
    ) -> Result<()> {
        let sorted = |mut paths: Vec<PathBuf>| {
            paths.arrange();
            paths.dedup();
            paths
        };
        let planned = sorted(self.plan.discarded.iter().map(|path| path.to_path()).collect());
        if planned == sorted(discarded.to_vec()) && self.plan.include_in_use == request.include_in_use {
            return Ok(());
        }
        let here = session.label();
        let word = |path: &PathBuf| format!(" --discard {}", here.word(path));
        let options: String = planned.iter().map(word).collect();
        let in_use = if self.plan.include_in_use { " --include-in-use" } else { "" };
        let force = if request.force { " --force" } else { "" };
        let file = shell_quote(&path_to_bytes(&self.file));
        let error = Error::usage(format!("`{}` was made with other options", display(&self.file)));
        Err(error
            .cause("what a plan lets go has to be named on the command line too")
            .suggest("apply it with", format!("git pyenv cleanup --apply {file}{options}{in_use}{force}")))
    }

    /// The places that it names, as far as there is something.
    ///
    /// # Errors
    /// As for paths of the command line.
    pub(super) fn named(&self, session: &Session<'_>) -> Result<Vec<NamedPlace>> {
        let top = session.top()?;
        let places = self.plan.items.iter().map(|item| item.path.to_path());
        let named = places.filter(|place| fs::exists(place)).map(|place| {
            named::require_allowed(session, &top, &place, &shown(&top, &place).into())?;
            Ok(NamedPlace { typed: place.to_string_lossy().into_owned(), place })
        });
        named.collect()
    }

    /// Compares what was found with the plan.
    ///
    /// # Errors
    /// Action, with what has changed.
    pub(super) fn require_unchanged(&self, session: &Session<'_>, planned: &[&Planned]) -> Result<()> {
        let top = session.top()?;
        let found = items(session, planned)?;
        let of = |path: &Path, items: &[CleanupPlanItem]| {
            items.iter().find(|item| item.path.to_path() == path).cloned()
        };
        let named = self.plan.items.iter().filter_map(|then| {
            let path = then.path.to_path();
            let name = shown(&top, &path);
            match of(&path, &found) {
                Some(now) => change(&name, then, &now),
                None if fs::exists(&path) => Some(format!("`{name}` is no environment or cache any more")),
                None => Some(format!("`{name}` does not exist any more")),
            }
        });
        let is_new = |now: &&CleanupPlanItem| of(&now.path.to_path(), &self.plan.items).is_none();
        let new = found.iter().filter(is_new);
        let new = new.map(|now| format!("`{}` is new", shown(&top, &now.path.to_path())));
        let changes: Vec<String> = named.chain(new).collect();
        if changes.is_empty() {
            return Ok(());
        }
        let error = Error::action(format!("the plan `{}` no longer holds", display(&self.file)));
        let error = changes.iter().take(SHOWN).fold(error, Error::cause);
        let more = changes.len().saturating_sub(SHOWN);
        let error = if more > 0 {
            error.cause(format!("and {}", counted(more as u64, "more change")))
        } else {
            error
        };
        let file = shell_quote(&path_to_bytes(&self.file));
        Err(error
            .cause("nothing was deleted")
            .suggest("make a new plan with", format!("git pyenv cleanup --dry-run --plan {file}")))
    }
}

/// How something differs from what the plan says of it, in words; `None` if it does not.
fn change(name: &str, then: &CleanupPlanItem, now: &CleanupPlanItem) -> Option<String> {
    if (then.device, then.inode) != (now.device, now.inode) {
        return Some(format!("`{name}` is another directory than the one in the plan"));
    }
    if (&then.target, &then.kind) != (&now.target, &now.kind) {
        let words = |item: &CleanupPlanItem| printable(format!("{} ({})", item.target, item.kind).as_bytes());
        return Some(format!("`{name}` was {}, and is {}", words(then), words(now)));
    }
    match (&then.backup, &now.backup) {
        (Some(_), None) => return Some(format!("`{name}` was to be archived, and would not be")),
        (None, Some(_)) => return Some(format!("`{name}` was not to be archived, and would be")),
        (then, now) if then != now => return Some(format!("something else of `{name}` would be archived")),
        _ => {}
    }
    if then.foreign != now.foreign {
        let path = |foreign: &CleanupPlanForeign| display(&foreign.path.to_path());
        let mut added = now.foreign.iter().filter(|foreign| !then.foreign.contains(foreign));
        return Some(match added.next() {
            Some(foreign) => format!("`{}` in `{name}` is {}", path(foreign), foreign.reason),
            None => format!("`{name}` holds less that cannot be recreated"),
        });
    }
    if (then.tracked_files, &then.tracked_sha256) != (now.tracked_files, &now.tracked_sha256) {
        let (then, now) = (counted(then.tracked_files, "file"), counted(now.tracked_files, "file"));
        return Some(format!("git tracked {then} in `{name}`, and tracks {now}, or others"));
    }
    match (&then.stays, &now.stays) {
        (None, Some(reason)) => return Some(format!("`{name}` would stay: {reason}")),
        (Some(_), None) => return Some(format!("`{name}` would be deleted, and stays in the plan")),
        _ => {}
    }
    let is_same = then.listing_sha256 == now.listing_sha256;
    (!is_same).then(|| format!("something in `{name}` was added, changed or removed"))
}

/// What a plan file says of what is planned, in its order.
pub(super) fn items(session: &Session<'_>, planned: &[&Planned]) -> Result<Vec<CleanupPlanItem>> {
    let top = session.top()?;
    let relative = |place: &PathBuf| RepoPath::from_relative(place.strip_prefix(&top).ok()?).ok();
    let roots: Vec<RepoPath> = planned.iter().flat_map(|one| &one.places).filter_map(relative).collect();
    let tracked = session.repository.index_paths_below(&roots)?;
    let item = |planned: &&Planned| {
        let roots: Vec<RepoPath> = planned.places.iter().filter_map(relative).collect();
        let tracked = tracked.iter().filter(|path| roots.iter().any(|root| path.is_within(root)));
        let tracked: Vec<&[u8]> = tracked.map(RepoPath::as_bytes).collect();
        let listing: Vec<u8> = planned.places.iter().flat_map(|place| tree_state(place)).collect();
        let identity = identity(&planned.item.path);
        let foreign = planned.item.foreign.iter().map(|foreign| CleanupPlanForeign {
            path: foreign.path.as_bytes().into(),
            reason: foreign.reason.clone(),
        });
        CleanupPlanItem {
            path: normalise_path(&planned.item.path).as_path().into(),
            target: planned.item.target.name().to_owned(),
            kind: planned.item.kind.clone(),
            stays: planned.stays().map(|reason| reason.seen_from_root()),
            device: identity.map(fs::Identity::device),
            inode: identity.map(fs::Identity::number),
            listing_sha256: digest::hexadecimal(&listing),
            files: planned.item.files,
            bytes: planned.item.bytes,
            freed_bytes: planned.item.freed_bytes,
            tracked_files: tracked.len() as u64,
            tracked_sha256: digest::hexadecimal(&tracked.join(&0)),
            foreign: foreign.collect(),
            backup: planned.item.backup.map(|backup| backup.scope.name().to_owned()),
            used_by: planned.item.used_by.iter().map(Message::seen_from_root).collect(),
            missing_sources: planned.item.missing_sources.clone(),
        }
    };
    Ok(planned.iter().map(item).collect())
}

/// A path for people: relative to the top of the work tree, if it lies in it.
fn shown(top: &Path, path: &Path) -> String {
    let below = path.strip_prefix(top).ok().filter(|below| !below.as_os_str().is_empty());
    display(below.unwrap_or(path))
}
