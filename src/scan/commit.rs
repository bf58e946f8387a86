//! One commit.

use super::scanned::Scanned;
use super::tree::{self, TreeScan};
use crate::error::{Error, Result};
use crate::git::Reader;
use crate::model::Scope;
use crate::path::printable;
use crate::session::Session;
use crate::tree::PathFilter;

/// One commit as a whole.
pub(super) fn commit(session: &Session<'_>, revision: &str, watch: Option<PathFilter>) -> Result<Scanned> {
    let id = session.repository.resolve(revision)?;
    let id = id.ok_or_else(|| Error::usage(format!("bad revision `{}`", printable(revision.as_bytes()))))?;
    let tree = session.repository.commit_tree(id)?;
    let TreeScan { detection, settings, watched, .. } = tree::scan(&*tree, watch)?;
    let settings = session.settings(settings.read(&*tree)?)?;
    Ok(Scanned { watched, ..Scanned::whole(detection, settings, Scope::Commit(revision.to_owned())) })
}
