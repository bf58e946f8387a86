//! `list`: the environments on the disk.

use super::check::label;
use super::gather;
use super::session::{Ports, Session};
use crate::error::Result;
use crate::model::{ListedEnvironment, Listing, Scope};

/// Lists the environments of the work tree.
///
/// # Errors
/// Usage, settings, or undecided if the work tree cannot be read.
pub fn run(ports: Ports<'_>) -> Result<Listing> {
    let session = Session::open(ports, Vec::new())?;
    let gathered = gather::facts(&session, &Scope::WorkTree)?;
    let listed = gathered.facts.on_disk.into_iter().map(|found| ListedEnvironment {
        environment: found.environment,
        protection: found.protection,
        tracked_files: found.tracked_files,
    });
    Ok(Listing { repository: label(&session), environments: listed.collect(), skipped: gathered.skipped })
}
