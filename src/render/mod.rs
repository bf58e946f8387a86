//! Results to bytes. A renderer is a function of its arguments: it reads nothing and decides nothing.

use std::io::{self, Write};

use crate::error::Error;
use crate::model::{
    Activation, Creation, Explanation, FixPlan, FixResult, Gate, HookReport, Listing, Report, SettingsReport,
    UseReport,
};

mod command_result;
mod create;
mod detail;
mod fix;
pub mod json;
mod paint;
mod role;
mod screen;
mod style;
pub mod text;

pub use command_result::WriteText;
pub use detail::Detail;
pub use paint::{Paint, Plain};
pub use role::Role;
pub use screen::Screen;
pub use style::Style;

/// A result that every output format can show.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'r> {
    /// Of `check`.
    Report(&'r Report),
    /// Of `list`.
    Listing(&'r Listing),
    /// Of `hook run`.
    Gate(&'r Gate),
    /// Of `hook install`, `hook uninstall` and `hook status`.
    Hooks(&'r HookReport),
    /// Of `fix`, before it changes anything. Formats that are one document leave it out.
    FixPlan(&'r FixPlan),
    /// Of `fix`, at its end.
    Fixed(&'r FixResult),
    /// Of `create`.
    Created(&'r Creation),
    /// Of `config`.
    Settings(&'r SettingsReport),
    /// Of `explain`.
    Rules(&'r Explanation),
    /// Of `activate`.
    Activation(&'r Activation),
    /// Of `use`.
    Use(&'r UseReport),
}

/// Writes the error of a command in some format.
pub type ErrorWriter = fn(command: &str, &Error, &mut dyn Write) -> io::Result<()>;

/// One output format.
pub struct Renderer {
    /// The name that `--output` takes.
    pub name: &'static str,
    /// Writes a result.
    pub render: fn(&Outcome<'_>, &Style<'_>, &mut dyn Write) -> io::Result<()>,
    /// Writes an error, where the format has a place for it; text errors go to standard error instead.
    pub error: Option<ErrorWriter>,
}

/// Every output format.
pub static RENDERERS: &[&Renderer] = &[&text::RENDERER, &json::RENDERER];

/// Finds an output format by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Renderer> {
    RENDERERS.iter().find(|renderer| renderer.name == name).copied()
}
