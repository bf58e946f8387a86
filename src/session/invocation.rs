//! The directory that the program was run in.

use super::{Ports, Session};
use crate::model::InvocationDirectory;

/// Where the user called the command; outside of a repository, a directory from which nothing of one is seen.
#[must_use]
pub fn invocation_directory(ports: Ports<'_>) -> InvocationDirectory {
    Session::open(ports, Vec::new()).map(|session| session.invocation_directory()).unwrap_or_default()
}
