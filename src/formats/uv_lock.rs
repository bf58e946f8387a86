//! `uv.lock` (<https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>): the resolved graph of packages, and what
//! it was resolved from.

use super::fields::{Fields, text_of, texts_of, wrong};
use super::located::{Located, Value};
use super::text::{ParseError, utf8};
use super::toml;

/// What uv recorded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UvLock {
    /// The version of the format; files of another cannot be understood.
    pub version: String,
    /// What has been added to the format since, which earlier versions of uv ignore.
    pub revision: u64,
    /// The Python versions that it is for.
    pub requires_python: String,
    /// The markers of the environments that it is for; none for all.
    pub supported_markers: Vec<String>,
    /// The markers of environments that have to be installable.
    pub required_markers: Vec<String>,
    /// Extras and groups that exclude each other, as the sets of `tool.uv.conflicts`.
    pub conflicts: Vec<Vec<UvConflict>>,
    /// `[options]`, as key and value.
    pub options: Vec<(String, Value)>,
    /// The members of the workspace; none for a single project.
    pub members: Vec<String>,
    /// What else `[manifest]` has, as key and value.
    pub manifest: Vec<(String, Value)>,
    /// The locked packages, in the order of the file.
    pub packages: Vec<UvPackage>,
}

/// An extra or group in a set of conflicts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UvConflict {
    /// The project that has it; `None` in a manifest for the project itself.
    pub package: Option<String>,
    /// The extra.
    pub extra: Option<String>,
    /// The group.
    pub group: Option<String>,
}

/// A locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UvPackage {
    /// The line of its table, counted from 1.
    pub line: usize,
    /// Its normalised name.
    pub name: String,
    /// Its version; `None` if that is not static.
    pub version: Option<String>,
    /// Where it comes from.
    pub source: LockedSource,
    /// The markers of the forks of the resolution that it is part of; none for all.
    pub resolution_markers: Vec<String>,
    /// What it needs.
    pub dependencies: Vec<UvDependency>,
    /// What its extras need.
    pub optional_dependencies: Vec<(String, Vec<UvDependency>)>,
    /// What its groups need.
    pub dev_dependencies: Vec<(String, Vec<UvDependency>)>,
    /// `default-groups` as recorded since revision 5.
    pub default_groups: Option<UvGroups>,
    /// The Python versions that groups are for, as recorded since revision 5 for those that are not for all.
    pub group_pythons: Vec<(String, String)>,
    /// What it was locked from; `None` for what does not change, and where uv was told to leave it out.
    pub metadata: Option<UvMetadata>,
}

/// Groups that are installed by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UvGroups {
    /// `"all"`.
    All,
    /// These.
    Named(Vec<String>),
}

/// Where a package comes from: the kind (`registry`, `git`, `url`, `path`, `directory`, `editable`, `virtual`), and its URL
/// or path relative to the lock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockedSource {
    /// The kind.
    pub kind: String,
    /// The URL or path.
    pub location: String,
    /// The directory of the package in it.
    pub subdirectory: Option<String>,
}

/// An edge of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UvDependency {
    /// The line, counted from 1.
    pub line: usize,
    /// The name of the package.
    pub name: String,
    /// Its version, where several are locked.
    pub version: Option<String>,
    /// Its source, where several are locked.
    pub source: Option<LockedSource>,
    /// Its extras.
    pub extras: Vec<String>,
    /// The marker under which it is needed.
    pub marker: Option<String>,
}

/// What a project said when it was locked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UvMetadata {
    /// Its requirements, also those of its extras.
    pub requires_dist: Vec<UvRequirement>,
    /// The names of its extras.
    pub provides_extras: Vec<String>,
    /// The requirements of its groups.
    pub requires_dev: Vec<(String, Vec<UvRequirement>)>,
}

