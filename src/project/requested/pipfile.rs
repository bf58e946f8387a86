//! `Pipfile`.

use super::choice::Choice;
use super::collection::{Collection, RequirementContext, RequirementRole};
use crate::formats::pipfile::{self, DEFAULT_CATEGORY};
use crate::model::Place;
use crate::path::RepoPath;
use crate::python::normalised;

/// The category of packages for development, which has other names on the command line and in the lock.
const DEVELOPMENT: (&str, [&str; 3]) = ("dev-packages", ["dev-packages", "develop", "dev"]);

/// Adds the packages that are always installed and those of the groups that are wanted.
pub(super) fn add(collection: &mut Collection<'_>, file: &RepoPath, choice: &mut Choice) {
    let Some(bytes) = collection.read(file, &Place { file: file.clone(), line: None }) else { return };
    let categories = match pipfile::parse(&bytes) {
        Ok(categories) => categories,
        Err(error) => return collection.refuse_file(file, &error),
    };
    let base = collection.directory.clone();
    let context = RequirementContext { file, base: &base, role: RequirementRole::Requested, group: None };
    for category in categories {
        let is_named = |group: &String| {
            normalised(&category.name) == *group
                || (category.name == DEVELOPMENT.0 && DEVELOPMENT.1.contains(&group.as_str()))
        };
        let named: Vec<String> = choice.possible_groups().into_iter().filter(is_named).collect();
        named.iter().for_each(|group| choice.found_group(group));
        if category.name == DEFAULT_CATEGORY {
            collection.add_all(context, category.requirements);
        } else if !named.is_empty() {
            collection.add_all(
                RequirementContext { group: Some(&category.name), ..context },
                category.requirements,
            );
        }
    }
}
