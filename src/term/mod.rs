//! The terminal: the only folder that uses the crates `console` and `indicatif`.

mod coloured;
mod keyboard;
mod progress;
mod screen;

pub use coloured::Coloured;
pub use keyboard::Keyboard;
pub use progress::{Bar, Lines, Waits};
pub use screen::screen;
