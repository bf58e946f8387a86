//! The pins of a requirements file.

use std::collections::BTreeSet;

use crate::formats::compiled::CompiledHeader;
use crate::formats::requirements_file::{RequirementEntry, RequirementsFile, RequirementsLine};
use crate::message::{Message, message};
use crate::model::Freshness;
use crate::python::{Requirement, Wanted, normalised};

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

/// The normalised names that a file pins; `None` if it includes another file.
pub(super) fn names(file: &RequirementsFile) -> Option<BTreeSet<String>> {
    let includes = |line: &RequirementsLine| matches!(line.entry, Ok(RequirementEntry::Requirements(_)));
    let names = file.lines.iter().filter_map(named).map(|requirement| normalised(&requirement.name));
    (!file.lines.iter().any(includes)).then(|| names.collect())
}

/// Fails for a line that pip refuses.
pub(super) fn expect_readable(file: &RequirementsFile, name: &Message) -> Result<(), Freshness> {
    let wrong = file.lines.iter().find_map(|line| Some((line.line, line.entry.as_ref().err()?)));
    match wrong {
        Some((line, reason)) => {
            Err(Freshness::Unreadable(message!("`{}:{}` cannot be read: {}", name, line, reason)))
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

/// The values of options of a command, in order.
pub(super) fn option_values<'h>(header: &'h CompiledHeader, names: &[&str]) -> Vec<&'h str> {
    let mut words = header.words.iter().map(String::as_str);
    let mut values = Vec::new();
    while let Some(word) = words.next() {
        match word.split_once('=') {
            Some((name, value)) if names.contains(&name) => values.push(value),
            _ if names.contains(&word) => values.extend(words.next()),
            _ => {}
        }
    }
    values
}
