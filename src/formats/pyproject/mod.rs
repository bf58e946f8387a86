//! `pyproject.toml`: what a project asks for, in the standard tables and in those of uv, poetry and pdm
//! (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).

mod document;
mod groups;
mod own;
mod pdm;
mod poetry;
mod poetry_version;
mod standard;
mod uv;

pub use document::Pyproject;
pub use groups::{DependencyGroup, GroupItem, expand_group};
pub use own::{ComputedRequirements, GroupTool, OwnRequirements};
pub use pdm::PdmTable;
pub use poetry::{PoetryGroup, PoetryRequirement, PoetryTable};
pub use standard::{DynamicKey, SetuptoolsFile, StandardTable};
pub use uv::{DefaultGroups, UvSource, UvTable, UvWorkspace, with_sources};

#[cfg(test)]
mod tests;
