//! `fix`: untracks environments and ignores them, without touching the files on the disk.
//!
//! [`prepare()`] finds what is to be done (`target`) and the rules that do it (`plan`, `coverage`, `ignore_file`),
//! proved with git to hide nothing else (`proof`); [`Prepared::carry_out`] does it (`apply`).

mod apply;
mod coverage;
mod diff;
mod ignore_file;
mod plan;
mod prepare;
mod proof;
mod target;

pub use prepare::{FixRequest, Prepared, prepare};