/// A requirement as it was when it was locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UvRequirement {
    /// The line, counted from 1.
    pub line: usize,
    /// The normalised name.
    pub name: String,
    /// The extras.
    pub extras: Vec<String>,
    /// The marker, with `extra == "…"` for what an extra needs.
    pub marker: Option<String>,
    /// The specifiers; `None` for any version.
    pub specifier: Option<String>,
    /// Every other key with its value: where it has to come from.
    pub source: Vec<(String, String)>,
}

impl UvLock {
    /// What `[manifest]` has at a key, other than the members.
    #[must_use]
    pub fn manifest_value(&self, key: &str) -> Option<&Value> {
        self.manifest.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

/// The directories of the projects that a lock is for, relative to it. Nothing is parsed: uv writes the source of each on a
/// line of its own.
#[must_use]
pub fn local_directories(bytes: &[u8]) -> Vec<&str> {
    const START: &[u8] = b"\nsource = { ";
    let of_line = |at: usize| {
        let rest = bytes.get(at + START.len()..)?;
        let line = rest.get(..memchr::memchr(b'\n', rest)?)?;
        let (kind, place) = std::str::from_utf8(line).ok()?.split_once(" = \"")?;
        let is_project = matches!(kind, "editable" | "virtual" | "directory");
        is_project.then(|| place.split_once('"').map(|(place, _)| place)).flatten()
    };
    memchr::memmem::find_iter(bytes, START).filter_map(of_line).collect()
}

/// Parses a lock. What depends on the version of the format is not looked at where that is not 1.
///
/// # Errors
/// [`ParseError`] if it is not TOML or a part of it is not what uv writes.
pub fn parse(bytes: &[u8]) -> Result<UvLock, ParseError> {
    let root = toml::parse_without(utf8(bytes)?, &["wheels", "sdist"])?;
    let root = Fields::of(&root, "uv.lock")?;
    let version = match root.get("version") {
        Some(Located { value: Value::Number(number), .. }) => number.clone(),
        Some(other) => return Err(wrong(other.line, "version", "a number", &other.value)),
        None => return Err(ParseError::at(1, "`version` is missing: the file is cut off or empty")),
    };
    if version != "1" {
        return Ok(UvLock { version, ..UvLock::default() });
    }
    let manifest = root.table("manifest")?;
    let pairs = |fields: Option<Fields<'_>>| -> Vec<(String, Value)> {
        let members = fields.map(|fields| fields.members().to_vec()).unwrap_or_default();
        members.into_iter().map(|member| (member.key, member.value.value)).collect()
    };
    let mut others = pairs(manifest);
    others.retain(|(key, _)| key != "members");
    Ok(UvLock {
        version,
        revision: match root.get("revision") {
            Some(Located { value: Value::Number(number), .. }) => number.parse().unwrap_or_default(),
            _ => 0,
        },
        requires_python: root.required("requires-python")?,
        supported_markers: root.texts("supported-markers")?,
        required_markers: root.texts("required-markers")?,
        conflicts: conflicts(&root)?,
        options: pairs(root.table("options")?),
        members: manifest.map(|fields| fields.texts("members")).transpose()?.unwrap_or_default(),
        manifest: others,
        packages: root.tables("package")?.iter().map(package).collect::<Result<_, _>>()?,
    })
}

fn conflicts(root: &Fields<'_>) -> Result<Vec<Vec<UvConflict>>, ParseError> {
    let sets = root.list("conflicts")?.iter();
    sets.map(|set| {
        let Value::List(items) = &set.value else {
            return Err(wrong(set.line, "conflicts", "a list of lists", &set.value));
        };
        items
            .iter()
            .map(|item| {
                let fields = Fields::of(item, "conflicts")?;
                Ok(UvConflict {
                    package: fields.text("package")?,
                    extra: fields.text("extra")?,
                    group: fields.text("group")?,
                })
            })
            .collect()
    })
    .collect()
}

fn package(fields: &Fields<'_>) -> Result<UvPackage, ParseError> {
    let source = fields.get("source").ok_or_else(|| ParseError::at(fields.line, "`source` is missing"))?;
    Ok(UvPackage {
        line: fields.line,
        name: fields.required("name")?,
        version: fields.text("version")?,
        source: source_of(source)?,
        resolution_markers: fields.texts("resolution-markers")?,
        dependencies: dependencies(fields.get("dependencies"))?,
        optional_dependencies: fields.map("optional-dependencies", |value, _| dependencies(Some(value)))?,
        dev_dependencies: fields.map("dev-dependencies", |value, _| dependencies(Some(value)))?,
        default_groups: fields.get("default-groups").map(groups).transpose()?,
        group_pythons: fields.map("group-requires-python", text_of)?,
        metadata: fields.table("metadata")?.map(|table| metadata(&table)).transpose()?,
    })
}

fn groups(value: &Located) -> Result<UvGroups, ParseError> {
    match &value.value {
        Value::Text(text) if text == "all" => Ok(UvGroups::All),
        _ => texts_of(value, "default-groups").map(UvGroups::Named),
    }
}

fn source_of(value: &Located) -> Result<LockedSource, ParseError> {
    let fields = Fields::of(value, "source")?;
    let kinds = ["registry", "git", "url", "path", "directory", "editable", "virtual"];
    for kind in kinds {
        if let Some(location) = fields.text(kind)? {
            let subdirectory = fields.text("subdirectory")?;
            return Ok(LockedSource { kind: kind.to_owned(), location, subdirectory });
        }
    }
    Err(ParseError::at(value.line, format!("`source` has none of {}", kinds.join(", "))))
}

fn dependencies(value: Option<&Located>) -> Result<Vec<UvDependency>, ParseError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let Value::List(items) = &value.value else {
        return Err(wrong(value.line, "dependencies", "a list", &value.value));
    };
    items
        .iter()
        .map(|item| {
            let fields = Fields::of(item, "dependencies")?;
            Ok(UvDependency {
                line: fields.line,
                name: fields.required("name")?,
                version: fields.text("version")?,
                source: fields.get("source").map(source_of).transpose()?,
                extras: fields.texts("extra")?,
                marker: fields.text("marker")?,
            })
        })
        .collect()
}

