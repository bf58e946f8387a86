//! Colouring of text, behind a trait: only `term/` knows the terminal.

use super::role::Role;

/// Colours text, or leaves it as it is. All output is readable without colours.
pub trait Paint {
    /// Colours a piece of text by its role.
    fn paint(&self, role: Role, text: &str) -> String;
}

/// Leaves text as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain;

impl Paint for Plain {
    fn paint(&self, _: Role, text: &str) -> String {
        text.to_owned()
    }
}
