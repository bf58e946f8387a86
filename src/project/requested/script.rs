//! A script with its requirements in a comment.

use super::collection::{Collection, RequirementContext, RequirementRole};
use crate::formats::declared_requirement::{DeclaredRequirement, RequirementContent, RequirementFault};
use crate::formats::pyproject::{UvTable, with_sources};
use crate::formats::script_metadata::{self, ScriptDependency};
use crate::model::Place;
use crate::path::RepoPath;

/// Adds what the script asks for; one without metadata asks for nothing.
pub(super) fn add(collection: &mut Collection<'_>, file: &RepoPath) {
    let Some(bytes) = collection.read(file, &Place { file: file.clone(), line: None }) else { return };
    let metadata = match script_metadata::parse(&bytes) {
        Ok(Some(metadata)) => metadata,
        Ok(None) => return,
        Err(error) => return collection.refuse_file(file, &error),
    };
    let uv = metadata.uv.map(|table| UvTable::read(&table.value)).unwrap_or_default();
    let declared = metadata.dependencies.into_iter().map(|ScriptDependency { line, text, requirement }| {
        let content = requirement.map(RequirementContent::of_requirement).map_err(RequirementFault::Invalid);
        DeclaredRequirement { line, text, content }
    });
    let requirements = with_sources(declared.collect(), &uv.sources, None, None);
    let base = file.parent().unwrap_or_default().to_path(collection.top);
    let context = RequirementContext { file, base: &base, role: RequirementRole::Requested, group: None };
    collection.add_all(context, requirements);
    collection.add_all(RequirementContext { role: RequirementRole::Constraint, ..context }, uv.constraints);
    collection.add_all(RequirementContext { role: RequirementRole::Override, ..context }, uv.overrides);
}