/// The requirements in a list, as `[manifest]` has them.
///
/// # Errors
/// [`ParseError`] if it is not such a list.
pub fn requirements(value: &Value) -> Result<Vec<UvRequirement>, ParseError> {
    match value {
        Value::List(items) => items.iter().map(requirement).collect(),
        other => Err(wrong(1, "manifest", "a list", other)),
    }
}

fn metadata(fields: &Fields<'_>) -> Result<UvMetadata, ParseError> {
    let all = |items: &[Located]| items.iter().map(requirement).collect::<Result<Vec<_>, _>>();
    Ok(UvMetadata {
        requires_dist: all(fields.list("requires-dist")?)?,
        provides_extras: fields.texts("provides-extras")?,
        requires_dev: fields.map("requires-dev", |value, name| match &value.value {
            Value::List(items) => all(items),
            other => Err(wrong(value.line, name, "a list", other)),
        })?,
    })
}

fn requirement(value: &Located) -> Result<UvRequirement, ParseError> {
    let fields = Fields::of(value, "requires-dist")?;
    let known = ["name", "extras", "marker", "specifier"];
    let others = fields.members().iter().filter(|member| !known.contains(&member.key.as_str()));
    Ok(UvRequirement {
        line: value.line,
        name: fields.required("name")?,
        extras: fields.texts("extras")?,
        marker: fields.text("marker")?,
        specifier: fields.text("specifier")?,
        source: others
            .map(|member| match &member.value.value {
                Value::Table(_) | Value::List(_) => Ok((member.key.clone(), String::new())),
                _ => Ok((member.key.clone(), text_of(&member.value, &member.key)?)),
            })
            .collect::<Result<_, ParseError>>()?,
    })
}

#[cfg(test)]
mod tests;
