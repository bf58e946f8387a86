//! What is known of one format of lock files.

use super::lock_input::{LockInput, LockSelection};
use crate::message::Message;
use crate::model::{Freshness, RequestedPackages};

/// A file in which a tool records the exact packages of a project.
pub struct LockFormat {
    /// The file's name, beside the project's manifest.
    pub file_name: &'static str,
    /// The name of the manifest that it is made from.
    pub manifest: &'static str,
    /// The tool that writes it.
    pub tool: &'static str,
    /// The words of the command that locks again; none where more than one tool may have locked.
    pub update: &'static [&'static str],
    /// It also depends on manifests below, of a workspace or of packages that are found by their path.
    pub reads_members: bool,
    /// Whether the tool keeps the environment as `.venv` beside the lock, unless it keeps it elsewhere.
    pub environment_in_project: bool,
    /// Says whether a lock still matches its manifest.
    pub freshness: fn(&LockInput<'_>) -> Freshness,
    /// What a lock asks an environment to contain, or why that cannot be known, as a lower-case fragment.
    pub requested: fn(&LockInput<'_>, &LockSelection<'_>) -> Result<RequestedPackages, Message>,
}
