//! The table `tool.poetry` (<https://python-poetry.org/docs/pyproject/>).

use super::poetry_version::python_marker;
use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementFault, both_markers,
    of_version_or_table, wrong_kind,
};
use crate::formats::located::{Located, Member, Value};
use crate::python::{Marker, Specifiers, normalised};

/// What `tool.poetry` says about requirements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PoetryTable {
    /// `dependencies`, without Python itself.
    pub dependencies: Vec<PoetryRequirement>,
    /// `group`, and `dev-dependencies` as the group `dev`.
    pub groups: Vec<PoetryGroup>,
    /// `extras`: normalised names, each with the normalised names of the optional dependencies in it.
    pub extras: Vec<(String, Vec<String>)>,
}

/// A requirement of poetry.
#[derive(Debug, Clone, PartialEq)]
pub struct PoetryRequirement {
    /// The requirement.
    pub requirement: DeclaredRequirement,
    /// It is installed only for an extra.
    pub is_optional: bool,
}

/// A group of poetry (<https://python-poetry.org/docs/managing-dependencies/#dependency-groups>).
#[derive(Debug, Clone, PartialEq)]
pub struct PoetryGroup {
    /// The name, normalised.
    pub name: String,
    /// The line of the name, counted from 1.
    pub line: usize,
    /// It is installed only when asked for.
    pub is_optional: bool,
    /// The requirements.
    pub requirements: Vec<DeclaredRequirement>,
    /// The groups that it includes, normalised.
    pub includes: Vec<String>,
    /// The key that declares it, for messages.
    pub key: &'static str,
}

/// The keys of a dependency that change nothing about what is installed.
const WITHOUT_EFFECT: [&str; 3] = ["source", "allow-prereleases", "allows-prereleases"];

impl PoetryTable {
    pub(super) fn read(poetry: &Value) -> Self {
        let dependencies = poetry.member("dependencies").map(requirements).unwrap_or_default();
        let mut groups: Vec<PoetryGroup> = poetry
            .at(&["group"])
            .map(|groups| groups.members().iter().map(group).collect())
            .unwrap_or_default();
        if let Some(member) = poetry.member("dev-dependencies") {
            let requirements = plain(requirements(member));
            match groups.iter_mut().find(|group| group.name == "dev") {
                Some(group) => group.requirements.extend(requirements),
                None => groups.push(PoetryGroup {
                    name: "dev".to_owned(),
                    line: member.line,
                    is_optional: false,
                    requirements,
                    includes: Vec::new(),
                    key: "tool.poetry.dev-dependencies",
                }),
            }
        }
        let extras = poetry.at(&["extras"]).map(|extras| extras.members().iter().map(extra).collect());
        Self { dependencies, groups, extras: extras.unwrap_or_default() }
    }
}

fn plain(requirements: Vec<PoetryRequirement>) -> Vec<DeclaredRequirement> {
    requirements.into_iter().map(|requirement| requirement.requirement).collect()
}

fn group(member: &Member) -> PoetryGroup {
    let table = &member.value.value;
    let includes = match table.at(&["include-groups"]) {
        Some(Value::List(items)) => items.iter().filter_map(text_of).map(normalised).collect(),
        _ => Vec::new(),
    };
    PoetryGroup {
        name: normalised(&member.key),
        line: member.line,
        is_optional: matches!(table.at(&["optional"]), Some(Value::Boolean(true))),
        requirements: table
            .member("dependencies")
            .map(|member| plain(requirements(member)))
            .unwrap_or_default(),
        includes,
        key: "tool.poetry.group",
    }
}

