//! Whether a repository has nothing that the commits of a range could bring in.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::detect::{is_harmless_link, may_decide};
use crate::git::{CommitRange, Reader, TreeEntry};
use crate::session::Session;
use crate::tree::{Content, ObjectId, PATH_LIMIT};

/// The most links that are looked at, each by its name and target.
const MOST_LINKS: usize = 1_000;

/// Returns how many paths were looked at if it is certain that no commit of the range brings in anything that detection
/// would report, because nothing in the repository has a name for it. `None` says that the commits have to be walked.
#[must_use]
pub fn certainly_nothing(session: &Session<'_>, range: &CommitRange) -> Option<u64> {
    session.repository.should_see_every_tree(range).then(|| nothing_anywhere(session)).flatten()
}

/// Returns how many paths were looked at if it is certain that no tree of the repository has anything that detection would
/// report.
pub(super) fn nothing_anywhere(session: &Session<'_>) -> Option<u64> {
    let links = Mutex::new(BTreeSet::new());
    let see = |entry: &TreeEntry<'_>| {
        let is_link = entry.is_link();
        if may_decide(entry.name, is_link, entry.id) {
            return false;
        }
        if is_link {
            let Some(id) = ObjectId::new(entry.id) else { return false };
            let mut links = links.lock().unwrap_or_else(PoisonError::into_inner);
            links.insert((entry.name.to_vec(), id));
            return links.len() <= MOST_LINKS;
        }
        true
    };
    let shown = session.repository.see_every_tree(&see)?;
    let links = links.into_inner().unwrap_or_else(PoisonError::into_inner);
    let is_harmless = |(name, id): &(Vec<u8>, ObjectId)| {
        let content = session.repository.read_blob(*id, PATH_LIMIT);
        matches!(content, Ok(Content::Whole(target)) if is_harmless_link(name, &target))
    };
    links.iter().all(is_harmless).then_some(shown)
}
