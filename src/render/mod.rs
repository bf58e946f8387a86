//! Results to bytes. A renderer is a function of its arguments: it reads nothing and decides nothing.

mod command_result;
mod detail;
pub mod findings;
mod guard;
pub mod json;
mod paint;
mod renderer;
mod role;
mod screen;
mod style;
pub mod text;

pub use command_result::{CommandResult, ShownPlan, WriteJson, WriteText};
pub use detail::Detail;
pub use findings::{FINDING_FORMATS, FindingsFormat};
pub use guard::Guard;
pub use paint::{Paint, Plain};
pub use renderer::{ErrorWriter, Renderer};
pub use role::Role;
pub use screen::Screen;
pub use style::{Style, said};

/// The output formats that can show the result of every command.
pub static RENDERERS: &[&Renderer] = &[&text::RENDERER, &json::RENDERER];
