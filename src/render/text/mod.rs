//! Text for people at a terminal: one file per command, and the parts that several commands share.

use std::io::{self, Write};

use crate::render::command_result::WriteText as _;
use crate::render::style::Style;
use crate::render::{Outcome, Renderer};

mod activate;
mod check;
mod config;
mod create;
mod error;
mod explain;
mod finding;
mod fix;
mod gate;
mod hooks;
mod list;
mod notes;
mod table;
mod r#use;

pub use error::write_error;

pub(super) static RENDERER: Renderer = Renderer { name: "text", render, error: None };

fn render(outcome: &Outcome<'_>, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    match outcome {
        Outcome::Report(report) => report.write_text(style, out),
        Outcome::Listing(listing) => listing.write_text(style, out),
        Outcome::Gate(gate) => gate.write_text(style, out),
        Outcome::Hooks(report) => report.write_text(style, out),
        Outcome::FixPlan(plan) => plan.write_text(style, out),
        Outcome::Fixed(result) => result.write_text(style, out),
        Outcome::Created(creation) => creation.write_text(style, out),
        Outcome::Settings(report) => report.write_text(style, out),
        Outcome::Rules(explanation) => explanation.write_text(style, out),
        Outcome::Activation(activation) => activation.write_text(style, out),
        Outcome::Use(report) => report.write_text(style, out),
    }
}
