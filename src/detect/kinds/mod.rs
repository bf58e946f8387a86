//! The kinds of environments, one per file.
//!
//! To add a kind: a file with a `DETECTOR`, and a row in [`DETECTORS`] before the kinds that are more general.

mod conda;
mod detector;
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

pub use detector::Detector;

/// Every kind, special ones first: the first detector that recognises a candidate decides its kind.
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
