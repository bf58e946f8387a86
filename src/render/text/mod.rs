//! Text for people at a terminal: one file per command, and the parts that several commands share.

use std::io::{self, Write};

use wrap::{RememberingPaint, Wrapping};

use crate::render::command_result::WriteText;
use crate::render::renderer::Renderer;
use crate::render::style::Style;

mod activate;
mod audit;
mod check;
mod ci;
mod cleanup;
mod commands;
mod config;
mod create;
mod error;
mod explain;
mod finding;
mod fix;
mod gate;
mod gate_environments;
mod gate_locks;
mod gate_received;
mod hooks;
mod install;
mod list;
mod lock;
mod log;
mod looked_at;
mod notes;
mod notice;
mod outdated;
mod plan;
mod plugin;
mod renewal;
mod restore;
mod stats;
mod table;
mod tidy;
mod tool;
mod tree;
mod tree_graph;
mod r#use;
mod wrap;

pub use error::write_error;

pub(super) static RENDERER: Renderer =
    Renderer { name: "text", render: |result, style, out| write(result, style, out), error: None };

/// Writes a result as text. Lines that are wider than the terminal are broken between words, but no command.
///
/// # Errors
/// Whatever writing fails with.
pub fn write(result: &dyn WriteText, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if style.screen.columns.is_none() || result.is_verbatim() {
        return result.write_text(style, out);
    }
    let paint = RememberingPaint::new(style.paint);
    let mut out = Wrapping::new(out, style.screen, &paint);
    result.write_text(&Style { paint: &paint, ..*style }, &mut out)?;
    out.flush()
}
