//! `setup.cfg`.

use super::choice::Choice;
use super::collection::{Collection, RequirementContext, RequirementRole};
use crate::formats::setup_cfg::SetupCfg;
use crate::model::Place;
use crate::path::RepoPath;
use crate::python::normalised;

/// Adds what the file asks for itself and for the extras that are wanted.
pub(super) fn add(collection: &mut Collection<'_>, file: &RepoPath, choice: &mut Choice) {
    let whole = Place { file: file.clone(), line: None };
    let Some(bytes) = collection.read(file, &whole) else { return };
    let read = SetupCfg::parse(&bytes);
    if read.malformed.is_some() {
        let place = Place { line: read.malformed, ..whole };
        collection.leave(&place, "it is no line of such a file, which tools refuse");
    }
    collection.packages.own_names.extend(read.name.as_deref().map(normalised));
    let base = collection.directory.clone();
    let context = RequirementContext { file, base: &base, role: RequirementRole::Requested, group: None };
    collection.add_all(context, read.dependencies);
    let extras = choice.possible_extras();
    for extra in read.extras.into_iter().filter(|extra| extras.contains(&extra.name)) {
        choice.found_extra(&extra.name);
        collection.add_all(RequirementContext { group: Some(&extra.name), ..context }, extra.requirements);
    }
}
