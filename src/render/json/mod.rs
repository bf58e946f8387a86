//! JSON for programs: an envelope that all commands share, and one file per command with what only that one says.
//!
//! The schema in `tools/schema/` is generated from the structs of this folder, with the feature `schema`, which only tests
//! enable.

use crate::render::renderer::Renderer;

mod activate;
mod audit;
mod check;
mod ci;
mod cleanup;
mod commands;
mod config;
mod create;
mod envelope;
mod environment;
mod error;
mod escaped;
mod explain;
mod failure;
mod finding;
mod fix;
mod gate;
mod hooks;
mod install;
mod list;
mod lock;
mod log;
mod model_context;
mod notice;
mod outdated;
mod paths;
mod plan;
mod plugin;
mod program;
mod renewal;
mod restore;
#[cfg(feature = "schema")]
mod schema;
mod stats;
mod tidy;
mod timestamp;
mod tool;
mod tree;
mod r#use;

pub(super) use escaped::write as write_escaped;
pub use model_context::model_context_tools;
pub use plan::plan_id;
pub use program::program;

pub(super) static RENDERER: Renderer = Renderer {
    name: "json",
    render: |result, _, out| result.write_json(out),
    error: Some(error::write_error),
};

/// The section of each command that has one, for the schema.
#[cfg(feature = "schema")]
static SECTIONS: &[schema::SectionSchema] = &[
    schema::of::<activate::ActivateSection>,
    schema::of::<audit::AuditSection>,
    schema::of::<ci::CiSection>,
    schema::of::<cleanup::CleanupSection>,
    schema::of::<commands::CommandsSection>,
    schema::of::<config::ConfigSection>,
    schema::of::<create::CreateSection>,
    schema::of::<explain::ExplainSection>,
    schema::of::<fix::FixSection>,
    schema::of::<hooks::HooksSection>,
    schema::of::<install::InstallSection>,
    schema::of::<list::ListSection>,
    schema::of::<lock::LockSection>,
    schema::of::<log::LogSection>,
    schema::of::<notice::NoticeSection>,
    schema::of::<plugin::PluginSection>,
    schema::of::<outdated::OutdatedSection>,
    schema::of::<restore::RestoreSection>,
    schema::of::<stats::StatsSection>,
    schema::of::<tidy::TidySection>,
    schema::of::<tool::ToolSection>,
    schema::of::<tree::TreeSection>,
    schema::of::<r#use::UseSection>,
];

/// Returns the JSON Schema of all results (draft 2020-12), as it is published in `tools/schema/result.json`.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> String {
    schema::with_sections(SECTIONS)
}

/// Returns the JSON Schema of the document that describes the program, as it is published in `tools/schema/tool.json`.
#[cfg(feature = "schema")]
#[must_use]
pub fn program_schema() -> String {
    program::pretty(&schemars::SchemaGenerator::default().into_root_schema_for::<program::ToolDocument>())
}
