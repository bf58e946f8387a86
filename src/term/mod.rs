//! The terminal: the only folder that uses the crates `console` and `indicatif`.

mod coloured;
mod progress;
mod screen;

pub use coloured::Coloured;
pub use progress::{Bar, Lines};
pub use screen::screen;
