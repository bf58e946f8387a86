//! The pins of a requirements file.

use crate::formats::compiled::CompiledHeader;
use crate::formats::requirements_file::{RequirementEntry, RequirementsFile, RequirementsLine};
use crate::model::Freshness;
use crate::python::{Requirement, Wanted};

/// A requirement by name, with its line.
pub(super) fn named(line: &RequirementsLine) -> Option<&Requirement> {
    match &line.entry {
        Ok(RequirementEntry::Named { requirement, .. }) => Some(requirement),
        _ => None,
    }
}

/// The version of a pin: `1.0` of `==1.0`.
pub(super) fn pinned_version(requirement: &Requirement) -> Option<String> {
    match &requirement.wanted {
        Wanted::Version(specifiers) if specifiers.is_pinned() => {
            Some(specifiers.to_string().trim_start_matches('=').trim().to_owned())
        }
        _ => None,
    }
}

/// Fails for a line that pip refuses.
pub(super) fn expect_readable(file: &RequirementsFile, name: &str) -> Result<(), Freshness> {
    let wrong = file.lines.iter().find_map(|line| Some((line.line, line.entry.as_ref().err()?)));
    match wrong {
        Some((line, reason)) => {
            Err(Freshness::Unreadable(format!("`{name}:{line}` cannot be read: {reason}")))
        }
        None => Ok(()),
    }
}

/// Whether a command has an option.
pub(super) fn has_option(header: &CompiledHeader, name: &str) -> bool {
    header
        .words
        .iter()
        .any(|word| word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}
