//! `poetry.lock` (<https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock>).

use super::LockFormat;

/// Written by poetry.
pub(super) static LOCK_FORMAT: LockFormat =
    LockFormat { file_name: "poetry.lock", tool: "poetry", environment_in_project: true };
