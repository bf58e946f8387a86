//! The formats of lock files, one per file; [`LOCK_FORMATS`] is the table.
//!
//! To add a format: one file with a `LOCK_FORMAT`, one `mod` line and one row.

mod declared;
mod disk_files;
mod lists;
mod lock_format;
mod lock_input;
mod locked;
mod members;
mod pdm;
mod pdm_hash;
mod pipenv;
mod poetry;
mod pylock;
mod uv;

pub use disk_files::DiskFiles;
pub use lock_format::LockFormat;
pub use lock_input::{LockInput, LockSelection, ProjectFiles};
pub(super) use members::matching;

/// Every format of lock files.
pub static LOCK_FORMATS: &[&LockFormat] =
    &[&uv::LOCK_FORMAT, &poetry::LOCK_FORMAT, &pdm::LOCK_FORMAT, &pipenv::LOCK_FORMAT, &pylock::LOCK_FORMAT];

#[cfg(test)]
mod tests;

/// The format of a lock with this file name; `pylock.NAME.toml` is one too.
#[must_use]
pub fn format_of(name: &[u8]) -> Option<&'static LockFormat> {
    let is_named = |format: &&&LockFormat| format.file_name.as_bytes() == name;
    let named = name.strip_prefix(b"pylock.").and_then(|rest| rest.strip_suffix(b".toml"));
    match named {
        Some(part) if !part.is_empty() && !part.contains(&b'.') => Some(&pylock::LOCK_FORMAT),
        _ => LOCK_FORMATS.iter().find(is_named).copied(),
    }
}
