//! The table `tool.uv` (<https://docs.astral.sh/uv/reference/settings/>).

use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementFault, both_markers, requirement_list,
};
use crate::formats::located::{Located, Member, Value};
use crate::python::{Marker, normalised};

/// What `tool.uv` says about requirements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UvTable {
    /// `dev-dependencies`, the older form of the dependency group `dev`.
    pub development: Vec<DeclaredRequirement>,
    /// `default-groups`.
    pub default_groups: DefaultGroups,
    /// `constraint-dependencies`.
    pub constraints: Vec<DeclaredRequirement>,
    /// `override-dependencies`.
    pub overrides: Vec<DeclaredRequirement>,
    /// `exclude-dependencies`: normalised names with their lines.
    pub excluded: Vec<(String, usize)>,
    /// `sources`.
    pub sources: Vec<UvSource>,
    /// `workspace`: this is the root of one.
    pub workspace: Option<UvWorkspace>,
    /// `package`: whether the project itself is built and installed.
    pub package: Option<bool>,
}

/// The dependency groups that are installed unless something else is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DefaultGroups {
    /// Nothing is said: `dev`, if there is one.
    #[default]
    Usual,
    /// `"all"`.
    All,
    /// These, normalised.
    Named(Vec<String>),
}

/// The projects of a workspace, as patterns of directories (<https://docs.astral.sh/uv/concepts/projects/workspaces/>).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UvWorkspace {
    /// Patterns of members.
    pub members: Vec<String>,
    /// Patterns of directories that are none.
    pub exclude: Vec<String>,
}

/// Where uv takes a package from (<https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources>).
#[derive(Debug, Clone, PartialEq)]
pub struct UvSource {
    /// The name of the package, normalised.
    pub name: String,
    /// Only where this holds.
    pub marker: Option<Marker>,
    /// Only for the requirements of this extra, normalised.
    pub extra: Option<String>,
    /// Only for the requirements of this dependency group, normalised.
    pub group: Option<String>,
    origin: UvOrigin,
}

/// The kind of a source.
#[derive(Debug, Clone, PartialEq)]
enum UvOrigin {
    /// An index, perhaps a certain one.
    Index,
    /// Another place.
    Source(DeclaredSource),
    /// It is not known what is installed, for this reason.
    Unknown(String),
}

impl UvTable {
    /// Reads the table, which the metadata of a script may have too.
    #[must_use]
    pub fn read(uv: &Value) -> Self {
        let list = |key: &str| uv.member(key).map(|member| plain_list(&member.key, &member.value));
        let boolean = |key: &str| match uv.at(&[key]) {
            Some(Value::Boolean(value)) => Some(*value),
            _ => None,
        };
        Self {
            development: uv
                .member("dev-dependencies")
                .map(|member| requirement_list(&member.key, &member.value))
                .unwrap_or_default(),
            default_groups: uv.at(&["default-groups"]).map(default_groups).unwrap_or_default(),
            constraints: list("constraint-dependencies").unwrap_or_default(),
            overrides: list("override-dependencies").unwrap_or_default(),
            excluded: uv.member("exclude-dependencies").map(excluded).unwrap_or_default(),
            sources: uv.member("sources").map(sources).unwrap_or_default(),
            workspace: uv.at(&["workspace"]).filter(|value| matches!(value, Value::Table(_))).map(workspace),
            package: boolean("package"),
        }
    }
}

/// As [`requirement_list`], but forms that are not PEP 508 may be some that newer versions of uv accept.
fn plain_list(key: &str, value: &Located) -> Vec<DeclaredRequirement> {
    let known = |requirement: DeclaredRequirement| match requirement.content {
        Err(RequirementFault::Invalid(reason)) if requirement.text.is_empty() => {
            DeclaredRequirement { content: Err(RequirementFault::Undecided(reason)), ..requirement }
        }
        _ => requirement,
    };
    requirement_list(key, value).into_iter().map(known).collect()
}

fn default_groups(value: &Value) -> DefaultGroups {
    match value {
        Value::Text(all) if all == "all" => DefaultGroups::All,
        Value::List(_) => DefaultGroups::Named(texts(value).map(|(name, _)| normalised(name)).collect()),
        _ => DefaultGroups::Usual,
    }
}

/// The strings of a list, with their lines.
fn texts(value: &Value) -> impl Iterator<Item = (&str, usize)> {
    let items = match value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(|item| match &item.value {
        Value::Text(text) => Some((text.as_str(), item.line)),
        _ => None,
    })
}

fn excluded(member: &Member) -> Vec<(String, usize)> {
    texts(&member.value.value).map(|(name, line)| (normalised(name), line)).collect()
}

fn workspace(table: &Value) -> UvWorkspace {
    let patterns = |key: &str| {
        let list = table.at(&[key]);
        list.map(|list| texts(list).map(|(text, _)| text.to_owned()).collect()).unwrap_or_default()
    };
    UvWorkspace { members: patterns("members"), exclude: patterns("exclude") }
}

fn sources(member: &Member) -> Vec<UvSource> {
    let of_package = |member: &Member| {
        let name = normalised(&member.key);
        match &member.value.value {
            Value::List(items) => items.iter().map(|item| source(&name, &item.value)).collect(),
            value => vec![source(&name, value)],
        }
    };
    member.value.value.members().iter().flat_map(of_package).collect()
}

