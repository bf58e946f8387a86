//! The tools that keep environments where only they know, one per file; [`MANAGERS`] is the table.
//!
//! To add a manager: one file with a `MANAGER`, one `mod` line and one row.

mod conda;
mod directories;
mod direnv;
mod hatch;
mod manager;
mod pdm;
mod pipenv;
mod poetry;
mod pyenv_virtualenv;
mod uv;
mod virtualenvwrapper;

pub use manager::{EnvironmentManager, ToolEnvironment, ToolEvidence};

/// Every manager; of those that a project uses, the first decides.
pub static MANAGERS: &[&EnvironmentManager] = &[
    &uv::MANAGER,
    &pdm::MANAGER,
    &poetry::MANAGER,
    &pipenv::MANAGER,
    &direnv::MANAGER,
    &hatch::MANAGER,
    &conda::MANAGER,
    &pyenv_virtualenv::MANAGER,
    &virtualenvwrapper::MANAGER,
];
