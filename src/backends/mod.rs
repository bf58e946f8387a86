//! The programs that install packages into an environment, one per file; [`BACKENDS`] is the table.
//!
//! A backend turns facts ([`InstallTask`]) into a plan of commands, and reads what these say ([`OutputReading`]). It runs nothing
//! and looks at nothing: `ops/install` does.
//!
//! To add a backend: one file with a `BACKEND`, one `mod` line and one row, and its name in
//! [`config::BACKEND_NAMES`](crate::config::BACKEND_NAMES).

mod backend;
mod choice;
mod compiled;
mod conda;
mod pdm;
mod pip;
mod pipenv;
mod poetry;
mod questions;
mod reading;
mod task;
#[cfg(test)]
mod tests;
mod uv;
mod variables;

pub use backend::{Backend, PlannedCommand};
pub use choice::{BackendChoice, BackendFacts, NoBackend, choose};
pub use compiled::compile;
pub use questions::{
    audit_with_pip_audit, audit_with_uv, help_of_uv_audit, outdated_with_pip, outdated_with_uv,
};
pub use reading::{Event, OutputReading, failed_requirement};
pub use task::{InstallSource, InstallTask, ManifestTask, ReplacedPackage};
pub use variables::is_dropped;

/// Every backend: those that install anything, in the order of preference, then those of a lock file or manifest.
pub static BACKENDS: &[&Backend] =
    &[&uv::BACKEND, &pip::BACKEND, &poetry::BACKEND, &pdm::BACKEND, &pipenv::BACKEND, &conda::BACKEND];
