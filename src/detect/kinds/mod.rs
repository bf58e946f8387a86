//! The kinds of environment, one per file; [`DETECTORS`] says in which order they are asked.
//!
//! To add a kind: one file with a `DETECTOR`, and one row here, before the kinds it refines.

use super::classification::Classification;
use super::signals::Signals;
use crate::model::EnvironmentKind;

mod conda;
pub mod git_pyenv;
mod legacy_virtualenv;
mod nox;
mod partial;
mod pep582;
mod pipenv;
mod pixi;
mod platform_build;
mod tox;
mod uv;
mod venv;
mod virtualenv;

/// One kind of environment.
pub struct Detector {
    /// Its name.
    pub kind: EnvironmentKind,
    /// Says what a candidate is if it is of this kind.
    pub(super) classify: fn(&Signals) -> Option<Classification>,
}

/// Every kind, the more special ones first: the first that recognises a candidate names it.
pub static DETECTORS: &[&Detector] = &[
    &pixi::DETECTOR,
    &conda::DETECTOR,
    &pep582::DETECTOR,
    &platform_build::DETECTOR,
    &tox::DETECTOR,
    &nox::DETECTOR,
    &pipenv::DETECTOR,
    &uv::DETECTOR,
    &git_pyenv::DETECTOR,
    &virtualenv::DETECTOR,
    &legacy_virtualenv::DETECTOR,
    &venv::DETECTOR,
    &partial::DETECTOR,
];
