//! `environment.yml`.

use super::collection::{Collection, RequirementRole};
use super::requirements::RequirementsWalk;
use crate::formats::environment_yml::EnvironmentYml;
use crate::formats::requirements_file;
use crate::model::{Place, Requested, What};
use crate::path::RepoPath;

/// Adds the packages of conda, and what its list for pip asks for.
pub(super) fn add(collection: &mut Collection<'_>, file: &RepoPath) {
    let whole = Place { file: file.clone(), line: None };
    let Some(bytes) = collection.read(file, &whole) else { return };
    let read = match EnvironmentYml::parse(&bytes) {
        Ok(read) => read,
        Err(error) => {
            // conda reads YAML in its own way, so this is no proof that it would refuse the file.
            let place = Place { line: error.line, ..whole };
            return collection.leave(&place, error.reason);
        }
    };
    for (line, reason) in read.unread {
        collection.leave(&Place { line: Some(line), ..whole.clone() }, reason);
    }
    let asked = read.packages.into_iter().map(|package| Requested {
        place: Place { line: Some(package.line), ..whole.clone() },
        text: package.text,
        what: What::CondaPackage {
            name: package.name,
            specification: package.specification,
            channel: package.channel,
        },
        marker: None,
        group: None,
    });
    collection.packages.requested.extend(asked);
    let env = collection.env;
    let variable = |name: &str| env.text(name).map(str::to_owned);
    for line in read.pip {
        // conda gives the list to pip as a file beside this one.
        match requirements_file::parse(line.text.as_bytes(), &variable) {
            Ok(mut parsed) => {
                parsed.lines.iter_mut().for_each(|parsed| parsed.line = line.line);
                RequirementsWalk::new(collection).add_lines(file, parsed.lines, RequirementRole::Requested);
            }
            Err(error) => {
                let place = Place { line: Some(line.line), ..whole.clone() };
                collection.refuse(&place, error.into_inner().reason);
            }
        }
    }
}
