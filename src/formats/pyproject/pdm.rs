//! The table `tool.pdm` (<https://pdm-project.org/latest/reference/pep621/>).

use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementFault, RequirementList, wrong_kind,
};
use crate::formats::located::{Located, Member, Value};
use crate::python::{Specifiers, normalised};

/// What `tool.pdm` says about requirements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PdmTable {
    /// `dev-dependencies`, by group.
    pub development: Vec<RequirementList>,
    /// `resolution.overrides`.
    pub overrides: Vec<DeclaredRequirement>,
    /// `resolution.excludes`: normalised names with their lines.
    pub excluded: Vec<(String, usize)>,
}

impl PdmTable {
    pub(super) fn read(pdm: &Value) -> Self {
        let overrides = pdm.at(&["resolution", "overrides"]).map(Value::members).unwrap_or_default();
        let excludes = match pdm.at(&["resolution", "excludes"]) {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        let name = |item: &Located| match &item.value {
            Value::Text(name) => Some((normalised(name), item.line)),
            _ => None,
        };
        Self {
            development: pdm.member("dev-dependencies").map(groups).unwrap_or_default(),
            overrides: overrides.iter().map(forced).collect(),
            excluded: excludes.iter().filter_map(name).collect(),
        }
    }
}

fn groups(member: &Member) -> Vec<RequirementList> {
    let group = |member: &Member| RequirementList {
        name: normalised(&member.key),
        line: member.line,
        requirements: match &member.value.value {
            Value::List(items) => items.iter().map(development).collect(),
            other => vec![wrong_kind(&member.key, member.line, "a list", other)],
        },
    };
    member.value.value.members().iter().map(group).collect()
}

/// A requirement of PEP 508, or `-e` with a path or URL, which has its name in the fragment
/// (<https://pdm-project.org/latest/usage/dependency/#editable-dependencies>).
fn development(item: &Located) -> DeclaredRequirement {
    let editable = match &item.value {
        Value::Text(text) => text.trim().strip_prefix("-e").map(|rest| (text, rest.trim())),
        _ => None,
    };
    let Some((text, source)) = editable.filter(|(_, source)| !source.is_empty()) else {
        return DeclaredRequirement::of_item(item);
    };
    let egg = source.split_once("#egg=").map(|(_, egg)| egg.split(['&', '[']).next().unwrap_or_default());
    let content = RequirementContent {
        name: egg.filter(|egg| !egg.is_empty()).map(str::to_owned),
        extras: Vec::new(),
        marker: None,
        source: DeclaredSource::direct(source.to_owned(), true),
    };
    DeclaredRequirement { line: item.line, text: text.clone(), content: Ok(content) }
}

/// A version, specifiers or a URL that replaces every requirement of a name
/// (<https://pdm-project.org/latest/usage/dependency/#dependency-overrides>).
fn forced(member: &Member) -> DeclaredRequirement {
    let Value::Text(text) = &member.value.value else {
        return wrong_kind(&member.key, member.value.line, "a string", &member.value.value);
    };
    let source = if text.contains("://") {
        Ok(DeclaredSource::direct(text.clone(), false))
    } else {
        let is_version = text.starts_with(|c: char| c.is_ascii_digit());
        let specifiers =
            if is_version { Specifiers::parse(&format!("=={text}")) } else { Specifiers::parse_poetry(text) };
        specifiers.map(DeclaredSource::Index).map_err(RequirementFault::Undecided)
    };
    let content = source.map(|source| RequirementContent {
        name: Some(member.key.clone()),
        extras: Vec::new(),
        marker: None,
        source,
    });
    DeclaredRequirement { line: member.value.line, text: format!("{} = \"{text}\"", member.key), content }
}
