//! The sets of extras and groups that exclude each other, which uv records with those that follow from them.

use crate::message::Message;
use std::collections::BTreeSet;

use super::compare::LockDifference;
use crate::formats::uv_lock::{UvConflict, UvLock};
use crate::formats::{Located, Value};
use crate::order::Arrange as _;
use crate::python::normalised;

/// As many sets may follow from groups that include each other.
const MOST_SETS: usize = 1_000;

/// A set of conflicts.
type ConflictSet = BTreeSet<UvConflict>;

/// A project whose manifest may have conflicts, with its normalised name.
#[derive(Clone, Copy)]
pub(super) struct ConflictOwner<'c> {
    pub(super) name: Option<&'c str>,
    pub(super) manifest: &'c Value,
}

/// Compares the conflicts of the root and its members with those of a lock: what was declared comes first there, in its
/// order, and then what follows from it.
///
/// # Errors
/// The difference.
pub(super) fn compare_conflicts(lock: &UvLock, owners: &[ConflictOwner<'_>]) -> Result<(), LockDifference> {
    let mut owners = owners.to_vec();
    owners.arrange_by_key(|owner| owner.name);
    let declared = owners.iter().map(ConflictOwner::conflicts).collect::<Result<Vec<_>, _>>();
    let declared = declared.map_err(LockDifference::Unknown)?.concat();
    let recorded: Vec<ConflictSet> = lock.conflicts.iter().map(|set| set.iter().cloned().collect()).collect();
    let changed = || Err(LockDifference::Certain("`conflicts` has changed".into()));
    if declared.is_empty() || recorded.is_empty() {
        return if declared == recorded { Ok(()) } else { changed() };
    }
    let is_known = |set: &ConflictSet| recorded.contains(set);
    let Some(all) = with_including(declared.iter().cloned().collect(), &owners) else {
        return Err(LockDifference::Unknown("`conflicts` may have changed".into()));
    };
    if !declared.iter().all(is_known) || !recorded.iter().all(|set| all.contains(set)) {
        return changed();
    }
    let is_first = recorded.starts_with(&declared);
    match is_first && (recorded == declared || all.iter().all(is_known)) {
        true => Ok(()),
        // How uv orders those of several projects is not known.
        false if owners.len() == 1 && !is_first => changed(),
        false => Err(LockDifference::Unknown("`conflicts` may have changed".into())),
    }
}

impl ConflictOwner<'_> {
    fn conflicts(&self) -> Result<Vec<ConflictSet>, Message> {
        let sets = match self.manifest.at(&["tool", "uv", "conflicts"]) {
            None => &[],
            Some(Value::List(sets)) => sets.as_slice(),
            Some(_) => return Err("`conflicts` is not a list".into()),
        };
        let set = |set: &Located| match &set.value {
            Value::List(items) => Ok(items.iter().map(|item| self.conflict(&item.value)).collect()),
            _ => Err("`conflicts` is not a list of lists".into()),
        };
        sets.iter().map(set).collect()
    }

    fn conflict(&self, item: &Value) -> UvConflict {
        let text = |key: &str| item.text_at(&[key]).map(|name| normalised(&name));
        UvConflict {
            package: text("package").or(self.name.map(str::to_owned)),
            extra: text("extra"),
            group: text("group"),
        }
    }

    /// The groups that include a group themselves.
    fn including(&self, group: &str) -> Vec<String> {
        let Some(Value::Table(tables)) = self.manifest.at(&["dependency-groups"]) else { return Vec::new() };
        let includes = |item: &Located| {
            item.value.text_at(&["include-group"]).is_some_and(|included| normalised(&included) == group)
        };
        let has = |value: &Value| matches!(value, Value::List(items) if items.iter().any(includes));
        let found = tables.iter().filter(|table| has(&table.value.value));
        found.map(|table| normalised(&table.key)).collect()
    }
}

/// The sets, and those in which a group is replaced by one that includes it; `None` if there are too many.
fn with_including(
    sets: BTreeSet<ConflictSet>,
    owners: &[ConflictOwner<'_>],
) -> Option<BTreeSet<ConflictSet>> {
    let mut pending: Vec<ConflictSet> = sets.iter().cloned().collect();
    let mut all = sets;
    while let Some(set) = pending.pop() {
        for item in &set {
            let Some(group) = &item.group else { continue };
            let owners = owners.iter().filter(|owner| owner.name.map(str::to_owned) == item.package);
            for group in owners.flat_map(|owner| owner.including(group)) {
                let mut other = set.clone();
                other.remove(item);
                other.insert(UvConflict { group: Some(group), ..item.clone() });
                if all.insert(other.clone()) {
                    pending.push(other);
                }
                if all.len() > MOST_SETS {
                    return None;
                }
            }
        }
    }
    Some(all)
}
