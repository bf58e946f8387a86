//! How many bytes of a file are read.

/// The limit for small files of an environment, such as `pyvenv.cfg` and scripts: what creators write is below 20 KiB.
pub const SMALL_FILE_LIMIT: u64 = 64 * 1024;

/// The limit for the files that decide whether a directory is an environment. One with padding is still read; a larger one
/// is reported as unread, so that its size hides nothing.
pub const DECIDING_FILE_LIMIT: u64 = 1024 * 1024;

/// The limit for files in which a project or a tool keeps settings, such as `pyproject.toml`: what people write is below
/// 200 KiB.
pub const SETTINGS_LIMIT: u64 = 4 * 1024 * 1024;

/// The limit for locks and what they are made from: the locks of large projects have a few MiB.
pub const LOCK_LIMIT: u64 = 64 * 1024 * 1024;

/// The limit for the target of a link and for a file that holds one path: no system has longer paths.
pub const PATH_LIMIT: u64 = 4096;
