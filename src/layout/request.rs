//! The request for a new environment.

use crate::formats::wheel::Wheel;
use crate::model::Interpreter;

/// Describes a new environment.
#[derive(Clone, Copy)]
pub struct LayoutRequest<'r> {
    /// The Python to create it with.
    pub interpreter: &'r Interpreter,
    /// Its absolute directory.
    pub directory: &'r str,
    /// The name that shells show while it is active.
    pub prompt: &'r str,
    /// Whether it can import the packages of that Python.
    pub system_site_packages: bool,
    /// The command that creates the same environment; its last word is the directory.
    pub command: &'r str,
    /// The packages to install in it.
    pub seeds: &'r [Wheel<'r>],
}
