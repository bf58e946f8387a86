//! `uv.lock` (<https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>).

use super::LockFormat;

/// Written by uv.
pub(super) static LOCK_FORMAT: LockFormat =
    LockFormat { file_name: "uv.lock", tool: "uv", environment_in_project: true };
