//! What a new environment has to be like.

use crate::formats::wheel::Wheel;
use crate::model::Interpreter;

/// What environment is wanted.
#[derive(Clone, Copy)]
pub struct LayoutRequest<'r> {
    /// The Python it is made from.
    pub interpreter: &'r Interpreter,
    /// Where it will be: absolute.
    pub place: &'r str,
    /// What shells show while it is active.
    pub prompt: &'r str,
    /// The packages of the Python it is made from are seen too.
    pub system_site_packages: bool,
    /// The command that makes the same environment; its last word is the place.
    pub command: &'r str,
    /// The packages it starts with.
    pub seeds: &'r [Wheel<'r>],
}
