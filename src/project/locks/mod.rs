//! The formats of lock files, one per file; [`LOCK_FORMATS`] is the table.
//!
//! To add a format: one file with a `LOCK_FORMAT`, one `mod` line and one row.

mod lock_format;
mod pdm;
mod poetry;
mod pylock;
mod uv;

pub use lock_format::LockFormat;

/// Every format of lock files.
pub static LOCK_FORMATS: &[&LockFormat] =
    &[&uv::LOCK_FORMAT, &poetry::LOCK_FORMAT, &pdm::LOCK_FORMAT, &pylock::LOCK_FORMAT];
