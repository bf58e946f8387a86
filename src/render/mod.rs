//! Results to bytes. A renderer is a function of what it is given: it asks nothing and decides nothing.

use std::io::{self, Write};

use crate::error::Error;
use crate::model::{
    Activation, Creation, FixPlan, FixResult, Gate, HookReport, Listing, Report, RuleInfo, UseReport,
};

mod create;
mod fix;
pub mod gate;
pub mod json;
pub mod text;

/// What a piece of text is, for whoever colours it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The word `error` and what belongs to it.
    Error,
    /// The word `warning` and what belongs to it.
    Warning,
    /// The word `info` or `note`.
    Info,
    /// Something to type.
    Command,
    /// A headline.
    Heading,
    /// A detail that may fade.
    Detail,
}

/// Colours text, or leaves it as it is. Everything is readable without.
pub trait Paint {
    /// Colours a piece of text for its role.
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

/// How much a text renderer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Only what counts.
    Quiet,
    /// What people want to read.
    #[default]
    Normal,
    /// Also everything that was looked at, and why.
    Verbose,
}

/// One setting, as `config` shows it.
#[derive(Debug, Clone)]
pub struct SettingRow {
    /// Its name.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// What an empty value means, in a word.
    pub empty: &'static str,
    /// Where the value came from.
    pub origin: String,
    /// What it does.
    pub about: &'static str,
}

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
    Settings(&'r [SettingRow]),
    /// Of `explain`.
    Rules(&'r [&'static RuleInfo]),
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

/// How text is to look.
pub struct Style<'p> {
    /// The colours.
    pub paint: &'p dyn Paint,
    /// How much to say.
    pub detail: Detail,
    /// What is known of the width of what it is written to.
    pub screen: Screen,
}

/// How wide lines may be, and how wide text is.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns of the terminal; `None` where lines may have any length.
    pub columns: Option<usize>,
    /// How many columns a text takes that has no control characters.
    pub width_of: fn(&str) -> usize,
}

impl Default for Screen {
    /// Lines of any length, one column for each character.
    fn default() -> Self {
        Self { columns: None, width_of: |text| text.chars().count() }
    }
}

/// Every output format.
pub static RENDERERS: &[&Renderer] = &[&text::RENDERER, &json::RENDERER];

/// Finds an output format by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Renderer> {
    RENDERERS.iter().find(|renderer| renderer.name == name).copied()
}
