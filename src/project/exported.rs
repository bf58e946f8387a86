//! Requirements files that a tool wrote from other files: whether they still agree with these.
//!
//! They do not record what they were made from. So it is certain only that they disagree: what they leave open, a newer
//! release or what a package needs, cannot be seen without an index.

mod compiled;
mod of_lock;

use crate::formats::compiled::{CompiledBy, CompiledHeader};
use crate::formats::requirements_file::{self, RequirementEntry, RequirementsFile, RequirementsLine};
use crate::model::Freshness;
use crate::project::locks::LockInput;
use crate::python::Requirement;

/// Compares a requirements file with what it was made from: the inputs of its command, or the lock beside it. `None` if
/// no tool that is known wrote it. `Fresh` means that nothing contradicts it.
#[must_use]
pub fn exported_freshness(input: &LockInput<'_>) -> Option<Freshness> {
    let file = match requirements_file::parse(input.lock, &|_| None) {
        Ok(file) => file,
        Err(error) => return Some(Freshness::Unknown(format!("it cannot be read: {error}"))),
    };
    let header = file.compiled.as_ref()?;
    let result = match header.tool {
        CompiledBy::PipCompile | CompiledBy::UvPipCompile => compiled::compare(input, &file, header),
        CompiledBy::UvExport => of_lock::compare(input, &file, of_lock::SourceLock::Uv),
        CompiledBy::Pdm => of_lock::compare(input, &file, of_lock::SourceLock::Pdm),
        CompiledBy::Pipenv => of_lock::compare(input, &file, of_lock::SourceLock::Pipenv),
    };
    Some(result.unwrap_or_else(|other| other))
}

/// A requirement by name, with its line.
fn named(line: &RequirementsLine) -> Option<&Requirement> {
    match &line.entry {
        Ok(RequirementEntry::Named { requirement, .. }) => Some(requirement),
        _ => None,
    }
}

/// The version of a pin: `1.0` of `==1.0`.
fn pinned_version(requirement: &Requirement) -> Option<String> {
    match &requirement.wanted {
        crate::python::Wanted::Version(specifiers) if specifiers.is_pinned() => {
            Some(specifiers.to_string().trim_start_matches('=').trim().to_owned())
        }
        _ => None,
    }
}

/// Fails for a line that pip refuses.
fn expect_readable(file: &RequirementsFile, name: &str) -> Result<(), Freshness> {
    let wrong = file.lines.iter().find_map(|line| Some((line.line, line.entry.as_ref().err()?)));
    match wrong {
        Some((line, reason)) => Err(Freshness::Unknown(format!("`{name}:{line}` cannot be read: {reason}"))),
        None => Ok(()),
    }
}

/// The options of a command that take no part in what is compared here.
fn has_option(header: &CompiledHeader, name: &str) -> bool {
    header
        .words
        .iter()
        .any(|word| word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}

#[cfg(test)]
mod tests;
