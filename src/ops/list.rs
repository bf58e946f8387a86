//! `list`: the environments on the disk.

use super::check::label;
use super::gather;
use super::session::{Ports, Session};
use super::sizes;
use crate::error::Result;
use crate::model::{ListedEnvironment, Listing};

/// Lists the environments of the work tree.
///
/// # Errors
/// Usage, settings, or undecided if the work tree cannot be read.
pub fn run(ports: Ports<'_>) -> Result<Listing> {
    let session = Session::open(ports, Vec::new())?;
    let mut gathered = gather::work_tree(&session)?;
    let top = session.repository.layout().work_tree.clone().unwrap_or_default();
    let found = gathered.facts.on_disk.iter_mut();
    let sizings = found.map(|found| sizes::Sizing::new(&top, &mut found.environment)).collect();
    gathered.skipped.extend(sizes::fill(sizings, ports.progress));
    let listed = gathered.facts.on_disk.into_iter().map(|found| ListedEnvironment {
        environment: found.environment,
        protection: found.protection,
        tracked_files: found.tracked_files,
    });
    Ok(Listing { repository: label(&session), environments: listed.collect(), skipped: gathered.skipped })
}
