//! `pdm.lock` (<https://pdm-project.org/latest/usage/lockfile/>).

use super::LockFormat;

/// Written by pdm.
pub(super) static LOCK_FORMAT: LockFormat =
    LockFormat { file_name: "pdm.lock", tool: "pdm", environment_in_project: true };