fn source(name: &str, table: &Value) -> UvSource {
    let text = |key: &str| table.text_at(&[key]);
    let marker = text("marker").map(|marker| Marker::parse(&marker)).transpose();
    let origin = match &marker {
        Ok(_) => origin(table),
        Err(reason) => UvOrigin::Unknown(format!("the marker of its source is not valid: {reason}")),
    };
    UvSource {
        name: name.to_owned(),
        marker: marker.ok().flatten(),
        extra: text("extra").map(|extra| normalised(&extra)),
        group: text("group").map(|group| normalised(&group)),
        origin,
    }
}

fn origin(table: &Value) -> UvOrigin {
    let text = |key: &str| table.text_at(&[key]);
    let boolean = |key: &str| match table.at(&[key]) {
        Some(Value::Boolean(value)) => Some(*value),
        _ => None,
    };
    let is_editable = boolean("editable");
    if boolean("package") == Some(false) {
        return UvOrigin::Unknown(
            "with `package = false` only the requirements of the project are installed".to_owned(),
        );
    }
    if let Some(url) = text("git") {
        let revision = ["rev", "tag", "branch"].into_iter().find_map(text);
        let subdirectory = text("subdirectory");
        return UvOrigin::Source(DeclaredSource::Repository {
            vcs: "git",
            url,
            revision,
            subdirectory,
            is_editable: false,
        });
    }
    if let Some(url) = text("url") {
        let source = match text("subdirectory") {
            Some(subdirectory) => format!("{url}#subdirectory={subdirectory}"),
            None => url,
        };
        return UvOrigin::Source(DeclaredSource::direct(source, false));
    }
    if let Some(source) = text("path") {
        let is_editable = is_editable.unwrap_or(false);
        return UvOrigin::Source(DeclaredSource::direct(source, is_editable));
    }
    match (boolean("workspace"), text("index")) {
        (Some(true), _) => {
            UvOrigin::Source(DeclaredSource::Member { is_editable: is_editable.unwrap_or(true) })
        }
        (Some(false), _) | (None, Some(_)) => UvOrigin::Index,
        (None, None) => UvOrigin::Unknown("its source in `tool.uv.sources` is of no known kind".to_owned()),
    }
}

impl UvSource {
    /// The same source, for the projects of a workspace whose root names it: a path is relative to the root, which is in
    /// this directory.
    #[must_use]
    pub fn of_root(&self, directory: &str) -> Self {
        let origin = match &self.origin {
            UvOrigin::Source(DeclaredSource::Direct { source, is_editable, .. })
                if !source.contains("://") && !source.starts_with('/') =>
            {
                let source = format!("{directory}/{source}");
                UvOrigin::Source(DeclaredSource::direct(source, *is_editable))
            }
            other => other.clone(),
        };
        Self { origin, ..self.clone() }
    }
}

/// The requirements with the sources that uv uses for them. The requirements are those of this extra or dependency group,
/// or of the project itself.
///
/// Where a source has a condition, there is a requirement of the source under this condition, and one of the version
/// alone: uv takes the package from the index where no condition holds, and refuses a source with another version.
#[must_use]
pub fn with_sources(
    requirements: Vec<DeclaredRequirement>,
    sources: &[UvSource],
    extra: Option<&str>,
    group: Option<&str>,
) -> Vec<DeclaredRequirement> {
    if sources.is_empty() {
        return requirements;
    }
    let applies = |of: &Option<String>, here: Option<&str>| of.is_none() || of.as_deref() == here;
    let with = |requirement: DeclaredRequirement| {
        let name = requirement.name().map(normalised);
        let matching = |source: &&UvSource| {
            Some(&source.name) == name.as_ref()
                && applies(&source.extra, extra)
                && applies(&source.group, group)
        };
        with_source(requirement, &sources.iter().filter(matching).collect::<Vec<_>>())
    };
    requirements.into_iter().flat_map(with).collect()
}

fn with_source(requirement: DeclaredRequirement, sources: &[&UvSource]) -> Vec<DeclaredRequirement> {
    let Ok(content) = &requirement.content else { return vec![requirement] };
    let DeclaredSource::Index(specifiers) = &content.source else { return vec![requirement] };
    if sources.is_empty() {
        return vec![requirement];
    }
    if let Some(reason) = sources.iter().find_map(|source| match &source.origin {
        UvOrigin::Unknown(reason) => Some(reason),
        _ => None,
    }) {
        return vec![DeclaredRequirement::undecided(requirement.line, &requirement.text, reason)];
    }
    let depends = |source: &&&UvSource| source.marker.is_some() || source.origin == UvOrigin::Index;
    let says_version = !specifiers.is_any() || sources.iter().any(|source| depends(&source));
    let from = |source: &&UvSource| match &source.origin {
        UvOrigin::Source(origin) => Some(DeclaredRequirement {
            content: both_markers(content.marker.as_ref(), source.marker.as_ref())
                .map(|marker| RequirementContent { marker, source: origin.clone(), ..content.clone() }),
            ..requirement.clone()
        }),
        UvOrigin::Index | UvOrigin::Unknown(_) => None,
    };
    let version = says_version.then(|| requirement.clone());
    version.into_iter().chain(sources.iter().filter_map(from)).collect()
}