fn text_of(item: &Located) -> Option<&str> {
    match &item.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn extra(member: &Member) -> (String, Vec<String>) {
    let names = match &member.value.value {
        Value::List(items) => items.iter().filter_map(text_of).map(name_alone).collect(),
        _ => Vec::new(),
    };
    (normalised(&member.key), names)
}

/// The name in an entry of an extra, which may have its own extras or a version: `name[extra]`, `name (>=1)`.
fn name_alone(text: &str) -> String {
    normalised(text.split(|c: char| "[ (<>=!~;".contains(c)).next().unwrap_or_default().trim())
}

fn requirements(member: &Member) -> Vec<PoetryRequirement> {
    let of_package = |member: &Member| match &member.value.value {
        _ if normalised(&member.key) == "python" => Vec::new(),
        Value::List(items) => items.iter().map(|item| requirement(&member.key, item)).collect(),
        _ => vec![requirement(&member.key, &member.value)],
    };
    match &member.value.value {
        Value::Table(members) => members.iter().flat_map(of_package).collect(),
        other => vec![PoetryRequirement {
            requirement: wrong_kind(&member.key, member.line, "a table", other),
            is_optional: false,
        }],
    }
}

fn requirement(name: &str, value: &Located) -> PoetryRequirement {
    let is_optional = matches!(value.value.at(&["optional"]), Some(Value::Boolean(true)));
    let text = match &value.value {
        Value::Text(version) => format!("{name} = \"{version}\""),
        table => {
            table.text_at(&["version"]).map_or(name.to_owned(), |version| format!("{name} = \"{version}\""))
        }
    };
    let requirement = DeclaredRequirement { line: value.line, text, content: content(name, &value.value) };
    PoetryRequirement { requirement, is_optional }
}

fn content(name: &str, value: &Value) -> Result<RequirementContent, RequirementFault> {
    of_version_or_table(name, value, index, marker, source)
}

fn index(version: &str) -> Result<DeclaredSource, RequirementFault> {
    Specifiers::parse_poetry(version).map(DeclaredSource::Index).map_err(RequirementFault::Invalid)
}

/// The marker of a table: of `markers`, `python` and `platform` together.
fn marker(table: &Value) -> Result<Option<Marker>, RequirementFault> {
    let text = |key: &str| table.text_at(&[key]);
    let own = text("markers").map(|marker| Marker::parse(&marker)).transpose();
    let own = own.map_err(RequirementFault::Invalid)?;
    let python = text("python").map(|python| python_marker(&python)).transpose()?.flatten();
    let platform = text("platform").map(|platform| platform_marker(&platform)).transpose()?;
    both_markers(both_markers(own.as_ref(), python.as_ref())?.as_ref(), platform.as_ref())
}

fn platform_marker(platform: &str) -> Result<Marker, RequirementFault> {
    let is_plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
    let (operator, name) = match platform.strip_prefix("!=") {
        Some(name) => ("!=", name.trim()),
        None => ("==", platform.trim_start_matches('=').trim()),
    };
    if !is_plain(name) {
        return Err(RequirementFault::Undecided(format!("the platform `{platform}` is not compared")));
    }
    Marker::parse(&format!("sys_platform {operator} \"{name}\"")).map_err(RequirementFault::Undecided)
}

fn source(table: &Value) -> Result<DeclaredSource, RequirementFault> {
    let text = |key: &str| table.text_at(&[key]);
    let is_editable = matches!(table.at(&["develop"]), Some(Value::Boolean(true)));
    let subdirectory = text("subdirectory");
    if let Some(url) = text("git") {
        let revision = ["rev", "tag", "branch"].into_iter().find_map(text);
        return Ok(DeclaredSource::Repository { vcs: "git", url, revision, subdirectory, is_editable });
    }
    if let Some(source) = text("path").or_else(|| text("file")).or_else(|| text("url")) {
        return Ok(DeclaredSource::Direct { source, subdirectory, is_editable, hashes: Vec::new() });
    }
    match text("version") {
        Some(version) => index(&version),
        // What only describes another entry of the same name, or comes from a certain index, may be of any version.
        None if table.members().iter().any(|member| WITHOUT_EFFECT.contains(&member.key.as_str())) => {
            index("*")
        }
        None => {
            Err(RequirementFault::Undecided("it has no version and no source of a known kind".to_owned()))
        }
    }
}
