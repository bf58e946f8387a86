//! The tools of a repository: which ones `tools/registry.json` names, what each runs, and what arguments it takes. Nothing
//! here runs anything, and whether the user trusts a tool is asked elsewhere: see [`crate::trust`].

mod arguments;
mod registry;
mod repository_tool;

pub use arguments::require_accepted;
pub use registry::ToolRegistry;
pub use repository_tool::{RepositoryTool, ToolProgram};
