//! Text for people at a terminal: one file per command, and the parts that several commands share.

use crate::render::renderer::Renderer;

mod activate;
mod check;
mod cleanup;
mod config;
mod create;
mod error;
mod explain;
mod finding;
mod fix;
mod gate;
mod gate_locks;
mod hooks;
mod install;
mod list;
mod log;
mod notes;
mod renewal;
mod restore;
mod stats;
mod table;
mod tidy;
mod r#use;

pub use error::write_error;

pub(super) static RENDERER: Renderer =
    Renderer { name: "text", render: |result, style, out| result.write_text(style, out), error: None };
