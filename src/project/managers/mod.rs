//! The tools that keep environments outside of projects, one per file; [`MANAGERS`] is the table.
//!
//! To add a manager: one file with a `MANAGER`, one `mod` line and one row.

mod conda;
mod directories;
mod hatch;
mod manager;
mod pipenv;
mod poetry;
mod pyenv_virtualenv;
mod virtualenvwrapper;

pub use manager::EnvironmentManager;

/// Every manager.
pub static MANAGERS: &[&EnvironmentManager] = &[
    &pipenv::MANAGER,
    &poetry::MANAGER,
    &hatch::MANAGER,
    &conda::MANAGER,
    &pyenv_virtualenv::MANAGER,
    &virtualenvwrapper::MANAGER,
];
