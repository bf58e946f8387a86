//! `pylock.toml` (<https://packaging.python.org/en/latest/specifications/pylock-toml/>).

use super::LockFormat;

/// Written by pip.
pub(super) static LOCK_FORMAT: LockFormat =
    LockFormat { file_name: "pylock.toml", tool: "pip", environment_in_project: false };
